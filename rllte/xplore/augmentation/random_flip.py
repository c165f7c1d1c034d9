"""Images mirrored left to right."""

from __future__ import annotations

from typing import Annotated

import torch as th

from rllte.core.bases import BaseAugmentation
from rllte.core.registry import Paper, Param, register


@register(
    "augmentation",
    paper=Paper("Reinforcement Learning with Augmented Data", arxiv="2004.14990"),
    aliases=("flip", "horizontal flip"),
    observation_spaces=("Box3",),
)
class RandomFlip(BaseAugmentation):
    """Mirrors each image left to right with probability p (RAD); all frames of a stack together.

    It does not mirror actions: use it where left and right mean the same.
    """

    def __init__(
        self, p: Annotated[float, Param("probability that an image is mirrored", low=0, high=1)] = 0.2
    ) -> None:
        super().__init__()
        self.p = p

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, C, H, W) to (B, C, H, W), dtype kept."""
        self.images(x)
        return th.where(self.chance(x, self.p), x.flip(3), x)
