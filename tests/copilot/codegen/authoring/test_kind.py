"""What is asked for: an experiment, an agent or a module, in either language."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot.codegen.authoring.kind import kind_of, primitive_of

MODULES = {
    "write an encoder with three conv layers 32 64 64 and layer norm for Pong": "encoder",
    "an intrinsic reward that counts hashed observations": "reward",
    "an augmentation that adds Gaussian noise then random crop": "augmentation",
    "写一个带残差连接的编码器": "encoder",
    "implement a custom replay buffer that clips rewards": "storage",
    "I need a custom encoder for 84x84 images with batch norm": "encoder",
    "design a new exploration bonus based on the nearest neighbours of random embeddings": "reward",
    "build a policy network with separate trunks for actor and critic": "policy",
    "make me an action noise that decays from 0.3 to 0.05": "distribution",
    "write my own encoder and use it for Pong": "encoder",
    "write a squashed normal distribution with temperature": "distribution",
    "Could you implement an MLP encoder with two hidden layers of 128 and GELU?": "encoder",
    "Give me a data augmentation which scales states by 0.8 to 1.2": "augmentation",
    "code a count-based bonus with simhash": "reward",
    "Please write a residual encoder.": "encoder",
    "Train A2C with my own encoder made of two linear layers of 64": "encoder",
    "implement a storage that samples recent transitions more often": "storage",
    "实现一个基于哈希计数的内在奖励": "reward",
    "设计一种先加噪声再裁剪的数据增强": "augmentation",
    "实现一个会裁剪奖励的经验回放缓冲区": "storage",
    "帮我写一个三层卷积的编码器，用来训练 Pong": "encoder",
    "自定义一个动作分布，温度为 0.5": "distribution",
    "写一个两层的 MLP 特征提取器，激活函数用 tanh": "encoder",
    "Augmentation for state vectors: every number is set to zero with probability 0.1": "augmentation",
    "Image augmentation: a random shift by up to 6 pixels": "augmentation",
    "Categorical distribution with temperature 2 so that choices get flatter": "distribution",
    "Encoder for vectors: random Fourier features": "encoder",
    "Image augmentation in the frequency domain: amplitudes are multiplied": "augmentation",
    "replay storage that never returns transitions from the last 10 steps": "storage",
    "An empowerment-like bonus: log-probability of the action under an inverse model": "reward",
    "a mixture of two Gaussians for continuous actions": "distribution",
    "augment states by an offset of at most 0.05": "augmentation",
    "给图像加椒盐噪声，2% 的像素变成黑或白": "augmentation",
    "数据增强：对状态向量乘以 0.8 到 1.2 之间的随机系数，再加标准差 0.01 的高斯噪声": "augmentation",
    "分类分布：logits 截断到 [-5, 5]": "distribution",
    "写一个 PPO 策略，演员一层 32 个单元，评论家两层各 128 个单元": "policy",
    "编写一个 IMPALA 风格的残差编码器，三段通道 16、32、32": "encoder",
}
AGENTS = (
    "a PPO variant with a KL penalty instead of clipping",
    "create an agent that uses a KL penalty",
    "implement DQN with a dueling head and munchausen targets instead of the plain ones",
    "write a new algorithm: PPO with self imitation",
    "写一个 PPO 的变体，用 KL 惩罚代替裁剪",
    "写一个新的算法，在 DQN 上加软目标",
    "Write PPO with dual clipping, c = 3, and clip range 0.2",
    "PPO with an asymmetric clip range: ratios between 0.8 and 1.28",
    "Implement QR-DQN with 51 quantiles",
    "DQN with soft target updates, tau 0.005, and double targets",
    "Write a REINFORCE agent with a learned value baseline and no entropy bonus",
    "write an advantage-weighted actor-critic with temperature 0.5",
    "DQN with PER, double targets, dueling network and 4-step returns, written as a new agent",
    "实现一个带保守项（权重 0.5）的双 DQN，使用优先经验回放",
    "写一个 A2C 变体，用优势加权回归，温度 0.5，不加熵",
)
EXPERIMENTS = (
    "PPO with RND and lr 3e-4, gamma 0.97",
    "SAC fetch reach with hindsight experience replay",
    "用SAC加HER，学习率3e-4",
    "DQN, prioritized replay, 1e5 steps",
    "PPO + RND, 3 seeds",
    "I need SAC with hindsight experience replay",
    "给我一个PPO加RND的，学习率3e-4",
    "用PPO训练PongNoFrameskip，16个环境，1千万步",
    "A2C with an entropy coefficient of 0.02 and RMS-normalised rewards",
    "Train PPO on CartPole-v1 with 8 environments for 100k steps, seed 3",
    "train PPO with the MnihCnnEncoder on Pong",
    "write a script that trains PPO with RND on MiniGrid-DoorKey-5x5-v0",
    "create an experiment with an intrinsic reward on MountainCar-v0",
    "create a PPO agent for CartPole with learning rate 1e-3",
    "make PPO learn Pong",
    "run DQN with prioritized replay on LunarLander-v2",
    "compare PPO and A2C on CartPole",
    "SAC on Pendulum with a large replay buffer of 1e6",
    "build a training run for A2C in Acrobot with ICM bonus",
    "use a replay buffer of 50000 for DQN on CartPole",
    "I want PPO on CartPole with random shift augmentation",
    "I want to train an agent with curiosity on MountainCar",
    "make an agent play Breakout",
    "PPO with RND and 16 envs",
    "generate a train script for PPO with an encoder of feature dim 64",
    "用 PPO 训练 CartPole，1 万步",
    "写一个用 PPO 训练 Pong 的脚本",
    "生成一个在 CartPole 上训练 DQN 的实验",
    "在 MountainCar 上用 RND 训练 PPO",
    "建一个 PPO 智能体训练 CartPole",
    "A2C 加上 RIDE 内在奖励，权重 0.01，环境 MiniGrid-MultiRoom-N4-S5-v0，20 万步",
    "I'd like PPG on Acrobot with an auxiliary phase after every 8 policy iterations",
    "DrAC on Pong with random cutout in place of its usual augmentation, 1M steps",
    "PPO on LunarLander. Replace the encoder by an MLP encoder: 128 hidden units, 32 features.",
    "curiosity (ICM) and RND summed up as the bonus for PPO on Montezuma's Revenge, 10 million steps, 32 envs",
)


@pytest.mark.parametrize("request_", MODULES)
def test_a_module_is_asked_for(request_: str) -> None:
    assert kind_of(request_) == "module"
    assert primitive_of(request_) == MODULES[request_]


@pytest.mark.parametrize("request_", AGENTS)
def test_an_agent_is_asked_for(request_: str) -> None:
    assert kind_of(request_) == "agent"


@pytest.mark.parametrize("request_", EXPERIMENTS)
def test_an_experiment_with_what_there_is_is_asked_for(request_: str) -> None:
    assert kind_of(request_) == "experiment"


@pytest.mark.parametrize(
    ("request_", "kind"),
    [
        ("agent: TD3\nenv: walker_run\nsteps: 750000\nseed: 11", "experiment"),
        ("breakout + PPO + prioritised replay buffer, 800k", "experiment"),
        ("RND、ICM、RE3 三种内在奖励分别配 PPO，在 DoorKey 16x16 上各跑一百万步，看哪个好", "experiment"),
        ("SAC for Pendulum: buffer size 20000, batches of 64, tau 0.01", "experiment"),
        (
            "Same convolutions as the DQN Atari network, but SiLU, and 192 features out of the last linear layer",
            "module",
        ),
        (
            "State-vector masking for DrAC on Box observations: every entry is set to zero with a chance of 10 %",
            "module",
        ),
        ("Munchausen DQN, please: alpha 0.9, entropy temperature 0.03. Everything else like our DQN.", "agent"),
    ],
)
def test_an_environment_that_is_named_makes_a_run_of_it(request_: str, kind: str) -> None:
    assert kind_of(request_) == kind


_TOLD = [
    line.split("\t")
    for line in Path(__file__).with_name("data").joinpath("kinds.tsv").read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize(("kind", "request_"), _TOLD, ids=range(len(_TOLD)))
def test_the_kind_is_told_by_the_words_of_the_field(kind: str, request_: str) -> None:
    found = kind_of(request_)
    assert (primitive_of(request_) if found == "module" else found) == kind


def test_in_chinese_the_kind_comes_after_what_describes_it() -> None:
    assert primitive_of("想要一个带 spatial softmax 的图像编码器：四层 3x3 卷积，每层 32 个通道") == "encoder"
