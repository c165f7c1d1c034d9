"""Images padded and cropped back at a random place."""

from __future__ import annotations

from typing import Annotated

import torch as th

from rllte.core.bases import BaseAugmentation
from rllte.core.errors import ParameterError
from rllte.core.registry import Paper, Param, register


@register(
    "augmentation",
    paper=Paper("Reinforcement Learning with Augmented Data", arxiv="2004.14990"),
    aliases=("crop", "pad and crop"),
    observation_spaces=("Box3",),
)
class RandomCrop(BaseAugmentation):
    """Pads each image by `pad` pixels with its border and cuts out its own size at a random place (RAD).

    `out` is the size to cut out, as in RLLTE; since an augmentation keeps the shape, it can only be the image's own, which
    is also what None means.
    """

    def __init__(
        self,
        pad: Annotated[int, Param("pixels added on each side", low=0)] = 4,
        out: Annotated[int | None, Param("size to cut out; None is the image's own", low=1)] = None,
    ) -> None:
        super().__init__()
        self.pad = pad
        self.out = out

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, C, H, W) to (B, C, H, W), dtype kept."""
        _, _, height, width = self.images(x)
        if self.out is not None and (self.out, self.out) != (height, width):
            raise ParameterError(
                f"RandomCrop has out={self.out} and received images of {height} x {width}; an augmentation keeps the "
                "shape. Leave out away: then the images' own size is cut out."
            )
        return shifted(self, x, self.pad)


def shifted(augmentation: BaseAugmentation, x: th.Tensor, pad: int) -> th.Tensor:
    """Images moved by up to `pad` pixels in each direction, one draw per image; the border is repeated."""
    _, _, height, width = augmentation.images(x)
    rows, columns = (
        (th.arange(length, device=x.device) + augmentation.integers(x, -pad, pad)[:, None]).clamp_(0, length - 1)
        for length in (height, width)
    )
    return augmentation.pick(x, rows[:, :, None], columns[:, None, :])
