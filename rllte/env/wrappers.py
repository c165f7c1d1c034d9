"""Wrappers of single environments that more than one suite needs."""

from __future__ import annotations

from collections import deque
from typing import Annotated, Any

import gymnasium as gym
import numpy as np

from rllte.core.errors import SpaceError
from rllte.core.registry import Param, checked


class FrameStack(gym.Wrapper[Any, Any, Any, Any]):
    """The last k observations, one after the other along the first axis, the newest at the end.

    Images (C, H, W) become (k*C, H, W) and vectors (D,) become (k*D,). After a reset all k are the first observation.

    Args:
        env: an environment that observes a Box.
        k: number of observations, at least 1.

    Raises:
        ParameterError: k below 1.
        SpaceError: observations that are no Box, or have no axis.
    """

    @checked
    def __init__(self, env: gym.Env[Any, Any], k: Annotated[int, Param("frames", low=1)]) -> None:
        super().__init__(env)
        space = env.observation_space
        if not isinstance(space, gym.spaces.Box) or not space.shape:
            raise SpaceError(f"FrameStack stacks Box observations of one axis or more; received {space}.")
        low, high = (np.concatenate([bound] * k, axis=0) for bound in (space.low, space.high))
        self.observation_space = gym.spaces.Box(low, high, dtype=space.dtype)  # type: ignore[arg-type]  # a dtype, not a class
        self._frames: deque[Any] = deque(maxlen=k)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Begin an episode with k times its first observation."""
        observation, info = self.env.reset(seed=seed, options=options)
        self._frames.extend([observation] * (self._frames.maxlen or 1))
        return np.concatenate(self._frames, axis=0), info

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        """Act, and let the oldest observation go."""
        observation, *rest, info = self.env.step(action)
        self._frames.append(observation)
        return np.concatenate(self._frames, axis=0), rest[0], rest[1], rest[2], info


class ChannelsFirst(gym.ObservationWrapper[Any, Any, Any]):
    """Images (H, W, C) as (C, H, W), which the encoders take."""

    def __init__(self, env: gym.Env[Any, Any]) -> None:
        super().__init__(env)
        space: Any = env.observation_space
        low, high = (np.moveaxis(bound, -1, 0) for bound in (space.low, space.high))
        self.observation_space = gym.spaces.Box(low, high, dtype=space.dtype)

    def observation(self, observation: Any) -> Any:
        """(C, H, W) of the same dtype."""
        return np.ascontiguousarray(np.moveaxis(observation, -1, 0))
