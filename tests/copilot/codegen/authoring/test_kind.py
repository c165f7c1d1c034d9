"""What is asked for: an experiment, an agent or a module, in either language."""

from __future__ import annotations

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
}
AGENTS = (
    "a PPO variant with a KL penalty instead of clipping",
    "create an agent that uses a KL penalty",
    "implement DQN with a dueling head and munchausen targets instead of the plain ones",
    "write a new algorithm: PPO with self imitation",
    "写一个 PPO 的变体，用 KL 惩罚代替裁剪",
    "写一个新的算法，在 DQN 上加软目标",
)
EXPERIMENTS = (
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
