"""Texts of spaces are equal exactly where the spaces are."""

from typing import Any

import gymnasium as gym
import numpy as np
import pytest

from rllte.core.spaces import signature

SPACES: list[gym.Space[Any]] = [
    gym.spaces.Discrete(3),
    gym.spaces.Discrete(3, start=1),
    gym.spaces.Box(0, 1, (2,)),
    gym.spaces.Box(0, 1, (2, 1)),
    gym.spaces.Box(0, 1, (2,), np.float64),
    gym.spaces.Box(0, np.inf, (2,)),
    gym.spaces.Box(np.array([0, 0.001], np.float32), np.array([1, 1], np.float32)),
    gym.spaces.Box(0, 255, (3, 36, 36), np.uint8),
    gym.spaces.Box(np.arange(100, dtype=np.float32), np.float32(200)),
    gym.spaces.MultiDiscrete([2, 2]),
]


@pytest.mark.parametrize("space", SPACES, ids=str)
def test_each_has_its_own(space: gym.Space[Any]) -> None:
    assert [signature(other) == signature(space) for other in SPACES] == [other == space for other in SPACES]
    assert len(signature(space)) < 200
    with np.printoptions(precision=1, threshold=3):
        assert signature(space) in {signature(other) for other in SPACES}
