"""The name of a run, which may hold any other name."""

from __future__ import annotations

import re

from copilot.codegen.reading import Reading

_TAG = re.compile(
    r"(?:(?<![a-z])tag(?:ged)?(?![a-z])(?:\s+(?:the|this)\s+run|\s+it)?(?:\s+as)?(?:\s*[=:]\s*|\s+)|标签[\s=:]*(?:为|"
    r"是)?\s*)"
    r"[\"'`]?([A-Za-z0-9][\w.-]{0,63})",
    re.IGNORECASE | re.ASCII,
)


def read_tag(reading: Reading) -> str | None:
    """The name of the run; read before all else, since it may hold any other name."""
    match = _TAG.search(reading.text)
    if match is None:
        return None
    reading.take(match.start(), match.end())
    return match[1].rstrip(".")
