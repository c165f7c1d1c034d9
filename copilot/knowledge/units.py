"""Units of a passage: the sentences, list items, table rows and lines of code of which one may bear an answer alone.

Each has its own vector, as a long passage's says little of any of them; and what a small model reads is chosen by them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from copilot.core.types import Passage
from copilot.knowledge.blocks import fenced

_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)])\s")
_DEFINITION = re.compile(r"\s*(?:async\s+)?(?:def|class)\s")
_BEFORE_DEFINITION = re.compile(r"\s*(?:[#@].*)?$")
"""A comment, a decorator or nothing."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z`\"(*\[])|(?<=[。！？])")


@dataclass(frozen=True)
class Unit:
    """What is taken or left as a whole. `first` and `last` are lines of the file; `head` is repeated before it."""

    first: int
    last: int
    text: str
    head: str = ""


def units(passage: Passage) -> Iterator[Unit]:
    """The units of a passage, in order."""
    lines = passage.text.split("\n")
    at = _places(passage, len(lines))
    if passage.source.endswith(".py"):
        yield from _code(lines, passage.lines[0])
        return
    inside = list(fenced(lines))
    start = 0
    while start < len(lines):
        end = start + 1
        while end < len(lines) and _together(lines, inside, start, end):
            end += 1
        for unit in _block(lines[start:end], start, code=inside[start]):
            named = at[unit.first : unit.last + 1]
            yield replace(unit, first=min(named), last=max(named))
        start = end


def _places(passage: Passage, count: int) -> list[int]:
    """The line of the file that each line is; a mark at the end, that the rest was cut off, stands where the last does."""
    first = passage.lines[0]
    named = [*passage.numbers[:count]] or [*range(first, first + count)]
    return [*named, *[named[-1]] * (count - len(named))]


def _together(lines: list[str], inside: list[bool], start: int, end: int) -> bool:
    """Whether a line goes on with the block that began at `start`."""
    if inside[start] or inside[end]:
        opens = lines[end].lstrip().startswith(("```", "~~~")) and not inside[end - 1]
        return inside[start] and inside[end] and not opens
    if not lines[end].strip() or not lines[start].strip():
        return False
    if lines[start].startswith("|") or lines[end].startswith("|"):
        return lines[start].startswith("|") and lines[end].startswith("|")
    return not _ITEM.match(lines[end])


def _block(lines: list[str], first: int, *, code: bool) -> Iterator[Unit]:
    if not lines[0].strip() and len(lines) == 1:
        return
    if code or _ITEM.match(lines[0]):
        yield Unit(first, first + len(lines) - 1, "\n".join(lines))
    elif lines[0].startswith("|") and len(lines) > 2 and set(lines[1]) <= set("|-: "):
        head = "\n".join(lines[:2])
        for number, row in enumerate(lines[2:], start=first + 2):
            yield Unit(number, number, row, head)
    elif all(line.startswith("|") for line in lines):  # the rest of a table whose head another chunk has
        for number, row in enumerate(lines, start=first):
            yield Unit(number, number, row)
    else:
        yield from _sentences(lines, first)


def _sentences(lines: list[str], first: int) -> Iterator[Unit]:
    text, start = "\n".join(lines), 0
    for match in [*_SENTENCE.finditer(text), None]:
        end, following = (match.start(), match.end()) if match else (len(text), len(text))
        if text[start:end].strip():
            yield Unit(first + text.count("\n", 0, start), first + text.count("\n", 0, end), text[start:end])
        start = following


def _code(lines: list[str], first: int) -> Iterator[Unit]:
    """Lines, as each of a signature is an argument; the definition's own line stands before each that follows it."""
    at = next((place for place, line in enumerate(lines) if not _BEFORE_DEFINITION.match(line)), 0)
    head = lines[at] if _DEFINITION.match(lines[at]) else ""
    for number, line in enumerate(lines):
        if line.strip() and not (head and number == at):
            yield Unit(first + number, first + number, line, head if number > at else "")
    if head and not any(line.strip() for line in lines[:at] + lines[at + 1 :]):
        yield Unit(first + at, first + at, head)
