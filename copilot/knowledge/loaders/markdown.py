"""Markdown: by headings, whose ancestry each block carries; fenced code stays whole, YAML front matter is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from copilot.knowledge.blocks import Block, Document, fenced, merged, split_lines
from copilot.knowledge.loaders.text import decoded

Trail = list[tuple[int, str]]
"""Level and title of the headings above, outermost first."""


def load(data: bytes) -> Document:
    """Paragraphs under one heading, merged up to the target.

    Raises:
        ValueError: it is not text.
    """
    lines = split_lines(decoded(data))
    return Document(lines, list(merged(lines, sections(lines, [], _front_matter(lines)))))


def sections(lines: list[str], trail: Trail, skip: int = 0) -> Iterator[Block]:
    """The paragraphs, each with the headings above it.

    Args:
        trail: headings that stand above the first line; those that follow are put into it.
        skip: so many lines at the beginning are not text.
    """
    start, body = 0, lines[skip:]
    for number, (line, code) in enumerate(zip(body, fenced(body), strict=True), start=skip + 1):
        heading = None if code else re.match(r"(#{1,6})\s+(.*?)\s*#*$", line)
        if code or (line.strip() and not heading):
            start = start or number
            continue
        if start:
            yield Block(start, number - 1, joined(trail))
            start = 0
        if heading:
            enter(trail, len(heading[1]), heading[2])
    if start:
        yield Block(start, len(lines), joined(trail))


def enter(trail: Trail, level: int, title: str) -> None:
    """Go below a heading: those of its level and deeper end."""
    trail[:] = [*(above for above in trail if above[0] < level), (level, title)]


def joined(trail: Trail) -> str:
    """The ancestry as passages carry it."""
    return " > ".join(title for _, title in trail)


def _front_matter(lines: list[str]) -> int:
    """How many lines of YAML front matter there are."""
    if not lines or lines[0].strip() != "---":
        return 0
    for number, line in enumerate(lines[1:], start=2):
        if line.strip() == "---":
            return number
    return 0
