"""Random brightness, contrast, saturation and hue."""

from __future__ import annotations

from typing import Annotated

import torch as th

from rllte.core.bases import BaseAugmentation
from rllte.core.registry import Paper, Param, register
from rllte.xplore.augmentation.colors import luma, turn_hue


@register(
    "augmentation",
    paper=Paper("Reinforcement Learning with Augmented Data", arxiv="2004.14990"),
    aliases=("color jitter", "colour jitter"),
    observation_spaces=("Box3",),
)
class RandomColorJitter(BaseAugmentation):
    """Changes brightness, contrast, saturation and hue, in this order, by one random amount per image (RAD).

    All frames of a stack change alike, so that what moves in it still moves. Brightness, contrast and saturation are
    multiplied by a number from [max(0, 1 - a), 1 + a); the hue moves by [-hue, hue) of a turn. Grey stacks (channels no
    multiple of 3) get brightness and contrast alone. Contrast is about the mean brightness of the frame.
    """

    def __init__(
        self,
        brightness: Annotated[float, Param("how far the brightness may move from 1", low=0)] = 0.4,
        contrast: Annotated[float, Param("how far the contrast may move from 1", low=0)] = 0.4,
        saturation: Annotated[float, Param("how far the saturation may move from 1", low=0)] = 0.4,
        hue: Annotated[float, Param("how far the hue may turn, in whole turns", low=0, high=0.5)] = 0.5,
    ) -> None:
        super().__init__()
        self.brightness = brightness
        self.contrast = contrast
        self.saturation = saturation
        self.hue = hue

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, C, H, W), bytes or floats in [0, 1] or [0, 255], to the same, dtype kept."""
        values, top = self.unit(x)
        frames = self.frames(values)
        brightness, contrast, saturation = (
            self.uniform(frames, max(0.0, 1.0 - reach), 1.0 + reach)
            for reach in (self.brightness, self.contrast, self.saturation)
        )
        turns = self.uniform(frames, -self.hue, self.hue)
        colored = frames.shape[2] == 3
        frames = (frames * brightness).clamp(0.0, 1.0)
        grey = luma(frames, dim=2) if colored else frames
        frames = _blend(frames, grey.mean((2, 3, 4), keepdim=True), contrast)
        if colored:
            frames = _blend(frames, luma(frames, dim=2), saturation)
            if self.hue > 0:
                frames = turn_hue(frames, turns, dim=2)
        return self.restore(frames.reshape(x.shape) * top, x)


def _blend(images: th.Tensor, base: th.Tensor, factor: th.Tensor) -> th.Tensor:
    """`base` at factor 0, the images at 1, further away above; within [0, 1]."""
    return (base + factor * (images - base)).clamp(0.0, 1.0)
