"""The lines that a citation names, as they stand in the file."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Footer, Static

from copilot.core import paths
from copilot.core.types import Citation

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
            box.border_title = f"{self._citation.source}:{self._citation.lines[0]}-{self._citation.lines[1]}"
            yield Static(excerpt(self._citation))
        yield Footer()


def excerpt(citation: Citation) -> Text:
    """The cited lines in bold with their numbers; one sentence where the file has gone."""
    try:
        lines = (paths.project_root() / citation.source).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        return Text(f"{citation.source} cannot be read: {error}. Bring the index up to date: rllte-copilot ingest")
    first, last = citation.lines
    text = Text()
    for number in range(max(1, first - AROUND), min(len(lines), last + AROUND) + 1):
        cited = first <= number <= last
        text.append(f"{number:>5} {'|' if cited else ' '} ", style="dim")
        text.append(lines[number - 1] + "\n", style="" if cited else "dim")
    return text
