"""How results, progress and errors reach a terminal, a pipe or a JSON reader. The only module that calls `print`.

What is printed may come from a document, a model or a file's name: no control character of it reaches the terminal. JSON
has escapes of its own.

Exit codes: 0 success, 2 usage, 3 the request cannot be met, 1 an internal fault, 128 and the signal's number where one
ended it (130 for Ctrl-C).
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from typing import Any

from copilot.core.errors import CopilotError, of_system
from copilot.core.types import Progress
from copilot.core.visible import visible

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

COLUMNS = 80
"""Of a terminal that does not say."""

LABEL, BAR, LEAST_BAR = 34, 30, 5
"""Columns of a progress bar: at most for its label and for the bar; with less than the last there is none."""


def say(text: str) -> None:
    """A diagnostic for a person, on stderr."""
    print(visible(text), file=sys.stderr, flush=True)


def answer(text: str, *, end: str = "\n") -> None:
    """A part of the answer, on stdout."""
    print(visible(text), end=end, flush=True)


def emit(data: dict[str, Any]) -> None:
    """The one JSON object of a `--json` command; escaped where the stream would lose its signs."""
    lossless = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    print(json.dumps(data, ensure_ascii=not lossless, allow_nan=False, default=str), flush=True)


def asks() -> bool:
    """Whether there is a person to ask: a terminal to read from, and one to show the question."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def confirm(question: str) -> bool:
    """Ask on stderr; only "y" or "yes" is a yes."""
    print(f"{visible(question)} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


@contextmanager
def reporting(as_json: bool) -> Iterator[None]:
    """Turn errors into what the contract promises; never a traceback for a user's mistake.

    A stream that cannot show a character (not UTF-8) shows a "?" in its place; JSON loses none.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace" if stream is sys.stdout else "backslashreplace")
    try:
        yield
    except CopilotError as error:
        fail(error.to_json(), error.exit_code, as_json)
    except KeyboardInterrupt:
        fail({"kind": "cancelled", "message": "Cancelled.", "hint": ""}, 130, as_json)
    except BrokenPipeError:
        # the reader has gone (`| head`); a second failure at interpreter exit would print a traceback
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
    except OSError as error:
        refused = of_system(error)
        fail(refused.to_json(), refused.exit_code, as_json)
    except Exception as error:  # noqa: BLE001 (a fault of ours: its traceback goes to stderr, the contract holds)
        say(traceback.format_exc().rstrip())
        problem = {"kind": "internal", "message": f"{type(error).__name__}: {error}"}
        fail(
            {**problem, "hint": "This is a fault of rllte-copilot: please report it with the lines above."}, 1, as_json
        )


@contextmanager
def cancelling(cancel: Callable[[], None], as_json: bool) -> Iterator[list[int]]:
    """Ctrl-C, a request to end and a closed terminal are a wish to cancel, which the work itself answers with its end.

    Gives the signals that came. A second one waits no longer for what is still to be shown.
    """
    came: list[int] = []

    def note(number: int, _: object) -> None:
        came.append(number)
        cancel()
        if len(came) > 1:
            raise KeyboardInterrupt

    heard = [number for number in SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]  # nohup, for one
    kept = {number: signal.signal(number, note) for number in heard}
    try:
        yield came
    except KeyboardInterrupt:
        fail({"kind": "cancelled", "message": "Cancelled.", "hint": ""}, 128 + came[0] if came else 130, as_json)
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


def fail(error: dict[str, str], code: int, as_json: bool) -> None:
    """Print an error and leave."""
    if as_json:
        emit({"error": error})
    else:
        say(f"Error: {error['message']}")
        if error.get("hint"):
            say(f"  {error['hint']}")
    raise SystemExit(code)


def progress_bar() -> Progress:
    """A progress bar on a terminal, a line every few seconds elsewhere."""
    return _bar if sys.stderr.isatty() else _every(5.0)


def _bar(label: str, done: int, total: int) -> None:
    line = bar_line(visible(label), done, total, _columns() - 1)  # the last column may begin the next line
    print(f"\r{line}", end="\n" if total and done >= total else "", file=sys.stderr, flush=True)


def _columns() -> int:
    """Of the terminal that diagnostics go to, as wide as it is now."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or COLUMNS
    except OSError:
        return COLUMNS


def bar_line(label: str, done: int, total: int, width: int) -> str:
    """A progress bar of just so many columns; where they are few it is the bar that gives way, then the label.

    A line that is longer than the terminal would begin another one each time that it is written over.
    """
    share = done / total if total else 0.0
    count = f"{done:{len(str(total))}}/{total}"
    told = f" {share:4.0%} {f'{done / 2**20:7.1f}/{total / 2**20:.1f} MiB' if total > 2**20 else count}"
    room = max(0, width - len(told))
    cells = min(BAR, room - min(len(label), LABEL) - len(" []"))
    filled = int(share * cells)
    bar = f" [{'#' * filled}{'.' * (cells - filled)}]" if cells >= LEAST_BAR else ""
    kept = min(LABEL, room - len(bar))
    return f"{label[:kept]:{kept}}{bar}{told}"[:width].ljust(width)


def _every(seconds: float) -> Callable[[str, int, int], None]:
    last: dict[str, float] = {}

    def report(label: str, done: int, total: int) -> None:
        now = time.monotonic()
        if now - last.get(label, 0.0) >= seconds or (total and done >= total):
            last[label] = now
            share = f"{done / total:.0%}" if total else str(done)
            say(f"{label}: {share}")

    return report
