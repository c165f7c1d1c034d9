"""The convolutional encoder of curiosity, small enough for images of any size."""

from __future__ import annotations

from typing import Annotated, Any

import gymnasium as gym
from torch import nn

from rllte.core.registry import Paper, Param, register
from rllte.xploit.encoder.image_encoder import ImageEncoder

FILTERS = 32
LAYERS = 4


@register(
    "encoder",
    paper=Paper("Curiosity-driven Exploration by Self-supervised Prediction", arxiv="1705.05363"),
    aliases=("pathak cnn", "icm cnn", "curiosity cnn"),
    observation_spaces=("Box3",),
)
class PathakCnnEncoder(ImageEncoder):
    """Four convolutions (32 of 3x3/2, padded by 1) with ELU, then a linear layer with ELU; images of any size.

    The paper's features are the convolutions' own, 288 for its images of 42 x 42: `feature_dim=0` gives them.
    """

    def __init__(
        self,
        observation_space: gym.Space[Any],
        feature_dim: Annotated[int, Param("size of the features; 0: no linear layer", low=0)] = 288,
    ) -> None:
        super().__init__(observation_space, feature_dim)
        layers: list[nn.Module] = []
        for channels in (self.obs_shape[0], *[FILTERS] * (LAYERS - 1)):
            layers += [nn.Conv2d(channels, FILTERS, 3, stride=2, padding=1), nn.ELU()]
        self.build(nn.Sequential(*layers, nn.Flatten()), nn.ELU())
