"""A finished run as plain data, and views of its metrics: what rules read, wherever the run was kept."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from copilot.codegen.spec import ExperimentSpec

Row = Mapping[str, Any]
LOSSES = ("value_loss", "critic_loss", "q_loss")
"""What agents call the error of their values."""


@dataclass(frozen=True)
class Series:
    """A metric over training: where it was logged, and what it was."""

    steps: list[float]
    values: list[float]

    def __len__(self) -> int:
        return len(self.values)

    def part(self, begin: float, end: float) -> list[float]:
        """Values between two shares of the steps, 0 to 1; never empty where the series is not."""
        if not self.steps:
            return []
        first, last = self.steps[0], self.steps[-1]
        low, high = first + begin * (last - first), first + end * (last - first)
        chosen = [value for step, value in zip(self.steps, self.values, strict=True) if low <= step <= high]
        return chosen or [self.values[0] if end < 1 else self.values[-1]]

    def since(self, share: float) -> Series:
        """What was logged after a share of the steps."""
        low = self.steps[0] + share * (self.steps[-1] - self.steps[0]) if self.steps else 0.0
        kept = [pair for pair in zip(self.steps, self.values, strict=True) if pair[0] >= low]
        return Series([step for step, _ in kept], [value for _, value in kept])


@dataclass(frozen=True)
class RunRecord:
    """One training run of one seed.

    Args:
        label: of a comparison's run, else the agent's name.
        seed: None where nobody knows.
        spec: what was trained; None where nobody knows.
        status: how it ended, as the sandbox says it.
        rows: the metrics records, in order.
        wall_s: seconds that its process took.
        log: the end of what it printed.
    """

    label: str
    seed: int | None
    spec: ExperimentSpec | None
    status: str
    rows: Sequence[Row] = field(default=())
    wall_s: float | None = None
    log: str = ""

    @cached_property
    def train(self) -> list[Row]:
        """Rows of training."""
        return [
            row for row in self.rows if row.get("kind", "train") == "train" and _number(row.get("step")) is not None
        ]

    @cached_property
    def evaluations(self) -> list[Row]:
        """Rows of evaluations."""
        return [row for row in self.rows if row.get("kind") == "eval"]

    @property
    def step(self) -> int:
        """How far it came."""
        return int(self.train[-1]["step"]) if self.train else 0

    @property
    def score(self) -> float | None:
        """Mean reward of the last evaluation; without one, of the last episodes of training."""
        evaluated = [_number(row.get("episode_reward")) for row in self.evaluations]
        last = next((value for value in reversed(evaluated) if value is not None), None)
        rewards = self.series("episode_reward").values
        return last if last is not None else rewards[-1] if rewards else None

    @property
    def steps_per_s(self) -> float | None:
        """Environment steps in a second, training alone."""
        fps = self.series("fps").values
        return fps[-1] if fps and fps[-1] > 0 else None

    def series(self, name: str) -> Series:
        """A metric of the training rows; rows without it, or with null, are left out."""
        pairs = [(float(row["step"]), value) for row in self.train if (value := _number(row.get(name))) is not None]
        return Series([step for step, _ in pairs], [value for _, value in pairs])

    def nulls(self) -> list[str]:
        """Metrics that were numbers and became null: the logger's sign for NaN and infinity.

        TD3 has no actor loss in some rows, which is no null.
        """
        known: set[str] = set()
        found: dict[str, bool] = {}
        for row in self.train:
            for name, value in row.items():
                if value is None and name in known:
                    found[name] = True
                elif _number(value) is not None:
                    known.add(name)
        return list(found)


def segments(rows: Iterable[Row]) -> list[list[Row]]:
    """Rows of several trainings that one process made one after the other, apart: steps begin anew with each."""
    parts: list[list[Row]] = []
    last = math.inf
    for row in rows:
        step = _number(row.get("step"))
        if not parts or (row.get("kind") == "train" and step is not None and step < last):
            parts.append([])
        parts[-1].append(row)
        if row.get("kind") == "train" and step is not None:
            last = step
    return parts


def trained(run: RunRecord) -> list[RunRecord]:
    """The trainings of a run: one for each seed where its script made several, without a pre-training's own."""
    parts = segments(run.rows)
    if len(parts) <= 1 or run.spec is None:
        return [run]
    if run.spec.pretrain_steps is not None and run.seed is not None:
        return [replace(run, rows=parts[-1])]
    phases = 1 if run.spec.pretrain_steps is None else 2
    finals = parts[phases - 1 :: phases]
    seeds = run.spec.seeds
    if run.seed is not None or len(finals) > len(seeds):
        return [replace(run, rows=parts[-1])]
    share = None if run.wall_s is None else run.wall_s / len(finals)
    return [replace(run, seed=seed, rows=rows, wall_s=share) for seed, rows in zip(seeds, finals, strict=False)]


def mean(values: Sequence[float]) -> float:
    """Of at least one value."""
    return sum(values) / len(values)


def median(values: Sequence[float]) -> float:
    """Of at least one value."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def deviation(values: Sequence[float]) -> float:
    """Of a sample; 0 of a single value."""
    if len(values) < 2:
        return 0.0
    centre = mean(values)
    return math.sqrt(sum((value - centre) ** 2 for value in values) / (len(values) - 1))


def slope(series: Series) -> float:
    """Of the line that fits best, per step; 0 where there is none."""
    if len(series) < 2:
        return 0.0
    x, y = mean(series.steps), mean(series.values)
    spread = sum((step - x) ** 2 for step in series.steps)
    if not spread:
        return 0.0
    return sum((step - x) * (value - y) for step, value in zip(series.steps, series.values, strict=True)) / spread


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)
