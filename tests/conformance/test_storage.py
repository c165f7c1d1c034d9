"""Every registered storage passes its suite, for every kind of observation and action that it declares."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import pytest

from rllte.conformance.storage import DistributedSuite, RecurrentRolloutSuite, ReplaySuite, RolloutSuite, refused
from rllte.core.registry import Component, load_all
from rllte.xploit.storage import HerReplayStorage, VanillaReplayStorage, VanillaRolloutStorage

COMPONENTS = [entry for entry in load_all() if entry.primitive == "storage"]
VECTOR = gym.spaces.Box(-1.0, 1.0, (3,))
OBSERVATIONS: dict[str, gym.Space[Any]] = {
    "Box1": VECTOR,
    "Box3": gym.spaces.Box(0, 255, (2, 4, 4), np.uint8),
    "Box": gym.spaces.Box(-1.0, 1.0, (2, 2)),
    "Discrete": gym.spaces.Discrete(200),
    "MultiDiscrete": gym.spaces.MultiDiscrete([200, 200]),
    "MultiBinary": gym.spaces.MultiBinary(3),
    "Dict": gym.spaces.Dict(
        {
            "observation": gym.spaces.Box(0, 255, (1, 4, 4), np.uint8),
            "achieved_goal": VECTOR,
            "desired_goal": VECTOR,
            "code": gym.spaces.Discrete(200),
        }
    ),
}
ACTIONS: dict[str, gym.Space[Any]] = {
    "Discrete": gym.spaces.Discrete(4),
    "Box": gym.spaces.Box(-1.0, 1.0, (2,)),
    "MultiDiscrete": gym.spaces.MultiDiscrete([3, 2]),
    "MultiBinary": gym.spaces.MultiBinary(3),
}
SUITES = {
    "Replay": ReplaySuite,
    "RecurrentRollout": RecurrentRolloutSuite,
    "Rollout": RolloutSuite,
    "Distributed": DistributedSuite,
}


def suite(entry: Component, observation: str, action: str, **kwargs: Any) -> Any:
    """The suite that the name of the storage asks for, with the component in it."""
    base = next(found for word, found in SUITES.items() if f"{word}Storage" in entry.name)
    if entry.cls is HerReplayStorage:
        kwargs = {"num_goals": 0, "reward_fn": lambda reached, wanted, infos: np.ones(len(reached)), **kwargs}

    class Suite(base):  # type: ignore[misc, valid-type]
        observation_space = OBSERVATIONS[observation]
        action_space = ACTIONS[action]

        def make(self, storage_size: int, batch_size: int, num_envs: int) -> Any:
            sizes = {"storage_size": storage_size, "batch_size": batch_size, "num_envs": num_envs}
            return entry.cls(self.observation_space, self.action_space, **sizes, **kwargs)

    return Suite()


def checks(suite: Any) -> list[str]:
    return [name for name in dir(suite) if name.startswith("test_")]


PAIRS = [
    (entry, observation, action)
    for entry in COMPONENTS
    for observation in entry.observation_spaces
    for action in entry.action_spaces
]


@pytest.mark.parametrize(("entry", "observation", "action"), PAIRS, ids=lambda x: getattr(x, "name", x))
def test_every_storage(entry: Component, observation: str, action: str) -> None:
    found = suite(entry, observation, action)
    assert len(checks(found)) >= 2
    for check in checks(found):
        getattr(found, check)()


@pytest.mark.parametrize("name", ["VanillaReplayStorage", "PrioritizedReplayStorage"])
def test_replays_with_returns_of_several_steps(name: str) -> None:
    (entry,) = (entry for entry in COMPONENTS if entry.name == name)
    found = suite(entry, "Box1", "Discrete", n_step=3)
    for check in checks(found):
        getattr(found, check)()


def test_no_storage_is_missing() -> None:
    assert {entry.name for entry in COMPONENTS} >= {
        "VanillaRolloutStorage", "DictRolloutStorage", "VanillaReplayStorage", "DictReplayStorage",
        "NStepReplayStorage", "PrioritizedReplayStorage", "HerReplayStorage", "VanillaDistributedStorage",
    }  # fmt: skip
    assert all(entry.observation_spaces and entry.action_spaces for entry in COMPONENTS)


class Forgetful(VanillaReplayStorage):
    """Ends of episodes are lost."""

    def add(self, *args: Any, **kwargs: Any) -> None:
        kwargs["infos"] = {}
        super().add(*args, **kwargs)


class Late(VanillaRolloutStorage):
    """Loses the last step."""

    def sample(self) -> Any:
        self.step -= 1
        yield from super().sample()


@pytest.mark.parametrize(
    ("cls", "base", "check"),
    [
        (Forgetful, ReplaySuite, "test_a_batch_is_what_was_added"),
        (Late, RolloutSuite, "test_every_sample_comes_once"),
    ],
)
def test_the_suite_finds_what_is_wrong(cls: Any, base: Any, check: str) -> None:
    class Suite(base):  # type: ignore[misc]
        def make(self, storage_size: int, batch_size: int, num_envs: int) -> Any:
            sizes = {"storage_size": storage_size, "batch_size": batch_size, "num_envs": num_envs}
            return cls(self.observation_space, self.action_space, "cpu", **sizes)

    with pytest.raises(AssertionError):
        getattr(Suite(), check)()


def test_a_call_that_is_not_refused_fails_the_suite() -> None:
    with pytest.raises(AssertionError, match="expected a ParameterError"):
        refused(dict)
