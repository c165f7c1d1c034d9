"""Which encoder images go through where nobody chose one."""

from __future__ import annotations

from typing import Any

import gymnasium as gym

from rllte.core.spaces import observation_kind
from rllte.xploit.encoder.image_encoder import ImageEncoder
from rllte.xploit.encoder.mnih_cnn_encoder import SMALLEST, MnihCnnEncoder
from rllte.xploit.encoder.pathak_cnn_encoder import PathakCnnEncoder


def image_encoder_for(observation_space: gym.Space[Any], feature_dim: int) -> ImageEncoder:
    """`MnihCnnEncoder` for images that it can take, `PathakCnnEncoder` for smaller ones.

    Raises:
        SpaceError: no image.
    """
    images = observation_kind(observation_space) == "Box3"
    small = images and min((observation_space.shape or ())[1:]) < SMALLEST
    return (PathakCnnEncoder if small else MnihCnnEncoder)(observation_space, feature_dim)
