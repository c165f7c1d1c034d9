"""What is kept of an experiment and of its runs: plain values, their names, and their form as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from copilot.core.errors import InvalidRequest
from copilot.sandbox.results import clean

LONGEST_TITLE = 120
"""Characters."""
LONGEST_SLUG = 24

UNFINISHED = ("queued", "interrupted")
"""What `--resume` runs: not begun yet, or ended by a person or by the end of the copilot."""


@dataclass(frozen=True)
class Draft:
    """An experiment before it is kept. Script and plan are whole: nothing else is needed to run it again."""

    title: str
    script: str
    """The text of `train.py`."""
    pairs: tuple[tuple[str, int], ...]
    """Label and seed of each run."""
    spec: dict[str, Any] | None = None
    """The plan; None of a script that came without one."""
    notes: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    """What each run's script gets besides its seed and label."""
    labelled: bool = False
    """Whether the script takes `--run LABEL`."""
    time_s: float = 86_400.0
    memory_mb: int = 4096
    gpu: bool = False
    origin: str | None = None
    """Of which experiment this is a repetition."""

    def arguments(self, label: str, seed: int) -> list[str]:
        """What the script gets for one run."""
        return [*(["--run", label] if self.labelled else []), "--seed", str(seed), *self.args]


@dataclass(frozen=True)
class Run:
    """One training run."""

    number: int
    experiment: str
    label: str
    seed: int
    status: str = "queued"
    """queued, running, interrupted, or how its process ended (see `RunResult`)."""
    started: float | None = None
    """Seconds since 1970."""
    ended: float | None = None
    wall_s: float | None = None
    exit_code: int | None = None
    peak_memory_mb: float | None = None
    metrics: dict[str, Any] = field(default_factory=dict)
    """The latest value of each; those of the last evaluation below "eval"."""
    folder: str | None = None
    """Of this run, with log.txt, metrics.jsonl and box/; None until it has begun."""
    artifacts: tuple[str, ...] = ()
    """Paths of its files."""

    @property
    def name(self) -> str:
        """How a line of text speaks of it."""
        return f"{self.label} seed {self.seed}"


@dataclass(frozen=True)
class Experiment:
    """A kept experiment: `draft` is all that is needed to run it, the rest says where and when it was."""

    id: str
    number: int
    created: float
    draft: Draft
    versions: dict[str, str]
    host: dict[str, Any]
    runs: tuple[Run, ...]

    @property
    def title(self) -> str:
        """What a person calls it."""
        return self.draft.title

    @property
    def status(self) -> str:
        """running, interrupted (something is left to run), failed (a run did not end well), or ok."""
        found = {run.status for run in self.runs}
        if "running" in found:
            return "running"
        if found & set(UNFINISHED):
            return "interrupted" if found != {"queued"} else "queued"
        return "ok" if found <= {"ok"} else "failed"

    @property
    def counts(self) -> dict[str, int]:
        """How many runs have each status."""
        return {status: len([r for r in self.runs if r.status == status]) for status in _ordered(self.runs)}

    @property
    def labels(self) -> list[str]:
        """Each once, in their order."""
        return list(dict.fromkeys(run.label for run in self.runs))


def experiment_json(experiment: Experiment) -> dict[str, Any]:
    """Of an experiment as a list shows it: without script and runs."""
    return {
        "id": experiment.id,
        "title": experiment.title,
        "status": experiment.status,
        "count": len(experiment.runs),
        "counts": experiment.counts,
        "created": iso(experiment.created),
        "origin": experiment.draft.origin,
    }


def run_json(run: Run) -> dict[str, Any]:
    """Of one run."""
    data = asdict(run)
    del data["number"], data["experiment"]
    return {**data, "artifacts": list(run.artifacts), "started": iso(run.started), "ended": iso(run.ended)}


def environment_of(spec: dict[str, Any] | None, label: str) -> str:
    """The environment that a label's runs train in; "" where no plan says it."""
    return str(plan_of(spec, label).get("env_id") or "")


def plan_of(spec: dict[str, Any] | None, label: str) -> dict[str, Any]:
    """The plan of a label's runs: of a comparison that of the label, else the plan itself; {} without one."""
    runs = (spec or {}).get("runs")
    found = runs.get(label) if isinstance(runs, dict) else spec
    return found if isinstance(found, dict) else {}


def slug(words: Iterable[str]) -> str:
    """A short name of small ASCII letters, digits and hyphens for what people wrote, "experiment" where nothing is left."""
    parts = [re.sub(r"[^a-z0-9]+", "-", word.lower()).strip("-") for word in words]
    text = "-".join(dict.fromkeys(part for part in parts if part))
    if len(text) > LONGEST_SLUG:
        text = text[:LONGEST_SLUG].rpartition("-")[0] or text[:LONGEST_SLUG]
    return text.strip("-") or "experiment"


def checked_title(title: str) -> str:
    """A title in one line.

    Raises:
        InvalidRequest: it is empty or too long.
    """
    text = " ".join(clean(" ".join(title.split()).encode("utf-8", "replace")).split())
    if not 0 < len(text) <= LONGEST_TITLE:
        raise InvalidRequest(
            f"The title has {len(text)} characters; expected 1 to {LONGEST_TITLE}.", hint="Give a short --title."
        )
    return text


def iso(seconds: float | None) -> str | None:
    """A time as JSON has it."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _ordered(runs: Iterable[Run]) -> list[str]:
    return list(dict.fromkeys(run.status for run in runs))
