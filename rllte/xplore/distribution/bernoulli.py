"""The distribution over independent switches."""

from __future__ import annotations

import torch as th
import torch.nn.functional as F

from rllte.core.bases import BaseDistribution
from rllte.core.errors import ParameterError
from rllte.core.registry import register


@register("distribution", aliases=("bernoulli policy", "binary policy"), action_spaces=("MultiBinary",))
class Bernoulli(BaseDistribution):
    """D independent switches, each 0 or 1, by logits of shape (B, D): the log-odds of a 1."""

    def __init__(self, logits: th.Tensor | None = None) -> None:
        self._logits = logits

    def __call__(self, logits: th.Tensor) -> Bernoulli:
        """A new distribution with logits (B, D)."""
        return Bernoulli(logits)

    @property
    def logits(self) -> th.Tensor:
        """(B, D) log-odds of a 1."""
        if self._logits is None:
            raise ParameterError("This Bernoulli has no parameters yet: call it with logits, dist(logits).")
        return self._logits

    @property
    def probs(self) -> th.Tensor:
        """(B, D) probabilities of a 1."""
        return self.logits.sigmoid()

    def sample(self, sample_shape: th.Size = th.Size()) -> th.Tensor:  # noqa: B008 (torch's convention, immutable)
        """(*sample_shape, B, D) float32 actions of 0 and 1."""
        with th.no_grad():
            probs = self.probs.expand(*sample_shape, *self.logits.shape)
            return (th.rand_like(probs) < probs).float()

    def log_prob(self, actions: th.Tensor) -> th.Tensor:
        """(B,) of actions (B, D) of 0 and 1, summed over D."""
        return (actions * self.logits - F.softplus(self.logits)).sum(-1)

    def entropy(self) -> th.Tensor:
        """(B,) in nats, summed over D."""
        return (F.softplus(self.logits) - self.probs * self.logits).sum(-1)

    def kl(self, other: Bernoulli) -> th.Tensor:
        """(B,) divergence KL(self || other) in nats, summed over D."""
        shift = F.softplus(other.logits) - F.softplus(self.logits)
        return (self.probs * (self.logits - other.logits) + shift).sum(-1)

    @property
    def mode(self) -> th.Tensor:
        """(B, D) float32, 1 where a 1 is likelier than a 0."""
        return (self.logits > 0).float()

    @property
    def mean(self) -> th.Tensor:
        """(B, D), the probabilities of a 1."""
        return self.probs
