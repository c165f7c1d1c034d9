"""What the updates of the on-policy agents share: a gradient step, normalised advantages, means of metrics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import torch as th
from torch import nn


def gradient_step(
    loss: th.Tensor, optimizer: th.optim.Optimizer, parameters: Iterable[nn.Parameter], max_grad_norm: float
) -> None:
    """One step down a loss, the gradient of these parameters scaled down to a norm."""
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(parameters, max_grad_norm)
    optimizer.step()


def normalize(advantages: th.Tensor) -> th.Tensor:
    """Mean 0, deviation 1 over a batch (B,) or (T, E); a single sample is left as it is."""
    if advantages.numel() < 2:
        return advantages
    return (advantages - advantages.mean()) / (advantages.std() + 1e-8)


class Means:
    """Means of scalar metrics over the batches of an update; they leave the device once, at the end."""

    def __init__(self) -> None:
        self._sums: dict[str, th.Tensor] = {}
        self._counts: dict[str, int] = {}

    def add(self, metrics: Mapping[str, th.Tensor]) -> None:
        """Count one batch."""
        for name, value in metrics.items():
            value = value.detach()
            self._sums[name] = self._sums[name] + value if name in self._sums else value
            self._counts[name] = self._counts.get(name, 0) + 1

    def result(self) -> dict[str, float]:
        """By name, each over the batches that had it."""
        return {name: value.item() / self._counts[name] for name, value in self._sums.items()}
