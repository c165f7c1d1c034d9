"""From where letters stand to what a page says: columns, lines, paragraphs, headings; what repeats on the pages is left out.

Headings are what is set larger or bolder than the text, or numbered and bold; a list of references is left out. Lengths are
those of the page; y grows downwards.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from copilot.knowledge.blocks import Block, Document, merged
from copilot.knowledge.loaders.columns import ordered
from copilot.knowledge.loaders.markdown import Trail, enter, joined

MARGIN = 0.1
"""The share of a page's written height, above and below, in which headers, footers and page numbers are looked for."""

REPEATS = 0.4
"""On this share of the pages, and on three, a line of the margin is a header or footer."""

LARGER = 1.12
"""Of the text's height: a heading without a number is at least so high."""

HEADING_WORDS = 14

_NUMBERED = re.compile(r"(?:(?:\d{1,2}|[A-Z])(?:\.\d{1,2}){0,4}|[IVX]{1,5})\.?\s+[^\W\d_]")
_NAMED = re.compile(
    r"abstract|introduction|conclusions?|references|bibliography|appendix|acknowledge?ments?", re.IGNORECASE
)
_REFERENCES = re.compile(r"(?:[\dIVX]+\.?\s+)?(?:references|bibliography|literature cited|works cited)", re.IGNORECASE)
_PAGE_NUMBER = re.compile(
    r"(?:page\s*)?[-–—]?\s*(?:\d{1,4}|[ivxlc]{1,7})\s*[-–—]?(?:\s*(?:of|/)\s*\d{1,4})?", re.IGNORECASE
)
_YEAR = re.compile(r"\b(?:19|20)\d\d[a-z]?\b")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_CUT_WORD = re.compile(r"([^\W\d_]+)-$")
_ENDED = re.compile(r"[.!?:;][\"'”’)\]]*$")


@dataclass
class Piece:
    """A run of letters on one line: left, right, base line, height."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool = False

    def continues(self, x0: float, y: float, size: float, gap: float) -> bool:
        """Whether a letter goes on where this ends: on its line or a little off, `gap` heights away at most."""
        higher = max(self.size, size)
        return abs(y - self.y) < 0.5 * higher and -0.5 * higher < x0 - self.x1 < gap * higher


@dataclass
class Line:
    """A line in the order of reading."""

    text: str
    page: int
    x0: float
    y: float
    size: float
    bold: bool
    begins: bool = False
    """Whether a paragraph begins with it."""
    level: int = 0
    """Of a heading; 0 is text."""
    number: int = 0
    """On its page, margins aside, counted from 1; what is left out of the text counts as well."""


def document_of(pages: list[list[Piece]]) -> Document:
    """The text of all pages; blocks are paragraphs merged under one heading and on one page."""
    lines = [line for number, pieces in enumerate(pages, start=1) for line in _lines(pieces, number)]
    lines = _without_margins(lines)
    for _, page in groupby(lines, key=lambda line: line.page):
        for number, line in enumerate(page, start=1):
            line.number = number
    _mark_headings(lines)
    return _assembled(_without_references(lines))


def _lines(pieces: list[Piece], page: int) -> list[Line]:
    """Pieces on one base line, in the order of reading, are one line."""
    found: list[Line] = []
    last: Piece | None = None
    for piece in ordered(pieces):
        if last is not None and abs(piece.y - last.y) < 0.3 * piece.size and piece.x0 > last.x1:
            found[-1].text += f" {piece.text}"
            found[-1].bold &= piece.bold
        else:
            found.append(Line(piece.text, page, piece.x0, piece.y, piece.size, piece.bold, begins=last is None))
        last = piece
    for before, line in pairwise(found):
        line.begins = _begins(before, line)
    return found


def _begins(before: Line, line: Line) -> bool:
    """A paragraph begins after a gap, in other letters, or indented after the end of a sentence."""
    step = line.y - before.y
    if step < 0:  # the next column
        return bool(_ENDED.search(before.text))
    if step > 1.65 * max(line.size, before.size) or abs(line.size - before.size) > 0.1 * before.size:
        return True
    return bool(_ENDED.search(before.text)) and 0.8 * line.size < line.x0 - before.x0 < 4 * line.size


def _without_margins(lines: list[Line]) -> list[Line]:
    """Leave out headers, footers and page numbers."""
    pages: dict[int, list[Line]] = {}
    for line in lines:
        pages.setdefault(line.page, []).append(line)
    if not pages:
        return []
    top = min(line.y for line in lines)
    height = max(line.y for line in lines) - top
    body = _body(lines)
    outer = [
        line
        for line in lines
        if line.size <= LARGER * body and not MARGIN * height < line.y - top < (1 - MARGIN) * height
    ]
    repeated = Counter(key for key, _ in {(_key(line), line.page) for line in outer})
    often = max(3.0, REPEATS * len(pages))
    numbers = {id(line) for line in outer if _PAGE_NUMBER.fullmatch(line.text) and _is_outermost(line, pages)}
    dropped = {id(line) for line in outer if repeated[_key(line)] >= often}
    dropped |= numbers if len(pages) > 1 else set()
    return [line for line in lines if id(line) not in dropped]


def _key(line: Line) -> str:
    return re.sub(r"\d+|\b[ivxlc]+\b", "#", line.text.lower())


def _is_outermost(line: Line, pages: dict[int, list[Line]]) -> bool:
    places = [other.y for other in pages[line.page]]
    return line.y in (min(places), max(places))


def _body(lines: list[Line]) -> float:
    """The height of most letters."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size * 2) / 2] += len(line.text)
    return sizes.most_common(1)[0][0]


def _mark_headings(lines: list[Line]) -> None:
    """Give headings their level: by their number, else by their height; a title over two lines is one heading."""
    if not lines:
        return
    body = _body(lines)
    found = [line for line in lines if _is_heading(line, body)]
    heights = sorted({round(line.size * 2) / 2 for line in found}, reverse=True)
    for line in found:
        number = _NUMBERED.match(line.text)
        deep = 2 + number[0].rstrip(" .").count(".") if number and number[0][0].isalnum() else 0
        line.level = min(6, deep or 1 + heights.index(round(line.size * 2) / 2))
        line.begins = True
    for before, line in pairwise(lines):
        if before.level and line.level and _continues(before, line):
            line.level, line.begins = before.level, False
        elif before.level and not line.level:
            line.begins = True


def _continues(before: Line, line: Line) -> bool:
    """Whether two lines are one heading."""
    close = line.page == before.page and 0 < line.y - before.y < 1.6 * line.size
    return close and abs(line.size - before.size) < 0.5 and not _NUMBERED.match(line.text)


def _is_heading(line: Line, body: float) -> bool:
    words = line.text.split()
    if len(words) > HEADING_WORDS or not any(sign.isalpha() for sign in line.text):
        return False
    if line.size >= LARGER * body:
        return sum(sign.isalpha() for sign in line.text) > 2
    marked = line.bold or line.text.isupper()
    numbered = _NUMBERED.match(line.text) is not None and not _ENDED.search(line.text)
    alone = line.bold and line.begins and not re.search(r"[.,:;]$", line.text) and len(line.text) > 2
    return (marked and numbered) or alone or (line.begins and _NAMED.fullmatch(line.text) is not None)


def _without_references(lines: list[Line]) -> list[Line]:
    """Leave out each list of references, up to the next heading as high; a chapter of that name without years stays."""
    kept: list[Line] = []
    place = 0
    while place < len(lines):
        line = lines[place]
        end = place + 1
        if line.level and _REFERENCES.fullmatch(line.text):
            while end < len(lines) and not (lines[end].level and lines[end].size > line.size - 0.6):
                end += 1
            entries = lines[place + 1 : end]
            if sum(bool(_YEAR.search(entry.text)) for entry in entries) * 8 >= len(entries) > 0:
                place = end
                continue
        kept += lines[place:end]
        place = end
    return kept


def _assembled(lines: list[Line]) -> Document:
    """Blank lines between paragraphs, words cut at a line's end whole again."""
    words = Counter(word.lower() for line in lines for word in _WORD.findall(line.text))
    texts: list[str] = []
    numbers: list[int] = []
    blocks: list[Block] = []
    trail: Trail = []
    before = None
    for line in lines:
        new_page = before is None or line.page != before.page
        text = line.text
        if before is not None and not new_page and not line.begins and not line.level:
            texts[-1], text = _mended(texts[-1], text, words)
        if new_page or line.begins:
            if texts:
                texts.append("")
                numbers.append(numbers[-1])
            blocks.append(Block(len(texts) + 1, len(texts) + 1, "", part=line.page))
        if line.level:
            if line.begins:
                enter(trail, line.level, text)
            else:
                trail[-1] = (trail[-1][0], f"{trail[-1][1]} {text}")
        texts.append(text)
        numbers.append(line.number)
        blocks[-1] = replace(blocks[-1], last=len(texts), heading=joined(trail))
        before = line
    return Document(texts, list(merged(texts, blocks)), numbers, "page")


def _mended(line: str, following: str, words: Counter[str]) -> tuple[str, str]:
    """A word cut at the line's end is put on that line, with its hyphen where the document writes it so elsewhere."""
    cut = _CUT_WORD.search(line)
    rest = re.match(r"[^\W\d_]+(?:-[^\W\d_]+)*", following)
    if not cut or not rest or not rest[0][0].islower():
        return line, following
    whole, hyphened = (cut[1] + rest[0]).lower(), f"{cut[1]}-{rest[0]}".lower()
    join = "-" if words[hyphened] and not words[whole] else ""
    end = re.match(r"[^\s\w]*\s*", following[len(rest[0]) :])
    after = end[0] if end else ""
    return f"{line[:-1]}{join}{rest[0]}{after.strip()}", following[len(rest[0]) + len(after) :]
