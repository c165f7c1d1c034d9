"""Images turned by quarters."""

from __future__ import annotations

from typing import Annotated

import torch as th

from rllte.core.bases import BaseAugmentation
from rllte.core.registry import Paper, Param, register


@register(
    "augmentation",
    paper=Paper("Reinforcement Learning with Augmented Data", arxiv="2004.14990"),
    aliases=("rotate", "rotation"),
    observation_spaces=("Box3",),
)
class RandomRotate(BaseAugmentation):
    """Turns each image by 90, 180 or 270 degrees, equally likely, with probability p (RAD).

    Images that are not square are turned by 180 degrees, the only turn that keeps their shape. All frames of a stack turn
    together. It does not turn actions.
    """

    def __init__(self, p: Annotated[float, Param("probability that an image is turned", low=0, high=1)] = 0.2) -> None:
        super().__init__()
        self.p = p

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, C, H, W) to (B, C, H, W), dtype kept."""
        _, _, height, width = self.images(x)
        quarters = self.integers(x, 1, 3) if height == width else self.integers(x, 2, 2)
        quarters = (quarters * self.chance(x, self.p).flatten())[:, None, None]
        rows = th.arange(height, device=x.device)[:, None]
        columns = th.arange(width, device=x.device)
        side = th.where(quarters % 2 == 0, rows, columns)  # of the source: a quarter turn swaps rows and columns
        across = th.where(quarters % 2 == 0, columns, rows)
        from_below = (quarters == 2) | (quarters == 3)
        from_right = (quarters == 1) | (quarters == 2)
        return self.pick(
            x,
            th.where(from_below, height - 1 - side, side),
            th.where(from_right, width - 1 - across, across),
        )
