"""The divergence of two distributions of one class."""

from __future__ import annotations

import torch as th

from rllte.core.bases import BaseDistribution
from rllte.core.errors import IncompatibleError


def kl_divergence(p: BaseDistribution, q: BaseDistribution) -> th.Tensor:
    """(B,) KL(p || q) in nats, summed over the dimensions of an action.

    Raises:
        IncompatibleError: of two classes, or of a class without a divergence in closed form.
    """
    if type(p) is not type(q):
        raise IncompatibleError(
            f"A divergence is of two distributions of one class; received {type(p).__name__} and {type(q).__name__}."
        )
    return p.kl(q)
