"""Drawing in proportion to priorities in logarithmic time, for a whole batch at once."""

from __future__ import annotations

import numpy as np

from rllte.xploit.storage.memory import Array, zeros

BRANCHES = 32
"""Children of a node: few levels, each of which costs a handful of NumPy calls."""
PATIENCE = 4096
"""Changes that may wait for their sums."""


class SumTree:
    """Priorities of `size` places; each node is the exact sum of its 32 children.

    Args:
        size: places, numbered from 0.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.levels: list[Array] = []
        width = size
        while True:
            width = -(-width // BRANCHES) * BRANCHES
            self.levels.append(zeros((width,), np.float64))
            if width == BRANCHES:
                break
            width //= BRANCHES
        self._changed: list[Array] = []

    @property
    def total(self) -> float:
        """The sum of all priorities."""
        self._settle()
        return float(self.levels[-1].sum())

    def get(self, places: Array) -> Array:
        """Priorities (B,) float64 of places (B,)."""
        priorities: Array = self.levels[0][places]
        return priorities

    def set(self, places: Array, priorities: Array | float) -> None:
        """Give places (B,) the priorities (B,), at least 0; of a place that occurs twice the last one stays.

        The sums above them are made when they are next asked for, for all changes at once.
        """
        self.levels[0][places] = priorities
        self._changed.append(places)
        if len(self._changed) >= PATIENCE:
            self._settle()

    def _settle(self) -> None:
        if not self._changed:
            return
        places = np.concatenate(self._changed)
        self._changed.clear()
        for below, above in zip(self.levels, self.levels[1:], strict=False):
            places = places // BRANCHES
            above[places] = below.reshape(-1, BRANCHES)[places].sum(axis=1)

    def find(self, masses: Array) -> Array:
        """Places (B,) int64 at which the running sum of priorities first exceeds `masses` (B,), each below `total`.

        A place of priority 0 is never found, whatever rounding does.
        """
        self._settle()
        nodes = np.zeros(len(masses), np.int64)
        for level in reversed(self.levels):
            sums = level.reshape(-1, BRANCHES)[nodes].cumsum(axis=1)
            masses = np.minimum(masses, np.nextafter(sums[:, -1], 0.0))
            child = (sums <= masses[:, None]).sum(axis=1)
            before = np.where(child > 0, sums[np.arange(len(child)), child - 1], 0.0)
            masses = masses - before
            nodes = nodes * BRANCHES + child
        return nodes

    def clear(self) -> None:
        """All priorities are 0 again."""
        self._changed.clear()
        for level in self.levels:
            level[:] = 0.0
