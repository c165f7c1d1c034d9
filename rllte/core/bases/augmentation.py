"""The contract of augmentations, and what most of them need. B samples, C channels, height H, width W.

A newcomer writes `forward` alone: the helpers give the sizes of a batch, random numbers and rectangles per sample, and the
way from bytes to floats and back. All draws are torch's, on the device of the batch: the same seed gives the same bits.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import torch as th
from torch import nn

from rllte.core.errors import ParameterError

RGB = 3


class BaseAugmentation(nn.Module, ABC):
    """Changes observations without changing what they mean; `forward` keeps shape and dtype.

    Calling one compares what comes in and goes out: a wrong shape or dtype raises `ParameterError` at once.
    """

    @abstractmethod
    def forward(self, x: th.Tensor) -> th.Tensor:
        """Observations (B, ...) to changed ones of the same shape and dtype; `x` itself stays as it is."""

    def __call__(self, x: th.Tensor) -> th.Tensor:
        """`forward`, checked.

        Raises:
            ParameterError: `x` is no tensor of numbers, or `forward` changed its shape or dtype.
        """
        if not isinstance(x, th.Tensor) or x.dtype == th.bool or x.is_complex():
            raise ParameterError(
                f"{self._name} takes a tensor of integers or floats; received {_described(x)}. "
                "Augment each entry of a dict of observations by itself."
            )
        out: Any = super().__call__(x)
        if not isinstance(out, th.Tensor) or out.shape != x.shape or out.dtype != x.dtype:
            raise ParameterError(
                f"{self._name} made {_described(out)} of {_described(x)}; an augmentation keeps shape and dtype. "
                "Mend its forward: self.restore(values, x) gives floats the dtype of x back."
            )
        return out

    @property
    def _name(self) -> str:
        return type(self).__name__

    def images(self, x: th.Tensor) -> tuple[int, int, int, int]:
        """The sizes B, C, H, W of a batch of images.

        Raises:
            ParameterError: `x` has another number of dimensions.
        """
        if x.dim() != 4:
            raise ParameterError(
                f"{self._name} takes images (batch, channels, height, width); received {_described(x)}. "
                "One image becomes a batch by x[None]; states take GaussianNoise, RandomAmplitudeScaling or Identity."
            )
        batch, channels, height, width = x.shape
        return batch, channels, height, width

    def vectors(self, x: th.Tensor) -> tuple[int, int]:
        """The sizes B, D of a batch of state vectors.

        Raises:
            ParameterError: `x` has another number of dimensions.
        """
        if x.dim() != 2:
            raise ParameterError(
                f"{self._name} takes states (batch, size); received {_described(x)}. "
                "One state becomes a batch by x[None]; images take RandomShift or another image augmentation."
            )
        batch, size = x.shape
        return batch, size

    def uniform(self, x: th.Tensor, low: float, high: float) -> th.Tensor:
        """One number per sample from [low, high), float, (B, 1, ...) so that it multiplies or adds to `x`."""
        shape = (len(x), *(1 for _ in x.shape[1:]))
        return th.empty(shape, device=x.device, dtype=_floating(x)).uniform_(low, high)

    def integers(self, x: th.Tensor, low: int, high: int) -> th.Tensor:
        """One whole number per sample from low to high, both included: (B,) int64."""
        return th.randint(low, high + 1, (len(x),), device=x.device)

    def chance(self, x: th.Tensor, p: float) -> th.Tensor:
        """For each sample True with probability p: (B, 1, ...) bool, for `torch.where`."""
        return th.rand((len(x), *(1 for _ in x.shape[1:])), device=x.device) < p

    def boxes(self, x: th.Tensor, min_size: int, max_size: int) -> th.Tensor:
        """A random rectangle per image: (B, 1, H, W) bool, True inside.

        Each side is drawn from min_size to max_size pixels, both included, then the place from all where it fits: four
        independent draws. No side is longer than half of the image's, so that most of a small image remains.
        """
        _, _, height, width = self.images(x)
        inside = []
        for length in (height, width):
            half = max(1, length // 2)
            side = self.integers(x, min(min_size, half), min(max_size, half))
            start = (th.rand(len(x), device=x.device) * (length - side + 1)).long()
            place = th.arange(length, device=x.device)
            inside.append((place >= start[:, None]) & (place < (start + side)[:, None]))
        rows, columns = inside
        return (rows[:, :, None] & columns[:, None, :])[:, None]

    def pick(self, x: th.Tensor, rows: th.Tensor, columns: th.Tensor) -> th.Tensor:
        """Images made of the pixels `x[b, :, rows[b], columns[b]]`, each within the image, in one gather.

        Args:
            x: (B, C, H, W).
            rows, columns: int64, broadcastable to (B, H, W).
        """
        batch, channels, height, width = self.images(x)
        places = (rows * width + columns).expand(batch, height, width).reshape(batch, 1, height * width)
        return x.flatten(2).gather(2, places.expand(-1, channels, -1)).view_as(x)

    def frames(self, x: th.Tensor) -> th.Tensor:
        """The frames of a stack, (B, F, 3, H, W) if C is a multiple of 3 (RGB), else (B, C, 1, H, W) (grey).

        Nothing in a tensor tells three grey frames from one RGB frame: a grey stack of 3, 6, ... is taken for RGB.
        `.reshape(x.shape)` is the way back.
        """
        _, channels, height, width = self.images(x)
        depth = RGB if channels % RGB == 0 else 1
        return x.reshape(len(x), channels // depth, depth, height, width)

    def unit(self, x: th.Tensor) -> tuple[th.Tensor, th.Tensor]:
        """Images as floats in [0, 1], and the value that 1 stands for.

        That is 255 for integers and for floats with a value above 1 in the batch, else 1; it is found on the device.
        """
        values = x.to(_floating(x))
        if x.is_floating_point():
            top = th.where(values.detach().amax() > 1, 255.0, 1.0) if x.numel() else values.new_ones(())
        else:
            top = values.new_full((), 255.0)
        return values / top, top

    def restore(self, values: th.Tensor, x: th.Tensor) -> th.Tensor:
        """Values in the dtype of `x`: rounded and kept within its range if that holds integers."""
        if x.is_floating_point():
            return values.to(x.dtype)
        limits = th.iinfo(x.dtype)
        return values.round().clamp(limits.min, limits.max).to(x.dtype)


def _floating(x: th.Tensor) -> th.dtype:
    """What to compute in: float32, or float64 for float64."""
    return th.float64 if x.dtype == th.float64 else th.float32


def _described(x: Any) -> str:
    """A tensor by dtype and shape, anything else by type."""
    return f"{x.dtype} of shape {tuple(x.shape)}" if isinstance(x, th.Tensor) else f"a {type(x).__name__}"
