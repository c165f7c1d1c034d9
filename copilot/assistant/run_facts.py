"""What a run's record says, computed: rewards, trend, speed, how it ended. Every figure names its line of the record.

The record is a run folder as the sandbox leaves it: `result.json`, and `metrics.jsonl` with the rows that rllte's logger
sent. Several trainings of one script (seeds, phases, a comparison) are told apart by their steps, which begin anew.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from copilot.codegen.suggest import curve
from copilot.codegen.suggest.records import Series

FILES = ("metrics.jsonl", "result.json", "log.txt")
LOG_BYTES = 200_000
"""Of a log's end; a traceback stands there."""

LAST = {
    "entropy": "entropy",
    "approx_kl": "KL divergence",
    "clip_fraction": "clip fraction",
    "explained_variance": "explained variance",
    "value_loss": "value loss",
    "policy_loss": "policy loss",
    "actor_loss": "actor loss",
    "critic_loss": "critic loss",
    "q_value": "mean Q value",
    "alpha": "temperature alpha",
    "intrinsic_reward": "mean intrinsic reward",
}
"""Metrics whose last value is told, and what they are called."""


@dataclass(frozen=True)
class Row:
    """A record of metrics and its line in the file."""

    line: int
    values: dict[str, Any]

    def number(self, name: str) -> float | None:
        """A finite number; None where there is none."""
        value = self.values.get(name)
        good = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        return float(value) if good else None  # type: ignore[arg-type]  # `good` says that it is a number

    @property
    def step(self) -> int:
        """0 where it has none."""
        return int(self.number("step") or 0)


@dataclass(frozen=True)
class Point:
    """A figure, when it was, and where the record has it."""

    value: float
    step: int
    line: int
    spread: float | None = None


@dataclass(frozen=True)
class Training:
    """One training of one seed, by its rows in order."""

    rows: tuple[Row, ...]

    def points(self, name: str, kind: str = "train") -> list[Point]:
        """A metric's values."""
        rows = [row for row in self.rows if row.values.get("kind", "train") == kind]
        found = [(row, row.number(name)) for row in rows]
        return [
            Point(value, row.step, row.line, row.number("episode_reward_std"))
            for row, value in found
            if value is not None
        ]

    def last(self, name: str, kind: str = "train") -> Point | None:
        """Its last value."""
        points = self.points(name, kind)
        return points[-1] if points else None

    def best(self, kind: str = "train") -> Point | None:
        """The best mean reward; of equal ones the first."""
        points = self.points("episode_reward", kind)
        return max(points, key=lambda point: point.value) if points else None

    @property
    def trend(self) -> str:
        """rising, settled, fallen or flat, of the rewards in training; short where there are few, "" where there is none."""
        return trend(self.points("episode_reward"))

    @property
    def step(self) -> Point | None:
        """How far it came."""
        rows = [row for row in self.rows if row.values.get("kind", "train") == "train"]
        return Point(rows[-1].step, rows[-1].step, rows[-1].line) if rows else None


@dataclass(frozen=True)
class Record:
    """A run's folder, read."""

    folder: Path
    result: dict[str, Any] = field(default_factory=dict)
    """`result.json`; {} where the run has no end on record."""
    rows: tuple[Row, ...] = ()
    log: str = ""
    """Its end."""

    @property
    def status(self) -> str:
        """How it ended; "interrupted" where nobody saw its end."""
        return str(self.result.get("status") or "interrupted")

    @property
    def trainings(self) -> list[Training]:
        """One for each time that steps begin anew."""
        parts = list[list[Row]]()
        last = math.inf
        for row in self.rows:
            trains = row.values.get("kind", "train") == "train"
            if not parts or (trains and row.step < last):
                parts.append([])
            parts[-1].append(row)
            last = row.step if trains else last
        return [Training(tuple(part)) for part in parts]

    @property
    def reached(self) -> int | None:
        """The last step that was logged."""
        return self.rows[-1].step if self.rows else None


def read_record(folder: Path) -> Record:
    """Read a run's folder; what is missing or no JSON is left out."""
    metrics, result, log = (folder / name for name in FILES)
    rows = [
        Row(number, values)
        for number, line in enumerate(_text(metrics).splitlines(), start=1)
        if isinstance(values := _json(line), dict)
    ]
    found = _json(_text(result))
    return Record(folder, found if isinstance(found, dict) else {}, tuple(rows), _end(log))


def trend(points: Sequence[Point]) -> str:
    """What a curve of rewards does, by the shapes that the rules of `suggest` go by; one that only falls has fallen."""
    if not points:
        return ""
    shape = curve.shape_of(Series([point.step for point in points], [point.value for point in points]))
    falls = shape.kind == "flat" and shape.first - shape.last > curve.FALLEN_SHARE * abs(shape.first)
    return "fallen" if falls else shape.kind


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _end(path: Path) -> str:
    try:
        with path.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - LOG_BYTES))
            return file.read().decode("utf-8", "replace")
    except OSError:
        return ""


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
