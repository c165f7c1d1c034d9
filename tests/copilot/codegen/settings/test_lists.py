"""Three values and more beside one setting are a sweep; two, and numbers of which some are another's, are none."""

from __future__ import annotations

from typing import Any

import pytest

from copilot.codegen import plan
from copilot.codegen.spec import ComparisonSpec, ExperimentSpec
from copilot.core.catalogue import load_catalogue

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("words", "name", "values"),
    [
        ("PPO on CartPole with 2, 4, 8 envs", "num_envs", [2, 4, 8]),
        ("PPO on CartPole with 2, 4 and 8 environments", "num_envs", [2, 4, 8]),
        ("PPO on CartPole, batch size 32, 64, 128", "batch_size", [32, 64, 128]),
        ("PPO on CartPole, lr=1e-4,3e-4,1e-3, 16 envs", "lr", [1e-4, 3e-4, 1e-3]),
        ("PPO on CartPole for 10k, 50k, 100k steps", "num_train_steps", [10_000, 50_000, 100_000]),
        ("用 PPO 训练 CartPole，2、4、8 个环境", "num_envs", [2, 4, 8]),
        ("用 PPO 训练 CartPole，学习率 1e-4，3e-4，1e-3", "lr", [1e-4, 3e-4, 1e-3]),
    ],
)
def test_a_sweep(words: str, name: str, values: list[Any]) -> None:
    spec = plan(words, CATALOGUE).spec
    assert isinstance(spec, ComparisonSpec)
    made = [{**run.agent_kwargs, **run.model_dump()}[name] for run in spec.runs.values()]
    assert made == values


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("PPO on CartPole, gamma 0.9, 0.95", "0.95"),
        ("PPO on CartPole, lr 1e-3, 64, 128", "64"),
        ("PPO on CartPole, hidden size 256, 128, 64", "128"),
        ("PPO on CartPole, batch size 64, 128, 50k steps", "128"),
    ],
)
def test_what_may_be_another_thing_is_told(words: str, left: str) -> None:
    made = plan(words, CATALOGUE)
    assert isinstance(made.spec, ExperimentSpec)
    assert any("Not understood" in note and repr(left) in note for note in made.notes)
