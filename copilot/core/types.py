"""The values that cross the copilot's layers. Frozen dataclasses without behaviour; events are in `events`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Progress = Callable[[str, int, int], None]
"""Called as `progress(label, done, total)`; `total` is 0 while it is not known."""


@dataclass(frozen=True)
class Passage:
    """A chunk of the corpus as retrieved."""

    id: str
    source: str
    """Path below the project's root (`corpus/...`, `rllte/...`), or absolute for the user's own files."""
    lines: tuple[int, int]
    """First and last line, both included, counted from 1: in `source`, or on its page or in its cell where it has them."""
    heading: str
    """Ancestry of headings or symbols, outermost first, joined by " > "."""
    text: str
    score: float = 0.0
    page: int | None = None
    """Of a PDF, counted from 1."""
    cell: int | None = None
    """Of a notebook, counted from 1; cells of every kind count."""
    asked: tuple[str, ...] = ()
    """Questions that its author says it answers: searched, never shown."""
    numbers: tuple[int, ...] = ()
    """Where each line of `text` stands in the file, on its page or in its cell; () where they just follow `lines[0]`."""


@dataclass(frozen=True)
class Citation:
    """A place that an answer rests on; `id` is the number shown in the answer."""

    id: int
    source: str
    lines: tuple[int, int]
    heading: str
    page: int | None = None
    cell: int | None = None
    quote: str = ""
    """Of these lines what bears the answer most, word for word and in one line; "" where that is code."""


@dataclass(frozen=True)
class Check:
    """One statement about a generated script, and whether it holds."""

    name: str
    ok: bool
    detail: str = ""


@dataclass(frozen=True)
class FailedFile:
    """A file that could not be ingested."""

    path: str
    reason: str


@dataclass(frozen=True)
class IngestReport:
    """What an ingestion did, in files."""

    added: int = 0
    updated: int = 0
    skipped: int = 0
    deleted: int = 0
    failed: list[FailedFile] = field(default_factory=list[FailedFile])


@dataclass(frozen=True)
class RunResult:
    """How a sandboxed run ended. `status` comes from the supervisor alone, never from what the program printed."""

    status: str
    """ok, error, timeout, cpu, oom, nproc, disk, output, cancelled or sandbox_error."""
    exit_code: int | None
    signal: int | None
    wall_s: float
    peak_memory_mb: float
    metrics: dict[str, Any]
    artifacts: list[str]
    """Paths of regular files below the run folder."""
    log: str
    """Path of the log file."""
    sandbox: dict[str, Any]
    """`tier` and `layers`."""
