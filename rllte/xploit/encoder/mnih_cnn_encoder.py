"""The convolutional encoder of DQN's Nature paper."""

from __future__ import annotations

from typing import Annotated, Any

import gymnasium as gym
from torch import nn

from rllte.core.registry import Paper, Param, register
from rllte.xploit.encoder.image_encoder import ImageEncoder

SMALLEST = 36
"""Three convolutions of 8/4, 4/2 and 3/1 leave nothing of a smaller image; a test holds it against the layers."""


@register(
    "encoder",
    paper=Paper("Human-level control through deep reinforcement learning", doi="10.1038/nature14236"),
    aliases=("nature cnn", "mnih cnn", "cnn", "dqn cnn"),
    observation_spaces=("Box3",),
)
class MnihCnnEncoder(ImageEncoder):
    """Three convolutions (32 of 8x8/4, 64 of 4x4/2, 64 of 3x3/1) with ReLU, then a linear layer with ReLU.

    Takes images of at least 36 x 36, channels first; uint8 is scaled to [0, 1] here, so storages keep bytes.
    """

    def __init__(
        self,
        observation_space: gym.Space[Any],
        feature_dim: Annotated[int, Param("size of the features; 0: no linear layer", low=0)] = 512,
    ) -> None:
        super().__init__(observation_space, feature_dim)
        self.build(
            nn.Sequential(
                nn.Conv2d(self.obs_shape[0], 32, 8, stride=4),
                nn.ReLU(),
                nn.Conv2d(32, 64, 4, stride=2),
                nn.ReLU(),
                nn.Conv2d(64, 64, 3, stride=1),
                nn.ReLU(),
                nn.Flatten(),
            ),
            nn.ReLU(),
        )
