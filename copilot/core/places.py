"""How a place in a file is named for a person: lines of a text, the page of a PDF, the cell of a notebook."""

from __future__ import annotations

from copilot.core.types import Citation, Passage
from copilot.core.visible import in_line


def place(found: Passage | Citation) -> str:
    """Where exactly: `notes.md:3-9` or `notes.md:3`, `paper.pdf, page 2, lines 3-9`, `run.ipynb, cell 4, lines 1-6`."""
    part = _part(found)
    first, last = found.lines
    if not part:
        source = in_line(found.source)
        return f"{source}:{first}" if first == last else f"{source}:{first}-{last}"
    return f"{part}, line {first}" if first == last else f"{part}, lines {first}-{last}"


def beginning(found: Passage | Citation) -> str:
    """Where it begins, in short: `notes.md:3`, `paper.pdf, page 2`, `run.ipynb, cell 4`."""
    return _part(found) or f"{in_line(found.source)}:{found.lines[0]}"


def _part(found: Passage | Citation) -> str:
    source = in_line(found.source)
    if found.page is not None:
        return f"{source}, page {found.page}"
    return f"{source}, cell {found.cell}" if found.cell is not None else ""
