"""Documents and blocks: a file as lines, which of them stay together, and how a block that is too long is cut.

Too long is what the embedder would read only the beginning of, and what would fill a small model's prompt alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

TARGET_CHARACTERS = 700
"""A chunk is closed at a paragraph's end beyond this: about 170 tokens, well below the embedder's 256."""

LONGEST = 1500
"""Characters; a longer paragraph, list or table is cut into parts of `TARGET_CHARACTERS`."""

LONGEST_CODE = 4000
"""Characters; half a function says less than the embedder's window hides of it, so code is cut only far beyond that."""

_FENCE = re.compile(r"\s*(`{3,}(?=[^`]*$)|~{3,})")
_SENTENCE_END = re.compile(r"[.!?][\"')\]]*\s+|[。！？]|\n")
_WORD_END = re.compile(r"\s+")


@dataclass(frozen=True)
class Block:
    """Lines that stay together: a paragraph, a list, a table or a whole fenced code block. Counted from 1, inclusive."""

    first: int
    last: int
    heading: str
    columns: tuple[int, int] | None = None
    """Of a single line that is too long: where this part of it begins and ends, in characters from 0, end excluded."""
    part: int | None = None
    """The page or cell that it stands on, counted from 1; a block never leaves it."""
    asked: tuple[str, ...] = ()
    """Questions that it answers, as its author expects them; they are searched and not shown."""

    def text(self, lines: list[str]) -> str:
        """Exactly what stands there, without the last line's end."""
        text = "\n".join(lines[self.first - 1 : self.last])
        return text if self.columns is None else text[slice(*self.columns)]


@dataclass(frozen=True)
class Document:
    """What a loader makes of a file."""

    lines: list[str]
    """The text as passages show it: of a text file its own lines, of others what was taken out of it."""
    blocks: list[Block]
    """In the order of reading; they do not overlap."""
    numbers: list[int] | None = None
    """The number that each line has where a person finds it: in the file, on its page, in its cell. None: its place here."""
    unit: Literal["", "page", "cell"] = ""
    """What a block's `part` counts."""
    code: bool = False
    """Whether all of it is code; of other text, fenced code is."""


def split_lines(text: str) -> list[str]:
    """The lines as editors and `ast` count them; `str.splitlines` also counts form feeds and others."""
    lines = re.split(r"\r\n|\r|\n", text)
    return lines[:-1] if lines[-1] == "" else lines


def merged(lines: list[str], blocks: Iterable[Block]) -> Iterator[Block]:
    """Neighbours under one heading, on one page, put together up to `TARGET_CHARACTERS`.

    One with questions begins anew, and none is put together with what stands behind a line that is left out.
    """
    pending: list[Block] = []
    size = 0
    for block in blocks:
        length = len(block.text(lines))
        same = pending and (block.heading, block.part) == (pending[0].heading, pending[0].part)
        fits = size + length <= TARGET_CHARACTERS
        if pending and (not same or block.asked or not fits or not _meet(lines, pending[-1], block)):
            yield replace(pending[0], last=pending[-1].last)
            pending, size = [], 0
        pending.append(block)
        size += length
    if pending:
        yield replace(pending[0], last=pending[-1].last)


def _meet(lines: list[str], before: Block, after: Block) -> bool:
    """Whether nothing stands between two blocks."""
    return not any(line.strip() for line in lines[before.last : after.first - 1])


def fence_around(lines: Iterable[str]) -> str:
    """A fence that none of the lines can close."""
    longest = max((len(found) for line in lines for found in re.findall(r"`{3,}", line)), default=2)
    return "`" * (longest + 1)


def fenced(lines: Iterable[str]) -> Iterator[bool]:
    """For each line, whether it belongs to a fenced code block; the fences do, and one never closed ends with the text."""
    fences = Fences()
    for line in lines:
        yield fences.hold(line)


class Fences:
    """Fed line by line, says which belong to a fenced code block."""

    def __init__(self) -> None:
        self._open = ""

    def hold(self, line: str) -> bool:
        """Whether this line, the next one of the text, belongs to one; the fences do."""
        mark, inside = _FENCE.match(line), bool(self._open)
        if mark and not inside:
            self._open = mark[1]
        elif mark and line.strip().startswith(self._open) and not line.strip().strip(self._open[0]):
            self._open = ""
        return bool(mark) or inside

    @property
    def open(self) -> bool:
        """Whether the last line left one open."""
        return bool(self._open)


def cut(lines: list[str], block: Block, *, code: bool) -> Iterator[Block]:
    """The block as it is, or in parts if it is too long: by its lines, and a line that alone is too long by its sentences.

    Args:
        lines: of the whole file.
        code: whether all of it is code; of other text, fenced code is.
    """
    if len(block.text(lines)) <= (LONGEST_CODE if code else LONGEST):
        yield block
    else:
        yield from _divided(lines, block, code)


def in_fences(code: list[str], language: str = "") -> Iterator[tuple[list[int], list[str]]]:
    """Code out of a page or cell, fenced; if too long, in parts with fences of their own: none is taken for prose.

    Yields:
        The lines of a part, and before them the number of each in `code`, from 1.
    """
    fence, whole = fence_around(code), Block(1, len(code), "")
    size = len(whole.text(code)) + len(f"{fence}{language}\n\n{fence}")
    for part in [whole] if size <= LONGEST_CODE else _divided(code, whole, code=True):
        said = part.text(code)
        if said.strip():
            numbers = [part.first, *range(part.first, part.last + 1), part.last]
            yield numbers, [f"{fence}{language}", *said.split("\n"), fence]


def _divided(lines: list[str], block: Block, code: bool) -> Iterator[Block]:
    """The parts of a block that is too long."""
    start, size = 0, 0
    for first, last in _units(lines, block, code):
        length = len(Block(first, last, "").text(lines)) + 1
        if start and size + length > TARGET_CHARACTERS:
            yield replace(block, first=start, last=first - 1)
            start = size = 0
        if first == last and length > LONGEST:
            yield from _parts(lines[first - 1], replace(block, first=first, last=first))
            continue
        start, size = start or first, size + length
    if start:
        yield replace(block, first=start)


def end_within(text: str, most: int, start: int = 0) -> int:
    """Where to cut: after the last sentence or line that ends within `most` characters from `start`.

    Where none does, after the last word; where there is none either, just there.
    """
    stop = start + most
    if stop >= len(text):
        return len(text)
    for end in (_SENTENCE_END, _WORD_END):
        if ends := [match.end() for match in end.finditer(text, start, stop)]:
            return ends[-1]
    return stop


def _units(lines: list[str], block: Block, code: bool) -> Iterator[tuple[int, int]]:
    """First and last line of what is not cut by lines: each line, and a fenced code block unless it is too long itself."""
    numbers = range(block.first, block.last + 1)
    inside = [False] * len(numbers) if code else list(fenced(lines[block.first - 1 : block.last]))
    start = 0
    for number, here, further in zip(numbers, inside, [*inside[1:], False], strict=True):
        start = start or number
        if here and further:
            continue
        whole = Block(start, number, "")
        lone = len(whole.text(lines)) > LONGEST_CODE
        yield from ((n, n) for n in range(start, number + 1)) if lone else [(start, number)]
        start = 0


def _parts(line: str, block: Block) -> Iterator[Block]:
    """The block's only line in parts that all name it."""
    start = 0
    while start < len(line):
        end = end_within(line, TARGET_CHARACTERS, start)
        yield replace(block, columns=(start, end))
        start = end
