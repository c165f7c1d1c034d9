"""Images without colour."""

from __future__ import annotations

import torch as th

from rllte.core.bases import BaseAugmentation
from rllte.core.registry import Paper, register
from rllte.xplore.augmentation.colors import luma


@register(
    "augmentation",
    paper=Paper("Reinforcement Learning with Augmented Data", arxiv="2004.14990"),
    aliases=("greyscale", "gray"),
    observation_spaces=("Box3",),
)
class GrayScale(BaseAugmentation):
    """Takes the colour out of each RGB frame of a stack: its three channels all become the luma of ITU-R BT.601.

    The number of channels stays. Images whose channels are no multiple of 3 are grey already and stay as they are.
    """

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, C, H, W) to (B, C, H, W), dtype kept."""
        frames = self.frames(x)
        if frames.shape[2] == 1:
            return x
        values = frames if x.dtype in (th.float32, th.float64) else frames.float()
        return self.restore(luma(values, dim=2).expand_as(values).reshape(x.shape), x)
