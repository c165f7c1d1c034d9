"""Seeds in short forms, written out as a list: "seed=1,2,3" and "seeds 42-44 and 100"."""

from __future__ import annotations

import re

_AFTER = r"(?![\w.]*\w)(?=\s*(?:$|[,，、;；.。)\]}!?&]|(?:and|on|for|with|at|in|of)(?![a-z])|[和与在上训]))"
"""What follows a seed; a unit would make it a count of something else."""
_ONE = rf"\d{{1,3}}{_AFTER}"
_LINK = r"\s*(?:,\s*and|[,，、&和与]|and(?![a-z]))\s*"
_SINGULAR = re.compile(
    rf"(?<![a-z_])seed(?:\s*[=:]\s*|\s+)(?![1-9]\d{{0,2}}(?:,\d{{3}})+(?!\d|,\d))(\d+(?:,\d{{1,9}}{_AFTER})+|\d+(?:,\s*{_ONE}){{2,}})",
    re.IGNORECASE,
)
"""A list behind the singular: without blanks, or of three and more."""
_SPAN = r"\d+\s*(?:-|–|—|~|\.{2,3}|to|through|thru|到|至)\s*\d+(?!\w)"
_WITH_RANGE = re.compile(
    rf"(?P<word>(?<![a-z_])(?:random )?seeds?|随机种子|种子)\s*(?:from|of|are|=|:|：|为|用|是|取)?\s*[\[{{(]?\s*"
    rf"(?P<items>(?:{_SPAN}|\d+)(?:{_LINK}(?:{_SPAN}|{_ONE}))+)\s*[\])}}]?",
    re.IGNORECASE,
)
_ITEM = re.compile(r"(\d+)(?:\s*(?:-|–|—|~|\.{2,3}|to|through|thru|到|至)\s*(\d+))?", re.IGNORECASE)
_MOST = 100


def seeds_written_out(text: str) -> str:
    """The text with such lists as plain ones.

    >>> seeds_written_out("PPO, seed=1,2,3"), seeds_written_out("PPO, seeds 42-44 and 100")
    ('PPO, seeds 1, 2, 3', 'PPO, seeds 42, 43, 44, 100')
    """
    made = _SINGULAR.sub(lambda match: "seeds " + ", ".join(re.findall(r"\d+", match[1])), text)
    return _WITH_RANGE.sub(_expanded, made)


def _expanded(match: re.Match[str]) -> str:
    seeds: list[int] = []
    items = list(_ITEM.finditer(match["items"]))
    if not any(item[2] for item in items):
        return match[0]
    for item in items:
        first, last = int(item[1]), int(item[2] or item[1])
        if not first <= last < first + _MOST:
            return match[0]
        seeds += range(first, last + 1)
    word = match["word"] if not match["word"].isascii() else "seeds"
    return f"{word} {', '.join(map(str, seeds))}"
