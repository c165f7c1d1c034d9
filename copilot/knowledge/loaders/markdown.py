"""Markdown: by headings, whose ancestry each block carries; fenced code stays whole.

YAML front matter and comments are left out: what a reader of the page does not see is not shown as a source either. A
comment that begins with `asked:` holds the questions that the block below it answers, one a line; see `Block.asked`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from copilot.knowledge.blocks import Block, Document, fenced, merged, split_lines
from copilot.knowledge.loaders.text import decoded

MOST_ASKED, LONGEST_ASKED = 20, 300
"""So many questions of a comment count, and so many characters of each."""

_ASKED = re.compile(r"<!--\s*asked:(.*)-->\s*$", re.S)

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
    start, body, asked = 0, lines[skip:], ()
    code, hidden = list(fenced(body)), comments(body)
    for number, line in enumerate(body, start=skip + 1):
        inside, comment = code[number - skip - 1], hidden.get(number - skip - 1)
        heading = None if inside or comment is not None else re.match(r"(#{1,6})\s+(.*?)\s*#*$", line)
        if comment is None and (inside or (line.strip() and not heading)):
            start = start or number
            continue
        if start:
            yield Block(start, number - 1, joined(trail), asked=asked)
            start, asked = 0, ()
        if heading:
            enter(trail, len(heading[1]), heading[2])
        elif comment:
            asked += questions(comment)
    if start:
        yield Block(start, len(lines), joined(trail), asked=asked)


def comments(lines: list[str]) -> dict[int, str]:
    """Of each line, by its index, that belongs to a comment with lines of its own: the comment if it is the first, or ""."""
    found: dict[int, str] = {}
    for number, (line, code) in enumerate(zip(lines, fenced(lines), strict=True)):
        if code or number in found or not re.match(r" {0,3}<!--", line):
            continue
        end = next((n for n in range(number, len(lines)) if "-->" in lines[n]), None)
        if end is not None and lines[end].rstrip().endswith("-->"):
            found |= {number: "\n".join(lines[number : end + 1])} | dict.fromkeys(range(number + 1, end + 1), "")
    return found


def questions(comment: str) -> tuple[str, ...]:
    """What a comment says that is asked: a question a line; of any other comment nothing."""
    match = _ASKED.match(comment.strip())
    found = [line.strip()[:LONGEST_ASKED] for line in match[1].split("\n") if line.strip()] if match else []
    return tuple(dict.fromkeys(found))[:MOST_ASKED]


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
