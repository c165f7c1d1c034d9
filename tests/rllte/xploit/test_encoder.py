import gymnasium as gym
import numpy as np
import pytest
import torch as th

from rllte.core.errors import SpaceError
from rllte.xploit.encoder import IdentityEncoder, MnihCnnEncoder, VanillaMlpEncoder


def image(size: int) -> gym.spaces.Box:
    return gym.spaces.Box(0, 255, (4, size, size), np.uint8)


def test_vectors() -> None:
    space = gym.spaces.Box(-1, 1, (6,), np.float32)
    assert IdentityEncoder(space)(th.zeros(2, 6)).shape == (2, 6)
    assert VanillaMlpEncoder(space, feature_dim=5)(th.zeros(2, 6)).shape == (2, 5)


@pytest.mark.parametrize("size", [36, 64, 84])
def test_images_of_any_size_that_fits(size: int) -> None:
    assert MnihCnnEncoder(image(size), 32)(th.zeros(2, 4, size, size, dtype=th.uint8)).shape == (2, 32)


def test_too_small_an_image_is_refused_with_the_smallest_size() -> None:
    with pytest.raises(SpaceError, match="at least 36 x 36"):
        MnihCnnEncoder(image(35))
