"""Losses of decoupled actor-critics: an actor that predicts advantages instead of values."""

from __future__ import annotations

import torch as th

from rllte.core.errors import ParameterError


def advantage_loss(predicted: th.Tensor, advantages: th.Tensor) -> th.Tensor:
    """Mean squared error of predicted advantages; arXiv 2102.10330, L_A of the objective J_DAAC.

    Args:
        predicted: (B,) with gradient, A of the network that also holds the policy.
        advantages: (B,) generalised advantage estimates; no gradient flows to them.

    Returns:
        A scalar.

    Raises:
        ParameterError: shapes differ.
    """
    if predicted.shape != advantages.shape:
        raise ParameterError(
            f"Expected one shape, received predicted {tuple(predicted.shape)} and advantages {tuple(advantages.shape)}."
        )
    return (predicted - advantages.detach()).pow(2).mean()
