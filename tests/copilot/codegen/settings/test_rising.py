"""The beta of a prioritised replay rises to 1: over how many steps is its own setting, no length of training."""

from __future__ import annotations

from typing import Any

import pytest

from copilot.codegen import plan
from copilot.codegen.spec import ExperimentSpec
from copilot.core.catalogue import load_catalogue

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("words", "expected", "steps"),
    [
        (
            "PER alpha 0.7 beta 0.5 annealed to 1 over 30k steps",
            {"beta": 0.5, "beta_steps": 30_000, "alpha": 0.7},
            100_000,
        ),
        ("PER beta 0.5, annealed to 1 over 30k steps, 60k steps", {"beta": 0.5, "beta_steps": 30_000}, 60_000),
        ("PER, beta annealed from 0.4 to 1 over 30k steps", {"beta": 0.4, "beta_steps": 30_000}, 100_000),
        ("PER, alpha 0.6, beta 0.5 -> 1", {"alpha": 0.6, "beta": 0.5}, 100_000),
        ("PER, β 从 0.5 升到 1，用 3 万步", {"beta": 0.5, "beta_steps": 30_000}, 100_000),
    ],
)
def test_beta_rises(words: str, expected: dict[str, Any], steps: int) -> None:
    made = plan(f"DQN on Taxi, {words}", CATALOGUE)
    assert isinstance(made.spec, ExperimentSpec)
    kwargs = made.spec.modules["storage"].kwargs
    assert {name: kwargs.get(name) for name in expected} == expected
    assert made.spec.num_train_steps == steps and not made.spec.train_kwargs.get("anneal_lr")
    assert not any("Not understood" in note for note in made.notes)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("DQN on Taxi, PER, beta annealed", "rises to 1 anyway"),
        ("PPO with RND on Acrobot, beta annealed", "falls by a rate, kappa"),
    ],
)
def test_a_schedule_of_which_nothing_is_said_is_no_rates(words: str, told: str) -> None:
    made = plan(words, CATALOGUE)
    assert isinstance(made.spec, ExperimentSpec)
    assert not made.spec.train_kwargs.get("anneal_lr")
    assert any(told in note for note in made.notes)
