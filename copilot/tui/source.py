"""What a citation names: the lines of a text as they stand in the file, what was read of a page or cell."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Footer, Static

from copilot.core import paths
from copilot.core.errors import CopilotError
from copilot.core.places import place
from copilot.core.types import Citation
from copilot.knowledge.index import part_of
from copilot.knowledge.loaders.text import lines_for_show

AROUND = 3
"""Lines shown before and after the cited ones."""


class SourceScreen(ModalScreen[None]):
    """Shows a citation's lines, marked, with a few around them."""

    BINDINGS = [Binding("escape,q,enter", "dismiss", "Close")]  # noqa: RUF012 (Textual's way)
    DEFAULT_CSS = """
    SourceScreen { align: center middle; }
    SourceScreen VerticalScroll { width: 90%; height: 80%; border: round $accent; background: $surface; padding: 0 1; }
    """

    def __init__(self, citation: Citation) -> None:
        super().__init__()
        self._citation = citation

    def compose(self) -> ComposeResult:
        with VerticalScroll() as box:
            box.border_title = Text(place(self._citation))
            yield Static(excerpt(self._citation))
        yield Footer()


def excerpt(citation: Citation) -> Text:
    """The cited lines with their numbers among dim ones; of a page or cell, the cited passage; a sentence if it has gone."""
    if citation.page is not None or citation.cell is not None:
        return _part(citation)
    try:
        lines = lines_for_show((paths.project_root() / citation.source).read_bytes())
    except OSError as error:
        return Text(f"{citation.source} cannot be read: {error}. Bring the index up to date: rllte-copilot ingest")
    first, last = citation.lines
    text = Text()
    for number in range(max(1, first - AROUND), min(len(lines), last + AROUND) + 1):
        cited = first <= number <= last
        text.append(f"{number:>5} {'|' if cited else ' '} ", style="dim")
        text.append(lines[number - 1] + "\n", style="" if cited else "dim")
    return text


def _part(citation: Citation) -> Text:
    """What was read of the page or cell; the file itself is not parsed here."""
    try:
        passages, is_current = part_of(citation.source, citation.page, citation.cell)
    except CopilotError as error:
        return Text(f"{error.message} {error.hint}")
    if not is_current:
        return Text(f"{citation.source} has changed or is gone. Bring the index up to date: rllte-copilot ingest")
    text = Text()
    for passage in passages:
        cited = passage.lines[0] <= citation.lines[1] and citation.lines[0] <= passage.lines[1]
        text.append(f"lines {passage.lines[0]}-{passage.lines[1]}\n", style="dim")
        text.append(f"{passage.text}\n\n", style="" if cited else "dim")
    return text
