"""Independent Gaussian noise around a deterministic action."""

from __future__ import annotations

from typing import Annotated

import torch as th

from rllte.core.registry import Paper, Param, register
from rllte.xplore.distribution.action_noise import ActionNoise


@register(
    "distribution",
    paper=Paper("Addressing Function Approximation Error in Actor-Critic Methods", arxiv="1802.09477"),
    aliases=("normal action noise", "gaussian action noise"),
    action_spaces=("Box",),
)
class NormalNoise(ActionNoise):
    """Gaussian noise, drawn anew for every action and dimension.

    The default deviation of 0.1 is the paper's for acting; the noise of its targets has 0.2, clipped at 0.5.
    """

    def __init__(
        self,
        mu: Annotated[float, Param("mean of the noise")] = 0.0,
        sigma: Annotated[float, Param("standard deviation of the noise", low=0)] = 0.1,
        low: Annotated[float, Param("lower bound of an action")] = -1.0,
        high: Annotated[float, Param("upper bound of an action")] = 1.0,
        eps: Annotated[float, Param("how far inside the bounds disturbed actions stay", low=0)] = 1e-6,
    ) -> None:
        super().__init__(mu, sigma, low, high, eps)

    def noise(self, shape: th.Size) -> th.Tensor:
        """Noise of this shape, from torch's generator."""
        return th.randn(shape, device=self.mean.device, dtype=self.mean.dtype) * self.sigma + self.mu
