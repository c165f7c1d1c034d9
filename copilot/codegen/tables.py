"""Tables of words, one text file each in `data/`: reviewed by people, read by code."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "data"


@cache
def table(name: str) -> list[str]:
    """The lines of a table, without empty ones and notes (`# ...`)."""
    lines = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]
