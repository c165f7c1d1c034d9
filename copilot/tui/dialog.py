"""Small questions above a screen: a line to be typed, or yes or no."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

_CSS = """
NAME { align: center middle; }
NAME Vertical { width: 90%; max-width: 80; height: auto; border: round $accent; background: $surface; padding: 0 1; }
NAME .problem { color: $text-error; }
"""


class LineScreen(ModalScreen[str | None]):
    """Asks for a line; gives None where the user leaves it.

    Args:
        title: what is asked for.
        value: to begin with.
        problem: what was wrong with the last try.
    """

    BINDINGS = [Binding("escape", "dismiss", "Leave it")]  # noqa: RUF012 (Textual's way)
    DEFAULT_CSS = _CSS.replace("NAME", "LineScreen")

    def __init__(self, title: str, value: str, problem: str = "") -> None:
        super().__init__()
        self._about, self._value, self._problem = title, value, problem

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title, box.border_subtitle = self._about, "Enter takes it, Esc leaves it"
            yield Input(self._value, select_on_focus=False)
            if self._problem:
                yield Static(Text(self._problem), classes="problem")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self.dismiss(event.value.strip())


class YesNoScreen(ModalScreen[bool]):
    """Asks before something that cannot be undone; only "y" is a yes.

    Args:
        question: what is to be done, exactly.
    """

    BINDINGS = [  # noqa: RUF012 (Textual's way)
        Binding("y", "dismiss(True)", "Yes"),
        Binding("n,escape,enter", "dismiss(False)", "No"),
    ]
    DEFAULT_CSS = _CSS.replace("NAME", "YesNoScreen")

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = "y: yes, n: no"  # above: the last line that a very small terminal would lose
            yield Static(Text(self._question))
