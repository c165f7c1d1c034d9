"""RLLTE's clock."""

from __future__ import annotations

import time


class Timer:
    """Seconds since it was made, and since it was last asked."""

    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()

    def reset(self) -> tuple[float, float]:
        """Begin a new interval.

        Returns:
            Seconds since the last `reset`, and since the timer was made.
        """
        now = time.perf_counter()
        elapsed, self._last = now - self._last, now
        return elapsed, now - self._start

    def total_time(self) -> float:
        """Seconds since the timer was made."""
        return time.perf_counter() - self._start
