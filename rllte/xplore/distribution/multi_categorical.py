"""The distribution over several independent choices."""

from __future__ import annotations

from collections.abc import Sequence

import torch as th
import torch.nn.functional as F

from rllte.core.bases import BaseDistribution
from rllte.core.errors import ParameterError
from rllte.core.registry import register


@register("distribution", aliases=("multi-categorical", "multi discrete policy"), action_spaces=("MultiDiscrete",))
class MultiCategorical(BaseDistribution):
    """D independent choices, the i-th of n_i, by a tuple of D logits of shape (B, n_i).

    All choices are drawn and weighed in one operation: shorter logits are filled up with choices of probability 0.
    """

    def __init__(self, logits: Sequence[th.Tensor] | None = None) -> None:
        self._sizes: tuple[int, ...] = ()
        self._padded: th.Tensor | None = None
        if logits is not None:
            if isinstance(logits, th.Tensor):
                raise ParameterError(
                    f"MultiCategorical takes a tuple of logits, one (B, n_i) for each dimension; received one tensor of "
                    f"shape {tuple(logits.shape)}. Split it: outputs.split(action_space.nvec.tolist(), dim=-1)."
                )
            self._sizes = tuple(part.shape[-1] for part in logits)
            widest = max(self._sizes)
            filled = [F.pad(part, (0, widest - part.shape[-1]), value=_nothing(part)) for part in logits]
            self._padded = F.log_softmax(th.stack(filled, dim=-2), dim=-1)

    def __call__(self, logits: Sequence[th.Tensor]) -> MultiCategorical:
        """A new distribution with D logits, each (B, n_i)."""
        return MultiCategorical(logits)

    @property
    def _logits(self) -> th.Tensor:
        """(B, D, widest)."""
        if self._padded is None:
            raise ParameterError("This MultiCategorical has no parameters yet: call it with a tuple of logits.")
        return self._padded

    @property
    def logits(self) -> tuple[th.Tensor, ...]:
        """D normalised log-probabilities, each (B, n_i)."""
        return tuple(self._logits[..., index, :size] for index, size in enumerate(self._sizes))

    @property
    def probs(self) -> tuple[th.Tensor, ...]:
        """D probabilities, each (B, n_i)."""
        return tuple(part.exp() for part in self.logits)

    def sample(self, sample_shape: th.Size = th.Size()) -> th.Tensor:  # noqa: B008 (torch's convention, immutable)
        """(*sample_shape, B, D) int64 actions, by the Gumbel trick."""
        with th.no_grad():
            logits = self._logits.expand(*sample_shape, *self._logits.shape)
            return (logits - th.empty_like(logits).exponential_().log()).argmax(dim=-1)

    def log_prob(self, actions: th.Tensor) -> th.Tensor:
        """(B,) of actions (B, D) int64, summed over D."""
        logits = self._logits.expand(*actions.shape, self._logits.shape[-1])
        return logits.gather(-1, actions.long().unsqueeze(-1)).squeeze(-1).sum(-1)

    @property
    def _finite(self) -> th.Tensor:
        """(B, D, widest) logits, of which impossible choices (a logit of -inf) count as finite: 0 times them is 0."""
        return self._logits.clamp(min=_nothing(self._logits))

    def entropy(self) -> th.Tensor:
        """(B,) in nats, summed over D."""
        return -(self._logits.exp() * self._finite).sum((-2, -1))

    def kl(self, other: MultiCategorical) -> th.Tensor:
        """(B,) divergence KL(self || other) in nats, summed over D; choices of the same sizes."""
        if self._sizes != other._sizes:
            raise ParameterError(f"The choices have sizes {self._sizes} and {other._sizes}; expected the same.")
        return (self._logits.exp() * (self._finite - other._finite)).sum((-2, -1))

    @property
    def mode(self) -> th.Tensor:
        """(B, D) int64, the likeliest actions."""
        return self._logits.argmax(dim=-1)

    @property
    def mean(self) -> th.Tensor:
        """The mode: a mean of labels means nothing. Kept for RLLTE's interface."""
        return self.mode


def _nothing(logits: th.Tensor) -> float:
    """A logit of probability 0 that is finite, so that 0 times it is 0."""
    return th.finfo(logits.dtype).min
