"""A conversation as a Markdown file: questions, answers and the places that they rest on. Times are in UTC."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from copilot.core.errors import FileProblem
from copilot.core.private import MODE, write_private
from copilot.core.types import Citation
from copilot.history.sessions import PastTurn, Session

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_SIGNS = re.compile(r"([\\`*_\[\]<>#|~&])")


def markdown(session: Session, turns: Iterable[PastTurn]) -> str:
    """The conversation as Markdown; a block of code that an answer left open is closed."""
    parts = [
        f"# {_plain(session.heading)}",
        f"Session {_code(session.id)}, begun {_time(session.created)}, "
        f"{f'last turn {_time(session.updated)}' if session.count else 'no turn yet'}.",
    ]
    for number, turn in enumerate(turns, start=1):
        parts.append(f"## Question {number}")
        parts.append("\n".join(f"> {_plain(line)}".rstrip() for line in turn.question.splitlines() or [""]))
        parts.append(_closed(turn.answer.strip("\n").rstrip()))
        if turn.citations:
            parts.append("Sources:")
            parts.append("\n".join(f"- \\[{one.id}\\] {_place(one)}{_quote(one)}" for one in turn.citations))
        parts.append(f"*{_how(turn)}*")
    return "\n\n".join(part for part in parts if part) + "\n"


def write(path: Path, text: str, *, force: bool = False) -> None:
    """Write a file whole or not at all, readable by its owner alone; over one that is there only with `force`.

    Raises:
        FileProblem: the file is there already, or its folder is not.
        OSError: the folder cannot be written, or its disk is full.
    """
    if not path.parent.is_dir():
        raise FileProblem(f"There is no folder {path.parent}.", hint="Make it, or name a file in another folder.")
    if not force:
        _claim(path)
    try:
        write_private(path, text)
    except OSError:
        if not force:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
        raise


def _claim(path: Path) -> None:
    """Take the name by an empty file, which fails where the name is taken: also by a process that is a moment earlier."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, MODE))
    except FileExistsError as error:
        raise FileProblem(
            f"{path} is there already.", hint="Name another file; --force writes over this one."
        ) from error


def _place(citation: Citation) -> str:
    first, last = citation.lines
    part = f"page {citation.page}, " if citation.page is not None else ""
    part = f"cell {citation.cell}, " if citation.cell is not None else part
    lines = f"line {first}" if first == last else f"lines {first}-{last}"
    heading = f": {_plain(citation.heading)}" if citation.heading else ""
    return f"{_code(citation.source)}, {part}{lines}{heading}"


def _quote(citation: Citation) -> str:
    return f"\n  > {_plain(citation.quote)}" if citation.quote else ""


def _how(turn: PastTurn) -> str:
    facts = [_time(turn.asked), _plain(turn.model or ""), "refused" if turn.refused else ""]
    return ", ".join(fact for fact in facts if fact)


def _time(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"


def _plain(text: str) -> str:
    """The text so that Markdown shows it as it is; in one line."""
    return _SIGNS.sub(r"\\\1", " ".join(text.split()))


def _code(text: str) -> str:
    """The text as a span of code, with marks that it does not hold itself."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    marks = "`" * (longest + 1)
    gap = " " if longest else ""
    return f"{marks}{gap}{text}{gap}{marks}"


def _closed(answer: str) -> str:
    """The answer with its last fence closed: a model that runs out of tokens stops within its code."""
    fence = ""
    for line in answer.splitlines():
        found = _FENCE.fullmatch(line)
        if not found:
            continue
        marks, rest = found[1], found[2]
        if not fence:
            fence = marks if "`" not in rest or marks[0] == "~" else ""
        elif marks[0] == fence[0] and len(marks) >= len(fence) and not rest.strip():
            fence = ""
    return f"{answer}\n{fence}" if fence else answer
