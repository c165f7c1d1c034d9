"""The shape of curves, made ones and real ones."""

from __future__ import annotations

import random

import pytest

from copilot.codegen.suggest.curve import shape, shape_of
from copilot.codegen.suggest.records import RunRecord, Series
from tests.copilot.codegen.suggest.real import PPO, line, real, settled


def of(values: list[float]) -> str:
    return shape_of(Series([float(i) for i in range(len(values))], values)).kind


def test_shapes() -> None:
    assert of([5.0] * 40) == "flat"
    assert of(line(0, 100)) == "rising"
    assert of(settled(0, 100)) == "settled"
    assert of([*line(0, 100, 20), *line(100, 20, 20)]) == "fallen"
    assert of(line(0, 100, 5)) == "short"


@pytest.mark.parametrize("seed", range(5))
def test_noise_alone_does_not_rise(seed: int) -> None:
    chance = random.Random(seed)
    assert of([100 + chance.gauss(0, 20) for _ in range(40)]) == "flat"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("ppo_cartpole", "settled"),
        ("ppo_cartpole_short", "rising"),
        ("ppo_cartpole_lr1e6", "flat"),
        ("ppo_mountaincar_flat", "flat"),
        ("a2c_cartpole_collapse", "flat"),
        ("ppo_pendulum_default", "flat"),
        ("sac_pendulum_short", "short"),
        ("ppo_doorkey", "flat"),
    ],
)
def test_real_curves(name: str, kind: str) -> None:
    found = shape(real(name))
    assert found is not None and found.kind == kind


def test_the_mean_of_a_single_episode_is_no_beginning() -> None:
    found = shape(real("ppo_doorkey"))
    assert found is not None and found.first < 0.1  # its first row has 0.57


def test_a_run_in_which_no_episode_ended_has_no_shape() -> None:
    assert shape(RunRecord("a", 1, PPO, "ok", [{"kind": "train", "step": 1, "episode_reward": None}])) is None
