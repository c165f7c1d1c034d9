"""One turn of the conversation: what was asked, the answer as it is written, its sources."""

from __future__ import annotations

from typing import Any

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Markdown, OptionList, Static
from textual.widgets.option_list import Option

from copilot.core.events import (
    Answered,
    Checked,
    Differed,
    Event,
    Failed,
    Passages,
    Phase,
    Planned,
    Scripted,
    Token,
    Understood,
)
from copilot.core.places import beginning, place
from copilot.core.types import Citation
from copilot.core.visible import in_line


class Turn(Vertical):
    """A question and what came of it.

    Args:
        question: as typed.
    """

    DEFAULT_CSS = """
    Turn { height: auto; margin: 0 1 1 1; }
    Turn .question { color: $text-accent; text-style: bold; }
    Turn .phase, Turn .understood { color: $text-muted; }
    Turn .error { color: $text-error; }
    Turn Markdown { margin: 0; padding: 0; background: transparent; }
    Turn OptionList { height: auto; max-height: 8; border: none; background: transparent; padding: 0; }
    """

    class OpenSource(Message):
        """The user wants to see the lines of a citation."""

        def __init__(self, citation: Citation) -> None:
            super().__init__()
            self.citation = citation

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question
        self._citations: list[Citation] = []
        self._notes: list[str] = []
        self._read: list[str] = []
        self._differs = False
        self._stream: Any = None

    def compose(self) -> ComposeResult:
        yield Static(Text(f"> {self._question}"), classes="question")
        yield Static("", classes="phase")
        yield Markdown("")

    async def show(self, event: Event) -> None:
        """Bring an event onto the screen."""
        if isinstance(event, Phase):
            self.phase(event.detail)
        elif isinstance(event, Passages):
            places = ", ".join(beginning(p) for p in event.passages[:2])
            if places:
                self.phase(f"found {places}")
            if event.hint:
                await self.mount(Static(Text(event.hint), classes="error"))
        elif isinstance(event, Token):
            if self._stream is None:
                self._stream = Markdown.get_stream(self.query_one(Markdown))
            await self._stream.write(event.text)
        elif isinstance(event, Answered):
            await self._finish(event)
        elif isinstance(event, Understood):
            await self.mount(Static(Text(event.text), classes="understood"), before=".phase")
        elif isinstance(event, Planned):
            self._notes, self._read = event.notes, event.read
        elif isinstance(event, Differed):
            self._differs = True
            await self.append("".join(f"- `{line}`\n" for line in event.lines))
        elif isinstance(event, Scripted):
            script = "" if self._differs else f"```python\n{event.text}```\n\n"  # of a change the difference is enough
            await self.append(f"\n{script}Written to `{event.path}`\n\n")
        elif isinstance(event, Checked):
            marks = "".join(f"- {'✓' if check.ok else '✗'} {check.name} {check.detail}\n" for check in event.checks)
            read = "" if self._differs else "".join(f"- {line}\n" for line in self._read)
            notes = "".join(f"- {note}\n" for note in self._notes)  # last: what was left out must not scroll away
            await self.append(f"{read}\n{marks}{notes}\nRun it: `/run`\n")
        elif isinstance(event, Failed):
            await self.fail(event.message, event.hint)

    def phase(self, text: str) -> None:
        """Say what is being done; nothing hides the line."""
        line = self.query_one(".phase", Static)
        line.update(Text(f"… {text}" if text else ""))
        line.display = bool(text)

    async def append(self, markdown: str) -> None:
        """Add to the answer."""
        if markdown:
            await self.query_one(Markdown).append(markdown)

    async def fail(self, message: str, hint: str) -> None:
        """Say calmly what went wrong and what to do."""
        await self.close()
        await self.mount(Static(Text(f"{message}\n{hint}".strip()), classes="error"))

    async def close(self) -> None:
        """The turn is over, however it ended."""
        self.phase("")
        if self._stream is not None:
            await self._stream.stop()
            self._stream = None

    async def _finish(self, event: Answered) -> None:
        await self.close()
        await self.query_one(Markdown).update(event.text)
        self._citations = event.citations
        if event.citations:
            options = [Option(_source(c), id=str(number)) for number, c in enumerate(event.citations)]
            await self.mount(OptionList(*options))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(self.OpenSource(self._citations[int(event.option.id or 0)]))


def _source(citation: Citation) -> Text:
    """A citation as a line to open, and under it what it rests on."""
    text = Text(f"[{citation.id}] {place(citation)}  {in_line(citation.heading)}")
    return text.append(f"\n    {citation.quote}", style="dim") if citation.quote else text
