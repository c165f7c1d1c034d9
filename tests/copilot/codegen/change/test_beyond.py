"""Steps from the usual value and multiples of it are the values that they come to."""

from __future__ import annotations

from typing import Any

import pytest

from copilot.codegen import plan
from copilot.codegen.change.edit import edit
from copilot.codegen.spec import ExperimentSpec
from copilot.core.catalogue import load_catalogue

CATALOGUE = load_catalogue()


def values(spec: object) -> dict[str, Any]:
    assert isinstance(spec, ExperimentSpec)
    return {**spec.agent_kwargs, **spec.model_dump()}


@pytest.mark.parametrize(
    ("words", "name", "value"),
    [
        ("gamma 0.001 above the default", "discount", 0.991),
        ("gamma 0.005 lower than the default", "discount", 0.985),
        ("the default gamma minus 0.01", "discount", 0.98),
        ("gamma = default - 0.01", "discount", 0.98),
        ("epochs: default + 4", "n_epochs", 14),
        ("4 more epochs than the default", "n_epochs", 14),
        ("2 fewer epochs than usual", "n_epochs", 8),
        ("8 more environments than usual", "num_envs", 16),
        ("50k more steps than the default, lr 1e-4", "num_train_steps", 148_304),
        ("lr 10% above the default", "lr", 0.0011),
        ("lr twice the default", "lr", 0.002),
        ("lr x10", "lr", 0.01),
        ("lr * 0.1, 16 envs", "lr", 0.0001),
        ("10x the lr", "lr", 0.01),
        ("use 50% of the steps", "num_train_steps", 49_152),
        ("环境比默认多 4 个", "num_envs", 12),
        ("比默认多 4 个环境", "num_envs", 12),
        ("折扣比默认低 0.01", "discount", 0.98),
        ("步数比默认多 5 万", "num_train_steps", 148_304),
        ("学习率比默认高 10%", "lr", 0.0011),
    ],
)
def test_of_the_usual_value(words: str, name: str, value: float) -> None:
    made = plan(f"PPO on CartPole, {words}", CATALOGUE)
    assert values(made.spec)[name] == pytest.approx(value, rel=1e-9)
    assert not any("Not understood" in note for note in made.notes)


@pytest.mark.parametrize(
    ("words", "name", "value"),
    [
        (
            "DQN on CartPole, epsilon from 1 to 0.05 over 10% of the steps",
            "epsilon_schedule",
            "linear(1.0, 0.05, 5000)",
        ),
        ("PPO on CartPole with a gamma of 0.9", "discount", 0.9),
        ("PPO on CartPole, 4 epochs", "n_epochs", 4),
    ],
)
def test_what_is_no_step_stays(words: str, name: str, value: object) -> None:
    assert values(plan(words, CATALOGUE).spec)[name] == value


def test_in_a_change_they_are_steps_from_the_usual_value_too() -> None:
    first = plan("PPO on CartPole, 2 epochs", CATALOGUE).spec
    assert isinstance(first, ExperimentSpec)
    assert values(edit("4 more epochs than the default", first, CATALOGUE).spec)["n_epochs"] == 14
