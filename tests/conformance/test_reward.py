"""Every registered intrinsic reward passes the suite that ships with the package, in every kind of space it declares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import torch as th
from torch import nn

from rllte.common.prototype import BaseReward
from rllte.conformance.reward import RewardSuite
from rllte.core.registry import Component, load_all
from rllte.core.spaces import ACTION_KINDS, OBSERVATION_KINDS
from rllte.xplore.reward import RE3, RND, Fabric

COMPONENTS = [entry for entry in load_all() if entry.primitive == "reward"]
CHECKS = sorted(name for name in vars(RewardSuite) if name.startswith("test_"))
SMALL: dict[str, Any] = {"latent_dim": 8, "batch_size": 64}


def small(cls: Any, envs: Any, **kwargs: Any) -> BaseReward:
    """A reward with small networks; the sum is of one that learns and one that remembers."""
    if cls is Fabric:
        return Fabric(small(RND, envs), small(RE3, envs), **kwargs)
    names = cls.__init__.__wrapped__.__code__.co_varnames if hasattr(cls.__init__, "__wrapped__") else ()
    made: BaseReward = cls(envs, **{name: value for name, value in SMALL.items() if name in names}, **kwargs)
    return made


def suite(cls: Any, observation_kinds: tuple[str, ...], action_kinds: tuple[str, ...]) -> RewardSuite:
    class Suite(RewardSuite):
        def make(self, envs: Any, **kwargs: Any) -> BaseReward:
            return small(cls, envs, **kwargs)

    made = Suite()
    made.observation_kinds, made.action_kinds = observation_kinds, action_kinds
    return made


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("entry", COMPONENTS, ids=lambda entry: entry.name)
def test_every_reward(entry: Component, check: str) -> None:
    getattr(suite(entry.cls, entry.observation_spaces, entry.action_spaces), check)()


def test_no_reward_is_missing_and_all_take_every_space() -> None:
    """RLLTE's defect 14: continuous actions of more than one dimension; defect 15: files that cannot be imported."""
    assert {entry.name for entry in COMPONENTS} >= {"RND", "ICM", "GIRM", "RIDE", "Disagreement", "E3B", "Fabric"}
    for entry in COMPONENTS:
        assert set(entry.observation_spaces) == set(OBSERVATION_KINDS), entry.name
        assert set(entry.action_spaces) == set(ACTION_KINDS), entry.name


class Broken(BaseReward):
    """Wrong in every way that the suite looks for."""

    def __init__(self, envs: Any, **kwargs: Any) -> None:
        super().__init__(envs, **kwargs)
        self.network, self.secret = nn.Linear(1, 1), th.zeros(())

    def compute(self, samples: Mapping[str, Any], sync: bool = True) -> th.Tensor:
        self.secret = self.secret + th.rand(())
        self.rwd_norm.update(samples["rewards"].detach().flatten())
        samples["rewards"].detach().mul_(2.0)
        return (samples["rewards"] * float("nan") + self.secret).double()

    def update(self, samples: Mapping[str, Any]) -> None:
        if samples["rewards"].requires_grad:
            samples["rewards"].sum().backward()


@pytest.mark.parametrize("check", CHECKS)
def test_the_suite_finds_a_broken_one(check: str) -> None:
    with pytest.raises((AssertionError, RuntimeError)):
        getattr(suite(Broken, ("Box1",), ("Discrete",)), check)()
