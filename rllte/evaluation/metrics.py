"""Aggregates of scores (..., N runs, M tasks) over their last two axes, all leading axes at once. Pure maths."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

Array: TypeAlias = np.ndarray[Any, Any]


def mean(scores: Array) -> Array:
    """Mean over tasks of the mean over runs."""
    return scores.mean(axis=-2).mean(axis=-1)


def median(scores: Array) -> Array:
    """Median over tasks of the mean over runs."""
    return np.median(scores.mean(axis=-2), axis=-1)


def interquartile_mean(scores: Array) -> Array:
    """Mean of the middle half of all N * M scores (section 4.3 of the paper): a quarter is cut off on each side."""
    flat = scores.reshape(*scores.shape[:-2], -1)
    size = flat.shape[-1]
    cut = size // 4
    if cut == 0:
        return flat.mean(axis=-1)
    return np.partition(flat, (cut, size - cut - 1), axis=-1)[..., cut : size - cut].mean(axis=-1)


def optimality_gap(scores: Array, gamma: float = 1.0) -> Array:
    """By how much scores fall short of `gamma` on average; what lies above counts as `gamma`."""
    return gamma - np.minimum(scores, gamma).mean(axis=(-2, -1))


def run_profile(scores: Array, taus: Array) -> Array:
    """(..., K): the part of all runs with a score above each of the K thresholds."""
    return _above(scores.reshape(*scores.shape[:-2], -1), taus)


def task_profile(scores: Array, taus: Array) -> Array:
    """(..., K): the part of all tasks whose mean over runs is above each of the K thresholds."""
    return _above(scores.mean(axis=-2), taus)


def _above(values: Array, taus: Array) -> Array:
    """The part of (..., S) values above each threshold, by counting how many thresholds lie below each value."""
    order = np.argsort(taus, kind="stable")
    below = np.searchsorted(taus[order], values, side="left").reshape(-1, values.shape[-1])
    rows, bins = len(below), len(taus) + 1
    counts = np.bincount((below + bins * np.arange(rows)[:, None]).ravel(), minlength=rows * bins).reshape(rows, bins)
    reached = counts[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:] / values.shape[-1]
    parts = np.empty_like(reached)
    parts[:, order] = reached
    return parts.reshape(*values.shape[:-1], len(taus))


def probability_of_improvement(scores_x: Array, scores_y: Array) -> Array:
    """Mean over tasks of P(X > Y) + P(X = Y) / 2, the Mann-Whitney U divided by its largest value (section 4.3).

    Args:
        scores_x: (..., Nx, M).
        scores_y: (..., Ny, M).
    """
    wins = np.sign(scores_x[..., :, None, :] - scores_y[..., None, :, :])
    return 0.5 + 0.5 * wins.mean(axis=(-3, -2, -1))
