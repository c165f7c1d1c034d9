"""The application: a chat and a run view over one assistant. Work happens in a thread; the screen never waits for it."""

from __future__ import annotations

import asyncio
import contextlib
import shlex
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

from rich.text import Text
from textual import work
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.events import Key
from textual.filter import LineFilter
from textual.widgets import Footer, Input, Static, TabbedContent, TabPane

from copilot.core.errors import CopilotError
from copilot.core.events import Answered, Event, Failed, Scripted
from copilot.history import KeptPlan, PastTurn, new_id
from copilot.tui.commands import HELP, Command, parse
from copilot.tui.experiments import ExperimentsScreen
from copilot.tui.plan import PlanScreen
from copilot.tui.printable import PRINTABLE
from copilot.tui.prompt import Prompt
from copilot.tui.run_view import RunView
from copilot.tui.sessions import SessionsScreen, with_sessions
from copilot.tui.source import SourceScreen
from copilot.tui.turn import Turn

PLACEHOLDER = "Ask about rllte, say what to train, what to change; or /run, /help"
EXAMPLES = (
    "How do I train PPO on CartPole?",
    "Train PPO on Pendulum-v1 for 100k steps, seed 3",
    "Use 16 environments and add RND",
    "/run --num-train-steps 20000",
)


CHAT_ACTIONS = {"cancel", "help", "switch", "sessions", "new", "earlier"}
"""What keys do in the chat and in a run alone."""

SHOWN = 20
"""Turns of a conversation that is opened again; more would take long to lay out."""


class Verbs(Protocol):
    """What the interface needs of an assistant."""

    def ask(self, question: str, session: str | None = None) -> Iterator[Event]: ...
    def generate(
        self, request: str, out_dir: Path | None = None, spec: Path | None = None, session: str | None = None
    ) -> Iterator[Event]: ...
    def replan(self, text: str, session: str) -> Iterator[Event]: ...
    def plan(self, session: str) -> KeptPlan | None: ...
    def fault(self, text: str) -> CopilotError | None: ...
    def advise(self, goal: str, session: str) -> Iterator[Event]: ...
    def run(
        self,
        script: Path,
        args: list[str],
        limits: Any = None,
        out_dir: Path | None = None,
        *,
        session: str | None = None,
    ) -> Iterator[Event]: ...
    def warm(self) -> None: ...
    def cancel(self) -> None: ...
    def status(self) -> dict[str, Any]: ...


class CopilotApp(App[None]):
    """Chat, scripts and runs."""

    TITLE = "rllte-copilot"
    VERTICAL_BREAKPOINTS = [(0, "-short"), (12, "-tall")]  # noqa: RUF012 (Textual's way)
    ENABLE_COMMAND_PALETTE = False
    BINDINGS = [  # noqa: RUF012 (Textual's way)
        Binding("ctrl+q", "quit", "Quit", priority=True),
        Binding("escape", "cancel", "Cancel"),
        Binding("f1", "help", "Help"),
        Binding("f2", "switch", "Chat/Run", priority=True),
        Binding("ctrl+s", "sessions", "Sessions"),
        Binding("ctrl+n", "new", "New"),
        Binding("up", "earlier(-1)", show=False),
        Binding("down", "earlier(1)", show=False),
    ]
    CSS = """
    #conversation { height: 1fr; }
    #welcome { margin: 0 1; }
    #status { height: 1; color: $text-muted; padding: 0 1; }
    TabbedContent { height: 1fr; }
    TabPane { padding: 0; }
    Prompt { height: 3; }
    .-short #status, .-short Footer { display: none; }
    """

    def __init__(self, assistant: Verbs) -> None:
        super().__init__()
        self.assistant = assistant
        self.busy = False
        self.last_script: Path | None = None
        self.session = new_id()
        self._answering: str | None = None
        self._history: list[str] = []
        self._place = 0

    def compose(self) -> ComposeResult:
        with TabbedContent(id="tabs"):
            with TabPane("Chat", id="chat"), VerticalScroll(id="conversation"):
                yield Static(self._welcome(), id="welcome")
            with TabPane("Run", id="run"):
                yield RunView()
        yield Static(self._status_text(), id="status", markup=False)
        yield Prompt(PLACEHOLDER)
        yield Footer()

    def on_mount(self) -> None:
        conversation = self.query_one("#conversation", VerticalScroll)
        conversation.can_focus = False
        conversation.anchor()
        self.query_one(Prompt).focus()
        # not a worker of Textual's: leaving must not wait for a model that is still loading
        threading.Thread(target=self.assistant.warm, name="warm", daemon=True).start()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What every line passes, and last: no control character of a text reaches the terminal."""
        return [*super().get_line_filters(), PRINTABLE]

    def _welcome(self) -> Text:
        status = self.assistant.status()
        where = " and ".join(filter(None, (status.get(key) for key in ("server", "embedder_server", "reranker"))))
        promise = f"Questions go to {where}." if where else "Nothing you type leaves this machine."
        text = Text("Answers name the lines they rest on; scripts run in a sandbox. ")
        text.append(f"{promise} 也可以用中文提问。\n", style="dim")
        for example in EXAMPLES:
            text.append(f"\n  {example}", style="bold")
        return text

    def _status_text(self) -> str:
        status = self.assistant.status()
        where = status.get("server") or "on this machine"
        return f"{status.get('model') or 'no model'}  {where}  embedder {status.get('embedder')}"

    # input ------------------------------------------------------------------------------------------------------------

    def on_key(self, event: Key) -> None:
        """What is typed goes into the input line, wherever the focus is."""
        field = self.query_one(Prompt) if len(self.screen_stack) == 1 else None
        if field is not None and not field.has_focus and event.is_printable and event.character:
            event.stop()
            field.take(event.character)

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        line = event.value.strip()
        if not line:
            return
        if line != "/quit" and self._waits():
            return
        event.input.clear()
        self._history = [*[old for old in self._history if old != line], line]
        self._place = len(self._history)
        try:
            command = parse(self.query_one(Prompt).whole(line), self.last_script)
        except CopilotError as error:
            turn = await self._new_turn(line)
            await turn.fail(error.message, error.hint)
            return
        await self._do(command, line)

    def _waits(self) -> bool:
        """Whether something is going on, which is said then."""
        if self.busy:
            self.notify("One thing at a time: Escape ends what is going on.", severity="warning")
        return self.busy

    async def _do(self, command: Command, line: str) -> None:
        if command.name == "quit":
            await self.action_quit()
        elif command.name == "help":
            await self.action_help()
        elif command.name == "clear":
            await self.action_new()
        elif command.name == "sessions":
            self.action_sessions()
        elif command.name == "experiments":
            self.push_screen(ExperimentsScreen())
        elif command.name == "plan":
            await self._edit_plan()
        elif command.name == "run" and command.script is not None:
            self.query_one(TabbedContent).active = "run"
            self.query_one(RunView).begin(command.script.name)
            self._work(self.assistant.run(command.script, list(command.args), session=self.session), None)
        else:
            self._answering = self.session
            self._work(self._events(command), await self._new_turn(line))

    def _events(self, command: Command) -> Iterator[Event]:
        """What a line of the conversation does."""
        if command.name == "generate":
            return self.assistant.generate(command.text, session=self.session)
        if command.name == "suggest":
            return self.assistant.advise(command.text, self.session)
        forced = "" if command.name == "say" else f"/{command.name} "
        return self.assistant.ask(f"{forced}{command.text}".strip(), self.session)

    async def _edit_plan(self) -> None:
        """Open the conversation's last plan in an editor."""
        try:
            kept = await asyncio.to_thread(self.assistant.plan, self.session)
        except CopilotError as error:
            self.notify(error.hint, title=error.message, severity="error", markup=False)
            return
        if kept is None:
            turn = await self._new_turn("/plan")
            await turn.fail(
                "There is no plan in this conversation yet.", "/generate REQUEST writes a script and its plan."
            )
            return

        async def closed(text: str | None) -> None:
            if text is not None and not self._waits():
                self._answering = self.session
                self._work(self.assistant.replan(text, self.session), await self._new_turn("/plan"))

        self.push_screen(PlanScreen(kept.spec, self.assistant.fault), closed)

    async def _new_turn(self, line: str) -> Turn:
        self.query_one(TabbedContent).active = "chat"
        turn = Turn(line)
        conversation = self.query_one("#conversation", VerticalScroll)
        await conversation.query("#welcome").remove()
        await conversation.mount(turn)
        conversation.anchor()
        return turn

    # work -------------------------------------------------------------------------------------------------------------

    def _work(self, events: Iterator[Event], turn: Turn | None) -> None:
        self.busy = True
        self._consume(events, turn)

    @work(thread=True, exclusive=True, exit_on_error=False)
    def _consume(self, events: Iterator[Event], turn: Turn | None) -> None:
        try:
            for event in events:
                self.call_from_thread(self._show, event, turn)
        except Exception as error:  # noqa: BLE001 (whatever breaks is a line on the screen, not the end of the session)
            if self.is_running:
                failed = Failed("internal", f"{type(error).__name__}: {error}", "Details: rllte-copilot doctor")
                self.call_from_thread(self._show, failed, turn)
        finally:
            if self.is_running:
                self.call_from_thread(self._done, turn)

    async def _show(self, event: Event, turn: Turn | None) -> None:
        if isinstance(event, Scripted):
            self.last_script = Path(event.path).with_name("train.py")  # of a package, too
        if turn is not None:
            if turn.is_mounted:
                await turn.show(event)
        else:
            self.query_one(RunView).show(event)

    async def _done(self, turn: Turn | None) -> None:
        self.busy, self._answering = False, None
        if turn is not None and turn.is_mounted:
            await turn.close()

    # keys -------------------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Above the chat, a screen's own keys are all that there are, and the one that leaves."""
        return len(self.screen_stack) == 1 or action not in CHAT_ACTIONS

    def action_cancel(self) -> None:
        """End what is going on."""
        if self.busy:
            self.assistant.cancel()
        self.query_one(Prompt).focus()

    async def action_quit(self) -> None:
        """Leave; work in progress is ended first."""
        self.assistant.cancel()
        self.exit()

    async def action_help(self) -> None:
        """Show the commands and keys."""
        turn = await self._new_turn("/help")
        await turn.append(HELP)
        await turn.close()

    async def action_new(self) -> None:
        """Begin a new conversation; what was said before has no part in it."""
        if not self._waits():
            await self._begin(new_id())

    async def _begin(self, session: str) -> None:
        self.session = session
        self.query_one(TabbedContent).active = "chat"
        await self.query_one("#conversation").remove_children()
        self.query_one(Prompt).focus()

    def action_sessions(self) -> None:
        """Show the conversations that were kept."""
        screen = SessionsScreen(lambda: self._answering)

        async def closed(chosen: str | None) -> None:
            if chosen is not None:
                await self._continue(chosen)
            elif self.session in screen.deleted:
                await self._begin(new_id())

        self.push_screen(screen, closed)

    async def _continue(self, session: str) -> None:
        """Show a conversation's turns; the next question belongs to it."""
        if self._waits():
            return
        try:
            turns: list[PastTurn] = await with_sessions(lambda kept: kept.get(session).turns())
        except CopilotError as error:
            self.notify(error.hint, title=error.message, severity="error", markup=False)
            return
        await self._begin(session)
        with contextlib.suppress(CopilotError):
            kept = await asyncio.to_thread(self.assistant.plan, session)
            self.last_script = kept.script if kept is not None and kept.script.is_file() else self.last_script
        conversation = self.query_one("#conversation", VerticalScroll)
        if len(turns) > SHOWN:
            earlier = "1 earlier turn is" if len(turns) == SHOWN + 1 else f"{len(turns) - SHOWN} earlier turns are"
            note = f"{earlier} not shown; all of it: rllte-copilot sessions show {shlex.quote(session)}"
            await conversation.mount(Static(Text(note, style="dim"), id="earlier"))
        for past in turns[-SHOWN:]:
            turn = Turn(past.question)
            await conversation.mount(turn)
            if turn.is_mounted:  # else the user has left meanwhile
                await turn.show(Answered(past.answer, bool(past.refused), past.citations, [], {}, past.model))
        conversation.anchor()

    def action_switch(self) -> None:
        """Between chat and run."""
        tabs = self.query_one(TabbedContent)
        tabs.active = "run" if tabs.active == "chat" else "chat"
        self.query_one(Prompt).focus()

    def action_earlier(self, step: int) -> None:
        """Bring back an earlier line of input."""
        if self._history:
            self._place = min(max(0, self._place + step), len(self._history))
            field = self.query_one(Prompt)
            field.value = self._history[self._place] if self._place < len(self._history) else ""
            field.cursor_position = len(field.value)

    def on_turn_open_source(self, event: Turn.OpenSource) -> None:
        self.push_screen(SourceScreen(event.citation))
