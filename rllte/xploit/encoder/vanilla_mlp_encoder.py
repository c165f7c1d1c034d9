"""The encoder for vectors that gain from a learned representation."""

from __future__ import annotations

from typing import Annotated, Any

import gymnasium as gym
import torch as th
from torch import nn

from rllte.core.bases import BaseEncoder
from rllte.core.registry import Param, register
from rllte.core.spaces import flat_size
from rllte.nn import mlp


@register("encoder", aliases=("mlp", "mlp encoder", "multilayer perceptron"), observation_spaces=("Box1",))
class VanillaMlpEncoder(BaseEncoder):
    """Two linear layers with ReLU: observation -> hidden_dim -> feature_dim."""

    def __init__(
        self,
        observation_space: gym.Space[Any],
        feature_dim: Annotated[int, Param("size of the features", low=1)] = 64,
        hidden_dim: Annotated[int, Param("width of the hidden layer", low=1)] = 64,
    ) -> None:
        super().__init__(observation_space, feature_dim)
        self.trunk = mlp((flat_size(observation_space), hidden_dim, feature_dim), nn.ReLU)

    def forward(self, obs: th.Tensor) -> th.Tensor:
        """(B, D) to (B, feature_dim) float32."""
        features: th.Tensor = self.trunk(obs.float().flatten(1))
        return features
