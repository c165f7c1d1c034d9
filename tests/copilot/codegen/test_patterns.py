"""Patterns are compiled once, however many there are."""

from __future__ import annotations

import re

from copilot.codegen.patterns import compiled


def test_a_pattern_is_compiled_once() -> None:
    first = compiled(r"\d+ apples")
    for number in range(1000):  # more than `re` keeps
        re.compile(f"{number} pears")
    assert compiled(r"\d+ apples") is first
    assert first.search("12 apples")
    assert compiled("APPLES", re.IGNORECASE).search("apples")
