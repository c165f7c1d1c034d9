"""Run every check, one line each; exit with 1 if one fails."""

from __future__ import annotations

import contextlib
import io
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch as th

from rllte.verification.checks import CHECKS


def main() -> None:
    """Print each check with its time; what an agent prints meanwhile is left out."""
    th.set_num_threads(1)
    started, failed = time.perf_counter(), 0
    for check in CHECKS:
        failed += not _passes(check)
    sys.stdout.write(
        f"{len(CHECKS) - failed} of {len(CHECKS)} checks passed in {time.perf_counter() - started:.0f} s\n"
    )
    sys.exit(1 if failed else 0)


def _passes(check: Callable[[Path], str]) -> bool:
    started, name = time.perf_counter(), check.__name__.replace("_", " ")
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        try:
            found, passed = check(Path(folder)), True
        except Exception as error:  # noqa: BLE001 (whatever is wrong is what this program tells)
            found, passed = f"{type(error).__name__}: {error}", False
    sys.stdout.write(f"{'ok' if passed else 'FAILED':7}{name:42}{time.perf_counter() - started:6.1f} s  {found}\n")
    sys.stdout.flush()
    return passed


if __name__ == "__main__":
    main()
