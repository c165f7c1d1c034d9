"""Numbers go where the words around them point, in any order; what is theirs alone goes with them."""

from __future__ import annotations

from typing import Any

import pytest

from copilot.codegen import ExperimentSpec, plan
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import InvalidRequest

CATALOGUE = load_catalogue()


def stated(request: str, *owners: str) -> dict[str, Any]:
    """What differs from the preset of the agent and the environment."""
    spec = plan(request, CATALOGUE).spec.model_dump()
    tuned = CATALOGUE.preset(spec["agent"], spec["env_id"]) or {}
    found: dict[str, Any] = {}
    for owner in owners or ("agent_kwargs", "train_kwargs"):
        found |= {key: value for key, value in spec[owner].items() if tuned.get(owner, {}).get(key, ...) != value}
    return found


@pytest.mark.parametrize(
    ("request_text", "expected"),
    [
        ("PPG on Acrobot, an auxiliary phase after every 8 policy iterations and 3 passes in it",
         {"policy_epochs": 8, "aux_epochs": 3}),
        ("TD3 on Reacher with smoothing noise of 0.1 on target actions, clipped at 0.3; the actor is updated at every third "
         "critic update", {"target_noise": 0.1, "stddev_clip": 0.3, "actor_update_freq": 3}),
        ("TD3 训练 Walker2d，策略延迟 3，目标动作噪声 0.1", {"actor_update_freq": 3, "target_noise": 0.1}),
        ("DDPG on Reacher: lr 5e-4 for the actor, 2e-3 for the critic", {"lr": 5e-4, "critic_lr": 2e-3}),
        ("DQN on MountainCar, room for 50k transitions in the replay buffer, target network synced every 600 steps",
         {"storage_size": 50_000, "target_update_freq": 600}),
        ("DQN on MountainCar, one gradient step every 2 environment steps", {"update_every_steps": 2}),
        ("DQN 打 Seaquest，经验池 20 万，每 8 步更新一次", {"storage_size": 200_000, "update_every_steps": 8}),
        ("A2C on Acrobot, gradients clipped to 1.0, 10-step rollouts", {"max_grad_norm": 1.0, "num_steps": 10}),
        ("DAAC on CartPole, 优势损失的权重 0.3，价值网络 6 个 epoch", {"adv_coef": 0.3, "value_epochs": 6}),
        ("DAAC on Pong with the value function trained every 2 rollouts", {"value_freq": 2}),
        ("PPO on Ant, minibatches of 128, ten epochs per rollout", {"batch_size": 128, "n_epochs": 10}),
        ("PPO 训练 Swimmer，20 次更新评估一次", {"eval_interval": 20}),
        ("SAC on Ant; smaller batches, 64", {"batch_size": 64}),
        ("IMPALA on Pong with 12 actors and V-trace rho clipped at 2", {"num_actors": 12, "clip_rho": 2.0}),
        ("PPO on Ant, clip the value loss at 0.2", {"clip_range_vf": 0.2}),
        ("PPO 训练 Ant，价值损失裁剪 0.2", {"clip_range_vf": 0.2}),
        ("PPO on Ant, value loss 0.7, clip 0.1", {"vf_coef": 0.7, "clip_range": 0.1}),
        ("TD3 on Pendulum, target policy noise 0.3 clip 0.6", {"target_noise": 0.3, "stddev_clip": 0.6}),
        ("PPO on CartPole with 8 envs and evaluate on 4 envs after every 10 updates", {"eval_interval": 10}),
        ("PPO 训练 CartPole，每 10 次更新在 2 个环境上评估", {"eval_interval": 10}),
        ("SAC on Humanoid: keep the temperature fixed at 0.2", {"temperature": 0.2, "fixed_temperature": True}),
    ],
)  # fmt: skip
def test_arguments_of_agents(request_text: str, expected: dict[str, Any]) -> None:
    assert stated(request_text) == expected


@pytest.mark.parametrize(
    ("request_text", "primitive", "expected"),
    [
        ("PPO on Pitfall with NGU, memory of 3000 states, 7 neighbours", "reward", {"capacity": 3000, "k": 7}),
        ("SAC on cheetah run, disagreement bonus w/ 5 models in the ensemble whose weight decays by 1e-4 per update",
         "reward", {"ensemble_size": 5, "kappa": 1e-4}),
        ("PPO on Venture with RND (latent size 256, batch 512)", "reward", {"latent_dim": 256, "batch_size": 512}),
        ("PPO on Venture with RND, learning from a quarter of the samples", "reward", {"update_proportion": 0.25}),
        ("PPO 训练 Venture，加 RND，权重 0.01，预测器学习率 5e-4，潜空间 64 维", "reward",
         {"beta": 0.01, "lr": 5e-4, "latent_dim": 64}),
        ("DrAC on Qbert with cutout, squares between 5 and 15 pixels", "augmentation", {"min_cut": 5, "max_cut": 15}),
        ("DrAC 训练 Pendulum，随机幅度缩放，系数在 0.8 到 1.1 之间", "augmentation", {"low": 0.8, "high": 1.1}),
        ("PPO on Pong with the residual CNN from the IMPALA paper, 384 output features", "encoder", {"feature_dim": 384}),
        ("DDPG 训练 Reacher，OU 过程，theta 0.2，sigma 0.3", "distribution", {"theta": 0.2, "sigma": 0.3}),
        ("TD3 on Hopper with truncated gaussian noise, linear from 0.8 to 0.1 over 50k steps", "distribution",
         {"stddev_schedule": "linear(0.8, 0.1, 50000)"}),
    ],
)  # fmt: skip
def test_arguments_of_modules(request_text: str, primitive: str, expected: dict[str, Any]) -> None:
    module = plan(request_text, CATALOGUE).spec.model_dump()["modules"][primitive]
    assert module["kwargs"] == expected


def test_a_shared_name_is_the_agents_unless_it_stands_with_the_module() -> None:
    assert stated("PPO on Pong with RND, lr 1e-4") == {"lr": 1e-4}
    assert stated("PPO on Pong with RND (lr 1e-4)") == {}


@pytest.mark.parametrize(
    ("request_text", "expected"),
    [
        ("DQN on LunarLander with enable_wind=True", {"enable_wind": True}),
        ("DQN on the lunar lander with wind power 10 and wind enabled", {"wind_power": 10.0, "enable_wind": True}),
        ("PPO on Pendulum with gravity 9.81", {"g": 9.81}),
        ("Frozen lake but not slippery, PPO", {"is_slippery": False}),
        ("PPO-LSTM on rllte/Memory-v0 with a delay of 12 steps", {"delay": 12}),
        ("DQN 训练 BitFlipping，12 位", {"n_bits": 12}),
    ],
)
def test_arguments_of_the_environment_itself(request_text: str, expected: dict[str, Any]) -> None:
    assert stated(request_text, "env_kwargs") == {"env_kwargs": expected}


@pytest.mark.parametrize(
    ("request_text", "name"),
    [
        ("PPO with RE3 with 0 neighbours on DoorKey 6x6", "k"),
        ("PPO on CartPole with 0 epochs per rollout, 20k steps", "n_epochs"),
        ("train SAC on Hopper with a batch size of 0", "batch_size"),
    ],
)
def test_a_number_that_its_setting_cannot_be_is_refused(request_text: str, name: str) -> None:
    with pytest.raises(InvalidRequest, match=rf"{name} is 0; expected at least 1"):
        plan(request_text, CATALOGUE)


def test_steps_beside_somebody_s_name_are_no_setting_of_that_word() -> None:
    """ "Exploration" is the noise's here; it made 20,000 of the steps random."""
    spec = plan("DDPG on Pendulum-v1 for 20k steps with Ornstein-Uhlenbeck exploration", load_catalogue()).spec
    assert isinstance(spec, ExperimentSpec)
    assert spec.num_train_steps == 20_000
    assert spec.agent_kwargs["num_init_steps"] == 1000
    said = plan("DDPG on Pendulum-v1 for 20k steps, 3k exploration steps", load_catalogue()).spec
    assert isinstance(said, ExperimentSpec)
    assert said.agent_kwargs["num_init_steps"] == 3000
