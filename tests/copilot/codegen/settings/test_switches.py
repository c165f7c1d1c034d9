"""Switches and choices in words, with their denials."""

from __future__ import annotations

from typing import Any

import pytest

from copilot.codegen import plan
from copilot.core.catalogue import load_catalogue

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("request_text", "owner", "expected"),
    [
        ("A2C on Pong with unclipped rewards", "env_kwargs", {"clip_rewards": False}),
        ("DQN on Asteroids, losing a life must not end the episode", "env_kwargs", {"episodic_life": False}),
        ("PPO 玩 Breakout，奖励不裁剪，丢一条命不算回合结束", "env_kwargs", {"clip_rewards": False, "episodic_life": False}),
        ("PPO in Empty 8x8, 智能体只能看到局部视野", "env_kwargs", {"fully_observable": False}),
        ("PPO on Ant, let the learning rate go down to zero", "train_kwargs", {"anneal_lr": True}),
        ("PPO 训练 Ant，学习率线性退火到零", "train_kwargs", {"anneal_lr": True}),
        ("PPO on Ant, normalise observations and rewards", "train_kwargs",
         {"normalize_obs": True, "normalize_reward": True}),
        ("PPO 训练 Ant，观测和奖励都做归一化", "train_kwargs", {"normalize_obs": True, "normalize_reward": True}),
        ("DQN 训练 Taxi，显示进度条", "train_kwargs", {"progress_bar": True}),
        ("SAC on Ant with automatic temperature tuning switched off", "agent_kwargs", {"fixed_temperature": True}),
        ("SAC 训练 Reacher，温度固定为 0.1，不要自动调节", "agent_kwargs", {"temperature": 0.1, "fixed_temperature": True}),
        ("DQN on Pong, plain Q-learning instead of double", "agent_kwargs", {"double": False}),
        ("A2C on Taxi without entropy", "agent_kwargs", {"ent_coef": 0.0}),
        ("PPOLSTM on Taxi, lstm 64", "agent_kwargs", {"lstm_dim": 64}),
        ("PPOLSTM on Taxi, lstm hidden size 64", "agent_kwargs", {"lstm_dim": 64}),
        ("IMPALA on Pong, LSTM switched on", "agent_kwargs", {"use_lstm": True}),
        ("A2C on Taxi, initialise the networks with xavier normal", "agent_kwargs", {"init_fn": "xavier_normal"}),
    ],
)  # fmt: skip
def test_switches_and_choices(request_text: str, owner: str, expected: dict[str, Any]) -> None:
    assert plan(request_text, CATALOGUE).spec.model_dump()[owner] == expected


@pytest.mark.parametrize(
    ("request_text", "primitive", "expected"),
    [
        ("BitFlipping, DQN with hindsight replay that takes final goals rather than future ones", "storage",
         {"goal_selection_strategy": "final"}),
        ("A2C on Venture with RIDE，用精确计数", "reward", {"count": "exact"}),
        ("PPO on Venture with RE3, 10 nearest neighbours, averaged", "reward", {"k": 10, "average_entropy": True}),
        ("PPO on Venture with random network distillation, and the observations it gets are not normalised", "reward",
         {"obs_norm_type": "none"}),
    ],
)  # fmt: skip
def test_those_of_modules(request_text: str, primitive: str, expected: dict[str, Any]) -> None:
    module = plan(request_text, CATALOGUE).spec.model_dump()["modules"][primitive]
    assert {key: module["kwargs"].get(key) for key in expected} == expected
