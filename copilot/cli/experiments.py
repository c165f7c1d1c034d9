"""`rllte-copilot experiment`: run, list, show, compare, rerun, export, delete."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from copilot.cli import output
from copilot.core.settings import load_settings

if TYPE_CHECKING:
    from copilot.assistant.experiments import Laboratory
    from copilot.experiments import Experiment, Run

json_option = click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object on stdout.")
jobs_option = click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Runs at once; else what fits here.")
gpu_option = click.option("--gpu", is_flag=True, help="Show runs the graphics cards; a weaker sandbox.")
weaker_option = click.option(
    "--weaker-sandbox", "weaker", is_flag=True, help="Where bubblewrap cannot hold, use Landlock alone: it hides less."
)


@click.group()
def experiment() -> None:
    """Experiments: run a plan over its seeds, keep what comes out, compare, repeat, write out."""


@experiment.command("run", context_settings={"ignore_unknown_options": True})
@click.argument("plan", required=False, type=click.Path(path_type=Path))
@click.option("--resume", metavar="ID", help="Run what is missing or was interrupted of a kept experiment.")
@click.option("--failed", is_flag=True, help="With --resume: run again what failed, too.")
@click.option("--seeds", metavar="LIST", help="Instead of the plan's: 1-5, or 3,4,9.")
@click.option("--title", help="What to call it.")
@jobs_option
@click.option("--time-limit", type=click.FloatRange(min=0, min_open=True), metavar="S", help="Of each run; a day.")
@click.option("--memory-limit", type=click.IntRange(min=64), metavar="MB", help="Of each run; 4096.")
@gpu_option
@weaker_option
@json_option
@click.argument("args", nargs=-1, type=click.UNPROCESSED)
def run_experiment(
    plan: Path | None,
    resume: str | None,
    failed: bool,
    seeds: str | None,
    title: str | None,
    jobs: int | None,
    time_limit: float | None,
    memory_limit: int | None,
    gpu: bool,
    weaker: bool,
    as_json: bool,
    args: tuple[str, ...],
) -> None:
    """Run each label and seed of a PLAN in the sandbox.

    PLAN is a plan file, a folder with plan.json or train.py, or a script.
    What follows -- goes to the script of each run. Ctrl-C ends the runs; --resume runs the rest.
    """
    if (plan is None) == (resume is None):
        raise click.UsageError("Name a PLAN to run, or the experiment to --resume; not both.")
    if resume is None and failed:
        raise click.UsageError("--failed belongs to --resume.")
    if resume is not None and (seeds or title or args):
        raise click.UsageError("--resume runs what was planned: it takes no --seeds, --title or arguments.")
    with output.reporting(as_json), _opened(weaker) as lab:
        if plan is not None:
            from copilot.experiments import seeds_of

            kept = lab.keep(
                lab.drafted(
                    plan,
                    title=title,
                    seeds=seeds_of(seeds) if seeds else None,
                    args=args,
                    time_s=time_limit,
                    memory_mb=memory_limit,
                    gpu=gpu,
                )
            )
            runs = list(kept.runs)
        else:
            kept, runs = lab.left(str(resume), failed=failed)
            kept = lab.limit(kept, time_limit, memory_limit, gpu=gpu)
        _run(lab, kept, runs, jobs, as_json)


@experiment.command("list")
@json_option
def list_experiments(as_json: bool) -> None:
    """Every experiment, the newest first."""
    with output.reporting(as_json), _opened() as lab:
        from copilot.cli.experiment_view import listed
        from copilot.experiments.records import experiment_json

        kept = lab.store.list()
        if as_json:
            output.emit({"experiments": [experiment_json(one) for one in kept]})
            return
        for line in listed(kept):
            output.answer(line)
        if not kept:
            output.say("No experiment is kept yet: rllte-copilot experiment run PLAN")


@experiment.command("show")
@click.argument("identifier", metavar="ID")
@json_option
def show_experiment(identifier: str, as_json: bool) -> None:
    """Runs, their curves and where their files are."""
    with output.reporting(as_json), _opened() as lab:
        _show(lab, lab.store.get(identifier), as_json)


@experiment.command("compare")
@click.argument("identifiers", nargs=-1, required=True, metavar="ID ...")
@click.option("-o", "out_dir", type=click.Path(file_okay=False, path_type=Path), help="Folder for the figures.")
@weaker_option
@json_option
def compare_experiments(identifiers: tuple[str, ...], out_dir: Path | None, weaker: bool, as_json: bool) -> None:
    """Compare finished runs, with intervals and figures.

    IQM with 95 % intervals, probability of improvement, learning curves as PNG and SVG.
    """
    with output.reporting(as_json), _opened(weaker) as lab:
        from copilot.cli.experiment_view import compared_lines

        found = lab.compare(identifiers, out_dir)
        if as_json:
            output.emit(found.to_json())
            return
        for line in compared_lines(found):
            output.answer(line)
        for note in found.notes:
            output.say(f"note: {note}")


@experiment.command("rerun")
@click.argument("identifier", metavar="ID")
@jobs_option
@gpu_option
@weaker_option
@json_option
def rerun_experiment(identifier: str, jobs: int | None, gpu: bool, weaker: bool, as_json: bool) -> None:
    """Run an experiment again from its record.

    Nothing but the record is needed; whether the same came out is said.
    """
    with output.reporting(as_json), _opened(weaker) as lab:
        from copilot.experiments.reproduce import reasons

        kept = lab.keep(lab.repeated(identifier, gpu=gpu))
        for reason in reasons(lab.store.get(identifier), kept.versions, kept.host):
            output.say(f"note: metrics may differ: {reason}")
        _run(lab, kept, list(kept.runs), jobs, as_json)


@experiment.command("export")
@click.argument("identifier", metavar="ID")
@click.option(
    "-o", "out_dir", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder to be made."
)
@weaker_option
@json_option
def export_experiment(identifier: str, out_dir: Path, weaker: bool, as_json: bool) -> None:
    """Write a folder that stands on its own.

    It holds train.py, plan, README, metrics, figures and versions.
    """
    with output.reporting(as_json), _opened(weaker) as lab:
        written = lab.export(identifier, out_dir)
        files = sorted(path.relative_to(written).as_posix() for path in written.rglob("*") if path.is_file())
        if as_json:
            output.emit({"id": lab.store.get(identifier).id, "path": str(written), "files": files})
        else:
            output.answer(str(written))
            output.say(f"{len(files)} files; begin with README.md")


@experiment.command("delete")
@click.argument("identifiers", nargs=-1, required=True, metavar="ID ...")
@click.option("--yes", is_flag=True, help="Do not ask first.")
@json_option
def delete_experiments(identifiers: tuple[str, ...], yes: bool, as_json: bool) -> None:
    """Forget experiments and remove their files.

    Asks first, unless --yes is given.
    """
    with output.reporting(as_json), _opened() as lab:
        named = [lab.store.get(one) for one in identifiers]
        gone = list(lab.store.delete(*(one.id for one in named))) if yes or _confirmed(named) else []
        if as_json:
            output.emit({"deleted": gone})
        else:
            output.answer(f"Deleted: {', '.join(gone)}" if gone else "Nothing was deleted.")


def _confirmed(named: list[Experiment]) -> bool:
    from copilot.cli.experiment_view import listed
    from copilot.core.errors import InvalidRequest

    if not output.asks():
        raise InvalidRequest("Deleting asks first, and there is no terminal to ask on.", hint="Give --yes.")
    for line in listed(named):
        output.say(line)
    return output.confirm("Delete for good, with all files of the runs?")


def _run(lab: Laboratory, kept: Experiment, runs: list[Run], jobs: int | None, as_json: bool) -> None:
    """Run, tell the progress on stderr, then show what came out."""
    from copilot.cli.experiment_view import Progress

    output.say(f"{kept.id}: {kept.title}")
    progress = Progress(kept, len(runs))
    updates = lab.run(kept, runs, jobs)
    with output.cancelling(lab.cancel, as_json) as signals, closing(updates):
        for update in updates:
            if line := progress.line(update):
                output.say(line)
    kept = lab.store.get(kept.id)
    _show(lab, kept, as_json)
    if kept.status in {"interrupted", "queued"}:
        output.say(f"Run the rest: rllte-copilot experiment run --resume {kept.id}")
    if signals:
        raise SystemExit(128 + signals[0])
    if kept.status != "ok" and not as_json:
        raise SystemExit(3)


def _show(lab: Laboratory, kept: Experiment, as_json: bool) -> None:
    from copilot.cli.experiment_view import shown, shown_json

    repeated = lab.reproduction(kept)
    if as_json:
        output.emit(shown_json(kept, repeated))
        return
    for line in shown(kept, repeated):
        output.answer(line)


@contextmanager
def _opened(weaker: bool = False) -> Iterator[Laboratory]:
    from copilot.assistant.experiments import Laboratory

    overrides: dict[str, Any] = {"weaker_sandbox": weaker or None}
    with closing(Laboratory(load_settings(**overrides))) as lab:
        for run in lab.lost:
            output.say(f"note: {run.name} of {run.experiment} ended with the copilot; it is kept as interrupted")
        yield lab
