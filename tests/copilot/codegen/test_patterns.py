"""Patterns are compiled once, however many there are."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module

import copilot.codegen
from copilot.codegen.patterns import BEGINS, compiled

_GUARD = re.compile(r"\(\?<!\[a-z\]\)", re.IGNORECASE)


def test_a_pattern_is_compiled_once() -> None:
    first = compiled(r"\d+ apples")
    for number in range(1000):  # more than `re` keeps
        re.compile(f"{number} pears")
    assert compiled(r"\d+ apples") is first
    assert first.search("12 apples")
    assert compiled("APPLES", re.IGNORECASE).search("apples")


def test_a_word_begins_in_either_script() -> None:
    word = re.compile(rf"{BEGINS}(?:train|训练)")
    assert word.search("RND训练")
    assert word.search("to train")
    assert not word.search("pretrain")


def test_no_guard_of_latin_words_stands_before_chinese_ones() -> None:
    """Behind "RND", a Chinese word begins as well as behind a blank: "用RND预训练"."""
    wrong = []
    for module in pkgutil.walk_packages(copilot.codegen.__path__, "copilot.codegen."):
        for name, value in vars(import_module(module.name)).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                text = value.pattern
                wrong += [f"{module.name}.{name}" for found in _GUARD.finditer(text) if _chinese(text[found.end() :])]
    assert not wrong


def _chinese(pattern: str) -> bool:
    """Whether what a pattern matches may begin with a Chinese character."""
    group = re.match(r"\((?:\?:|\?P<\w+>|(?!\?))", pattern)
    if group:
        return any(_chinese(part) for part in _alternatives(pattern[group.end() :]))
    return bool(re.match(r"\[[^\]]*[\u4e00-\u9fff]|[\u4e00-\u9fff]", pattern))


def _alternatives(pattern: str) -> Iterator[str]:
    """The alternatives of a group from its inside on."""
    depth = start = 0
    for part in re.finditer(r"\\.|\[(?:\\.|[^\]])*\]|[()|]", pattern):
        depth += {"(": 1, ")": -1}.get(part[0], 0)
        if depth < 0 or (part[0] == "|" and depth == 0):
            yield pattern[start : part.start()]
            start = part.end()
        if depth < 0:
            return
