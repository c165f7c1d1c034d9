"""A payload runs in the real sandbox; where it cannot hold, these tests fail: "unavailable" is not "passed"."""

from __future__ import annotations

import textwrap
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from copilot.core.types import RunResult
from copilot.sandbox import Limits, LogLine, MetricLine, run_script

Payload = Callable[..., "Outcome"]


class Outcome:
    """A finished run, what it printed and sent."""

    def __init__(self, result: RunResult, events: list[LogLine | MetricLine]) -> None:
        self.result = result
        self.status = result.status
        self.text = "\n".join(event.text for event in events if isinstance(event, LogLine))
        self.rows: list[dict[str, Any]] = [event.values for event in events if isinstance(event, MetricLine)]
        self.box = Path(result.log).parent / "box"


@pytest.fixture
def payload(tmp_path: Path) -> Payload:
    """`payload(code, ...)` runs it."""

    def run(code: str, *args: str, cancel: threading.Event | None = None, gpu: bool = False, **limits: Any) -> Outcome:
        script = tmp_path / "payload.py"
        script.write_text(textwrap.dedent(code), encoding="utf-8")
        events: list[LogLine | MetricLine] = []
        bounds = Limits(**{"time_s": 60, "memory_mb": 2048, **limits})
        result = run_script(
            script,
            list(args),
            limits=bounds,
            run_dir=tmp_path / "runs",
            gpu=gpu,
            on_event=events.append,
            cancel=cancel,
        )
        return Outcome(result, events)

    return run
