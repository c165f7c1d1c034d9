"""An experiment as a folder that stands on its own: script, plan, metrics, figures, versions, and a README that says how."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from copilot.core.errors import FileProblem, of_system
from copilot.experiments import curves
from copilot.experiments.comparison import Compared
from copilot.experiments.plan import PLAN, SCRIPT
from copilot.experiments.records import Experiment, Run, experiment_json, run_json

Compare = Callable[[Path], Compared]
"""Makes the figures in a folder and gives the numbers."""


def export_folder(experiment: Experiment, out_dir: Path, compare: Compare | None) -> Path:
    """Write the folder, whole or not at all; gives its path.

    Args:
        experiment: to write.
        out_dir: a folder that is not there yet, or is empty.
        compare: None where no run has finished.

    Raises:
        FileProblem: the folder holds something already, or cannot be written.
        DiskFull: its disk is full.
        CopilotError: whatever `compare` raises.
    """
    try:
        if out_dir.exists() and (not out_dir.is_dir() or any(out_dir.iterdir())):
            raise FileProblem(f"{out_dir} is there already.", hint="Name a new folder with -o.")
        out_dir.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{out_dir.name}.", dir=out_dir.parent))
        try:
            _fill(partial, experiment, compare)
            partial.chmod(0o755)
            with contextlib.suppress(FileNotFoundError):
                out_dir.rmdir()
            os.replace(partial, out_dir)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    except OSError as error:
        raise of_system(error) from error
    return out_dir


def _fill(folder: Path, experiment: Experiment, compare: Compare | None) -> None:
    draft = experiment.draft
    _write(folder / SCRIPT, draft.script)
    if draft.spec is not None:
        _write(folder / PLAN, _json({"spec": draft.spec, "notes": list(draft.notes)}))
    _write(folder / "versions.json", _json({"versions": experiment.versions, "host": experiment.host}))
    for run in experiment.runs:
        if run.folder:
            _copy(Path(run.folder) / curves.METRICS, folder / "metrics" / f"{_file(run)}.jsonl")
            _copy(Path(run.folder) / "log.txt", folder / "logs" / f"{_file(run)}.txt")
    compared = compare(folder / "figures") if compare else None
    _write(folder / "results.json", _json(_results(experiment, compared)))
    _write(folder / "README.md", readme(experiment, compared))


def readme(experiment: Experiment, compared: Compared | None) -> str:
    """What the folder's README says."""
    draft = experiment.draft
    versions = ", ".join(f"{name} {number}" for name, number in experiment.versions.items())
    commands = [shlex.join(["python", SCRIPT, *draft.arguments(run.label, run.seed)]) for run in experiment.runs]
    machine = experiment.host
    parts = [
        f"# {_plain(draft.title)}",
        f"Experiment `{experiment.id}` of {datetime.fromtimestamp(experiment.created, UTC):%Y-%m-%d %H:%M} UTC.",
        "## Run it again",
        "`train.py` needs the library `rllte` (in the package rllte-copilot) and nothing else of it. Made with: "
        f"{versions}. Each line is one run; the metrics of each went to `metrics/`, what it printed to `logs/`.",
        "```bash\nexport OMP_NUM_THREADS=1  # as it was run here\n" + "\n".join(commands) + "\n```",
        f"Machine: {machine.get('system')}, {machine.get('processor')}, {machine.get('cores')} cores, device "
        f"{machine.get('device')}. With these versions on such a machine the CPU gives the same metrics again.",
        "## What came out",
        "| run | seed | status | seconds | last evaluation |\n|---|--:|---|--:|--:|\n"
        + "\n".join(_row(run) for run in experiment.runs),
    ]
    if compared is not None:
        parts += _comparison(compared)
    if draft.notes:
        parts += ["## Notes on the plan", "\n".join(f"- {_plain(note)}" for note in draft.notes)]
    return "\n\n".join(parts) + "\n"


def _comparison(compared: Compared) -> list[str]:
    parts = list[str]()
    for env, found in compared.environments.items():
        rows = [
            f"| {_plain(name)} | {row['iqm']:.2f} | {row['low']:.2f} to {row['high']:.2f} |"
            for name, row in found["groups"].items()
        ]
        title = f"### Scores on {_plain(env)}"
        parts += [title, "| | IQM | 95 % interval |\n|---|--:|---|\n" + "\n".join(rows)]
        chances = [
            f"- {_plain(row['x'])} is better than {_plain(row['y'])} with probability {row['probability']:.2f} "
            f"({row['low']:.2f} to {row['high']:.2f})"
            for row in found["improvement"]
        ]
        parts += ["\n".join(chances)] if chances else []
    pictures = [Path(path).name for path in compared.figures if path.endswith(".png")]
    parts.append("\n".join(f"![{name.removesuffix('.png')}](figures/{name})" for name in pictures))
    if compared.notes:
        parts.append("\n".join(f"- {_plain(note)}" for note in compared.notes))
    return parts


def _results(experiment: Experiment, compared: Compared | None) -> dict[str, Any]:
    """What came out, without the paths of this machine."""
    runs = list[dict[str, Any]]()
    for run in experiment.runs:
        data = run_json(run)
        del data["folder"], data["artifacts"]
        data["metrics_file"] = f"metrics/{_file(run)}.jsonl" if run.folder else None
        runs.append({**data, "score": curves.score(run.metrics)})
    found = compared.to_json() if compared else None
    if found is not None:
        found["figures"] = [f"figures/{Path(path).name}" for path in found["figures"]]
    return {**experiment_json(experiment), "runs": runs, "comparison": found}


def _row(run: Run) -> str:
    wall = "" if run.wall_s is None else f"{run.wall_s:.0f}"
    score = curves.score(run.metrics)
    return f"| {_plain(run.label)} | {run.seed} | {run.status} | {wall} | {'' if score is None else f'{score:.2f}'} |"


def _file(run: Run) -> str:
    """A name for a run's files: that of the folder that holds its tries."""
    return Path(run.folder or "").parent.name


def _plain(text: str) -> str:
    """In one line, and no cell of a table too many."""
    return " ".join(text.split()).replace("|", "\\|")


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(exist_ok=True)
    with contextlib.suppress(FileNotFoundError):
        shutil.copyfile(source, target)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
