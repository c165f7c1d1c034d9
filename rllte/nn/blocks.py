"""Blocks of layers. Sizes are computed by running a zero through the layers, never counted by hand."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch as th
from torch import nn


def mlp(sizes: Sequence[int], activation: type[nn.Module] = nn.Tanh, *, last: bool = True) -> nn.Sequential:
    """Linear layers of the given sizes, input first.

    Args:
        sizes: for example (4, 64, 64).
        activation: between the layers.
        last: also after the last layer.
    """
    layers: list[nn.Module] = []
    for index, (before, after) in enumerate(pairwise(sizes)):
        layers.append(nn.Linear(before, after))
        if last or index < len(sizes) - 2:
            layers.append(activation())
    return nn.Sequential(*layers)


def flat_output(layers: nn.Module, shape: Sequence[int]) -> int:
    """Number of scalars that `layers` puts out for one input of `shape` (without the batch axis)."""
    with th.no_grad():
        return int(layers(th.zeros(1, *shape)).numel())
