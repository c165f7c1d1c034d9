"""Colours and textures through a random convolution."""

from __future__ import annotations

import math
from typing import Annotated

import torch as th
from torch.nn import functional as F

from rllte.core.bases import BaseAugmentation
from rllte.core.registry import Paper, Param, register

SIZE = 3


@register(
    "augmentation",
    paper=Paper(
        "Network Randomization: A Simple Technique for Generalization in Deep Reinforcement Learning",
        arxiv="1910.05396",
    ),
    aliases=("random conv", "network randomization"),
    observation_spaces=("Box3",),
)
class RandomConvolution(BaseAugmentation):
    """Puts each image through a 3x3 convolution with weights of its own, drawn from Xavier's normal distribution.

    Shapes stay, colours and textures change (Network Randomization). All frames of a stack share the weights.
    RGB frames mix their channels (3 to 3), grey ones are filtered alone. As in RAD a sigmoid brings the outcome into the
    range of the image. With probability `alpha` an image stays clean, as in the paper's mixture
    of the identity and random weights.
    """

    def __init__(
        self, alpha: Annotated[float, Param("probability that an image stays as it is", low=0, high=1)] = 0.1
    ) -> None:
        super().__init__()
        self.alpha = alpha

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, C, H, W), bytes or floats in [0, 1] or [0, 255], to the same, dtype kept."""
        values, top = self.unit(x)
        frames = self.frames(values)
        batch, stack, depth, height, width = frames.shape
        deviation = math.sqrt(2.0 / (2 * depth * SIZE * SIZE))
        weights = th.randn(batch * depth, depth, SIZE, SIZE, device=x.device, dtype=values.dtype) * deviation
        side_by_side = frames.transpose(0, 1).reshape(stack, batch * depth, height, width)
        mixed = th.sigmoid(F.conv2d(side_by_side, weights, padding=SIZE // 2, groups=batch)) if batch else side_by_side
        mixed = mixed.reshape(stack, batch, depth, height, width).transpose(0, 1).reshape(x.shape)
        return th.where(self.chance(x, self.alpha), x, self.restore(mixed * top, x))
