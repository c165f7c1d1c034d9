"""Plain maths of colours in [0, 1], differentiable and without branches."""

from __future__ import annotations

import torch as th

LUMA = (0.299, 0.587, 0.114)
"""Weights of red, green and blue in the brightness that people see (ITU-R BT.601)."""


def luma(rgb: th.Tensor, dim: int) -> th.Tensor:
    """The brightness of colours along `dim` (size 3), which becomes 1."""
    red, green, blue = rgb.split(1, dim)
    return LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue


def turn_hue(rgb: th.Tensor, turns: th.Tensor, dim: int) -> th.Tensor:
    """Colours with their hue moved around the circle of HSV, where value and saturation stay.

    Args:
        rgb: colours along `dim` (size 3) in [0, 1].
        turns: by how much, in whole turns; broadcastable to `rgb` with size 1 along `dim`.
        dim: of the colours.
    """
    value, low = rgb.amax(dim, keepdim=True), rgb.amin(dim, keepdim=True)
    chroma = value - low
    red, green, blue = rgb.split(1, dim)
    safe = th.where(chroma > 0, chroma, 1.0)  # grey has no hue: whatever it is, the chroma of 0 takes it out below
    hue = th.where(
        value == red,
        (green - blue) / safe,
        th.where(value == green, (blue - red) / safe + 2.0, (red - green) / safe + 4.0),
    )
    hue = hue + 6.0 * turns
    parts = []
    for offset in (5.0, 3.0, 1.0):
        place = (hue + offset) % 6.0
        parts.append(value - chroma * th.minimum(place, 4.0 - place).clamp(0.0, 1.0))
    return th.cat(parts, dim)
