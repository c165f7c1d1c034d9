"""The Gaussian over continuous actions with independent dimensions."""

from __future__ import annotations

import math

import torch as th

from rllte.core.bases import BaseDistribution
from rllte.core.errors import ParameterError
from rllte.core.registry import register

_HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


@register("distribution", aliases=("gaussian policy", "normal"), action_spaces=("Box",))
class DiagonalGaussian(BaseDistribution):
    """Mean `mu` and standard deviation `sigma`, each (B, A). Actions are clipped where they are acted out, not here."""

    def __init__(self, mu: th.Tensor | None = None, sigma: th.Tensor | None = None) -> None:
        self._mu = mu
        self._sigma = sigma

    def __call__(self, mu: th.Tensor, sigma: th.Tensor) -> DiagonalGaussian:
        """A new distribution with mean (B, A) and standard deviation (B, A) or (A,)."""
        return DiagonalGaussian(mu, sigma.expand_as(mu))

    @property
    def mean(self) -> th.Tensor:
        """(B, A)."""
        if self._mu is None:
            raise ParameterError("This DiagonalGaussian has no parameters yet: call it, dist(mu, sigma).")
        return self._mu

    @property
    def mode(self) -> th.Tensor:
        """(B, A), the mean."""
        return self.mean

    @property
    def stddev(self) -> th.Tensor:
        """(B, A)."""
        if self._sigma is None:
            raise ParameterError("This DiagonalGaussian has no parameters yet: call it, dist(mu, sigma).")
        return self._sigma

    @property
    def variance(self) -> th.Tensor:
        """(B, A)."""
        return self.stddev.pow(2)

    def rsample(self, sample_shape: th.Size = th.Size()) -> th.Tensor:  # noqa: B008 (torch's convention, immutable)
        """(*sample_shape, B, A) actions, with gradient to mean and deviation."""
        shape = th.Size([*sample_shape, *self.mean.shape])
        return self.mean + self.stddev * th.randn(shape, device=self.mean.device, dtype=self.mean.dtype)

    def sample(self, sample_shape: th.Size = th.Size()) -> th.Tensor:  # noqa: B008 (torch's convention, immutable)
        """(*sample_shape, B, A) actions."""
        with th.no_grad():
            return self.rsample(sample_shape)

    def log_prob(self, actions: th.Tensor) -> th.Tensor:
        """(B,) of actions (B, A), summed over A."""
        standard = (actions - self.mean) / self.stddev
        return (-0.5 * standard.pow(2) - self.stddev.log() - _HALF_LOG_2PI).sum(-1)

    def entropy(self) -> th.Tensor:
        """(B,) in nats, summed over A."""
        return (0.5 + _HALF_LOG_2PI + self.stddev.log()).sum(-1)

    def kl(self, other: DiagonalGaussian) -> th.Tensor:
        """(B,) divergence KL(self || other) in nats, summed over A."""
        ratio = self.variance / other.variance
        shift = (self.mean - other.mean).pow(2) / other.variance
        return 0.5 * (ratio + shift - 1.0 - ratio.log()).sum(-1)
