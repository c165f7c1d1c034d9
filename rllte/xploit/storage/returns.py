"""Returns of n steps, computed when a batch is drawn, for all of its transitions at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rllte.xploit.storage.memory import Array
from rllte.xploit.storage.ring import Ring


class Returns(NamedTuple):
    """Of B transitions; each field (B,), float32 but for `last`."""

    rewards: Array
    """sum of gamma^i r_(t+i) over the steps taken."""
    terminateds: Array
    """Of the last step taken."""
    truncateds: Array
    """Of the last step taken."""
    discounts: Array
    """gamma^k after k steps, 0 where the last one reached a terminal state."""
    last: Array
    """int64, the last step taken."""


def read_returns(ring: Ring, steps: Array, envs: Array, n_step: int, discount: float) -> Returns:
    """Up to `n_step` steps from each of `steps` (B,) int64: fewer where an episode ends, or the data do, before that.

    A return that stops at the newest step is bootstrapped from there with the power of gamma that belongs to it.
    """
    ends = ring.end_rows.reshape(-1)
    rewards = ring.rewards.reshape(-1)
    place = ring.flat(steps, envs)
    sums = rewards[place]
    last = steps
    if n_step > 1:
        alive = np.ones(len(steps), bool)
        for ahead in range(1, n_step):
            alive = alive & (ends[place] == 0) & (steps + ahead < ring.steps)
            place = np.where(alive, ring.flat(steps + ahead, envs), place)
            sums += np.where(alive, np.float32(discount**ahead) * rewards[place], np.float32(0.0))
            last = np.where(alive, steps + ahead, last)
    terminateds = ring.terminateds.reshape(-1)[place]
    powers = np.power(discount, last - steps + 1, dtype=np.float64)
    discounts = (powers * (1.0 - terminateds)).astype(np.float32)
    return Returns(sums, terminateds, ring.truncateds.reshape(-1)[place], discounts, last)
