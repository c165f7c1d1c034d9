"""The words by which each setting can be asked for, in any order within a clause (`data/keywords.txt`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from copilot.codegen.tables import table

_ENDINGS = r"(?:s|es|ed|d|ing|'s)?"


@dataclass(frozen=True)
class Line:
    """What a line says of a setting: its value where words mean one, and the patterns of its words."""

    name: str
    owners: frozenset[str]
    """Components that have the setting so; none: all."""
    value: str | None
    patterns: tuple[tuple[tuple[str, ...], ...], ...]
    without: tuple[str, ...] = ()
    """Words that must not stand there: they speak of something else."""


@cache
def lines() -> dict[str, list[Line]]:
    """All lines by the name of the setting."""
    found: dict[str, list[Line]] = {}
    words = {}
    for text in table("keywords"):
        if text.startswith("$"):
            macro, _, value = text.partition(" = ")
            words[macro] = value
            continue
        for macro, value in words.items():
            text = text.replace(macro, value)
        head, _, rest = text.partition(": ")
        rest, _, without = rest.partition(" ~ ")
        name, _, owners = head.partition(" @")
        name, _, value = name.partition("=")
        patterns = tuple(
            tuple(tuple(dict.fromkeys(words.strip().split("/"))) for words in pattern.split(" & "))
            for pattern in rest.split(" | ")
        )
        apart = tuple(filter(None, without.split("/")))
        line = Line(name, frozenset(filter(None, owners.split(","))), value or None, patterns, apart)
        found.setdefault(name, []).append(line)
    return found


@cache
def group_pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the words of a group; of two that begin at one place the longer."""
    return re.compile("|".join(_word(word) for word in sorted(words, key=lambda word: -len(word))))


def _word(word: str) -> str:
    open_end = word.endswith("*")
    bare = word.removesuffix("*").lower()
    inner = r"[\s_-]*".join(re.escape(part) for part in re.split(r"[\s_-]+", bare))
    inner = inner.replace("iz", "i[sz]").replace("neighbor", "neighbou?r").replace("behavior", "behaviou?r")
    if not bare.isascii():
        return inner
    end = r"[a-z]*(?![a-z])" if open_end else _ENDINGS + r"(?![a-z0-9])"
    return rf"(?<![a-z0-9_]){inner}{end}"
