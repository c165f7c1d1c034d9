"""What is to fall and has no schedule is told, and switches on no schedule of the learning rate."""

from __future__ import annotations

from typing import Any

import pytest

from copilot.codegen import plan
from copilot.codegen.spec import ExperimentSpec
from copilot.core.catalogue import load_catalogue

CATALOGUE = load_catalogue()


def made(words: str) -> tuple[ExperimentSpec, str]:
    found = plan(words, CATALOGUE)
    assert isinstance(found.spec, ExperimentSpec)
    return found.spec, "\n".join(found.notes)


@pytest.mark.parametrize(
    ("words", "name", "value"),
    [
        ("PPO on Acrobot, clip 0.1 linearly annealed", "clip_range", 0.1),
        ("PPO on Acrobot, clip 0.1, linearly annealed", "clip_range", 0.1),
        ("PPO on Acrobot, entropy coefficient 0.01 annealed to zero", "ent_coef", 0.01),
        ("PPO on Acrobot, ent coef annealed from 0.01 to 0.001", "ent_coef", 0.01),
        ("PPO on Acrobot, clip range from 0.3 annealed to 0.1", "clip_range", 0.3),
        ("PPO on Acrobot, ent_coef decays linearly from 0.01 to 0.001 over the first 50k steps", "ent_coef", 0.01),
        ("PPO on Acrobot with the clip range annealed linearly", "clip_range", 0.2),
        ("PPO on Acrobot, linear decay of the clip range", "clip_range", 0.2),
        ("PPO on Acrobot, a linearly decaying clip range of 0.1 and lr 1e-3", "clip_range", 0.1),
        ("PPO on Acrobot, lr 1e-3 with entropy annealed to zero", "lr", 1e-3),
        ("用 PPO 训练 Acrobot，熵系数线性衰减", "ent_coef", 0.0),
        ("用 PPO 训练 Acrobot，裁剪 0.1 且线性衰减", "clip_range", 0.1),
        ("用 PPO 训练 Acrobot，熵系数 0.01 线性衰减到 0", "ent_coef", 0.01),
        ("用 PPO 训练 Acrobot，裁剪范围从 0.3 线性衰减到 0.1", "clip_range", 0.3),
    ],
)
def test_what_has_no_schedule(words: str, name: str, value: float) -> None:
    spec, notes = made(words)
    assert spec.agent_kwargs[name] == value
    assert not spec.train_kwargs.get("anneal_lr")
    assert "no schedule" in notes
    assert spec.num_train_steps == 200_000


@pytest.mark.parametrize(
    ("words", "kwargs"),
    [
        ("PPO on Acrobot, lr and clip range annealed", {}),
        ("PPO on Acrobot, anneal the clip range and the learning rate", {}),
        ("PPO on Acrobot, lr 2.5e-4 and clip 0.1, both linearly annealed", {"lr": 2.5e-4, "clip_range": 0.1}),
        ("PPO on Acrobot, clip 0.1, lr 2.5e-4, linear annealing of both", {"lr": 2.5e-4, "clip_range": 0.1}),
        ("用 PPO 训练 Acrobot，学习率和裁剪范围线性衰减", {}),
    ],
)
def test_the_rate_beside_it_falls(words: str, kwargs: dict[str, Any]) -> None:
    spec, notes = made(words)
    assert spec.train_kwargs["anneal_lr"] is True
    assert kwargs.items() <= spec.agent_kwargs.items()
    assert "clip_range of PPO has no schedule" in notes
    assert "Not understood" not in notes


@pytest.mark.parametrize(
    ("words", "anneal"),
    [
        ("PPO on Acrobot, lr 1e-3 annealed linearly", True),
        ("PPO on Acrobot, lr 1e-3, annealed, clip 0.1", True),
        ("PPO on Acrobot, annealed lr and ent coef 0.01", True),
        ("PPO on Acrobot, clip 0.1, learning rate 1e-3 annealed to zero", True),
        ("PPO on Acrobot, lr 1e-3 with linear decay", True),
        ("用 PPO 训练 Acrobot，学习率线性衰减", True),
        ("PPO on Acrobot without lr annealing", False),
        ("PPO on Acrobot, clip 0.1, no learning rate decay", False),
    ],
)
def test_schedules_of_the_rate_stay(words: str, anneal: bool) -> None:
    spec, notes = made(words)
    assert spec.train_kwargs["anneal_lr"] is anneal
    assert "schedule" not in notes and "Not understood" not in notes


@pytest.mark.parametrize(
    ("words", "schedule"),
    [
        ("DQN on Taxi, epsilon annealed linearly", None),
        ("DQN on Taxi, exploration decays linearly from 1 to 0.05 over 10k steps", "linear(1.0, 0.05, 10000)"),
        ("用 DQN 训练 Taxi，探索率线性衰减", None),
    ],
)
def test_what_has_a_schedule_of_its_own(words: str, schedule: str | None) -> None:
    spec, notes = made(words)
    assert spec.agent_kwargs.get("epsilon_schedule") == schedule
    assert not spec.train_kwargs.get("anneal_lr")
    assert ("falls anyway" in notes) is (schedule is None)
    assert "Not understood" not in notes


def test_the_decay_of_weights_is_none() -> None:
    spec, notes = made("DDPG on Pendulum, critic weight decay 1e-3")
    assert spec.agent_kwargs["critic_weight_decay"] == 1e-3 and "schedule" not in notes
