"""Start-up times: whole processes, median, minimum and maximum of several runs after one that is not counted."""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

CONSOLE = str(Path(sys.executable).parent / "rllte-copilot")

COMMANDS = {
    "bare python": [sys.executable, "-c", "pass"],
    "rllte-copilot --help": [CONSOLE, "--help"],
    "rllte-copilot search": [CONSOLE, "search", "How is the advantage estimated?", "--json"],
    "rllte-copilot ask --no-model": [CONSOLE, "ask", "How is the advantage estimated?", "--no-model", "--json"],
    "rllte --help": [str(Path(sys.executable).parent / "rllte"), "--help"],
}


def measure(args: list[str]) -> dict[str, object]:
    """Seconds of wall clock per command."""
    parser = argparse.ArgumentParser(prog="python -m evals startup")
    parser.add_argument("--runs", type=int, default=7)
    runs = parser.parse_args(args).runs
    return {name: _timed(command, runs) for name, command in COMMANDS.items()}


def _timed(command: list[str], runs: int) -> dict[str, float]:
    seconds = []
    for _ in range(runs + 1):
        started = time.perf_counter()
        subprocess.run(command, capture_output=True, check=True)
        seconds.append(time.perf_counter() - started)
    counted = seconds[1:]
    rounded = {"median": statistics.median(counted), "min": min(counted), "max": max(counted)}
    return {key: round(value, 3) for key, value in rounded.items()}
