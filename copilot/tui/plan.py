"""The plan of the last script as JSON, edited by hand: what is wrong is said below it; only a right one is rendered."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import ModalScreen
from textual.widgets import Footer, Static, TextArea

from copilot.core.errors import CopilotError

Fault = Callable[[str], CopilotError | None]
"""What is wrong with a plan's text; None if nothing is."""


class PlanScreen(ModalScreen[str | None]):
    """An editor; gives the new text, or None where the user leaves the plan as it is.

    Args:
        spec: the plan.
        fault: checks a text, in a thread.
    """

    BINDINGS = [  # noqa: RUF012 (Textual's way)
        Binding("ctrl+r", "render", "Check and render", priority=True),
        Binding("escape", "leave", "Leave it as it is", priority=True),
    ]
    DEFAULT_CSS = """
    PlanScreen { background: $surface; }
    PlanScreen TextArea { height: 1fr; border: round $accent; }
    PlanScreen .problem { height: auto; max-height: 5; color: $text-error; padding: 0 1; }
    """

    def __init__(self, spec: dict[str, Any], fault: Fault) -> None:
        super().__init__()
        self._text = json.dumps(spec, indent=2, ensure_ascii=False)
        self._fault = fault

    def compose(self) -> ComposeResult:
        area = TextArea(self._text, show_line_numbers=True)
        area.border_title = "The plan"
        yield area
        yield Static("", classes="problem")
        yield Footer()

    def on_mount(self) -> None:
        self.query_one(TextArea).focus()
        self.query_one(".problem", Static).display = False

    def action_leave(self) -> None:
        """Leave the plan as it is."""
        self.dismiss(None)

    @work(exclusive=True)
    async def action_render(self) -> None:
        """Take the text if nothing is wrong with it; else say what is, and go there."""
        text = self.query_one(TextArea).text
        error = await asyncio.to_thread(self._fault, text)
        if error is None:
            self.dismiss(text)
            return
        line = self.query_one(".problem", Static)
        line.update(Text(f"{error.message}\n{error.hint}".strip()))
        line.display = True
        self._go_to(error.message)

    def _go_to(self, message: str) -> None:
        """Put the cursor on the first line whose field the message names."""
        area = self.query_one(TextArea)
        for number, line in enumerate(area.text.splitlines()):
            field = line.partition(":")[0].strip().strip('"')
            if field and field in message.replace(".", " ").replace(":", " ").split():
                area.move_cursor((number, len(line) - len(line.lstrip())))
                return
