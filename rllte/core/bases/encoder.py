"""The contract of encoders. B samples."""

from __future__ import annotations

from abc import ABC
from typing import Annotated, Any

import gymnasium as gym
from torch import nn

from rllte.core.registry import Param, checked


class BaseEncoder(nn.Module, ABC):
    """Turns observations into features.

    Args:
        observation_space: what comes in, one observation of shape `(*observation_shape,)`.
        feature_dim: size of what goes out.

    `forward` takes (B, *observation_shape) and returns (B, feature_dim) float32.
    """

    @checked
    def __init__(
        self, observation_space: gym.Space[Any], feature_dim: Annotated[int, Param("size of the features", low=0)] = 0
    ) -> None:
        super().__init__()
        self.observation_space = observation_space
        self.obs_shape: tuple[int, ...] = tuple(observation_space.shape or ())
        self._feature_dim = feature_dim

    @property
    def feature_dim(self) -> int:
        """Size of the features."""
        return self._feature_dim
