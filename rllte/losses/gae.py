"""Generalised advantage estimation (arXiv 1506.02438)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rllte.core.errors import ParameterError

Array = NDArray[np.float32]


def generalized_advantages(
    rewards: Array,
    values: Array,
    next_values: Array,
    terminateds: Array,
    truncateds: Array,
    discount: float,
    gae_lambda: float,
) -> tuple[Array, Array]:
    """Advantages and returns of a rollout; arXiv 1506.02438, equations 11 and 16.

    A terminal state has no value. A truncated episode goes on in principle: its last step is bootstrapped with the
    value of the observation it was cut at; only the sum over later steps, which belong to another episode, is cut.

    Args:
        rewards: (T, N) float32.
        values: (T, N) float32, V of the observation acted on.
        next_values: (T, N) float32, V of the observation that followed: at the end of an episode the episode's own last
            observation, never the first one of the next episode.
        terminateds: (T, N) float32, 1 where a terminal state was reached.
        truncateds: (T, N) float32, 1 where the episode was cut short.
        discount: gamma in [0, 1].
        gae_lambda: lambda in [0, 1]; 0 is the one-step error, 1 the discounted return minus the value.

    Returns:
        Advantages and returns, (T, N) float32 each; returns are advantages plus values.

    Raises:
        ParameterError: shapes differ.
    """
    shapes = {array.shape for array in (rewards, values, next_values, terminateds, truncateds)}
    if len(shapes) != 1 or rewards.ndim != 2:
        raise ParameterError(f"Expected five arrays of one shape (T, N); received {sorted(shapes)}.")
    deltas = rewards + discount * next_values * (1.0 - terminateds) - values
    decay = discount * gae_lambda * (1.0 - np.maximum(terminateds, truncateds))
    advantages = np.empty_like(deltas)
    running = np.zeros_like(deltas[0])
    for step in range(len(deltas) - 1, -1, -1):
        running = deltas[step] + decay[step] * running
        advantages[step] = running
    return advantages, advantages + values
