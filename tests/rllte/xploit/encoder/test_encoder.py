"""Encoders: sizes, ranges, refusals."""

import gymnasium as gym
import numpy as np
import pytest
import torch as th

from rllte.core.errors import SpaceError
from rllte.xploit.encoder import IdentityEncoder, MnihCnnEncoder, VanillaMlpEncoder

VECTOR = gym.spaces.Box(-1, 1, (7,))


def image(size: int, channels: int = 3) -> gym.spaces.Box:
    return gym.spaces.Box(0, 255, (channels, size, size), np.uint8)


def test_identity_is_the_observation() -> None:
    encoder = IdentityEncoder(VECTOR, feature_dim=64)
    obs = th.randn(3, 7)
    assert encoder.feature_dim == 7
    th.testing.assert_close(encoder(obs), obs)


def test_mlp_has_the_asked_size() -> None:
    assert VanillaMlpEncoder(VECTOR, feature_dim=5, hidden_dim=9)(th.randn(3, 7)).shape == (3, 5)


@pytest.mark.parametrize(("size", "channels"), [(36, 1), (64, 3), (84, 4), (84, 9)])
def test_cnn_computes_its_size(size: int, channels: int) -> None:
    encoder = MnihCnnEncoder(image(size, channels), feature_dim=32)
    assert encoder(th.zeros(2, channels, size, size, dtype=th.uint8)).shape == (2, 32)


def test_cnn_scales_bytes_only() -> None:
    bytes_in = MnihCnnEncoder(image(36), 8)
    floats_in = MnihCnnEncoder(gym.spaces.Box(0, 1, (3, 36, 36)), 8)
    floats_in.load_state_dict(bytes_in.state_dict())
    pixels = th.randint(0, 256, (2, 3, 36, 36), dtype=th.uint8)
    th.testing.assert_close(bytes_in(pixels), floats_in(pixels / 255))


def test_cnn_refuses_what_is_too_small_and_says_the_smallest() -> None:
    with pytest.raises(SpaceError, match="at least 36 x 36"):
        MnihCnnEncoder(image(35))
    with pytest.raises(SpaceError, match="images"):
        MnihCnnEncoder(VECTOR)
