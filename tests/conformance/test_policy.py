"""Every registered policy passes its suite, for every kind of observation and action that it declares."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch as th

from rllte.conformance.policy import FEATURES, DistributedSuite, OffPolicySuite, OnPolicySuite, RecurrentSuite
from rllte.core.registry import Component, load_all
from rllte.xploit.policy import DistributedActorLearner, OffPolicyDetActorDoubleCritic
from rllte.xplore.distribution import EpsilonGreedy, NormalNoise, SquashedNormal, distribution_for

COMPONENTS = [entry for entry in load_all() if entry.primitive == "policy"]
VECTOR = gym.spaces.Box(-1.0, 1.0, (3,))
OBSERVATIONS: dict[str, gym.Space[Any]] = {
    "Box1": VECTOR,
    "Box3": gym.spaces.Box(0, 255, (2, 4, 4), np.uint8),
    "Discrete": gym.spaces.Discrete(6),
    "MultiDiscrete": gym.spaces.MultiDiscrete([3, 2]),
    "MultiBinary": gym.spaces.MultiBinary(3),
    "Dict": gym.spaces.Dict({"state": VECTOR, "image": gym.spaces.Box(0, 255, (1, 4, 4), np.uint8)}),
}
ACTIONS: dict[str, gym.Space[Any]] = {
    "Discrete": gym.spaces.Discrete(4),
    "Box": gym.spaces.Box(np.float32([-2, 0]), np.float32([2, 9])),
    "MultiDiscrete": gym.spaces.MultiDiscrete([3, 2]),
    "MultiBinary": gym.spaces.MultiBinary(3),
}


def acting(entry: Component, space: gym.Space[Any]) -> Any:
    if entry.name.startswith("OffPolicy"):
        if "QNetwork" in entry.name:
            return EpsilonGreedy("0.5")
        if isinstance(space, gym.spaces.Box):
            return SquashedNormal() if "Stoch" in entry.name else NormalNoise()
    return distribution_for(space)


def suite(entry: Component, observation: str, action: str, **more: Any) -> Any:
    base: Any = OffPolicySuite if entry.name.startswith("OffPolicy") else OnPolicySuite
    if getattr(entry.cls, "recurrent", False):
        base = RecurrentSuite
    if hasattr(entry.cls, "behaviour"):
        base = DistributedSuite

    class Suite(base):  # type: ignore[misc]
        observation_space = OBSERVATIONS[observation]
        action_space = ACTIONS[action]

        def make(self) -> Any:
            return entry.cls(self.observation_space, self.action_space, FEATURES, 8, **more)

        def distribution(self) -> Any:
            return acting(entry, self.action_space)

    return Suite()


def checks(found: Any) -> list[str]:
    return [name for name in dir(found) if name.startswith("test_")]


CASES = [
    (entry, observation, action)
    for entry in COMPONENTS
    for observation in entry.observation_spaces
    for action in entry.action_spaces
]


@pytest.mark.parametrize(("entry", "observation", "action"), CASES, ids=lambda value: getattr(value, "name", value))
def test_every_policy(entry: Component, observation: str, action: str) -> None:
    variants: list[dict[str, Any]] = [{}, {"use_lstm": True}] if hasattr(entry.cls, "behaviour") else [{}]
    for found in (suite(entry, observation, action, **more) for more in variants):
        for check in checks(found):
            getattr(found, check)()


def test_no_policy_is_missing() -> None:
    assert {entry.name for entry, _, _ in CASES} >= {entry.name for entry in COMPONENTS}
    assert sum(entry.name.startswith("OffPolicy") for entry in COMPONENTS) == 4


class Forgetful(OffPolicyDetActorDoubleCritic):
    """Wrong in what the suite looks for: new weights when frozen, an actor without optimiser, actions beyond the bounds."""

    def freeze(self, encoder: Any, dist: Any) -> None:
        super().freeze(encoder, dist)
        with th.no_grad():
            self.actor[-1].bias.add_(1.0)
        del self.optimizers["actor_opt"]

    def forward(self, obs: Any, training: bool = True) -> th.Tensor:
        actions = 30 * super().forward(obs, training)
        return actions + th.randn_like(actions)


@pytest.mark.parametrize(
    "check",
    [
        "test_freeze_changes_no_weight_and_builds_optimisers_over_all_of_them",
        "test_actions_of_boxes_are_within_one",
        "test_greedy_actions_are_certain_and_sampled_ones_are_seeded",
    ],
)
def test_the_suite_sees_what_is_wrong(check: str) -> None:
    class Suite(OffPolicySuite):
        def make(self) -> Any:
            return Forgetful(self.observation_space, self.action_space, FEATURES, 8)

        def distribution(self) -> Any:
            return NormalNoise()

    with pytest.raises(AssertionError):
        getattr(Suite(), check)()


class Alias(DistributedActorLearner):
    """Wrong: its copy is itself."""

    def behaviour(self) -> Any:
        return self.share_memory().requires_grad_(False)


class Statless(DistributedActorLearner):
    """Wrong: weights alone are published."""

    def publish(self, acting: Any) -> None:
        acting.load_state_dict(dict(self.named_parameters()), strict=False)


@pytest.mark.parametrize(("wrong", "words"), [(Alias, "unpublished"), (Statless, "statistics")])
def test_the_suite_sees_a_copy_that_is_none_or_of_weights_alone(wrong: Any, words: str) -> None:
    class Suite(DistributedSuite):
        def make(self) -> Any:
            return wrong(self.observation_space, self.action_space, FEATURES, 8)

        def distribution(self) -> Any:
            return distribution_for(self.action_space)

    with pytest.raises(AssertionError, match=words):
        Suite().test_a_copy_acts_as_the_learner_once_published()
