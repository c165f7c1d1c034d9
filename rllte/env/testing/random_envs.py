"""Environments without meaning, of every kind of space: what runs in them runs with those spaces."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces

from rllte.core.errors import UnknownNameError
from rllte.core.registry import SEEDS, Param, checked
from rllte.env.make import vectorize
from rllte.env.torch_env import Gymnasium2Torch

ID = Param("StateObsEnv, PixelObsEnv or DictObsEnv")
COUNT = Param("environments side by side", low=1)
DEVICE = Param("where observations go")
SEED = Param("environment i is seeded with seed + i", **SEEDS)
APART = Param("one process per environment")

REWARD, END, LIMIT = 0.5, 0.05, 50


class RandomEnv(gym.Env[Any, Any]):
    """Random observations and a reward of 0.5; ends with probability 1/20, and is truncated after 50 steps.

    Args:
        observation_space: a Box with bounds, or a Dict of such.
        action_space: any.
    """

    def __init__(self, observation_space: gym.Space[Any], action_space: gym.Space[Any]) -> None:
        self.observation_space, self.action_space = observation_space, action_space
        self._steps = 0

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Begin an episode."""
        super().reset(seed=seed)
        self._steps = 0
        return self._observe(), {}

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Any action does the same."""
        self._steps += 1
        terminated = bool(self.np_random.random() < END)
        return self._observe(), REWARD, terminated, self._steps >= LIMIT and not terminated, {}

    def _observe(self) -> Any:
        space = self.observation_space
        if isinstance(space, spaces.Dict):
            return {key: self._draw(leaf) for key, leaf in space.spaces.items()}
        return self._draw(space)

    def _draw(self, space: Any) -> Any:
        if np.issubdtype(space.dtype, np.integer):
            return self.np_random.integers(0, 256, space.shape, dtype=space.dtype)
        return self.np_random.uniform(space.low, space.high).astype(space.dtype)


def _observations(env_id: str, size: int) -> gym.Space[Any]:
    image = spaces.Box(0, 255, (3, 84, 84), np.uint8)
    known: dict[str, Callable[[], gym.Space[Any]]] = {
        "StateObsEnv": lambda: spaces.Box(-1.0, 1.0, (size,), np.float32),
        "PixelObsEnv": lambda: image,
        "DictObsEnv": lambda: spaces.Dict({"image": image, "state": spaces.Box(-1.0, 1.0, (49,), np.float32)}),
    }
    if env_id not in known:
        raise UnknownNameError("environment for testing", env_id, known)
    return known[env_id]()


def _make(
    env_id: str, size: int, action_space: gym.Space[Any], num_envs: int, device: str, seed: int, asynchronous: bool
) -> Gymnasium2Torch:
    space = _observations(env_id, size)
    apart = asynchronous and num_envs > 1
    return vectorize(lambda: RandomEnv(space, action_space), num_envs, seed=seed, device=device, apart=apart)


@checked
def make_box_env(
    env_id: Annotated[str, ID] = "StateObsEnv",
    num_envs: Annotated[int, COUNT] = 1,
    device: Annotated[str, DEVICE] = "cpu",
    seed: Annotated[int, SEED] = 0,
    asynchronous: Annotated[bool, APART] = True,
) -> Gymnasium2Torch:
    """Random observations, seven actions in [-1, 1].

    Raises:
        UnknownNameError: an id that is none of the three.
    """
    return _make(env_id, 49, spaces.Box(-1.0, 1.0, (7,), np.float32), num_envs, device, seed, asynchronous)


@checked
def make_discrete_env(
    env_id: Annotated[str, ID] = "StateObsEnv",
    num_envs: Annotated[int, COUNT] = 1,
    device: Annotated[str, DEVICE] = "cpu",
    seed: Annotated[int, SEED] = 0,
    asynchronous: Annotated[bool, APART] = True,
) -> Gymnasium2Torch:
    """Random observations, one of seven actions.

    Raises:
        UnknownNameError: an id that is none of the three.
    """
    return _make(env_id, 49, spaces.Discrete(7), num_envs, device, seed, asynchronous)


@checked
def make_multibinary_env(
    env_id: Annotated[str, ID] = "StateObsEnv",
    num_envs: Annotated[int, COUNT] = 1,
    device: Annotated[str, DEVICE] = "cpu",
    seed: Annotated[int, SEED] = 0,
    asynchronous: Annotated[bool, APART] = True,
) -> Gymnasium2Torch:
    """Random observations, three switches.

    Raises:
        UnknownNameError: an id that is none of the three.
    """
    return _make(env_id, 7, spaces.MultiBinary(3), num_envs, device, seed, asynchronous)


@checked
def make_multidiscrete_env(
    env_id: Annotated[str, ID] = "StateObsEnv",
    num_envs: Annotated[int, COUNT] = 1,
    device: Annotated[str, DEVICE] = "cpu",
    seed: Annotated[int, SEED] = 0,
    asynchronous: Annotated[bool, APART] = True,
) -> Gymnasium2Torch:
    """Random observations, three choices among 2, 3 and 4.

    Raises:
        UnknownNameError: an id that is none of the three.
    """
    return _make(env_id, 7, spaces.MultiDiscrete([2, 3, 4]), num_envs, device, seed, asynchronous)
