"""A box of a random colour at a random place."""

from __future__ import annotations

from typing import Annotated

import torch as th

from rllte.core.bases import BaseAugmentation
from rllte.core.errors import ParameterError
from rllte.core.registry import Paper, Param, register


@register(
    "augmentation",
    paper=Paper("Reinforcement Learning with Augmented Data", arxiv="2004.14990"),
    aliases=("cutout color", "cutout colour"),
    observation_spaces=("Box3",),
)
class RandomCutoutColor(BaseAugmentation):
    """Paints one rectangle per image in one random colour (RAD); size, place and colour are independent.

    Each side is from min_cut to max_cut pixels, both included, and never more than half of the image's side. All frames of
    a stack get the same rectangle in the same colour; grey stacks (channels no multiple of 3) get a grey.
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
        """(B, C, H, W), bytes or floats in [0, 1] or [0, 255], to the same, dtype kept."""
        frames = self.frames(x)
        values, top = self.unit(x)
        color = th.rand(len(x), 1, frames.shape[2], 1, 1, device=x.device, dtype=values.dtype) * top
        painted = self.restore(color, x)
        return th.where(self.boxes(x, self.min_cut, self.max_cut)[:, None], painted, frames).reshape(x.shape)
