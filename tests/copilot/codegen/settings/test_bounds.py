"""A bound that its number keeps is taken and told; one that leaves the value open is refused."""

from __future__ import annotations

from typing import Any

import pytest

from copilot.codegen import plan
from copilot.codegen.spec import ExperimentSpec
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import InvalidRequest

CATALOGUE = load_catalogue()


def made(words: str) -> tuple[dict[str, Any], str]:
    found = plan(words, CATALOGUE)
    assert isinstance(found.spec, ExperimentSpec)
    return {**found.spec.agent_kwargs, **found.spec.model_dump()}, "\n".join(found.notes)


@pytest.mark.parametrize(
    "words",
    [
        "lr between 1e-4 and 1e-3",
        "a learning rate in the range of 1e-4 to 1e-3",
        "lr lower than 1e-3",
        "lr should be less than 1e-3",
        "lr > 1e-4",
        "lr below 1e-3, 16 envs",
        "more than 8 envs",
        "more than the usual 8 envs",
        "between 4 and 8 envs",
        "学习率小于 1e-3",
        "学习率在 1e-4 到 1e-3 之间",
    ],
)
def test_an_open_value_is_refused(words: str) -> None:
    with pytest.raises(InvalidRequest, match="and no value"):
        plan(f"PPO on CartPole, {words}", CATALOGUE)


@pytest.mark.parametrize(
    ("words", "name", "value"),
    [
        ("lr at most 2e-3", "lr", 2e-3),
        ("lr of at most 2e-3", "lr", 2e-3),
        ("lr <= 2e-3", "lr", 2e-3),
        ("lr 2e-3 or lower, gamma 0.98", "lr", 2e-3),
        ("at least 4 envs", "num_envs", 4),
        ("16 envs or more", "num_envs", 16),
        ("4 epochs at most", "n_epochs", 4),
        ("in under 50k steps", "num_train_steps", 50_000),
        ("学习率不超过 2e-3", "lr", 2e-3),
        ("至少 4 个环境", "num_envs", 4),
        ("学习率 2e-3 以下", "lr", 2e-3),
    ],
)
def test_a_bound_that_its_number_keeps_is_taken(words: str, name: str, value: float) -> None:
    values, notes = made(f"PPO on CartPole, {words}")
    assert values[name] == value
    assert f"{name}: the request gives a bound" in notes and "Not understood" not in notes


@pytest.mark.parametrize(
    ("words", "name", "value"),
    [
        ("PPO on CartPole, gradient norm at most 0.4", "max_grad_norm", 0.4),
        ("PPO on CartPole, clip ratio between 0.7 and 1.3", "clip_range", 0.3),
        ("PPO on CartPole, the policy ratio clipped to [0.7, 1.3]", "clip_range", 0.3),
        ("DQN on CartPole, keep at most 10k transitions", "storage_size", 10_000),
        ("DQN on CartPole, epsilon from 1 to at least 0.05", "epsilon_schedule", "linear(1.0, 0.05, 8000)"),
        ("PPO on CartPole, lr around 2e-3", "lr", 2e-3),
        ("PPO on CartPole over 5 seeds, lr 2e-3", "lr", 2e-3),
    ],
)
def test_settings_that_are_bounds_need_no_note(words: str, name: str, value: object) -> None:
    values, notes = made(words)
    assert values[name] == value and "bound" not in notes
