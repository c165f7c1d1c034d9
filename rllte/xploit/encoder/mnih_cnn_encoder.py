"""The convolutional encoder of DQN's Nature paper."""

from __future__ import annotations

from typing import Annotated, Any

import gymnasium as gym
import torch as th
from torch import nn

from rllte.core.bases import BaseEncoder
from rllte.core.errors import SpaceError
from rllte.core.registry import Paper, Param, register
from rllte.core.spaces import observation_kind
from rllte.nn import flat_output

SMALLEST = 36
"""Three convolutions of 8/4, 4/2 and 3/1 leave nothing of a smaller image."""


@register(
    "encoder",
    paper=Paper("Human-level control through deep reinforcement learning", doi="10.1038/nature14236"),
    aliases=("nature cnn", "mnih cnn", "cnn", "dqn cnn"),
    observation_spaces=("Box3",),
)
class MnihCnnEncoder(BaseEncoder):
    """Three convolutions (32 of 8x8/4, 64 of 4x4/2, 64 of 3x3/1) with ReLU, then a linear layer with ReLU.

    Takes images of at least 36 x 36, channels first; uint8 is scaled to [0, 1] here, so storages keep bytes.
    """

    def __init__(
        self,
        observation_space: gym.Space[Any],
        feature_dim: Annotated[int, Param("size of the features", low=1)] = 512,
    ) -> None:
        super().__init__(observation_space, feature_dim)
        if observation_kind(observation_space) != "Box3":
            raise SpaceError(f"MnihCnnEncoder takes images (channels, height, width); received {observation_space}.")
        channels, height, width = self.obs_shape
        if min(height, width) < SMALLEST:
            raise SpaceError(
                f"MnihCnnEncoder takes images of at least {SMALLEST} x {SMALLEST}; received {height} x {width}. "
                "Is the shape channels first (channels, height, width)?"
            )
        self.convolutions = nn.Sequential(
            nn.Conv2d(channels, 32, 8, stride=4),
            nn.ReLU(),
            nn.Conv2d(32, 64, 4, stride=2),
            nn.ReLU(),
            nn.Conv2d(64, 64, 3, stride=1),
            nn.ReLU(),
            nn.Flatten(),
        )
        size = flat_output(self.convolutions, self.obs_shape)
        self.trunk = nn.Sequential(nn.Linear(size, feature_dim), nn.ReLU())
        self._scale = 1 / 255.0 if observation_space.dtype == "uint8" else 1.0

    def forward(self, obs: th.Tensor) -> th.Tensor:
        """(B, C, H, W), uint8 in [0, 255] or float32, to (B, feature_dim) float32."""
        features: th.Tensor = self.trunk(self.convolutions(obs.float() * self._scale))
        return features
