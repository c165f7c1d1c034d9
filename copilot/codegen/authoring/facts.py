"""Tests of what a request says in so many words: sizes, ranges, and what must not change."""

from __future__ import annotations


def method(name: str, lines: list[str]) -> list[str]:
    """A test, as lines of a class."""
    return ["", f"    def test_asked_{name}(self) -> None:", *(f"        {line}" for line in lines)]
