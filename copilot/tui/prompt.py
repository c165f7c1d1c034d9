"""The input line: whatever is pasted is one line of it."""

from __future__ import annotations

from textual import events
from textual.widgets import Input


class Prompt(Input):
    """An `Input` that keeps all lines of a paste, joined by blanks; its base keeps the first alone."""

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.insert_text_at_cursor(" ".join(event.text.split()))

    def take(self, character: str) -> None:
        """Take a character that was typed while the focus was elsewhere."""
        self.focus()
        self.insert_text_at_cursor(character)
