"""The encoder for vectors and labels that need none."""

from __future__ import annotations

from typing import Annotated, Any

import gymnasium as gym
import torch as th

from rllte.core.bases import BaseEncoder
from rllte.core.registry import Param, register
from rllte.core.spaces import flat_size


@register(
    "encoder",
    aliases=("identity", "no encoder"),
    observation_spaces=("Box1", "Discrete", "MultiDiscrete", "MultiBinary"),
)
class IdentityEncoder(BaseEncoder):
    """Hands observations on as vectors of float32: labels as one-hot vectors, bytes scaled to [0, 1].

    Its feature size is that of such a vector; `feature_dim` is accepted for the common signature and not used.
    """

    def __init__(
        self,
        observation_space: gym.Space[Any],
        feature_dim: Annotated[int, Param("accepted and not used: features have the observation's size")] = 64,
    ) -> None:
        super().__init__(observation_space, flat_size(observation_space))

    def forward(self, obs: th.Tensor) -> th.Tensor:
        """(B, *obs_shape) to (B, feature_dim) float32."""
        features: th.Tensor = self.preprocess(obs).flatten(1)
        return features
