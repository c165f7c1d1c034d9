"""What a run prints and sends is hostile: lines, metrics and names are capped and cleaned before anyone looks at them.

Covers: control and escape sequences, changes of writing direction, lines without end, numbers that are not numbers or have
no end, deep nesting, names that are no text. Does not cover: the files themselves (`folder`).
"""

from __future__ import annotations

import json
import math
import os
import re
from typing import Any

LINE_BYTES = 64 * 1024
METRIC_KEYS = 100
LARGEST = 2**63
"""Larger whole numbers are nobody's measurement, and turn into no float."""

_ESCAPES = re.compile(
    r"\x1b(?:\][^\x07\x1b]*(?:\x07|\x1b\\)?|[P^_X][^\x1b]*(?:\x1b\\)?|\[[0-?]*[ -/]*[@-~]?|.?)", re.DOTALL
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def clean(raw: bytes) -> str:
    """A line for people: no escape sequence, control character or change of writing direction survives."""
    text = raw[:LINE_BYTES].decode("utf-8", "replace")
    return _CONTROL.sub("", _ESCAPES.sub("", text))


def printable(path: str) -> str:
    """A file's name as text, whatever bytes it is made of; one that holds any of the above is not its true name."""
    return clean(os.fsencode(path).decode("utf-8", "backslashreplace").encode()).replace("\t", "").replace("\n", "")


class Lines:
    """Cuts a stream into lines; a carriage return ends one too (progress bars), what passes the cap is dropped."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that `data` completes."""
        *whole, rest = re.split(rb"\r\n|\n|\r", self._rest + data)
        self._rest = rest[: LINE_BYTES + 1]
        return [line[:LINE_BYTES] for line in whole]

    def close(self) -> list[bytes]:
        """What was left without an end."""
        rest, self._rest = self._rest, b""
        return [rest] if rest else []


def metric(raw: bytes) -> dict[str, Any] | None:
    """A metrics line as a flat object of finite numbers, texts, booleans and nulls; None for anything else."""
    if len(raw) >= LINE_BYTES:
        return None
    try:
        values = json.loads(raw, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    if not isinstance(values, dict) or len(values) > METRIC_KEYS:
        return None
    cleaned: dict[str, Any] = {}
    for key, value in values.items():
        if isinstance(value, str):
            value = clean(value.encode("utf-8", "replace"))[:200]
        elif not (value is None or _is_number(value)):
            return None
        cleaned[clean(key.encode("utf-8", "replace"))[:100]] = value
    return cleaned


def _refuse(name: str) -> Any:
    raise ValueError(name)


def _is_number(value: Any) -> bool:
    """Not nested, not 1e999 (which is read as infinity), not a whole number without end."""
    if isinstance(value, int):
        return -LARGEST <= value < LARGEST
    return isinstance(value, float) and math.isfinite(value)
