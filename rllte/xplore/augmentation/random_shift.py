"""The shift of DrQ-v2."""

from __future__ import annotations

from typing import Annotated

import torch as th

from rllte.core.bases import BaseAugmentation
from rllte.core.registry import Paper, Param, register
from rllte.xplore.augmentation.random_crop import shifted


@register(
    "augmentation",
    paper=Paper(
        "Mastering Visual Continuous Control: Improved Data-Augmented Reinforcement Learning", arxiv="2107.09645"
    ),
    aliases=("shift", "drq shift"),
    observation_spaces=("Box3",),
)
class RandomShift(BaseAugmentation):
    """Moves each image by whole pixels, up to `pad` in each direction, repeating the border (DrQ-v2).

    DrQ-v2 reaches the same pixels by bilinear sampling of a padded image; here they are picked, which is exact and faster.
    """

    def __init__(self, pad: Annotated[int, Param("the furthest move in pixels", low=0)] = 4) -> None:
        super().__init__()
        self.pad = pad

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, C, H, W) to (B, C, H, W), dtype kept."""
        return shifted(self, x, self.pad)
