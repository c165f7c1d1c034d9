"""How results, progress and errors reach a terminal, a pipe or a JSON reader. The only module that calls `print`.

Exit codes: 0 success, 2 usage, 3 the request cannot be met, 1 an internal fault.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from copilot.core.errors import CopilotError
from copilot.core.types import Progress


def say(text: str) -> None:
    """A diagnostic for a person, on stderr."""
    print(text, file=sys.stderr, flush=True)


def answer(text: str, *, end: str = "\n") -> None:
    """A part of the answer, on stdout."""
    print(text, end=end, flush=True)


def emit(data: dict[str, Any]) -> None:
    """The one JSON object of a `--json` command."""
    print(json.dumps(data, ensure_ascii=False, allow_nan=False, default=str), flush=True)


@contextmanager
def reporting(as_json: bool) -> Iterator[None]:
    """Turn errors into what the contract promises; never a traceback for a user's mistake."""
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
    share = done / total if total else 0.0
    filled = int(share * 30)
    unit = f"{done / 2**20:7.1f}/{total / 2**20:.1f} MiB" if total > 2**20 else f"{done}/{total}"
    line = f"\r{label[:34]:34} [{'#' * filled}{'.' * (30 - filled)}] {share:4.0%} {unit}"
    print(line, end="\n" if total and done >= total else "", file=sys.stderr, flush=True)


def _every(seconds: float) -> Callable[[str, int, int], None]:
    last: dict[str, float] = {}

    def report(label: str, done: int, total: int) -> None:
        now = time.monotonic()
        if now - last.get(label, 0.0) >= seconds or (total and done >= total):
            last[label] = now
            share = f"{done / total:.0%}" if total else str(done)
            say(f"{label}: {share}")

    return report
