"""A black box at a random place."""

from __future__ import annotations

from typing import Annotated

import torch as th

from rllte.core.bases import BaseAugmentation
from rllte.core.errors import ParameterError
from rllte.core.registry import Paper, Param, register


@register(
    "augmentation",
    paper=Paper("Reinforcement Learning with Augmented Data", arxiv="2004.14990"),
    aliases=("cutout",),
    observation_spaces=("Box3",),
)
class RandomCutout(BaseAugmentation):
    """Blackens one rectangle per image (RAD); height, width and place are drawn independently.

    Each side is from min_cut to max_cut pixels, both included, and never more than half of the image's side. All frames of
    a stack lose the same rectangle.
    """

    def __init__(
        self,
        min_cut: Annotated[int, Param("shortest side in pixels", low=1)] = 10,
        max_cut: Annotated[int, Param("longest side in pixels; at most half of the image's side is cut", low=1)] = 30,
    ) -> None:
        super().__init__()
        if min_cut > max_cut:
            raise ParameterError(f"min_cut is {min_cut} and max_cut is {max_cut}; expected min_cut at most max_cut.")
        self.min_cut = min_cut
        self.max_cut = max_cut

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, C, H, W) to (B, C, H, W), dtype kept."""
        return x.masked_fill(self.boxes(x, self.min_cut, self.max_cut), 0)
