"""The numbers of intervals count what the words say, else steps where they are large, in the unit of the agent."""

from __future__ import annotations

from typing import Any

import pytest

from copilot.codegen import plan
from copilot.codegen.change.edit import edit
from copilot.codegen.spec import ExperimentSpec
from copilot.core.catalogue import load_catalogue

CATALOGUE = load_catalogue()


def made(words: str) -> tuple[dict[str, Any], str]:
    found = plan(words, CATALOGUE)
    assert isinstance(found.spec, ExperimentSpec)
    kwargs = {k: v for k, v in found.spec.train_kwargs.items() if k.endswith("_interval")}
    return kwargs, "\n".join(found.notes)


@pytest.mark.parametrize(
    ("words", "expected", "told"),
    [
        ("PPO on CartPole, save every 50k", {"save_interval": 49}, "50000 steps are 48.8"),
        ("PPO on CartPole, log every 10k, eval every 20k", {"log_interval": 10, "eval_interval": 20}, "counts updates"),
        ("PPO on CartPole, eval interval 10000", {"eval_interval": 10}, "counts updates"),
        ("PPO on CartPole, every 10k an evaluation", {"eval_interval": 10}, "counts updates"),
        ("用 PPO 训练 CartPole，每 1 万评估一次", {"eval_interval": 10}, "counts updates"),
        ("用 PPO 训练 CartPole，评估间隔 5000", {"eval_interval": 5}, "counts updates"),
        ("DQN on CartPole, save every 20k, eval every 10k", {"save_interval": 20000, "eval_interval": 10000}, ""),
        ("DQN on CartPole, log every 10k", {}, "Left out: log_interval of DQN counts episodes"),
        ("PPO on CartPole, evaluate every 5", {"eval_interval": 5}, "names no unit; PPO counts updates"),
        ("SAC on Pendulum, log every 10", {"log_interval": 10}, "names no unit; SAC counts episodes"),
    ],
)
def test_large_numbers_without_a_unit_are_steps(words: str, expected: dict[str, Any], told: str) -> None:
    kwargs, notes = made(words)
    assert kwargs == expected
    assert told in notes and "Not understood" not in notes


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("PPO on CartPole, evaluate every 20 updates", {"eval_interval": 20}),
        ("PPO on CartPole, log_interval=5", {"log_interval": 5}),
        ("PPO on CartPole, eval_interval 10", {"eval_interval": 10}),
        ("SAC on Pendulum, evaluate every 500, log every 5 episodes", {"eval_interval": 500, "log_interval": 5}),
    ],
)
def test_what_is_said_needs_no_note(words: str, expected: dict[str, Any]) -> None:
    kwargs, notes = made(words)
    assert kwargs == expected
    assert "_interval" not in notes and "Not understood" not in notes


@pytest.mark.parametrize("words", ["evaluate every 2000 updates", "eval_interval=2000"])
def test_one_that_never_comes_is_told(words: str) -> None:
    kwargs, notes = made(f"PPO on CartPole, {words}")
    assert kwargs == {"eval_interval": 2000}
    assert "more than the whole run of 98304 steps" in notes


@pytest.mark.parametrize(
    ("words", "name", "value"),
    [
        ("DQN on CartPole, target update every 10 updates", "target_update_freq", 20),
        ("DQN on CartPole, target update every 500 steps", "target_update_freq", 500),
        ("DQN on CartPole, target update every 500", "target_update_freq", 500),
        ("SAC on Pendulum, update every 2 steps, target update every 500 steps", "critic_target_update_freq", 250),
        ("SAC on Pendulum, target update every 5 updates", "critic_target_update_freq", 5),
    ],
)
def test_those_of_targets(words: str, name: str, value: int) -> None:
    found = plan(words, CATALOGUE)
    assert isinstance(found.spec, ExperimentSpec)
    assert found.spec.agent_kwargs[name] == value


def test_in_changes_too() -> None:
    found = plan("PPO on CartPole", CATALOGUE)
    assert isinstance(found.spec, ExperimentSpec)
    changed = edit("save every 50k", found.spec, CATALOGUE)
    assert isinstance(changed.spec, ExperimentSpec)
    assert changed.spec.train_kwargs["save_interval"] == 49
