"""Target networks: slow copies of networks that learn."""

from __future__ import annotations

import copy
from typing import TypeVar

import torch as th
from torch import nn

M = TypeVar("M", bound=nn.Module)


def target_of(net: M) -> M:
    """A copy that no optimiser changes."""
    return copy.deepcopy(net).requires_grad_(False)


@th.no_grad()
def soft_update_params(net: nn.Module, target_net: nn.Module, tau: float) -> None:
    """target = tau * net + (1 - tau) * target, in place; arXiv 1509.02971, algorithm 1. Buffers are copied.

    Args:
        net: the network that learns.
        target_net: its copy.
        tau: 1 copies, 0 leaves the target as it is.
    """
    weights, targets = list(net.parameters()), list(target_net.parameters())
    if weights:
        th._foreach_lerp_(targets, weights, tau)
    for buffer, target in zip(net.buffers(), target_net.buffers(), strict=True):
        target.copy_(buffer)
