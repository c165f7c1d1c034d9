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
_WORD = r"(?:(?<![a-z_])(?:random )?seeds?|(?:随机)?种子)"
_NUMBERS = rf"\d+(?:\s*(?:,\s*and(?![a-z])|[,，、/;]|and(?![a-z])|&|[和与及]|\s)\s*\d+)*|{_SPAN}"
_COUNTED = re.compile(
    rf"(?<![\w.])(?P<count>\d{{1,2}}|two|three|four|five|six|seven|eight|nine|ten|[两三四五六七八九十])\s*[个颗]?\s*"
    rf"(?:(?:different|random|fixed) )*{_WORD}\s*(?:[:：,=]\s*|[(（\[{{]\s*)(?:namely |i\.?e\.?,? )?(?P<items>{_NUMBERS})"
    r"\s*[)）\]}]?(?![\w.]*\w)(?=\s*(?:$|[,，;；。.)]|(?:on|for|with|in)(?![a-z])))",
    re.IGNORECASE,
)
"""So many seeds, and which: "3 seeds (0, 1, 2)"."""
_ENCLOSED = re.compile(
    rf"(?P<word>{_WORD})\s*(?:in|from|[=:∈])?\s*[\[{{(（]\s*(?P<items>{_SPAN})\s*[\])}}）]", re.IGNORECASE
)
_SLASHED = re.compile(rf"(?P<word>{_WORD})\s*[=:]?\s*(?P<items>\d+(?:\s*/\s*\d+)+){_AFTER}", re.IGNORECASE)
_CLOSED = re.compile(
    rf"(?P<word>{_WORD})\s*(?:are|=|:|：|为|用|是|取)?\s*(?P<items>\d+(?:\s*[,，、]\s*\d+)*\s*"
    r"(?:,\s*and(?![a-z])|and(?![a-z])|&|[和与及])\s*\d{1,4})"
    r"(?:(?=\s*[,，]\s*\d)|(?<=[和与及]\d)(?!\d)|(?<=[和与及] \d)(?!\d))"
    r"(?!\s*(?:个|mini|env|epoch|step|episode|update|worker|layer))",
    re.IGNORECASE,
)
"""A list that its "and" ends: what comes after it counts something else."""
_SMALL = dict(zip(["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], range(2, 11), strict=True))
_SMALL |= dict(zip("两三四五六七八九十", range(2, 11), strict=True))
_ITEM = re.compile(r"(\d+)(?:\s*(?:-|–|—|~|\.{2,3}|to|through|thru|到|至)\s*(\d+))?", re.IGNORECASE)
_MOST = 100


def seeds_written_out(text: str) -> str:
    """The text with such lists as plain ones.

    >>> seeds_written_out("PPO, seed=1,2,3"), seeds_written_out("PPO, seeds 42-44 and 100")
    ('PPO, seeds 1, 2, 3', 'PPO, seeds 42, 43, 44, 100')
    """
    made = _COUNTED.sub(_which, text)
    for pattern in (_ENCLOSED, _SLASHED, _CLOSED):
        made = pattern.sub(_listed, made)
    made = _SINGULAR.sub(lambda match: "seeds " + ", ".join(re.findall(r"\d+", match[1])), made)
    return _WITH_RANGE.sub(_expanded, made)


def _which(match: re.Match[str]) -> str:
    """The list alone, where it has as many items as are said; else both, which contradict each other."""
    seeds = _seeds(match["items"])
    count = _SMALL.get(match["count"].lower()) or int(match["count"])
    listed = f"seeds [{', '.join(map(str, seeds))}]"
    return listed if count == len(seeds) else f"{count} seeds, {listed}" if len(seeds) > 1 else match[0]


def _listed(match: re.Match[str]) -> str:
    seeds = _seeds(match["items"])
    return f"seeds [{', '.join(map(str, seeds))}]" if len(seeds) > 1 else match[0]


def _seeds(items: str) -> list[int]:
    """The seeds of a list with spans; none if a span goes down or too far."""
    seeds: list[int] = []
    for item in _ITEM.finditer(items):
        first, last = int(item[1]), int(item[2] or item[1])
        if not first <= last < first + _MOST:
            return []
        seeds += range(first, last + 1)
    return seeds


def _expanded(match: re.Match[str]) -> str:
    seeds = _seeds(match["items"])
    if not seeds or not any(item[2] for item in _ITEM.finditer(match["items"])):
        return match[0]
    word = match["word"] if not match["word"].isascii() else "seeds"
    return f"{word} {', '.join(map(str, seeds))}"
