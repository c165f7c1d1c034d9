"""An epsilon is of the optimiser, of the clipping or of exploration; where only its size tells, that is said."""

from __future__ import annotations

from typing import Any

import pytest

from copilot.codegen import plan
from copilot.codegen.spec import ExperimentSpec
from copilot.core.catalogue import load_catalogue

CATALOGUE = load_catalogue()
_NAMES = ("eps", "clip_range", "epsilon_schedule")
_EXPLORES = "linear(1.0, 0.04, 8000)"


def made(words: str) -> tuple[dict[str, Any], str]:
    found = plan(words, CATALOGUE)
    assert isinstance(found.spec, ExperimentSpec)
    return {k: v for k, v in found.spec.agent_kwargs.items() if k in _NAMES}, "\n".join(found.notes)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("DQN on CartPole, eps 0.01", {"epsilon_schedule": "constant(0.01)"}),
        ("DQN on CartPole with eps=0.05", {"epsilon_schedule": "constant(0.05)"}),
        ("DQN on CartPole, eps of 0.02 at the end", {"epsilon_schedule": "linear(1.0, 0.02, 8000)"}),
        ("DQN on CartPole with eps-greedy 0.1", {"epsilon_schedule": "constant(0.1)"}),
        ("用 DQN 训练 CartPole，最终eps 0.01", {"epsilon_schedule": "linear(1.0, 0.01, 8000)"}),
        ("DQN on CartPole with epsilon 1e-5", {"eps": 1e-5, "epsilon_schedule": _EXPLORES}),
        ("PPO on CartPole, eps 0.1", {"clip_range": 0.1}),
        ("PPO on CartPole, eps=0.3", {"clip_range": 0.3}),
        ("PPO on CartPole, clipping with eps 0.3", {"clip_range": 0.3}),
        ("PPO with NGU on CartPole, epsilon 0.1", {"clip_range": 0.1}),
        ("用 PPO 训练 CartPole，ε=0.3", {"clip_range": 0.3}),
        ("PPO on CartPole with epsilon = 1e-8", {"clip_range": 0.2, "eps": 1e-8}),
    ],
)
def test_by_the_size_with_a_note(words: str, expected: dict[str, Any]) -> None:
    kwargs, notes = made(words)
    assert kwargs == expected
    assert "is taken as the" in notes and "Not understood" not in notes


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("DQN on CartPole with adam eps 1e-5", {"eps": 1e-5, "epsilon_schedule": _EXPLORES}),
        ("DQN on CartPole with Adam's epsilon 1.5e-4, epsilon 0.05",
         {"eps": 1.5e-4, "epsilon_schedule": "constant(0.05)"}),
        ("DQN on CartPole, Adam's epsilon 1.5e-4 and epsilon 0.05",
         {"eps": 1.5e-4, "epsilon_schedule": "constant(0.05)"}),
        ("DQN on CartPole, eps 1.0 -> 0.05 over 20k steps", {"epsilon_schedule": "linear(1.0, 0.05, 20000)"}),
        ("DQN on CartPole, eps decays from 1 to 0.02 in 10k steps", {"epsilon_schedule": "linear(1.0, 0.02, 10000)"}),
        ("DQN on CartPole, final eps 0.01", {"epsilon_schedule": "linear(1.0, 0.01, 8000)"}),
        ("DQN on CartPole, initial eps 0.5", {"epsilon_schedule": "linear(0.5, 0.04, 8000)"}),
        ("DQN on CartPole, initial epsilon 0.9, final epsilon 0.1", {"epsilon_schedule": "linear(0.9, 0.1, 8000)"}),
        ("DQN on CartPole, exploration fraction 0.2, final eps 0.05", {"epsilon_schedule": "linear(1.0, 0.05, 10000)"}),
        ("DQN on CartPole, epsilon start 1.0, epsilon end 0.05, epsilon decay steps 10k",
         {"epsilon_schedule": "linear(1.0, 0.05, 10000)"}),
        ("DQN on CartPole with epsilon 0.1", {"epsilon_schedule": "constant(0.1)"}),
        ("PPO on CartPole, clip 0.1, eps 1e-5", {"clip_range": 0.1, "eps": 1e-5}),
        ("PPO on CartPole, adam eps 0.1", {"clip_range": 0.2, "eps": 0.1}),
        ("PPO on CartPole with eps 0.1 for Adam", {"clip_range": 0.2, "eps": 0.1}),
        ("PPO on CartPole, clip eps 0.3", {"clip_range": 0.3}),
        ("A2C on CartPole, eps 0.1", {"eps": 0.1}),
        ("SAC on Pendulum, eps 1e-5", {"eps": 1e-5}),
    ],
)  # fmt: skip
def test_where_words_tell_there_is_no_note(words: str, expected: dict[str, Any]) -> None:
    kwargs, notes = made(words)
    assert kwargs == expected
    assert "is taken as the" not in notes


def test_beside_a_module_it_is_the_modules() -> None:
    found = plan("PPO on CartPole with NGU with epsilon 0.1", CATALOGUE)
    assert isinstance(found.spec, ExperimentSpec)
    assert found.spec.modules["reward"].kwargs == {"kernel_epsilon": 0.1}
