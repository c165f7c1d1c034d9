"""Patterns, each compiled once: `re` forgets those that it has compiled when there are more than some hundreds."""

from __future__ import annotations

import re
from functools import cache


@cache
def compiled(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """A pattern, compiled the first time only.

    Args:
        pattern: one of a fixed set, for all are kept.
        flags: as of `re.compile`.
    """
    return re.compile(pattern, flags)
