"""What the assistant says while it works: typed events, consumed by the CLI and the TUI. Nothing here prints."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from copilot.core.types import Check, Citation, Passage, RunResult


@dataclass(frozen=True)
class Understood:
    """How a line of a conversation was understood; first of what an acted turn says, for a question only if in doubt."""

    kind: str
    """answer, generate, edit, undo, traceback or run."""
    text: str
    """That, in words, and which command makes something else of the line."""


@dataclass(frozen=True)
class Phase:
    """A step of the work begins."""

    name: str
    detail: str = ""


@dataclass(frozen=True)
class Passages:
    """What retrieval found, best first; `hint` says what it left out, because its file has changed since."""

    passages: list[Passage]
    hint: str = ""


@dataclass(frozen=True)
class Token:
    """The next piece of the answer as the model writes it."""

    text: str


@dataclass(frozen=True)
class Answered:
    """The finished answer; its text replaces the streamed tokens (citations are resolved)."""

    text: str
    refused: bool
    citations: list[Citation]
    passages: list[Passage]
    timings: dict[str, float]
    model: str | None
    details: dict[str, Any] = field(default_factory=dict[str, Any])
    """Of an acted turn: what its JSON has beside these."""


@dataclass(frozen=True)
class Planned:
    """The plan of a request, as data."""

    spec: dict[str, Any]
    notes: list[str]
    evidence: dict[str, str] = field(default_factory=dict[str, str])
    """The words that ask for each entry, by its path: see `copilot.codegen.asked`."""
    read: list[str] = field(default_factory=list[str])
    """The same in lines, of the entries that this request asks for: "num_envs = 16, for “16 envs”"."""


@dataclass(frozen=True)
class Differed:
    """What an edit changed in the plan, a line each."""

    lines: list[str]


@dataclass(frozen=True)
class Scripted:
    """A rendered script; `path` is where it was written."""

    path: str
    text: str


@dataclass(frozen=True)
class Checked:
    """The checks of a script or of a package."""

    checks: list[Check]
    repairs: int = 0
    """How often a body was sent back to the model that wrote it."""


@dataclass(frozen=True)
class LogLine:
    """A line that a run printed, already stripped of control characters."""

    text: str
    stream: str = "stdout"


@dataclass(frozen=True)
class Metric:
    """A metrics record that a run sent."""

    values: dict[str, Any]


@dataclass(frozen=True)
class Ran:
    """The end of a run."""

    result: RunResult


@dataclass(frozen=True)
class Failed:
    """The turn ended in an error that the user should read."""

    kind: str
    message: str
    hint: str = ""
    extra: dict[str, Any] = field(default_factory=dict[str, Any])


Event = (
    Understood
    | Phase
    | Passages
    | Token
    | Answered
    | Planned
    | Differed
    | Scripted
    | Checked
    | LogLine
    | Metric
    | Ran
    | Failed
)
