"""States multiplied by one random number each."""

from __future__ import annotations

from typing import Annotated

import torch as th

from rllte.core.bases import BaseAugmentation
from rllte.core.errors import ParameterError
from rllte.core.registry import Paper, Param, register


@register(
    "augmentation",
    paper=Paper("Reinforcement Learning with Augmented Data", arxiv="2004.14990"),
    aliases=("amplitude scaling", "ras"),
    observation_spaces=("Box1",),
)
class RandomAmplitudeScaling(BaseAugmentation):
    """Multiplies each state by one number from [low, high) (RAD): signs and ratios within a state stay."""

    def __init__(
        self,
        low: Annotated[float, Param("smallest factor", low=0)] = 0.6,
        high: Annotated[float, Param("largest factor", low=0)] = 1.2,
    ) -> None:
        super().__init__()
        if low > high:
            raise ParameterError(f"low is {low} and high is {high}; expected low at most high.")
        self.low = low
        self.high = high

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, D) to (B, D), dtype kept."""
        self.vectors(x)
        return self.restore(x * self.uniform(x, self.low, self.high), x)
