"""Compares finished runs: aggregates with intervals, probability of improvement, learning curves.

The statistics and figures are those of `rllte.evaluation`. This process never imports it: a script of ours is run in the
sandbox with the scores written into it as data, and leaves numbers and figures, which are read back as bytes.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from copilot.core import paths
from copilot.core.errors import CopilotError, FileProblem, InvalidRequest
from copilot.experiments import curves
from copilot.experiments.records import Experiment, Run, environment_of
from copilot.sandbox import Limits, read_left, remove, run_script

PROGRAM = Path(__file__).with_name("data") / "compare.py"
EMPTY = '\nINPUT = "[]"\n'
LIMITS = Limits(time_s=600, memory_mb=2048)
LARGEST = 20_000_000
"""Bytes of a figure, or of the numbers."""
FEW = 5
"""With fewer runs an interval is told to be a rough one."""
FIGURES = (".png", ".svg")


@dataclass(frozen=True)
class Group:
    """The finished runs of one label of one experiment."""

    name: str
    experiment: str
    label: str
    environment: str
    seeds: tuple[int, ...]
    scores: tuple[float, ...]
    curve_kind: str
    """eval or train: what the rewards of the curves are of; the same for all groups that are compared."""
    curves: tuple[tuple[curves.Point, ...], ...]


@dataclass(frozen=True)
class Compared:
    """What a comparison found."""

    basis: str
    """eval: scores are the last evaluation; train: the mean of the last training episodes."""
    groups: tuple[Group, ...]
    environments: dict[str, Any]
    """By environment: `groups` (by name: iqm, low, high, mean) and `improvement` (x, y, probability, low, high)."""
    overall: dict[str, Any] | None
    """The same over all environments, with scores from 0 (the worst run on each) to 1 (the best)."""
    figures: tuple[str, ...]
    """Paths."""
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """The JSON of `experiment compare`."""
        groups = [{key: value for key, value in asdict(group).items() if key != "curves"} for group in self.groups]
        return {**asdict(self), "groups": groups, "figures": list(self.figures), "notes": list(self.notes)}


def gather(experiments: Sequence[Experiment]) -> tuple[list[Group], str, list[str]]:
    """The groups to compare, what their scores are, and what should be known of them.

    Raises:
        InvalidRequest: no run has finished, or none has a score.
    """
    finished = [(one, run) for one in experiments for run in one.runs if run.status == "ok"]
    if not finished:
        counts = "; ".join(f"{one.id}: {_counted(one)}" for one in experiments)
        raise InvalidRequest(
            f"There is nothing to compare: no run has finished ({counts}).",
            hint=f"Run what is left: rllte-copilot experiment run --resume {experiments[0].id}",
        )
    basis = "eval" if all(curves.score(run.metrics) is not None for _, run in finished) else "train"
    measure = curves.score if basis == "eval" else curves.training_score
    notes = []
    if basis == "train":
        notes.append("Not every run was evaluated: the scores are the mean rewards of the last training episodes.")
    rows = {run.number: curves.read(Path(run.folder)) if run.folder else [] for _, run in finished}
    kind = "eval" if all(len(curves.curve(sent, "eval")) > 1 for sent in rows.values()) else "train"
    groups = list[Group]()
    for experiment in experiments:
        for label in experiment.labels:
            runs = [run for one, run in finished if one.id == experiment.id and run.label == label]
            scored = [run for run in runs if measure(run.metrics) is not None]
            missing = len([run for run in experiment.runs if run.label == label]) - len(scored)
            if missing:
                notes.append(f"{label} of {experiment.id}: {missing} runs not finished or without score: left out.")
            if scored:
                groups.append(_group(experiment, label, scored, measure, kind, rows))
    if not groups:
        raise InvalidRequest(
            "There is nothing to compare: no run sent a reward.",
            hint="Scripts send metrics through the agent's logger: see the guide on experiments.",
        )
    groups = _named(groups)
    if small := [group.name for group in groups if len(group.seeds) < FEW]:
        notes.append(
            f"Fewer than {FEW} runs each ({', '.join(small)}): the intervals are rough, and one of no width says no more "
            "than that so few did not differ; more seeds tell more."
        )
    return groups, basis, notes


def compare(experiments: Sequence[Experiment], out_dir: Path, *, readable: list[Path], weaker: bool) -> Compared:
    """Compare the finished runs of experiments.

    Args:
        experiments: one or more.
        out_dir: for the figures, made if missing; what is there of the same name is replaced.
        readable: where the library is.
        weaker: as for `run_script`.

    Raises:
        InvalidRequest: there is nothing to compare.
        FileProblem: the figures cannot be written.
        SandboxUnavailable: isolation cannot hold here.
    """
    groups, basis, notes = gather(experiments)
    box, status, log = _run(groups, readable, weaker)
    if status != "ok":
        raise CopilotError(
            f"The comparison ended with {status}.", hint=f"See {log}; if it happens twice, please report it."
        )
    result = json.loads(read_left(box, "result.json", LARGEST))
    figures = _copied(box, [str(name) for name in result["figures"]], out_dir)
    remove(str(box.parent))
    full = {short: name for short, name in result["names"].items() if short != name}
    notes += [f"No font here draws {name!r}: the figures call it {short!r}." for short, name in full.items()]
    return Compared(
        basis=basis,
        groups=tuple(groups),
        environments={env: _renamed(found, full) for env, found in result["environments"].items()},
        overall=_renamed(result["overall"], full) if "overall" in result else None,
        figures=tuple(figures),
        notes=tuple(notes),
    )


def _run(groups: Sequence[Group], readable: list[Path], weaker: bool) -> tuple[Path, str, str]:
    """Run the script: its folder, how it ended, its log. The input goes through `repr`: no text of it becomes code."""
    given = json.dumps([asdict(group) for group in groups])
    with tempfile.TemporaryDirectory(dir=paths.state_dir()) as folder:
        script = Path(folder, PROGRAM.name)
        text = PROGRAM.read_text(encoding="utf-8").replace(EMPTY, f"\nINPUT = {given!r}\n", 1)
        script.write_text(text, encoding="utf-8")
        script.chmod(0o644)  # as root, a run is another user, who must read it
        done = run_script(script, [], limits=LIMITS, readable=readable, weaker=weaker, threads=1)
    return Path(done.log).parent / "box", done.status, done.log


def _copied(box: Path, names: Sequence[str], out_dir: Path) -> list[str]:
    """The figures in their place."""
    written = list[str]()
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        for name in names:
            if Path(name).name != name or Path(name).suffix not in FIGURES:
                continue
            path, partial = out_dir / name, out_dir / f".{name}.{os.getpid()}"
            partial.write_bytes(read_left(box, name, LARGEST))
            partial.replace(path)
            written.append(str(path))
    except OSError as error:
        raise FileProblem(
            f"The figures cannot be written in {out_dir}: {error.strerror}.", hint="Name a folder of yours with -o."
        ) from error
    return written


def _group(
    experiment: Experiment,
    label: str,
    runs: Sequence[Run],
    measure: Callable[[dict[str, Any]], float | None],
    kind: str,
    rows: dict[int, list[curves.Row]],
) -> Group:
    return Group(
        name=label,
        experiment=experiment.id,
        label=label,
        environment=environment_of(experiment.draft.spec, label) or "the environment",
        seeds=tuple(run.seed for run in runs),
        scores=tuple(score for run in runs if (score := measure(run.metrics)) is not None),
        curve_kind=kind,
        curves=tuple(tuple(curves.curve(rows[run.number], kind)) for run in runs),
    )


def _named(groups: Sequence[Group]) -> list[Group]:
    """Names that tell the groups apart: labels, with their experiment where another one has the same on its environment."""
    taken = Counter((group.label, group.environment) for group in groups)
    return [
        replace(group, name=f"{group.label} ({group.experiment})")
        if taken[group.label, group.environment] > 1
        else group
        for group in groups
    ]


def _renamed(found: dict[str, Any], full: dict[str, str]) -> dict[str, Any]:
    """Names as they were before a font could not draw them."""
    groups = {full.get(name, name): row for name, row in found["groups"].items()}
    pairs = [{**row, **{key: full.get(row[key], row[key]) for key in ("x", "y")}} for row in found["improvement"]]
    return {**found, "groups": groups, "improvement": pairs}


def _counted(experiment: Experiment) -> str:
    return ", ".join(f"{number} {status}" for status, number in experiment.counts.items())
