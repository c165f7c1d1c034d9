"""Which encoder observations go through where nobody chose one."""

from __future__ import annotations

from typing import Any

import gymnasium as gym

from rllte.core.bases import BaseEncoder
from rllte.core.spaces import observation_kind
from rllte.xploit.encoder.identity_encoder import IdentityEncoder
from rllte.xploit.encoder.raffin_combined_encoder import RaffinCombinedEncoder
from rllte.xploit.encoder.select_image import image_encoder_for


def encoder_for(observation_space: gym.Space[Any], feature_dim: int) -> BaseEncoder:
    """The encoder for an observation space: none for vectors and labels, convolutions for images, all of it for Dict.

    Args:
        feature_dim: size of the features where the encoder may choose it: of images and Dict observations.
    """
    kind = observation_kind(observation_space)
    if kind == "Dict":
        return RaffinCombinedEncoder(observation_space, feature_dim)
    return image_encoder_for(observation_space, feature_dim) if kind == "Box3" else IdentityEncoder(observation_space)
