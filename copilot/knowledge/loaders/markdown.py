"""Markdown: by headings, whose ancestry each block carries; fenced code stays whole.

YAML front matter and comments are left out: what a reader of the page does not see is not shown as a source either. A
comment that begins with `asked:` holds the questions that the block below it answers, one a line; see `Block.asked`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from copilot.knowledge.blocks import Block, Document, Fences, merged, split_lines
from copilot.knowledge.loaders.text import decoded

MOST_ASKED, LONGEST_ASKED = 20, 200
"""So many questions of a block count, and so many characters of each."""

_COMMENT = re.compile(r"<!--(.*?)-->", re.S)
_ASKED = re.compile(r"\s*asked:(.*)", re.S)

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
    start, asked = 0, tuple[str, ...]()
    for number, (line, code, comment) in enumerate(kinds(lines[skip:]), start=skip + 1):
        heading = None if code or comment is not None else re.match(r"(#{1,6})\s+(.*)", line)
        if comment is None and (code or (line.strip() and not heading)):
            start = start or number
            continue
        if start:
            yield Block(start, number - 1, joined(trail), asked=asked)
            start, asked = 0, ()
        if heading:
            enter(trail, len(heading[1]), heading[2].rstrip().rstrip("#").rstrip())
        elif comment:
            asked = (*asked, *questions(comment))[:MOST_ASKED]
    if start:
        yield Block(start, len(lines), joined(trail), asked=asked)


def kinds(lines: list[str]) -> Iterator[tuple[str, bool, str | None]]:
    """Each line, whether it is code, and what it says as a comment: its text where one begins, "" where it goes on, or None.

    A comment has lines of its own: what stands beside one on its line is text, the comment with it. One that is never
    closed is text, too.
    """
    fences, number = Fences(), 0
    last = max((n for n, line in enumerate(lines) if "-->" in line), default=-1)
    while number < len(lines):
        end = number
        begins = not fences.open and number <= last and re.match(r" {0,3}<!--", lines[number])
        while begins and "-->" not in lines[end]:
            end += 1
        taken = lines[number : end + 1]
        if begins and not _COMMENT.sub("", "\n".join(taken)).strip():
            yield from ((line, False, "" if place else "\n".join(taken)) for place, line in enumerate(taken))
        else:
            yield from ((line, fences.hold(line), None) for line in taken)
        number = end + 1


def questions(comment: str) -> tuple[str, ...]:
    """What comments say that is asked: a question a line; of any other comment nothing."""
    said = [match[1] for inner in _COMMENT.findall(comment) if (match := _ASKED.match(inner))]
    lines = [line.strip()[:LONGEST_ASKED] for part in said for line in part.split("\n")]
    return tuple(dict.fromkeys(line for line in lines if line))


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
