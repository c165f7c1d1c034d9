"""Plain text: paragraphs, without headings. And how bytes become text, for all loaders of text."""

from __future__ import annotations

import codecs
import re

from copilot.knowledge.blocks import Block, Document, fenced, merged, split_lines

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_DECLARABLE = re.compile("ascii|iso8859|latin|cp125|cp437|koi8|gb|big5|shift_jis|euc|iso2022|utf")
"""How the names of codecs begin that a file may ask for: those of languages, not Python's own."""


def load(data: bytes) -> Document:
    """Paragraphs, merged up to the target.

    Raises:
        ValueError: it is not text.
    """
    lines = split_lines(decoded(data))
    return Document(lines, list(merged(lines, paragraphs(lines))))


def decoded(data: bytes, declared: str = "") -> str:
    """UTF-8, or what a byte order mark says, or what the file declares.

    A guess by statistics would be wrong now and then, and a citation must not be.

    Args:
        declared: the name of a codec that the file itself gives.

    Raises:
        ValueError: with the reason.
    """
    mark, name = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), (b"", ""))
    name = name or _codec(declared)
    try:
        text = (data[len(mark) :] if name == "utf-8" else data).decode(name)
    except UnicodeError as error:  # of UTF-16 without a mark, too
        raise ValueError("binary, not text" if b"\0" in data and not mark else f"not {name.upper()} text") from error
    if "\0" in text:
        raise ValueError("binary, not text")
    return text


def lines_for_show(data: bytes) -> list[str]:
    """The lines of a text file, for a person: what cannot be decoded is marked."""
    try:
        return split_lines(decoded(data))
    except ValueError:
        return split_lines(data.decode("utf-8", "replace"))


def clean(text: str) -> str:
    """Without what no text file could hold: halves of characters, and zeros."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def paragraphs(lines: list[str]) -> list[Block]:
    """Lines between blank ones; fenced code is not divided."""
    found: list[Block] = []
    start = 0
    for number, (line, code) in enumerate(zip(lines, fenced(lines), strict=True), start=1):
        if code or line.strip():
            start = start or number
        elif start:
            found.append(Block(start, number - 1, ""))
            start = 0
    return [*found, Block(start, len(lines), "")] if start else found


def _codec(declared: str) -> str:
    if not declared:
        return "utf-8"
    try:
        name = codecs.lookup(declared.strip()).name
    except (LookupError, ValueError) as error:
        raise ValueError(f"declares an unknown encoding, {declared[:40]!r}") from error
    if not _DECLARABLE.match(name):
        raise ValueError(f"declares an encoding that is not read, {declared[:40]!r}")
    return name
