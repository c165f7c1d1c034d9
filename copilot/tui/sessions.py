"""The conversations that were kept: search as you type, open, rename, delete, export. Keys alone are enough.

The file is opened for each step, in a thread: it may be locked by another process for a while.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import Screen
from textual.widgets import Footer, Input, OptionList, Static
from textual.widgets.option_list import Option

from copilot.core import paths
from copilot.core.errors import CopilotError, of_system
from copilot.history import Session, Sessions, markdown, write
from copilot.tui.dialog import LineScreen, YesNoScreen

MATCHES = 500
"""Turns that a search looks at; each conversation is shown once, by the newest of its."""

T = TypeVar("T")


@dataclass(frozen=True)
class Row:
    """A conversation in the list, and what is said of it."""

    session: Session
    detail: str


async def with_sessions(step: Callable[[Sessions], T]) -> T:
    """What a step makes of the kept conversations.

    Raises:
        CopilotError: also where the system refuses something.
    """

    def opened() -> T:
        try:
            with closing(Sessions(paths.sessions_file())) as kept:
                return step(kept)
        except OSError as error:
            raise of_system(error) from error

    return await asyncio.to_thread(opened)


class SessionsScreen(Screen[str | None]):
    """Lists the conversations; gives the id of the one to continue, or None.

    Args:
        answering: the id of the conversation that an answer is being written for: it is not deleted.
    """

    BINDINGS = [  # noqa: RUF012 (Textual's way)
        Binding("enter", "open", "Open", priority=True),
        Binding("escape,ctrl+s", "back", "Back", priority=True),
        Binding("ctrl+r", "rename", "Rename", priority=True),
        Binding("ctrl+x", "delete", "Delete", priority=True),
        Binding("ctrl+o", "export", "Export", priority=True),
        Binding("up", "move('cursor_up')", show=False, priority=True),
        Binding("down", "move('cursor_down')", show=False, priority=True),
        Binding("pageup", "move('page_up')", show=False, priority=True),
        Binding("pagedown", "move('page_down')", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    SessionsScreen #count { height: 1; color: $text-muted; padding: 0 1; }
    SessionsScreen OptionList {
        height: 1fr; border: none; background: transparent; padding: 0; text-wrap: nowrap; text-overflow: ellipsis;
    }
    SessionsScreen.-short #count { display: none; }
    SessionsScreen.-short Input { border: none; height: 1; }
    """

    def __init__(self, answering: Callable[[], str | None] = lambda: None) -> None:
        super().__init__()
        self.deleted: set[str] = set()
        self._answering = answering
        self._rows: list[Row] = []
        self._searched: str | None = None
        self._open_then = False

    def compose(self) -> ComposeResult:
        yield Input(placeholder="Search questions and answers", select_on_focus=False)
        yield Static(id="count")
        choices = OptionList()
        choices.can_focus = False  # what is typed is searched for, wherever a click was
        yield choices
        yield Footer()

    def on_mount(self) -> None:
        self.query_one(Input).focus()
        self.reload()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.reload()

    @work(exclusive=True, group="reload")
    async def reload(self) -> None:
        """Show what the search finds now; the mark stays on its conversation."""
        query, marked = self.query_one(Input).value, self._marked()
        try:
            self._rows, total = await with_sessions(lambda kept: found(kept, query))
        except CopilotError as error:
            self._rows, total = [], 0
            self.query_one("#count", Static).update(Text(error.message))
            self.notify(error.hint, title=error.message, severity="error", markup=False)
        else:
            self.query_one("#count", Static).update(counted(len(self._rows), total, query))
        choices = self.query_one(OptionList)
        choices.clear_options()
        choices.add_options([Option(shown(row, query)) for row in self._rows])
        ids = [row.session.id for row in self._rows]
        place = ids.index(marked.id) if marked and marked.id in ids else 0
        choices.highlighted = place if ids else None
        self._searched = query
        if self._open_then:
            self.action_open()

    def _marked(self) -> Session | None:
        place = self.query_one(OptionList).highlighted
        return self._rows[place].session if place is not None and place < len(self._rows) else None

    # keys -------------------------------------------------------------------------------------------------------------

    def action_move(self, step: str) -> None:
        """Move the mark; the line keeps the focus."""
        getattr(self.query_one(OptionList), f"action_{step}")()

    def action_back(self) -> None:
        """Leave things as they are."""
        self.dismiss(None)

    def action_open(self) -> None:
        """Continue the marked conversation; of what is searched for now, not of what is still shown."""
        self._open_then = self._searched != self.query_one(Input).value
        if not self._open_then and (session := self._marked()) is not None:
            self.dismiss(session.id)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_open()

    @work(exclusive=True, group="dialog")
    async def action_rename(self) -> None:
        """Ask for a title."""
        if (session := self._marked()) is not None:
            await self._ask("Title", shortened(session.heading), lambda kept, line: kept.rename(session.id, line))
            self.reload()

    @work(exclusive=True, group="dialog")
    async def action_export(self) -> None:
        """Ask for a file and write the conversation into it; over none that is there."""
        if (session := self._marked()) is None:
            return

        def export(kept: Sessions, line: str) -> None:
            write(Path(line).expanduser(), markdown(session, kept.get(session.id).turns()))

        written = await self._ask("Export to", str(Path.cwd() / f"{file_name(session.id)}.md"), export)
        if written:
            self.notify(f"Written to {written}", markup=False)

    async def _ask(self, title: str, line: str, step: Callable[[Sessions, str], object]) -> str | None:
        """Ask for a line until the step takes it, or the user leaves it."""
        problem = ""
        while (given := await self.app.push_screen_wait(LineScreen(title, line, problem))) is not None:
            line = given
            try:
                await with_sessions(lambda kept, line=line: step(kept, line))
            except CopilotError as error:
                problem = error.message
            else:
                return line
        return None

    @work(exclusive=True, group="dialog")
    async def action_delete(self) -> None:
        """Ask, then forget the marked conversation."""
        if (session := self._marked()) is None:
            return
        if session.id == self._answering():
            self.notify("Its answer is being written: end that first.", severity="warning")
            return
        question = f"Delete for good, {turns_of(session)}:\n{shortened(session.heading)}"
        if not await self.app.push_screen_wait(YesNoScreen(question)):
            return
        try:
            await with_sessions(lambda kept: kept.delete(session.id))
            self.deleted.add(session.id)
        except CopilotError as error:
            self.notify(error.hint, title=error.message, severity="error", markup=False)
        self.reload()


def found(kept: Sessions, query: str) -> tuple[list[Row], int]:
    """The rows of a query, newest first, and how many conversations there are."""
    sessions = {session.id: session for session in kept.list()}
    if not query.split():
        return [Row(session, session.first_question) for session in sessions.values()], len(sessions)
    rows: dict[str, Row] = {}
    for match in kept.search(query, MATCHES):
        if match.session in sessions:  # else begun a moment ago
            session = sessions[match.session]
            detail = session.first_question if match.place == "title" else match.snippet
            rows.setdefault(session.id, Row(session, detail))
    return [*rows.values()], len(sessions)


def shown(row: Row, query: str) -> Text:
    """Two lines: what it is called; when, how long, and a question or what the search found."""
    session = row.session
    detail = " ".join(row.detail.split())
    text = Text(session.heading, style="bold")
    facts = [f"{datetime.fromtimestamp(session.updated):%Y-%m-%d %H:%M}", turns_of(session)]
    text.append("\n" + "  ".join([*facts, *([detail] if detail != session.heading else [])]), style="not bold dim")
    if query.split():
        text.highlight_words(query.split(), "reverse", case_sensitive=False)
    return text


def counted(shown: int, total: int, query: str) -> str:
    """What the list holds, in a line."""
    if not total:
        return "No conversation is kept yet: ask something, and it is."
    of = f"{shown} of {total}" if query.split() else f"{total}"
    return f"{of} conversation{'s' if total != 1 else ''}"


def shortened(text: str, length: int = 80) -> str:
    """At most so many characters."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def turns_of(session: Session) -> str:
    """How many turns it has."""
    return "1 turn" if session.count == 1 else f"{session.count} turns"


def file_name(identifier: str) -> str:
    """An id as the name of a file, without its ending."""
    return re.sub(r"[^\w.-]+", "-", identifier).strip("-.")[:80] or "conversation"
