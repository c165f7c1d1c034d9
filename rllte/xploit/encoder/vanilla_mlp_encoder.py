"""The encoder for vectors and labels that gain from a learned representation."""

from __future__ import annotations

from typing import Annotated, Any

import gymnasium as gym
import torch as th
from torch import nn

from rllte.core.bases import BaseEncoder
from rllte.core.registry import Param, register
from rllte.nn import mlp


@register(
    "encoder",
    aliases=("mlp", "mlp encoder", "multilayer perceptron"),
    observation_spaces=("Box1", "Discrete", "MultiDiscrete", "MultiBinary"),
)
class VanillaMlpEncoder(BaseEncoder):
    """Two linear layers with ReLU: observation -> hidden_dim -> feature_dim. Labels go in as one-hot vectors."""

    def __init__(
        self,
        observation_space: gym.Space[Any],
        feature_dim: Annotated[int, Param("size of the features", low=1)] = 64,
        hidden_dim: Annotated[int, Param("width of the hidden layer", low=1)] = 64,
    ) -> None:
        super().__init__(observation_space, feature_dim)
        self.trunk = mlp((self.flat_size(), hidden_dim, feature_dim), nn.ReLU)

    def forward(self, obs: th.Tensor) -> th.Tensor:
        """(B, *obs_shape) to (B, feature_dim) float32."""
        features: th.Tensor = self.trunk(self.preprocess(obs).flatten(1))
        return features
