"""A number of steps is the length of training only where the words say so; else the setting that they name, or none."""

from __future__ import annotations

from typing import Any

import pytest

from copilot.codegen import plan
from copilot.codegen.spec import ExperimentSpec
from copilot.core.catalogue import load_catalogue

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("request_text", "expected"),
    [
        ("DQN on CartPole, start learning after 500 steps", {"num_init_steps": 500}),
        ("DQN on CartPole, learning starts at 500", {"num_init_steps": 500}),
        ("SAC on Pendulum with a warm-up of 500 steps", {"num_init_steps": 500}),
        ("SAC on Pendulum, warm up for 500 steps", {"num_init_steps": 500}),
        ("SAC on Pendulum with 500 random steps", {"num_init_steps": 500}),
        ("SAC on Pendulum, act randomly for the first 500 steps", {"num_init_steps": 500}),
        ("用SAC训练Pendulum，先随机探索500步", {"num_init_steps": 500}),
        ("用SAC训练Pendulum，500步后开始学习", {"num_init_steps": 500}),
        ("用SAC训练Pendulum，预热500步", {"num_init_steps": 500}),
        ("DQN on CartPole, decay epsilon over 5000 steps", {"epsilon_schedule": "linear(1.0, 0.04, 5000)"}),
        ("DQN on CartPole, epsilon decays over the first 5000 steps", {"epsilon_schedule": "linear(1.0, 0.04, 5000)"}),
        ("用DQN训练CartPole，epsilon在5000步内线性衰减", {"epsilon_schedule": "linear(1.0, 0.04, 5000)"}),
        ("用PPO训练CartPole，每次收集256步", {"num_steps": 256}),
        ("PPO on CartPole, collect 256 steps per update", {"num_steps": 256}),
        ("DrQ-v2 on Pendulum, returns over 5 steps", {"n_step": 5}),
        ("TD3 on HalfCheetah, tau 0.01", {"tau": 0.01}),
        ("DQN on CartPole, tau 0.01", {"tau": 0.01}),
        ("A2C on CartPole, n-step 8", {"num_steps": 8}),
        ("用DQN训练Taxi，目标网络每500步更新一次", {"target_update_freq": 500}),
        ("SAC on Pendulum with alpha 0.1", {"temperature": 0.1}),
        ("SAC on Pendulum, tau 0.01", {"critic_target_tau": 0.01}),
        ("SAC on Pendulum, replay buffer of size 5000", {"storage_size": 5000}),
        ("用SAC训练Pendulum，缓冲区大小5000", {"storage_size": 5000}),
        ("SAC训练Pendulum，软更新系数0.01", {"critic_target_tau": 0.01}),
        ("PPO on CartPole, episodes limited to 200 steps", {}),
        ("用PPO训练CartPole，每回合最多200步", {}),
    ],
)
def test_a_count_goes_to_its_setting_and_is_no_length_of_training(request_text: str, expected: dict[str, Any]) -> None:
    spec = plan(request_text, CATALOGUE).spec
    tuned = CATALOGUE.preset(spec.agent, spec.env_id) or {"agent_kwargs": {}, "num_train_steps": 100_000}
    assert spec.agent_kwargs == {**tuned["agent_kwargs"], **expected}
    assert spec.num_train_steps == tuned["num_train_steps"]
    assert spec.modules == {}


@pytest.mark.parametrize(
    "request_text",
    [
        "PPO on CartPole, episodes limited to 200 steps",
        "用PPO训练CartPole，每回合最多200步",
        "PPO on CartPole, 200 steps left",
    ],
)
def test_a_count_without_a_setting_is_noted(request_text: str) -> None:
    made = plan(request_text, CATALOGUE)
    assert made.spec.num_train_steps == 98_304
    assert any("left out" in note and "200" in note for note in made.notes)


@pytest.mark.parametrize(
    ("request_text", "steps"),
    [
        ("PPO CartPole 5000 steps seed 3", 5000),
        ("PPO on CartPole with 5000 steps", 5000),
        ("PPO on CartPole with 5000 steps of training", 5000),
        ("train for 5000 frames: PPO on CartPole", 5000),
        ("PPO on CartPole, 4 environments and 5000 steps", 5000),
        ("用PPO训练CartPole共5000步", 5000),
        ("用PPO在CartPole上跑5000步", 5000),
        ("PPO，CartPole，5000步", 5000),
        ("SAC on Pendulum with n-step replay for 5000 steps", 5000),
        ("SAC on Pendulum, warm up for 500 steps, then train for 5000 steps", 5000),
        ("用SAC训练Pendulum，先随机探索500步，再训练5000步", 5000),
        ("PPO on CartPole, total steps 5000", 5000),
        ("用PPO训练Breakout，堆叠4帧，训练5000帧", 5000),
    ],
)
def test_the_length_of_training(request_text: str, steps: int) -> None:
    assert plan(request_text, CATALOGUE).spec.num_train_steps == steps


@pytest.mark.parametrize(
    ("request_text", "agent"),
    [
        ("用带LSTM的PPO训练CartPole", "PPOLSTM"),
        ("循环PPO训练CartPole", "PPOLSTM"),
        ("PPO with an LSTM policy on CartPole", "PPOLSTM"),
        ("recurrent PPO on CartPole", "PPOLSTM"),
        ("IMPALA with LSTM on CartPole", "IMPALA"),
    ],
)
def test_an_agent_with_a_memory(request_text: str, agent: str) -> None:
    made = plan(request_text, CATALOGUE)
    assert made.spec.agent == agent
    assert made.spec.agent_kwargs.get("use_lstm", False) == (agent == "IMPALA")
    assert not any("left out" in note for note in made.notes)


@pytest.mark.parametrize(
    ("words", "where", "expected"),
    [
        ("观测归一化", "train_kwargs", {"normalize_obs": True}),
        ("奖励归一化", "train_kwargs", {"normalize_reward": True}),
        ("observation normalisation", "train_kwargs", {"normalize_obs": True}),
        ("normalised rewards", "train_kwargs", {"normalize_reward": True}),
        ("好奇心奖励，权重0.01", "modules", {"reward": ("ICM", {"beta": 0.01})}),
        ("伪计数", "modules", {"reward": ("PseudoCounts", {})}),
        ("RND with weight 0.01", "modules", {"reward": ("RND", {"beta": 0.01})}),
    ],
)
def test_words_of_the_field_in_both_languages(words: str, where: str, expected: dict[str, Any]) -> None:
    made = plan(f"PPO on Taxi, {words}", CATALOGUE)
    found = made.spec.model_dump()[where]
    if where == "modules":
        found = {primitive: (module["name"], module["kwargs"]) for primitive, module in found.items()}
    assert found == expected
    assert not any("left out" in note for note in made.notes)


def test_a_parameter_right_after_its_module_is_the_modules() -> None:
    spec = plan("SAC on Pendulum with PER alpha 0.7", CATALOGUE).spec
    assert spec.modules["storage"].kwargs["alpha"] == 0.7
    assert spec.agent_kwargs["temperature"] == 0.2  # the preset's


@pytest.mark.parametrize("words", ["prioritized replay", "prioritised replay", "优先经验回放"])
def test_prioritised_replay(words: str) -> None:
    assert plan(f"DQN on CartPole, {words}", CATALOGUE).spec.modules["storage"].name == "PrioritizedReplayStorage"


def test_pretraining_with_a_hyphen_and_a_capital() -> None:
    assert plan("Pre-train PPO on CartPole with RND", CATALOGUE).spec.agent_kwargs["pretraining"] is True


def test_what_may_be_a_part_is_left_out_loudly() -> None:
    assert plan("PPO on CartPole, and much more exploration than usual", CATALOGUE).notes[-1].startswith("CAREFUL: ")
    quiet = plan("PPO on CartPole with a purple hat", CATALOGUE).notes
    assert not any(note.startswith("CAREFUL") for note in quiet)


@pytest.mark.parametrize(
    ("words", "num_steps", "num_envs", "steps"),
    [
        ("PPO on CartPole, 16 envs x 64 steps, 4 epochs", 64, 16, 98_304),
        ("PPO on CartPole, 64 steps x 16 envs", 64, 16, 98_304),
        ("PPO on CartPole, 16 envs × 64 steps", 64, 16, 98_304),
        ("用 PPO 训练 CartPole，16 个环境 × 64 步，共 10 万步", 64, 16, 100_000),
        ("PPO on CartPole, 16 envs, 64 steps, 4 epochs, 1M steps", 64, 16, 1_000_000),
        ("PPO on CartPole, 1M steps, 16 envs, 64 steps", 64, 16, 1_000_000),
        ("PPO on CartPole, 16 envs, 50k steps", 128, 16, 50_000),
        ("用 PPO 训练 CartPole，16 个环境，64 步，共 100 万步", 64, 16, 1_000_000),
    ],
)
def test_the_steps_of_a_rollout(words: str, num_steps: int, num_envs: int, steps: int) -> None:
    spec = plan(words, CATALOGUE).spec
    assert isinstance(spec, ExperimentSpec)
    assert (spec.agent_kwargs["num_steps"], spec.num_envs, spec.num_train_steps) == (num_steps, num_envs, steps)
