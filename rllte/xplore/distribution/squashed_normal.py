"""The Gaussian squashed by tanh into the bounds of an action."""

from __future__ import annotations

import math

import torch as th
import torch.nn.functional as F

from rllte.core.bases import BaseDistribution
from rllte.core.errors import ParameterError
from rllte.core.registry import Paper, register
from rllte.xplore.distribution.diagonal_gaussian import DiagonalGaussian

_LOG_2 = math.log(2.0)


@register(
    "distribution",
    paper=Paper("Soft Actor-Critic Algorithms and Applications", arxiv="1812.05905"),
    aliases=("tanh normal", "tanh gaussian", "squashed gaussian"),
    action_spaces=("Box",),
)
class SquashedNormal(BaseDistribution):
    """tanh of a Gaussian of mean `mu` and standard deviation `sigma`, each (B, A): actions in (-1, 1).

    The log-probability follows appendix C of the paper, with log(1 - tanh(u)^2) written as
    2 (log 2 - u - softplus(-2 u)), which neither overflows nor loses digits where tanh is flat. `log_prob` of the very
    tensor that `sample` or `rsample` returned uses the value before tanh, so it is exact, gradient included, also where
    tanh rounds to 1; other actions, also a sample that has been changed in place, are taken back by atanh, those at the
    bounds as the nearest number inside.
    """

    def __init__(self, mu: th.Tensor | None = None, sigma: th.Tensor | None = None) -> None:
        self._gaussian = None if mu is None or sigma is None else DiagonalGaussian(mu, sigma)
        self._drawn: tuple[th.Tensor, th.Tensor, int | None] | None = None

    def __call__(self, mu: th.Tensor, sigma: th.Tensor) -> SquashedNormal:
        """A new distribution with mean (B, A) and standard deviation (B, A) or (A,), both before tanh."""
        return SquashedNormal(mu, sigma.expand_as(mu))

    @property
    def _normal(self) -> DiagonalGaussian:
        if self._gaussian is None:
            raise ParameterError("This SquashedNormal has no parameters yet: call it, dist(mu, sigma).")
        return self._gaussian

    def rsample(self, sample_shape: th.Size = th.Size()) -> th.Tensor:  # noqa: B008 (torch's convention, immutable)
        """(*sample_shape, B, A) actions in [-1, 1], with gradient to mean and deviation."""
        before = self._normal.rsample(sample_shape)
        actions = before.tanh()
        self._drawn = (actions, before, _version(actions))
        return actions

    def sample(self, sample_shape: th.Size = th.Size()) -> th.Tensor:  # noqa: B008 (torch's convention, immutable)
        """(*sample_shape, B, A) actions in [-1, 1]."""
        with th.no_grad():
            return self.rsample(sample_shape)

    def log_prob(self, actions: th.Tensor) -> th.Tensor:
        """(B,) of actions (B, A) in [-1, 1], summed over A."""
        before = self._before(actions)
        return self._normal.log_prob(before) - (2.0 * (_LOG_2 - before - F.softplus(-2.0 * before))).sum(-1)

    def _before(self, actions: th.Tensor) -> th.Tensor:
        """(B, A) whose tanh the actions are."""
        if self._drawn is not None:
            drawn, before, version = self._drawn
            if drawn is actions and (
                th.equal(before.tanh(), actions) if version is None else version == _version(actions)
            ):
                return before
        bound = 1.0 - th.finfo(actions.dtype).eps
        return actions.clamp(-bound, bound).atanh()

    def entropy(self) -> th.Tensor:
        """(B,) unbiased estimate in nats: minus the log-probability of one draw, with gradient.

        There is no closed form. Each call draws anew from torch's generator; average over calls for a sharper figure.
        """
        before = self._normal.rsample()
        jacobian = 2.0 * (_LOG_2 - before - F.softplus(-2.0 * before))
        return jacobian.sum(-1) - self._normal.log_prob(before)

    def kl(self, other: SquashedNormal) -> th.Tensor:
        """(B,) divergence KL(self || other) in nats: that of the Gaussians, because tanh is one-to-one."""
        return self._normal.kl(other._normal)

    @property
    def mode(self) -> th.Tensor:
        """(B, A) tanh of the Gaussian's mean: what a greedy agent does. It is the median; the density may peak elsewhere."""
        return self._normal.mean.tanh()

    @property
    def mean(self) -> th.Tensor:
        """The mode: the true mean has no closed form. Kept for RLLTE's interface."""
        return self.mode

    @property
    def stddev(self) -> th.Tensor:
        """(B, A) standard deviation before tanh."""
        return self._normal.stddev


def _version(tensor: th.Tensor) -> int | None:
    """A number that every change in place raises; None of a tensor made in inference mode, which has none."""
    return None if tensor.is_inference() else tensor._version
