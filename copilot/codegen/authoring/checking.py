"""Proves a package by running it: the conformance suite and a short training run, in the sandbox.

What runs are the very files that are delivered, in a folder of their own. Where the environment's package is not
installed, or its episodes are long, one with the same spaces stands in for it, and the report says so.
"""

from __future__ import annotations

import json
import tempfile
import threading
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from copilot.codegen.authoring import harness
from copilot.codegen.authoring.layout import Sources
from copilot.codegen.authoring.spec import AgentSpec, ModuleSpec
from copilot.core import paths
from copilot.core.catalogue import Catalogue
from copilot.core.errors import CopilotError
from copilot.core.types import Check, RunResult
from copilot.sandbox import Limits, LogLine, MetricLine, remove, run_script

LIMITS = Limits(time_s=300.0, memory_mb=4096)
TRAIN_STEPS = 512
INIT_STEPS = 128
STORED = 1000


@dataclass(frozen=True)
class Failure:
    """A test that failed, with where in the module it did."""

    name: str
    message: str
    line: int = 0
    code: str = ""


@dataclass(frozen=True)
class Examined:
    """What running a package showed."""

    checks: list[Check]
    failures: list[Failure] = field(default_factory=list[Failure])
    passed: int = 0
    """Tests of the suite that passed."""
    tests: int = 0
    stand_in: str = ""
    """What stood in for the environment."""

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return all(check.ok for check in self.checks)

    @property
    def score(self) -> tuple[int, int]:
        """To compare two tries: checks that hold, tests that pass."""
        return sum(check.ok for check in self.checks), self.passed


def examine(
    spec: ModuleSpec | AgentSpec,
    sources: Sources,
    catalogue: Catalogue,
    *,
    train: bool = True,
    weaker: bool = False,
    cancel: threading.Event | None = None,
) -> Examined:
    """Run suite and training.

    Args:
        train: also the training run; without it only the suite.
        weaker: see `run_script`.

    Raises:
        SandboxUnavailable: isolation cannot hold here; nothing was run.
    """
    environment = catalogue.environment(spec.env_id) or {}
    missing = environment.get("requires") is not None and find_spec(environment["requires"]) is None
    apart = missing or environment.get("suite") in harness.SLOW or harness.needed(spec, environment) is not None
    stand_in = harness.spaces(spec, environment) if apart else None
    files = {
        f"{spec.module}.py": sources.module,
        f"test_{spec.module}.py": sources.test,
        "train.py": sources.train,
    }
    text = harness.script(
        spec.module, files, environment.get("maker", ""), stand_in, _arguments(spec, sources) if train else None
    )
    seen = _Seen()
    with tempfile.TemporaryDirectory(prefix="rllte-check-") as folder:
        script = Path(folder) / "check.py"
        script.write_text(text, encoding="utf-8")
        result = run_script(
            script, [], limits=LIMITS, readable=[paths.library_dir()], on_event=seen.take, cancel=cancel, weaker=weaker
        )
    _forget(result)
    shown = f"random observations {stand_in[0]} and actions {stand_in[1]}" if stand_in else ""
    return _judged(seen, result, _steps(spec) if train else 0, shown)


def _steps(spec: ModuleSpec | AgentSpec) -> int:
    """Two rollouts of two environments; one of images, which cost more; few where each step has many updates."""
    updates = getattr(spec.body, "updates", 1)
    if updates > 1:
        return INIT_STEPS + max(16, (TRAIN_STEPS - INIT_STEPS) // updates)
    return TRAIN_STEPS // 2 if getattr(spec.body, "observations", "") == "image" else TRAIN_STEPS


def _arguments(spec: ModuleSpec | AgentSpec, sources: Sources) -> list[str]:
    arguments = ["--num-train-steps", str(_steps(spec)), "--num-envs", "2", "--eval-episodes", "1", "--log-dir", "logs"]
    few = {"--num-init-steps": INIT_STEPS, "--storage-size": STORED}
    return [*arguments, *(word for option, n in few.items() if option in sources.train for word in (option, str(n)))]


def _forget(result: RunResult) -> None:
    """The run's folder: what it showed is in the report."""
    try:
        remove(str(Path(result.log).parent))
    except (CopilotError, OSError):
        return


class _Seen:
    """What the checking script reported, line by line."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.log: list[str] = []
        self.failures: dict[str, dict[str, Any]] = {}

    def take(self, event: LogLine | MetricLine) -> None:
        """Keep one event."""
        if isinstance(event, MetricLine):
            if event.values.get("kind") == "check":
                self.rows.append(event.values)
            return
        if event.text.startswith(harness.MARK):
            try:
                found = json.loads(event.text.removeprefix(harness.MARK))
                self.failures[str(found["name"])] = found
            except (ValueError, KeyError, TypeError):
                return
            return
        self.log = [*self.log[-200:], event.text]


def _judged(seen: _Seen, result: RunResult, steps: int, stand_in: str) -> Examined:
    imported = next((row for row in seen.rows if row.get("name") == "imports"), None)
    tests = [row for row in seen.rows if str(row.get("name", "")).startswith("test")]
    trained = next((row for row in seen.rows if row.get("name") == "trains"), None)
    done = any(row.get("name") == "done" for row in seen.rows)
    last = " | ".join(seen.log[-3:])[-300:]
    why = "" if done else f"the check ended early ({result.status}): {last}"
    passed = sum(bool(row.get("ok")) for row in tests)
    checks = [
        Check("imports", bool(imported and imported.get("ok")), str(imported.get("detail", "")) if imported else why)
    ]
    bad = [row for row in tests if not row.get("ok")]
    detail = f"{passed} of {len(tests)} tests pass"
    if bad:
        detail += "; " + "; ".join(f"{row['name']}: {row.get('detail', '')}" for row in bad[:3])
    complete = done or (trained is not None)
    checks.append(
        Check("conformance", bool(tests) and not bad and complete, detail if tests else why or "no test was run")
    )
    if steps:
        fine = bool(trained and trained.get("ok")) and result.status == "ok"
        detail = str(trained.get("detail", "")) if trained else why or "not reached"
        note = f"{steps} steps" + (f"; {stand_in} stood in for the environment" if stand_in else "")
        checks.append(Check("trains", fine, note if fine else detail or result.status))
    failures = [_failure(row, seen.failures) for row in seen.rows if not row.get("ok") and row.get("name") != "done"]
    if not failures and not done:
        failures = [Failure("run", why)]
    return Examined(checks, failures, passed, len(tests), stand_in)


def _failure(row: dict[str, Any], more: dict[str, dict[str, Any]]) -> Failure:
    name = str(row.get("name"))
    found = more.get(name, {})
    line = found.get("line")
    return Failure(
        name,
        str(found.get("message") or row.get("detail", "")),
        line if isinstance(line, int) else 0,
        str(found.get("code", "")),
    )
