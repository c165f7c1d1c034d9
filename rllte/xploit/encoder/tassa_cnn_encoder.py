"""The convolutional encoder for continuous control from pixels."""

from __future__ import annotations

from typing import Annotated, Any

import gymnasium as gym
import numpy as np
import torch as th
from torch import nn

from rllte.core.registry import Paper, Param, register
from rllte.xploit.encoder.image_encoder import ImageEncoder

FILTERS = 32
CENTRE = 0.5
"""Without it what all pictures share outweighs, after four convolutions with ReLU, what tells them apart."""
SMALLEST_UNPADDED = 15
"""Below this the paper's convolutions leave nothing, so that each is padded by 1; a test holds it against the layers."""


@register(
    "encoder",
    paper=Paper("Improving Sample Efficiency in Model-Free Reinforcement Learning from Images", arxiv="1910.01741"),
    aliases=("tassa cnn", "dmc cnn", "drq cnn", "sac-ae encoder"),
    observation_spaces=("Box3",),
)
class TassaCnnEncoder(ImageEncoder):
    """Four convolutions (32 of 3x3, the first of stride 2) with ReLU, then a linear layer, LayerNorm and tanh.

    Bytes become [-0.5, 0.5], as in the code of DrQ-v2's authors; images of floats are taken as they are. Features lie in
    (-1, 1). With `feature_dim=0` they are the convolutions' own, as DrQ-v2 takes them, whose actor and critics each begin
    with their own linear layer, LayerNorm and tanh. Images smaller than 15 x 15 are padded by 1 in each convolution, so that
    those of small grids fit; larger ones are not, as in the paper.
    """

    def __init__(
        self,
        observation_space: gym.Space[Any],
        feature_dim: Annotated[int, Param("size of the features; 0: only the convolutions", low=0)] = 50,
    ) -> None:
        super().__init__(observation_space, feature_dim)
        self._centre = CENTRE if observation_space.dtype == np.uint8 else 0.0
        padding = int(min(self.obs_shape[1:]) < SMALLEST_UNPADDED)
        layers: list[nn.Module] = []
        for channels, stride in ((self.obs_shape[0], 2), *[(FILTERS, 1)] * 3):
            layers += [nn.Conv2d(channels, FILTERS, 3, stride=stride, padding=padding), nn.ReLU()]
        self.build(nn.Sequential(*layers, nn.Flatten()), nn.LayerNorm(feature_dim), nn.Tanh())

    def preprocess(self, obs: th.Tensor) -> th.Tensor:
        """(B, C, H, W) as float32, bytes in [-0.5, 0.5], also those that an augmentation has made floats of."""
        return super().preprocess(obs) - self._centre
