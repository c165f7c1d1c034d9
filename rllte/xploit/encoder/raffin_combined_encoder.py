"""The encoder of observations that are dicts."""

from __future__ import annotations

from typing import Annotated, Any

import gymnasium as gym
import torch as th
from torch import nn

from rllte.core.bases import BaseEncoder
from rllte.core.errors import SpaceError
from rllte.core.registry import Param, register
from rllte.core.spaces import observation_kind
from rllte.xploit.encoder.identity_encoder import IdentityEncoder
from rllte.xploit.encoder.select_image import image_encoder_for


@register(
    "encoder",
    aliases=("combined encoder", "dict encoder", "multi-input encoder"),
    observation_spaces=("Dict",),
)
class RaffinCombinedEncoder(BaseEncoder):
    """One encoder for each key, their features side by side in the order of the keys, then a linear layer with ReLU.

    Images (Box of three axes, channels first) go through convolutions to `cnn_output_dim` features each: those of
    `MnihCnnEncoder`, or of `PathakCnnEncoder` below 36 x 36. All else is flattened, labels as one-hot vectors. The idea
    is the combined extractor of Stable-Baselines3, which has no last linear layer.

    Raises:
        SpaceError: no Dict space, an empty one, or one with a Dict or Tuple inside.
    """

    def __init__(
        self,
        observation_space: gym.Space[Any],
        feature_dim: Annotated[int, Param("size of the features", low=1)] = 256,
        cnn_output_dim: Annotated[int, Param("size of the features of each image", low=1)] = 256,
    ) -> None:
        parts = observation_space.spaces if isinstance(observation_space, gym.spaces.Dict) else {}
        if not parts or any(isinstance(part, gym.spaces.Dict | gym.spaces.Tuple) for part in parts.values()):
            raise SpaceError(
                f"RaffinCombinedEncoder takes Dict observations of one level with at least one key; received "
                f"{observation_space}. Wrap the environment (gymnasium.wrappers.FlattenObservation) to have vectors."
            )
        super().__init__(observation_space, feature_dim)
        self.keys = tuple(sorted(parts))
        encoders = [
            image_encoder_for(parts[key], cnn_output_dim)
            if observation_kind(parts[key]) == "Box3"
            else IdentityEncoder(parts[key])
            for key in self.keys
        ]
        self.encoders = nn.ModuleList(encoders)
        self.trunk = nn.Sequential(nn.Linear(sum(encoder.feature_dim for encoder in encoders), feature_dim), nn.ReLU())

    def forward(self, obs: dict[str, th.Tensor]) -> th.Tensor:
        """A dict of (B, *shape) by key to (B, feature_dim) float32."""
        self.check_shape(obs)
        parts = [encoder(obs[key]) for key, encoder in zip(self.keys, self.encoders, strict=True)]
        features: th.Tensor = self.trunk(th.cat(parts, dim=1))
        return features
