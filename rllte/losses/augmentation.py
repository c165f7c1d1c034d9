"""Regularisers of data-regularised actor-critics: an augmented observation means what the observation means."""

from __future__ import annotations

from typing import Any

import torch as th

from rllte.core.errors import ParameterError


def policy_consistency(dist: Any, augmented: Any) -> th.Tensor:
    """Mean KL(pi(.|s) || pi(.|f(s))); arXiv 2006.12862, G_pi of the objective J_DrAC.

    Args:
        dist: action distribution of B observations, the target: make it without gradient.
        augmented: of the same observations, augmented, with gradient.

    Returns:
        A scalar in nats.
    """
    divergence: th.Tensor = dist.kl(augmented)
    return divergence.mean()


def value_consistency(values: th.Tensor, augmented: th.Tensor) -> th.Tensor:
    """Mean (V(s) - V(f(s)))^2; arXiv 2006.12862, G_V of the objective J_DrAC.

    Args:
        values: (B,) of the observations, the target; no gradient flows to them.
        augmented: (B,) of the same observations, augmented, with gradient.

    Returns:
        A scalar.

    Raises:
        ParameterError: shapes differ.
    """
    if values.shape != augmented.shape:
        raise ParameterError(
            f"Expected one shape, received values {tuple(values.shape)} and augmented {tuple(augmented.shape)}."
        )
    return (values.detach() - augmented).pow(2).mean()
