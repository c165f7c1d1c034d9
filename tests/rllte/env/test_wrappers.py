"""Stacked observations: order, the beginning of an episode, spaces."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import pytest

from rllte.core.errors import ParameterError, SpaceError
from rllte.env import FrameStack


class Film(gym.Env[Any, Any]):
    """Pictures (2, 3, 3) full of the number of the step."""

    observation_space = gym.spaces.Box(0, 9, (2, 3, 3), np.uint8)
    action_space = gym.spaces.Discrete(2)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        self.step_number = 1
        return np.full((2, 3, 3), 1, np.uint8), {}

    def step(self, action: Any) -> Any:
        self.step_number += 1
        return np.full((2, 3, 3), self.step_number, np.uint8), 0.0, False, False, {}


def test_the_newest_frame_is_last_and_an_episode_begins_with_copies_of_its_first() -> None:
    env = FrameStack(Film(), 3)
    first, _ = env.reset()
    assert env.observation_space.contains(first)
    assert env.observation_space.shape == (6, 3, 3)
    assert first[:, 0, 0].tolist() == [1, 1, 1, 1, 1, 1]
    seen = [env.step(0)[0][:, 0, 0].tolist() for _ in range(3)]
    assert seen == [[1, 1, 1, 1, 2, 2], [1, 1, 2, 2, 3, 3], [2, 2, 3, 3, 4, 4]]
    assert env.reset()[0][:, 0, 0].tolist() == [1, 1, 1, 1, 1, 1]


def test_vectors_are_stacked_with_their_bounds() -> None:
    env = FrameStack(gym.make("CartPole-v1"), 2)
    space = env.observation_space
    assert isinstance(space, gym.spaces.Box)
    assert space.shape == (8,)
    assert np.array_equal(space.high[:4], space.high[4:])
    assert env.reset(seed=1)[0].shape == (8,)


def test_what_cannot_be_stacked_is_refused() -> None:
    with pytest.raises(ParameterError, match="k is 0"):
        FrameStack(Film(), 0)
    with pytest.raises(ParameterError, match="k is 'a'"):
        FrameStack(Film(), "a")  # type: ignore[arg-type]
    with pytest.raises(SpaceError, match="Discrete"):
        FrameStack(gym.make("FrozenLake-v1"), 2)
