"""Finished runs, wherever they were kept, as rules read them: a run folder, a folder of several, a kept experiment."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from copilot.codegen import ComparisonSpec, ExperimentSpec, Spec, load_spec
from copilot.codegen.suggest.cost import Speed
from copilot.codegen.suggest.records import RunRecord, segments
from copilot.core.errors import CopilotError, FileProblem, InvalidRequest, UnknownName
from copilot.experiments import Experiment, Experiments
from copilot.experiments.plan import PLAN, SCRIPT
from copilot.sandbox.results import metric

METRICS, RESULT, ARGUMENTS = "metrics.jsonl", "result.json", "args.json"
MOST_ROWS = 200_000
DEEPEST = 5
"""Folders below the one that is named in which runs are looked for."""
ABOVE = 2
"""Folders above a run's in which its plan may lie."""
RECENT = 40
"""Kept experiments whose speeds are looked at."""
LOG_CHARACTERS = 4000


@dataclass(frozen=True)
class Arguments:
    """What a script was given that changes the plan of its run."""

    label: str | None = None
    seeds: tuple[int, ...] = ()
    steps: int | None = None
    num_envs: int | None = None


def load_runs(name: str, plan: Path | str | None = None, store: Experiments | None = None) -> list[RunRecord]:
    """The runs of a folder, or of the kept experiment of that id.

    Args:
        name: a run folder, a folder with several below it, a `metrics.jsonl`, or an experiment's id or number.
        plan: of the runs, its file or its JSON; None looks for it beside them.
        store: None opens the data folder's.

    Raises:
        FileProblem: the folder holds no run, or cannot be read.
        UnknownName: there is neither a folder nor an experiment of that name.
        InvalidRequest: the plan is none.
    """
    spec = load_spec(plan) if plan is not None else None
    path = Path(name).expanduser()
    if path.is_file() and path.name == METRICS:
        path = path.parent
    if path.is_dir():
        folders = list(_folders(path, DEEPEST))
        if not folders:
            raise FileProblem(
                f"{path} holds no run: expected a {METRICS} in it or below it.",
                hint="Name a run's folder (the line 'log:' of rllte-copilot run says which), or an experiment's id.",
            )
        return [record for folder in folders for record in of_folder(folder, spec, path)]
    if path.exists() or "/" in name:
        raise FileProblem(
            f"There is no run {name}; expected a folder with a {METRICS}, or an experiment's id.",
            hint="rllte-copilot experiment list names the kept experiments.",
        )
    opened = store or Experiments()
    try:
        return of_experiment(opened.get(name), spec)
    except UnknownName as error:
        hint = f"{error.hint} Or name the folder of a run."
        raise UnknownName("run folder or experiment", name, [one.id for one in opened.list()], hint=hint) from error
    finally:
        if store is None:
            opened.close()


def _folders(path: Path, deep: int) -> Iterator[Path]:
    """Folders with metrics, a run's own box left out; sorted, so that seeds come in their order."""
    if (path / METRICS).is_file():
        yield path
        return
    if deep > 0:
        for below in sorted(child for child in path.iterdir() if child.is_dir() and not child.is_symlink()):
            yield from _folders(below, deep - 1)


def of_folder(folder: Path, spec: Spec | None = None, top: Path | None = None) -> list[RunRecord]:
    """The trainings of a run folder: one, or one for each label and seed that its script made.

    Raises:
        FileProblem: a file of it cannot be read.
    """
    given = _arguments(_json(folder / ARGUMENTS))
    result = _json(folder / RESULT)
    result = result if isinstance(result, dict) else {}
    rows = _rows(folder / METRICS)
    wall = result.get("wall_s")
    record = RunRecord(
        label=folder.name,
        seed=None,
        spec=None,
        status=str(result.get("status", "ok")),
        rows=tuple(rows),
        wall_s=float(wall) if isinstance(wall, int | float) else None,
        log=_tail(folder),
    )
    found = spec or _plan(folder, top or folder)
    return _with_plan(record, found, given)


def of_experiment(experiment: Experiment, spec: Spec | None = None) -> list[RunRecord]:
    """The runs of a kept experiment that have begun.

    Raises:
        InvalidRequest: none has.
    """
    draft = experiment.draft
    if spec is None and draft.spec is not None:
        spec = load_spec(json.dumps(draft.spec))
    records = []
    for run in experiment.runs:
        folder = Path(run.folder) if run.folder else None
        if folder is None:
            continue
        record = RunRecord(
            run.label, run.seed, None, run.status, tuple(_rows(folder / METRICS)), run.wall_s, _tail(folder)
        )
        given = _arguments(draft.arguments(run.label, run.seed))
        records += _with_plan(record, spec, replace(given, label=run.label if draft.labelled else None))
    if not records:
        raise InvalidRequest(
            f"No run of the experiment {experiment.id} has begun; expected one with metrics.",
            hint=f"Run it: rllte-copilot experiment rerun {experiment.id}",
        )
    return records


def _with_plan(record: RunRecord, spec: Spec | None, given: Arguments) -> list[RunRecord]:
    """The record, with the plan of its label; of a comparison that ran in one process, one for each label and seed."""
    if spec is None:
        return [record]
    if isinstance(spec, ExperimentSpec):
        label = record.label if record.seed is not None else spec.agent
        return [_planned(replace(record, label=label), spec, given)]
    if given.label in spec.runs:
        return [_planned(replace(record, label=str(given.label)), spec.runs[str(given.label)], given)]
    return _apart(record, spec, given)


def _apart(record: RunRecord, spec: ComparisonSpec, given: Arguments) -> list[RunRecord]:
    """Label by label, seed by seed, as the script of a comparison trains them."""
    records: list[RunRecord] = []
    parts = segments(record.rows)
    for label, plan in spec.runs.items():
        phases = 1 if plan.pretrain_steps is None else 2
        for seed in given.seeds or plan.seeds:
            if len(parts) < phases:
                return records
            last = parts[phases - 1]
            parts = parts[phases:]
            one = replace(record, label=label, rows=tuple(last), wall_s=None)
            records.append(_planned(one, plan, replace(given, seeds=(seed,))))
    return records


def _planned(record: RunRecord, spec: ExperimentSpec, given: Arguments) -> RunRecord:
    """The record with its plan, changed as the script's arguments changed it."""
    changes: dict[str, Any] = {}
    if given.steps is not None:
        changes["num_train_steps"] = given.steps
    if given.num_envs is not None:
        changes["num_envs"] = given.num_envs
    if given.seeds:
        changes["seeds"] = list(given.seeds)
    plan = spec.model_copy(update=changes) if changes else spec
    alone = plan.seeds[0] if len(plan.seeds) == 1 else None
    return replace(record, spec=plan, seed=record.seed if record.seed is not None else alone)


def _plan(folder: Path, top: Path) -> Spec | None:
    """The plan in the folder, or in one above it, as far as the folder that was named and a little further."""
    places = [folder, *folder.parents]
    last = places.index(top) if top in places else 0
    for place in places[: last + 1 + ABOVE]:
        if (place / PLAN).is_file():
            return load_spec(place / PLAN)
    return None


def _arguments(given: Any) -> Arguments:
    """Of a script as the copilot writes them; others are left out."""
    words = [str(word) for word in given] if isinstance(given, list) else []
    pairs: list[str] = []
    for word in words:
        name, equals, value = word.partition("=")
        pairs += [name, value] if equals and name.startswith("--") else [word]
    found: dict[str, list[str]] = {}
    for word in pairs:
        if word.startswith("--"):
            found[word] = []
        elif found:
            next(reversed(found.values())).append(word)
    labels = found.get("--run", [])
    return Arguments(
        labels[0] if len(labels) == 1 else None,
        tuple(_whole(found.get("--seed", []))),
        next(iter(_whole(found.get("--num-train-steps", []))), None),
        next(iter(_whole(found.get("--num-envs", []))), None),
    )


def _whole(words: Sequence[str]) -> list[int]:
    return [int(word) for word in words if word.isdecimal() and len(word) < 16]


def _rows(file: Path) -> list[dict[str, Any]]:
    """The records of a metrics file, each checked as the sandbox checks them: a program wrote them."""
    rows: list[dict[str, Any]] = []
    try:
        with file.open("rb") as lines:
            for line in lines:
                row = metric(line)
                if row is not None:
                    rows.append(row)
                if len(rows) >= MOST_ROWS:
                    break
    except FileNotFoundError:
        return []
    except OSError as error:
        raise FileProblem(f"Cannot read {file}: {error.strerror}.", hint="Check its rights.") from error
    return rows


def _json(file: Path) -> Any:
    """What a file of ours holds; None where there is none or it is broken."""
    try:
        return json.loads(file.read_text(encoding="utf-8", errors="replace"))
    except (OSError, ValueError, RecursionError):
        return None


def _tail(folder: Path) -> str:
    """The end of what the run printed."""
    for name in ("log.txt", "train.log"):
        try:
            return (folder / name).read_text(encoding="utf-8", errors="replace")[-LOG_CHARACTERS:]
        except OSError:
            continue
    return ""


def keep_plan(script: Path, args: Sequence[str], folder: Path) -> None:
    """Put what was run beside how it went: the plan of a generated script, and the script's arguments.

    A run is no worse without them, so nothing is raised.
    """
    plan = script.parent / PLAN
    with contextlib.suppress(OSError):
        if script.name == SCRIPT and plan.is_file():
            (folder / PLAN).write_bytes(plan.read_bytes())
        (folder / ARGUMENTS).write_text(json.dumps(list(args)), encoding="utf-8")


def kept_speeds(store: Experiments) -> list[Speed]:
    """How fast the runs of kept experiments were, the newest first."""
    speeds = []
    for experiment in store.list()[:RECENT]:
        if experiment.draft.spec is None:
            continue
        try:
            spec = load_spec(json.dumps(experiment.draft.spec))
        except CopilotError:
            continue  # of a newer version, or of a kind that trains nothing
        for run in experiment.runs:
            fps = run.metrics.get("fps")
            plan = spec.runs.get(run.label) if isinstance(spec, ComparisonSpec) else spec
            if run.status == "ok" and isinstance(fps, int | float) and fps > 0 and plan is not None:
                speeds.append(Speed(plan, float(fps), f"the experiment {experiment.id}"))
    return speeds
