"""Learning curves and scores of a run, read from the metrics that rllte's logger sent; also of a run that still goes on.

A row has "kind" ("train" or "eval"), "step", and among others "episode_reward". The score of a run is its last evaluation;
of one that was never evaluated, nothing: the mean of training episodes is another thing, and is named so.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeGuard

from copilot.sandbox.run import NAMES

Row = dict[str, Any]
Point = tuple[int, float]

TIMING = ("fps", "total_time")
"""Differ from one run to the next, whatever else is the same."""
BARS = "▁▂▃▄▅▆▇█"
METRICS = "metrics.jsonl"


def read(folder: Path | None) -> list[Row]:
    """All rows of a run's folder, oldest first; a last one that was cut off half-way is left out."""
    if folder is None:
        return []
    rows = list[Row]()
    try:
        text = (folder / METRICS).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return rows
    for line in text.splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if isinstance(row, dict):
            rows.append(row)
    return rows


def latest(rows: Iterable[Row]) -> dict[str, Any]:
    """The latest value of each metric, those of evaluations below "eval": what `RunResult.metrics` holds."""
    metrics, evaluated = dict[str, Any](), dict[str, Any]()
    for row in rows:
        target = evaluated if row.get("kind") == "eval" else metrics
        for key, value in row.items():
            if value is not None and key not in {"kind", "eval"} and (key in target or len(target) < NAMES):
                target[key] = value
    return {**metrics, "eval": evaluated} if evaluated else metrics


def curve(rows: Iterable[Row], kind: str) -> list[Point]:
    """Steps and mean rewards of episodes. Where steps begin again (fine-tuning), only what follows."""
    points = list[Point]()
    for row in rows:
        step, reward = row.get("step"), row.get("episode_reward")
        if row.get("kind") != kind or not _number(step) or not _number(reward):
            continue
        if points and step < points[-1][0]:
            points = []
        if points and step == points[-1][0]:
            points.pop()
        points.append((int(step), float(reward)))
    return points


def learning_curve(rows: Sequence[Row]) -> tuple[str, list[Point]]:
    """The kind and the points of what shows the learning best: evaluations where there are some, else training."""
    evaluated, trained = curve(rows, "eval"), curve(rows, "train")
    return ("eval", evaluated) if len(evaluated) > 1 or len(evaluated) >= len(trained) else ("train", trained)


def score(metrics: dict[str, Any]) -> float | None:
    """The mean reward of the last evaluation."""
    found = metrics.get("eval")
    reward = found.get("episode_reward") if isinstance(found, dict) else None
    return float(reward) if _number(reward) else None


def training_score(metrics: dict[str, Any]) -> float | None:
    """The mean reward of the last training episodes."""
    reward = metrics.get("episode_reward")
    return float(reward) if _number(reward) else None


def sparkline(points: Sequence[Point], width: int = 24) -> str:
    """A curve as a line of bars from its least to its largest value; "" with less than two points."""
    if len(points) < 2:
        return ""
    values = [value for _, value in points]
    size = min(width, len(values))
    means = list[float]()
    for place in range(size):
        part = values[place * len(values) // size : (place + 1) * len(values) // size]
        means.append(sum(part) / len(part))
    low, span = min(means), max(means) - min(means)
    return "".join(BARS[round((value - low) / span * (len(BARS) - 1)) if span else 0] for value in means)


def first_difference(ours: Sequence[Row], theirs: Sequence[Row]) -> str | None:
    """Where two runs' metrics part, in words; None where all of them are the same but for the time they took."""
    for row, other in zip(ours, theirs, strict=False):
        left, right = _lasting(row), _lasting(other)
        for key in dict.fromkeys([*left, *right]):
            if left.get(key) != right.get(key):
                place = f"{row.get('kind', '?')} at step {row.get('step', '?')}"
                return f"{key} of {place}: {left.get(key)} now, {right.get(key)} before"
    if not ours and not theirs:
        return "neither sent metrics"
    if len(ours) != len(theirs):
        return f"{len(ours)} rows of metrics now, {len(theirs)} before"
    return None


def _lasting(row: Row) -> Row:
    return {key: value for key, value in row.items() if key not in TIMING}


def _number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
