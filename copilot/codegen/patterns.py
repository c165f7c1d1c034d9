"""Patterns, each compiled once: `re` forgets those that it has compiled when there are more than some hundreds."""

from __future__ import annotations

import re
from functools import cache

_BORDER = r"(?:(?<![A-Za-z0-9_])(?=[A-Za-z0-9_])|(?<=[A-Za-z0-9_])(?![A-Za-z0-9_]))"
"""Where a word in Latin letters begins or ends, next to Chinese, too."""


BEGINS = r"(?:(?<![a-z])|(?=[\u4e00-\u9fff]))"
"""Before a word of either script: a Latin one begins behind no letter, a Chinese one does behind any ("用RND预训练")."""

COMMA = re.compile(r"[,，](?!\d{3}(?!\d))")
"""A comma that parts no digits of a number."""
EDGE = re.compile(rf"{COMMA.pattern}|[;!?\n()（）]|\.(?!\d)|[。；！？]")
"""Where what is said beside each other ends: a comma, a bracket, the end of a sentence."""
POSSESSIVE = re.compile(r"['’]s?(?![a-z])|\s*的")
"""Behind a name: what follows is its."""


@cache
def compiled(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """A pattern, compiled the first time only; its `\\b` stands between Latin letters and Chinese, too.

    Args:
        pattern: one of a fixed set, for all are kept.
        flags: as of `re.compile`.
    """
    return re.compile(pattern.replace(r"\b", _BORDER), flags)
