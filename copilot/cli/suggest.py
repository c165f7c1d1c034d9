"""`rllte-copilot suggest`: what to run next, from a goal in words or from runs that have ended."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from copilot.cli import output
from copilot.core.settings import load_settings

if TYPE_CHECKING:
    from copilot.assistant.suggest import Suggestion, Suggestions


@click.command()
@click.argument("goal", default="")
@click.option("--from", "runs", multiple=True, metavar="RUN", help="A run's folder, or an experiment's id; repeatable.")
@click.option(
    "--spec", "plan", type=click.Path(path_type=Path), help="The plan of the runs, where it is not beside them."
)
@click.option("-o", "out_dir", type=click.Path(file_okay=False, path_type=Path), help="Folder for the plans.")
@click.option("--model", metavar="NAME", help="Let this language model word the reasons; without it, none is used.")
@click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object on stdout.")
def suggest(
    goal: str, runs: tuple[str, ...], plan: Path | None, out_dir: Path | None, model: str | None, as_json: bool
) -> None:
    """Three to five next experiments for a GOAL, or after a RUN, each with its reason, sources and cost.

    Without both, after the newest experiment that is kept.
    """
    with output.reporting(as_json):
        from copilot.assistant.assistant import Assistant
        from copilot.assistant.suggest import write_plans

        assistant = Assistant(load_settings(model=model), use_model=model is not None)
        found = assistant.suggest(goal, list(runs), plan)
        plans = write_plans(found, out_dir) if out_dir is not None else []
        if as_json:
            data = found.to_json()
            for experiment, path in zip(data["experiments"], plans, strict=False):
                experiment["plan"] = str(path)
            output.emit(data)
        else:
            show(found, plans)


def show(found: Suggestions, plans: list[Path]) -> None:
    """Numbered for a person; what was seen in the runs comes first, how to run them last."""
    for note in found.notes:
        output.say(f"note: {note}")
    if found.findings:
        output.answer("Seen in the metrics")
        for finding in found.findings:
            label = f"{finding.label}: " if len({one.label for one in found.findings}) > 1 else ""
            output.answer(f"  - {label}{finding.evidence}")
        output.answer("")
    for number, one in enumerate(found.experiments, 1):
        _show_one(number, one, plans[number - 1] if plans else None)
    if not plans:
        output.say(
            "To run them: the same with -o DIR writes their plans, then rllte-copilot experiment run DIR/1-....json"
        )


def _show_one(number: int, one: Suggestion, plan: Path | None) -> None:
    from copilot.codegen.suggest.cost import spoken
    from copilot.core.places import place
    from copilot.core.visible import in_line

    output.answer(f"{number}. {one.title}")
    output.answer(f"   {one.why}")
    if plan is not None:
        output.answer(f"   run:  rllte-copilot experiment run {shlex.quote(str(plan))}")
    output.answer(f"   cost: {spoken(one.cost)}; from {one.cost.source}")
    for citation in one.citations:
        output.answer(f"   [{citation.id}] {place(citation)}  {in_line(citation.heading)}")
    output.answer("")
