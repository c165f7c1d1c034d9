"""Schedules in words, whole and in part."""

from __future__ import annotations

import pytest

from copilot.codegen import plan
from copilot.codegen.settings.schedules import filled
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import InvalidRequest

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("words", "schedule"),
    [
        ("epsilon falling linearly from 1 to 0.02 within the first 5000 steps", "linear(1.0, 0.02, 5000)"),
        ("epsilon from 1 to 0.05 over the first 10k steps", "linear(1.0, 0.05, 10000)"),
        ("ε 在前 2 万步里从 1 线性降到 0.05", "linear(1.0, 0.05, 20000)"),
        ("epsilon annealed from 0.9 to 0.02 during 30k steps", "linear(0.9, 0.02, 30000)"),
        ("探索率 epsilon 固定 0.1", "constant(0.1)"),
        ("epsilon fixed at 0.05", "constant(0.05)"),
        ("epsilon=0.2", "constant(0.2)"),
        ("epsilon ends at 0.01", "linear(1.0, 0.01, 10000)"),
        ("two-stage epsilon: from 1.0 to 0.1 over 100k steps, then from there down to 0.01 over the following 400k",
         "step_linear(1.0, 0.1, 100000, 0.01, 400000)"),
        ("epsilon linear(1.0, 0.1, 3000)", "linear(1.0, 0.1, 3000)"),
    ],
)  # fmt: skip
def test_epsilon(words: str, schedule: str) -> None:
    spec = plan(f"DQN on Taxi, {words}", CATALOGUE).spec.model_dump()
    assert spec["agent_kwargs"] == {"epsilon_schedule": schedule}
    assert spec["num_train_steps"] == 100_000


def test_noise_of_an_agent() -> None:
    spec = plan(
        "DrQ-v2 on cheetah run, exploration noise decaying linearly from 1.0 to 0.2 during 200k steps", CATALOGUE
    )
    assert spec.spec.model_dump()["agent_kwargs"] == {"stddev_schedule": "linear(1.0, 0.2, 200000)"}


def test_no_probability() -> None:
    with pytest.raises(InvalidRequest, match="epsilon is 2"):
        plan("DQN on Taxi, epsilon from 2 to 0.1 in 5000 steps", CATALOGUE)


def test_gaps_are_filled_from_what_is_there() -> None:
    assert filled("linear(?, 0.02, 8000)", "linear(1.0, 0.1, 4000)") == "linear(1.0, 0.02, 8000)"
    assert filled("linear(?, 0.02, ?)", "constant(0.1)") is None
