"""Two bounds in one breath: "factors between 0.8 and 1.1", "squares of 5 to 15 pixels", "系数在 0.8 到 1.1 之间"."""

from __future__ import annotations

import re

from copilot.codegen.settings.settings import Settings
from copilot.codegen.settings.values import coerce
from copilot.core.errors import CopilotError

_PAIRS = (("low", "high"), ("min_cut", "max_cut"))
_LINK = re.compile(r"\s*(?:pixels?\s*)?(?:and|to|up to|through|until|-|–|~|,|到|至|和|与)\s*")
_NAMED = re.compile(r"[a-z_]+\s*[=:]?\s*$")


def read_ranges(settings: Settings) -> None:
    """Take pairs of numbers that are the two bounds of the augmentation or the noise."""
    reading = settings.reading
    for first, second in [*zip(reading.numbers, reading.numbers[1:], strict=False)]:
        if not _LINK.fullmatch(reading.lower[first.end : second.start]) or first.value >= second.value:
            continue
        for owner in ("augmentation", "distribution"):
            pair = next((pair for pair in _PAIRS if pair[0] in settings.owners.get(owner, {})), None)
            if pair is None or settings.has(pair[0]) or not _fit(settings, owner, pair, first.value, second.value):
                continue
            settings.put_number(pair[0], first, owner=owner)
            settings.put_number(pair[1], second, owner=owner)
            reading.take(first.start, second.end)
            return


def _fit(settings: Settings, owner: str, pair: tuple[str, str], low: float, high: float) -> bool:
    try:
        for name, value in zip(pair, (low, high), strict=True):
            coerce(settings.owners[owner][name], value)
    except CopilotError:
        return False
    return high <= (10 if pair[0] == "low" else 200)
