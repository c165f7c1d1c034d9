"""Files to chunks: what a loader keeps together is cut where it is too long, code last.

A chunk of a text file is exactly the lines it names, or a part of one very long line; of a PDF, a web page or a notebook it
is what those lines say. So a citation can be checked by opening the file.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

from copilot.core.types import Passage
from copilot.knowledge import loaders
from copilot.knowledge.blocks import Block, Document, cut
from copilot.knowledge.units import Unit, units

VERSION = "10"
"""Part of the index's identity; raised when chunks of the same file, or what is embedded of them, would differ."""

ASKED_PARTS = 8
"""Of a block that is cut, so many parts have its questions: which of them answers is not known."""

LEAST_CHARACTERS = 12
"""A shorter unit (a brace, a rule) has no meaning of its own."""

_CHINESE = re.compile("[\u4e00-\u9fff]")


def chunk(source: str, content: str | bytes) -> list[Passage]:
    """The chunks of a file, read by its suffix in this process.

    Args:
        source: path shown to users, which decides (see `loaders.loader_of`).
        content: of the file.

    Raises:
        ValueError: it cannot be read; the reason.
    """
    data = content.encode() if isinstance(content, str) else content
    return passages(source, loaders.loader_of(source).load(data))


def passages(source: str, document: Document) -> list[Passage]:
    """The chunks of a file that was read."""
    parts = (
        part if number < ASKED_PARTS else replace(part, asked=())
        for block in document.blocks
        for number, part in enumerate(cut(document.lines, block, code=document.code))
    )
    found = [_passage(source, document, part) for part in parts if part.text(document.lines).strip()]
    return list({passage.id: passage for passage in found}.values())  # a line may say the same twice


def moved(passage: Passage, source: str) -> Passage:
    """The same chunk in another file."""
    found = _identified(source, passage.lines, passage.heading, passage.text, passage.page, passage.cell)
    return replace(found, asked=passage.asked, numbers=passage.numbers)


def parts(passage: Passage) -> dict[str, str]:
    """What is embedded of a chunk, by digest: its units under the innermost heading, or a short one whole; its questions.

    A long passage's vector says little of any sentence in it, and an embedder reads the beginning only. Equal texts have
    equal digests, wherever they stand: one vector is enough for them. Questions in Chinese are found by their words alone:
    to the default embedder, which has read English, all Chinese is alike (evals/LOG.md).
    """
    found = {digest(text): text for unit, text in embedded(passage) if len(unit.text.strip()) >= LEAST_CHARACTERS}
    whole = _whole(passage)
    asked = {digest(one): one for one in passage.asked if not _CHINESE.search(one)}
    return (found or {digest(whole): whole}) | asked


def embedded(passage: Passage) -> list[tuple[Unit, str]]:
    """Each unit of a chunk, and the text whose vector stands for it: of code, of which a line says little, the whole."""
    found, inner = list(units(passage)), passage.heading.rsplit(" > ", 1)[-1]
    code = passage.source.endswith(".py")
    if code or sum(len(unit.text.strip()) >= LEAST_CHARACTERS for unit in found) < 2:
        return [(unit, _whole(passage)) for unit in found]
    return [(unit, f"{inner}\n{unit.text.strip()}") for unit in found]


def digest(text: str) -> str:
    """The name of a text's vector."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _whole(passage: Passage) -> str:
    return f"{passage.heading}\n{passage.text}"


def _passage(source: str, document: Document, block: Block) -> Passage:
    numbers = document.numbers
    named = range(block.first, block.last + 1) if numbers is None else numbers[block.first - 1 : block.last]
    page = block.part if document.unit == "page" else None
    cell = block.part if document.unit == "cell" else None
    lines = (min(named), max(named))
    found = _identified(source, lines, block.heading, block.text(document.lines), page, cell)
    return replace(found, asked=block.asked, numbers=() if numbers is None else tuple(named))


def _identified(
    source: str, lines: tuple[int, int], heading: str, text: str, page: int | None, cell: int | None
) -> Passage:
    key = f"{source}\0{page or ''}\0{cell or ''}\0{lines[0]}\0{heading}\0{text}"
    return Passage(hashlib.sha256(key.encode()).hexdigest()[:20], source, lines, heading, text, page=page, cell=cell)
