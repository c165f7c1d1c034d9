"""`python -m evals NAME [ARGS]` runs `measure(args)` of evals/NAME.py and adds where the figures come from."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

from copilot.core.errors import CopilotError
from rllte.core.errors import RLLTEError

NAMES = [
    "answers",
    "codegen",
    "cost",
    "ingest",
    "instructor",
    "learning",
    "requests",
    "retrieval",
    "sandbox",
    "sandbox_mutations",
    "speed",
    "startup",
    "storage",
]


def provenance(command: str) -> dict[str, object]:
    """Command, commit, hardware and date of a figure."""
    git = ["git", "-C", str(Path(__file__).parent)]
    commit = subprocess.run([*git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    dirty = subprocess.run([*git, "status", "--porcelain"], capture_output=True, text=True, check=False).stdout.strip()
    return {
        "command": command,
        "commit": commit.stdout.strip() + ("+changes" if dirty else ""),
        "date": time.strftime("%Y-%m-%d"),
        "hardware": f"{os.cpu_count()} processors, {_processor()}",
        "python": platform.python_version(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown")


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m evals", description=__doc__)
    parser.add_argument("name", choices=NAMES)
    given, rest = parser.parse_known_args()
    source = provenance(" ".join(["python -m evals", *sys.argv[1:]]))  # now: a commit may come while it measures
    try:
        figures = importlib.import_module(f"evals.{given.name}").measure(rest)
    except (RLLTEError, CopilotError) as error:
        raise SystemExit(" ".join(["Error:", str(error), getattr(error, "hint", "")]).rstrip()) from None
    print(json.dumps({**source, "figures": figures}, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
