"""Nothing that a document, its name or a model holds is obeyed by the terminal, or read as markup, on any screen."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import pytest
from textual.app import App
from textual.widgets import OptionList

from copilot.core.events import Answered, Event, Passages, Phase, Token
from copilot.core.types import Citation, Passage
from copilot.tui.app import CopilotApp
from copilot.tui.source import SourceScreen
from tests.copilot.tui.fakes import FakeAssistant
from tests.copilot.tui.test_app import say

EVIL = "\x1b[31mred\x1b]0;owned\x07 \x9b2J\u202e"
NAME = f"[red]no[/red] markup [/] {EVIL}\nin two.md"


class Evil(FakeAssistant):
    """Brings what it should not, in every part of an answer."""

    def ask(self, question: str, session: str | None = None) -> Iterator[Event]:
        cited = Citation(1, NAME, (1, 2), f"Heading {EVIL}", quote=f"quoted {EVIL}")
        yield Phase("search", f"searching {EVIL}")
        yield Passages([Passage("a", NAME, (1, 2), "", EVIL)], f"Left out: {EVIL}")
        yield Token(f"written {EVIL} ")
        yield Answered(f"written {EVIL} [1]\n\n```python\nx = '{EVIL}'\n```", False, [cited], [], {}, "fake")


def lines(app: App[None]) -> list[str]:
    """The screen as the terminal gets it."""
    return [strip.text for strip in app.screen._compositor.render_strips()]


@pytest.mark.parametrize("size", [(100, 40), (40, 15)])
async def test_the_terminal_gets_no_control_character(size: tuple[int, int]) -> None:
    app = CopilotApp(Evil())
    async with app.run_test(size=size) as pilot:
        await say(pilot, f"What? {EVIL}")
        app.notify(EVIL, title=EVIL, markup=False)
        await pilot.pause()
        chat = lines(app)
        app.query_one(OptionList).focus()
        await pilot.press("down", "enter")
        await pilot.pause()
        assert isinstance(app.screen, SourceScreen)
        source = lines(app)
    assert any("red" in line for line in chat)
    assert any("[red]no[/red] markup [/]" in line for line in source), "the title of the box is no markup"
    for line in [*chat, *source]:
        assert not [sign for sign in line if unicodedata.category(sign) in {"Cc", "Cf"}], line
