"""Factors and steps become values; what has no number has no double."""

from __future__ import annotations

import pytest

from copilot.codegen import ExperimentSpec
from copilot.codegen.change.relative import absolute, current
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import InvalidRequest

CATALOGUE = load_catalogue()
SPEC = ExperimentSpec(agent="PPO", env_id="CartPole-v1", num_envs=8, num_train_steps=1000, agent_kwargs={"lr": 0.003})


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("double the batch size", "batch_size=512"),
        ("half the learning rate please", "lr=0.0015  please"),
        ("twice as many environments", "num_envs=16"),
        ("train 3 times longer", "train  num_train_steps=3000"),
        ("use 2x the environments", "use  num_envs=16"),
        ("环境数减半", "num_envs=4"),
        ("500 more steps", "num_train_steps=1500"),
        ("再训练 500 步", "num_train_steps=1500"),
        ("half a million steps", "half a million steps"),
        ("use 16 environments", "use 16 environments"),
    ],
)
def test_factors_and_steps(text: str, wanted: str) -> None:
    assert absolute(text, SPEC, CATALOGUE).strip() == wanted


def test_no_factor_of_what_is_no_number() -> None:
    with pytest.raises(InvalidRequest, match="nothing to multiply"):
        absolute("double the normalize_obs", SPEC, CATALOGUE)
    assert current("nonsense", SPEC, CATALOGUE) is None
