"""Gaussian noise on states."""

from __future__ import annotations

from typing import Annotated

import torch as th

from rllte.core.bases import BaseAugmentation
from rllte.core.registry import Paper, Param, register


@register(
    "augmentation",
    paper=Paper("Reinforcement Learning with Augmented Data", arxiv="2004.14990"),
    aliases=("state noise", "noise augmentation"),
    observation_spaces=("Box1",),
)
class GaussianNoise(BaseAugmentation):
    """Adds to each number of a state its own draw from a normal distribution (RAD).

    The noise is in the unit of the states: 0.1 suits states of about unit scale. RAD writes sigma = 1, which drowns them.
    """

    def __init__(
        self,
        mu: Annotated[float, Param("mean of the noise")] = 0.0,
        sigma: Annotated[float, Param("standard deviation of the noise, in the unit of the states", low=0)] = 0.1,
    ) -> None:
        super().__init__()
        self.mu = mu
        self.sigma = sigma

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, D) to (B, D), dtype kept."""
        self.vectors(x)
        values = x if x.is_floating_point() else x.float()
        return self.restore(values + self.mu + self.sigma * th.randn_like(values), x)
