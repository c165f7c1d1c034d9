"""The input line: whatever is pasted is one line of it, and is handed on as it was."""

from __future__ import annotations

from textual import events
from textual.widgets import Input

SHOWN = 400
"""Characters of a paste of several lines that are shown; a longer one stands as its number of lines."""


class Prompt(Input):
    """An `Input` that keeps all lines of a paste, joined by blanks; its base keeps the first alone."""

    def __init__(self, placeholder: str) -> None:
        super().__init__(placeholder=placeholder, select_on_focus=False)
        self._pasted: dict[str, str] = {}

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        shown = " ".join(event.text.split())
        if "\n" in event.text.strip():
            if len(shown) > SHOWN:
                shown = f"[{len(event.text.strip().splitlines())} lines, paste {len(self._pasted) + 1}]"
            self._pasted[shown] = event.text
        self.insert_text_at_cursor(shown)

    def whole(self, line: str) -> str:
        """A line with what was pasted into it as it was, line breaks and all."""
        for shown, text in self._pasted.items():
            line = line.replace(shown, text)
        return line

    def take(self, character: str) -> None:
        """Take a character that was typed while the focus was elsewhere."""
        self.focus()
        self.insert_text_at_cursor(character)
