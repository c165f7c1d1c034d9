"""A smaller image at a random place on black."""

from __future__ import annotations

from typing import Annotated

import torch as th
from torch.nn import functional as F

from rllte.core.bases import BaseAugmentation
from rllte.core.errors import ParameterError
from rllte.core.registry import Paper, Param, register


@register(
    "augmentation",
    paper=Paper("Reinforcement Learning with Augmented Data", arxiv="2004.14990"),
    aliases=("translate",),
    observation_spaces=("Box3",),
)
class RandomTranslate(BaseAugmentation):
    """Shrinks each image (bilinearly) to `scale_factor` of its sides and puts it at a random place on black.

    This is RAD's translate: nothing of the image is lost but detail. The frame has the image's own size, so
    the shape stays; `size`, which RLLTE sets to 256, can only be that size, which is also what None means.
    """

    def __init__(
        self,
        size: Annotated[int | None, Param("size of the black frame; None is the image's own", low=1)] = None,
        scale_factor: Annotated[
            float, Param("sides of the image in the frame, as a part of it", low=0.1, high=1)
        ] = 0.75,
    ) -> None:
        super().__init__()
        self.size = size
        self.scale_factor = scale_factor

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, C, H, W) to (B, C, H, W), dtype kept."""
        _, _, height, width = self.images(x)
        if self.size is not None and (self.size, self.size) != (height, width):
            raise ParameterError(
                f"RandomTranslate has size={self.size} and received images of {height} x {width}; an augmentation keeps "
                "the shape. Leave size away: then the frame is as large as the images."
            )
        small_height, small_width = (max(1, int(length * self.scale_factor)) for length in (height, width))
        values = x if x.dtype in (th.float32, th.float64) else x.float()
        small = F.interpolate(values, (small_height, small_width), mode="bilinear", align_corners=False)
        framed = F.pad(self.restore(small, x), (0, width - small_width, 0, height - small_height))
        rows = self._from(x, height, small_height)
        columns = self._from(x, width, small_width)
        return self.pick(framed, rows[:, :, None], columns[:, None, :])

    def _from(self, x: th.Tensor, length: int, small: int) -> th.Tensor:
        """(B, length): which row or column of the framed image, at its upper left until now, each place shows."""
        start = self.integers(x, 0, length - small)[:, None]
        return (th.arange(length, device=x.device) - start) % length
