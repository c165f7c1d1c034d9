"""How experiments look: lists, runs with their curves, comparisons, the progress of runs; as text or as JSON."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from copilot.experiments import Compared, Experiment, Reproduction, Run, Update, curves
from copilot.experiments.records import experiment_json, plan_of, run_json

EVERY_S = 5.0
"""Seconds between two lines on one run, and at least a twentieth of what has passed: long runs need no more lines."""
TITLE = 60
"""Columns of a title in a list."""
LOG_TAIL = 8000
"""Characters."""


def listed(kept: Sequence[Experiment]) -> Iterator[str]:
    """A line per experiment."""
    widest = max((len(one.id) for one in kept), default=0)
    for one in kept:
        counts = ", ".join(f"{number} {status}" for status, number in one.counts.items())
        when = f"{datetime.fromtimestamp(one.created):%Y-%m-%d %H:%M}"
        yield f"{one.id:{widest}}  {when}  {one.status:11}  {padded(counts, 16)}  {cut(one.title, TITLE)}"


def shown(kept: Experiment, repeated: Reproduction | None) -> Iterator[str]:
    """An experiment whole, for a person."""
    versions = ", ".join(f"{name} {number}" for name, number in kept.versions.items())
    yield f"{kept.id}: {kept.title}"
    yield f"{kept.status}, {datetime.fromtimestamp(kept.created):%Y-%m-%d %H:%M}, {versions}"
    yield f"{kept.host.get('cores')} cores, device {kept.host.get('device')}, {kept.host.get('processor')}"
    if kept.draft.args:
        yield f"arguments: {' '.join(kept.draft.args)}"
    yield ""
    yield from _table(kept)
    yield from _reasons(kept)
    sent = [run for run in kept.runs if run.metrics]
    if sent:
        yield ""
        yield "last metrics"
        yield from (f"  {run.name}: {_metrics(run)}" for run in sent)
    begun = [run for run in kept.runs if run.folder]
    if begun:
        yield ""
        yield f"files below {Path(begun[0].folder or '').parent.parent}"
        for run in begun:
            yield f"  {_place(run)}/  log.txt, metrics.jsonl{_files(run)}"
    if kept.draft.notes:
        yield ""
        yield from (f"note: {note}" for note in kept.draft.notes)
    if repeated is not None:
        yield ""
        yield from _reproduced(repeated)


def shown_json(kept: Experiment, repeated: Reproduction | None) -> dict[str, Any]:
    """The JSON of `experiment show`, `run` and `rerun`."""
    runs = list[dict[str, Any]]()
    for run in kept.runs:
        folder = Path(run.folder) if run.folder else None
        kind, points = curves.learning_curve(curves.read(folder))
        files = {"log": folder / "log.txt", "metrics_file": folder / curves.METRICS} if folder else {}
        places = {name: str(path) if path.is_file() else None for name, path in files.items()}
        values = {
            "reason": reason_of(run),
            "score": curves.score(run.metrics),
            "curve": {"kind": kind, "points": points},
        }
        runs.append({**run_json(run), "log": None, "metrics_file": None, **places, **values})
    draft = kept.draft
    return {
        **experiment_json(kept),
        "runs": runs,
        "spec": draft.spec,
        "notes": list(draft.notes),
        "script": draft.script,
        "args": list(draft.args),
        "limits": {"time_s": draft.time_s, "memory_mb": draft.memory_mb, "gpu": draft.gpu},
        "versions": kept.versions,
        "host": kept.host,
        "reproduction": repeated.to_json() if repeated else None,
    }


def compared_lines(found: Compared) -> Iterator[str]:
    """A comparison for a person."""
    what = "last evaluation" if found.basis == "eval" else "last training episodes"
    seeds = {group.name: len(group.seeds) for group in found.groups}
    tables = [(f"{env} ({what})", table) for env, table in found.environments.items()]
    if found.overall:
        tables.append(("all environments, from the worst run (0) to the best (1)", found.overall))
    for place, (title, table) in enumerate(tables):
        yield from ([""] if place else [])
        yield title
        widest = max(width(name) for name in table["groups"])
        for name, row in table["groups"].items():
            interval = f"95 % {row['low']:.2f} to {row['high']:.2f}"
            yield f"  {padded(name, widest)}  {seeds[name]:>3} runs  IQM {row['iqm']:>9.2f}  {interval}"
        for row in table["improvement"]:
            chance = f"{row['probability']:.2f} (95 % {row['low']:.2f} to {row['high']:.2f})"
            yield f"  {row['x']} better than {row['y']}: probability {chance}"
    yield ""
    yield f"figures in {Path(found.figures[0]).parent}:" if found.figures else "no figures"
    yield from (f"  {Path(path).name}" for path in found.figures)


class Progress:
    """Lines on how runs go on, not too many of them.

    Args:
        kept: the experiment.
        total: how many of its runs are run.
    """

    def __init__(self, kept: Experiment, total: int) -> None:
        self._kept, self._total = kept, total
        self._begun = time.monotonic()
        self._ended = 0
        self._shares: dict[int, float] = {}
        self._told: dict[int, float] = {}

    def line(self, update: Update) -> str | None:
        """What to say of an update; None where that was said a moment ago."""
        run, now = update.run, time.monotonic()
        if update.values is not None:
            return self._going(run, update.values, now)
        if run.status == "running":
            self._told[run.number] = now
            return f"{run.name}: started"
        self._ended += 1
        self._shares[run.number] = 1.0
        score = curves.score(run.metrics)
        reward = "" if score is None else f", evaluation {score:.2f}"
        wall = "" if run.wall_s is None else f" in {duration(run.wall_s)}"
        return f"{run.name}: {run.status}{wall}{reward} ({self._ended} of {self._total} done{self._left(now)})"

    def _going(self, run: Run, values: dict[str, Any], now: float) -> str | None:
        step, steps = values.get("step"), self._steps(run)
        if isinstance(step, int) and steps:
            self._shares[run.number] = min(1.0, step / steps)
        if now - self._told.get(run.number, self._begun) < max(EVERY_S, (now - self._begun) / 20):
            return None
        self._told[run.number] = now
        of = f" of {steps:,}" if steps else ""
        reward = values.get("episode_reward")
        what = "evaluation" if values.get("kind") == "eval" else "reward"
        shown = f", {what} {reward:.2f}" if isinstance(reward, int | float) else ""
        return f"{run.name}: step {step if not isinstance(step, int) else f'{step:,}'}{of}{shown}{self._left(now)}"

    def _steps(self, run: Run) -> int | None:
        args = self._kept.draft.args
        given = [args[place + 1] for place, word in enumerate(args[:-1]) if word == "--num-train-steps"]
        planned = given[-1] if given else plan_of(self._kept.draft.spec, run.label).get("num_train_steps")
        return int(str(planned)) if str(planned).isdigit() else None

    def _left(self, now: float) -> str:
        """How long the rest takes, once a twentieth is done."""
        share = sum(self._shares.values()) / self._total
        if not 0.05 <= share < 1:
            return ""
        return f", about {duration((now - self._begun) * (1 - share) / share)} left"


def duration(seconds: float) -> str:
    """For people: 8.2 s, 3 min, 2 h 5 min."""
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    hours, minutes = divmod(max(1, round(seconds / 60)), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def width(text: str) -> int:
    """Columns on a terminal: Chinese signs take two."""
    return sum(
        2 if unicodedata.east_asian_width(sign) in "WF" else 0 if unicodedata.combining(sign) else 1 for sign in text
    )


def padded(text: str, columns: int) -> str:
    """Filled up with blanks."""
    return text + " " * max(0, columns - width(text))


def cut(text: str, columns: int) -> str:
    """No wider than this."""
    if width(text) <= columns:
        return text
    while width(text) >= columns:
        text = text[:-1]
    return f"{text}…"


def _table(kept: Experiment) -> Iterator[str]:
    widest = max(3, *(width(run.label) for run in kept.runs))
    yield f"{padded('run', widest)}  seed  status       time       evaluation  learning"
    for run in kept.runs:
        kind, points = curves.learning_curve(curves.read(Path(run.folder)) if run.folder else [])
        score = curves.score(run.metrics)
        wall = "" if run.wall_s is None else duration(run.wall_s)
        bars = curves.sparkline(points)
        ends = f" {points[0][1]:.1f} to {points[-1][1]:.1f} at step {points[-1][0]:,} ({kind})" if bars else ""
        reward = "" if score is None else f"{score:.2f}"
        yield f"{padded(run.label, widest)}  {run.seed:>4}  {run.status:11}  {wall:9}  {reward:>10}  {bars}{ends}".rstrip()


def _metrics(run: Run) -> str:
    """The latest numbers of training."""
    numbers = {
        key: value for key, value in run.metrics.items() if isinstance(value, int | float) and key != "total_time"
    }
    return ", ".join(
        f"{key} {value:,}" if type(value) is int else f"{key} {value:.4g}" for key, value in numbers.items()
    )


def _reasons(kept: Experiment) -> Iterator[str]:
    """Why runs failed, a line for all that have the same reason."""
    failed = dict[str, list[str]]()
    for run in kept.runs:
        if reason := reason_of(run):
            failed.setdefault(reason, []).append(run.name)
    yield from ([""] if failed else [])
    yield from (f"{', '.join(names)}: {reason}" for reason, names in failed.items())


def reason_of(run: Run) -> str | None:
    """Why a run failed, by its log: the error that ended it, or the rule that it met. None of one that did not fail."""
    if run.folder is None or run.status in {"ok", "running", "queued", "interrupted"}:
        return None
    try:
        text = (Path(run.folder) / "log.txt").read_text(encoding="utf-8", errors="replace")[-LOG_TAIL:]
    except OSError:
        return run.status
    lines = [line for line in text.splitlines() if line.strip()]
    chosen = [line for line in lines if line.startswith("[sandbox] ended") or not line.startswith("[sandbox]")]
    return cut(chosen[-1], 200) if chosen else run.status


def _place(run: Run) -> str:
    folder = Path(run.folder or "")
    return f"{folder.parent.name}/{folder.name}"


def _files(run: Run) -> str:
    """How many files it left."""
    count = len(run.artifacts)
    return f", box/ with {count} file{'' if count == 1 else 's'}" if count else ""


def _reproduced(repeated: Reproduction) -> Iterator[str]:
    if not repeated.runs:
        yield f"Repeats {repeated.origin}; no run is finished both there and here."
        return
    same = len([run for run in repeated.runs if run.identical])
    if same == len(repeated.runs):
        yield f"Repeats {repeated.origin}: metrics identical in all {same} runs."
        return
    verdict = "though they should be" if repeated.expected else f"which need not be: {'; '.join(repeated.reasons)}"
    yield f"Repeats {repeated.origin}: metrics identical in {same} of {len(repeated.runs)} runs, {verdict}."
    for run in repeated.runs:
        if run.difference:
            yield f"  {run.label} seed {run.seed}: {run.difference}"
