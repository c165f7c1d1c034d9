"""Losses of the value function."""

from __future__ import annotations

import torch as th

from rllte.core.errors import ParameterError


def clipped_value_loss(
    values: th.Tensor, old_values: th.Tensor, returns: th.Tensor, clip_range: float | None
) -> th.Tensor:
    """Half the mean squared error to the returns; with `clip_range`, of the worse of clipped and unclipped.

    The clipping is of the implementation that came with arXiv 1707.06347, not of its equation 9.

    Args:
        values: (B,) with gradient.
        old_values: (B,) as estimated when acting.
        returns: (B,) targets.
        clip_range: how far values may move from `old_values`, in units of reward; None does not clip.

    Returns:
        A scalar.
    """
    if not values.shape == old_values.shape == returns.shape:
        raise ParameterError(
            f"Expected one shape, received values {tuple(values.shape)}, old_values {tuple(old_values.shape)}, "
            f"returns {tuple(returns.shape)}."
        )
    squared = (values - returns).pow(2)
    if clip_range is not None:
        clipped = old_values + (values - old_values).clamp(-clip_range, clip_range)
        squared = th.max(squared, (clipped - returns).pow(2))
    return 0.5 * squared.mean()
