"""What all lines of the screen pass before they reach the terminal: no text brings it a control character.

Documents, models, file names and runs bring text to many widgets, and Textual leaves most such characters in it.
"""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from copilot.core.visible import CONTROL


class Printable(LineFilter):
    """Leaves control characters out: lines are laid out as if they took no room, so that no sign can stand for them."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments without them."""
        return [
            Segment(CONTROL.sub("", text), style, control) if CONTROL.search(text) else Segment(text, style, control)
            for text, style, control in segments
        ]


PRINTABLE = Printable()
"""One for all lines: Textual keeps what a filter made of each."""
