"""Updates for each step of the environments are no steps between updates, and no length of training."""

from __future__ import annotations

import pytest

from copilot.codegen import plan
from copilot.codegen.spec import ExperimentSpec
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import InvalidRequest

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("words", "every"),
    [
        ("SAC on Pendulum, one gradient step per env step", 1),
        ("DQN on CartPole, UTD ratio 1", 1),
        ("DQN on CartPole, 0.25 updates per step", 4),
        ("SAC on Pendulum, 1 gradient step every 4 steps", 4),
        ("SAC on Pendulum, update every 4 steps", 4),
        ("DQN on CartPole, gradient_steps=1", 2),
        ("DQN on CartPole, gradient steps 1, 30k steps", 2),
    ],
)
def test_updates_for_each_step(words: str, every: int) -> None:
    spec = plan(words, CATALOGUE).spec
    assert isinstance(spec, ExperimentSpec)
    assert spec.agent_kwargs.get("update_every_steps", 1) == every
    assert spec.num_train_steps > 1000


@pytest.mark.parametrize(
    "words",
    [
        "2 gradient steps per env step",
        "4 updates per step",
        "UTD ratio 4",
        "update-to-data ratio of 2",
        "每步更新 2 次",
    ],
)
def test_more_than_one_is_refused(words: str) -> None:
    with pytest.raises(InvalidRequest, match="makes one update"):
        plan(f"SAC on Pendulum, {words}", CATALOGUE)
