"""What the encoders of images have in common."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import torch as th
from torch import nn

from rllte.core.bases import BaseEncoder
from rllte.core.errors import SpaceError
from rllte.core.spaces import byte_factor, check_channels, observation_kind


class ImageEncoder(BaseEncoder):
    """Convolutions, then a linear layer. A subclass calls `build` once.

    Images are channels first; on a CPU they are laid out with the channels last, which convolutions there run up to
    twice as fast on; shapes and weights stay as they are.

    Raises:
        SpaceError: no image, one with its channels last, or one that the convolutions cannot take.
    """

    def __init__(self, observation_space: gym.Space[Any], feature_dim: int) -> None:
        super().__init__(observation_space, feature_dim)
        if observation_kind(observation_space) != "Box3":
            raise SpaceError(
                f"{type(self).__name__} takes images (channels, height, width); received {observation_space}. "
                "Vectors go through IdentityEncoder or VanillaMlpEncoder, Dict observations through RaffinCombinedEncoder."
            )
        check_channels(type(self).__name__, observation_space)
        self._factor = byte_factor(observation_space)

    def build(self, convolutions: nn.Sequential, *after: nn.Module) -> None:
        """Keep the convolutions, flattened, with a linear layer of `feature_dim` and what comes after it.

        With `feature_dim` 0 the features are what the convolutions put out, and `feature_dim` becomes their number.
        """
        size = self.flat_size(convolutions)
        self.convolutions = convolutions
        self.trunk = nn.Sequential(nn.Linear(size, self.feature_dim), *after) if self.feature_dim else nn.Identity()
        self._feature_dim = self.feature_dim or size

    def preprocess(self, obs: th.Tensor) -> th.Tensor:
        """(B, C, H, W) as float32, bytes in [0, 1]."""
        self.check_shape(obs)
        layout = th.channels_last if obs.device.type == "cpu" else th.preserve_format
        images = obs.to(th.float32, memory_format=layout)
        if obs.dtype == th.uint8:
            return images.mul_(self._factor)  # the conversion made a new tensor, so that no other is needed
        return images if self._factor == 1.0 else images * self._factor

    def forward(self, obs: th.Tensor) -> th.Tensor:
        """(B, C, H, W), bytes or float32, to (B, feature_dim) float32."""
        features: th.Tensor = self.trunk(self.convolutions(self.preprocess(obs)))
        return features

    def _cannot_take(self, layers: nn.Module, error: RuntimeError) -> str:
        return f"{super()._cannot_take(layers, error)} PathakCnnEncoder and EspeholtResidualEncoder take images of any size."
