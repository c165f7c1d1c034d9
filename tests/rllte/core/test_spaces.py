"""Texts of spaces are equal exactly where the spaces are."""

from typing import Any

import gymnasium as gym
import numpy as np
import pytest

from rllte.core.spaces import channels_last, signature

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


BYTES = {"low": 0, "high": 255, "dtype": np.uint8}
PLANES = {"low": 0, "high": 1, "dtype": np.float32}
LAST = [(84, 84, 3), (84, 84, 1), (64, 64, 4), (210, 160, 3), (40, 44, 3), (16, 16, 3)]
FIRST = [
    *[
        (9, 84, 84),
        (3, 7, 7),
        (12, 5, 5),
        (4, 3, 3),
        (9, 4, 4),
        (6, 2, 2),
        (1, 1, 1),
        (3, 3, 3),
        (64, 1, 1),
        (64, 3, 3),
    ],
    *[
        (4, 84, 84),
        (3, 210, 160),
        (3, 160, 3),
        (16, 10, 4),
        (9, 10, 4),
        (12, 16, 4),
        (4, 4, 3),
        (128, 4, 4),
        (32, 3, 4),
    ],
]


@pytest.mark.parametrize("bounds", [BYTES, PLANES], ids=["bytes", "planes"])
def test_images_with_their_channels_last_are_known_without_a_false_alarm(bounds: dict[str, Any]) -> None:
    assert all(channels_last(gym.spaces.Box(shape=shape, **bounds)) for shape in LAST)
    assert not any(channels_last(gym.spaces.Box(shape=shape, **bounds)) for shape in FIRST)


def test_small_square_views_of_bytes_have_their_channels_last_too() -> None:
    assert channels_last(gym.spaces.Box(0, 255, (7, 7, 3), np.uint8))
    assert not channels_last(gym.spaces.Box(0, 1, (7, 7, 3), np.uint8))  # seven planes of a board
    assert not channels_last(gym.spaces.Box(0, 255, (16,), np.uint8))
