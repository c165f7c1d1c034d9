"""The commands of `rllte-copilot`. Each loads what it needs when it runs, so that `--help` stays fast."""

from __future__ import annotations

import sys
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from copilot import __version__
from copilot.cli import output
from copilot.core.settings import Settings, load_settings
from copilot.core.visible import in_line

json_option = click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object on stdout.")
model_option = click.option("--model", metavar="NAME", help="Profile of the language model (see: models list).")


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="rllte-copilot")
@click.pass_context
def cli(context: click.Context) -> None:
    """A private, local assistant for the rllte reinforcement-learning library.

    Without a command it opens the terminal interface.
    """
    if context.invoked_subcommand is None:
        context.invoke(start)


@cli.command()
@model_option
def start(model: str | None = None) -> None:
    """Set up what is missing, then open the TUI; without a terminal, show the whole path once."""
    with output.reporting(False):
        from copilot.cli.demo import demo

        settings = load_settings(model=model)
        _setup(settings, ingest=True)
        if sys.stdin.isatty() and sys.stdout.isatty():
            from copilot.assistant.assistant import Assistant
            from copilot.tui import run as open_tui

            open_tui(Assistant(settings))
        else:
            raise SystemExit(demo(settings))


@cli.command()
@model_option
@click.option("--ingest/--no-ingest", default=True, help="Bring the index up to date as well.")
def setup(model: str | None, ingest: bool) -> None:
    """Install bubblewrap where allowed, pull the model and embedder, ingest the corpus."""
    with output.reporting(False):
        _setup(load_settings(model=model), ingest=ingest)


def _setup(settings: Settings, *, ingest: bool) -> None:
    from copilot.assistant.setup import setup as run_setup

    for phase in run_setup(settings, output.progress_bar(), ingest=ingest):
        output.say(getattr(phase, "detail", ""))


@cli.command()
@click.argument("question")
@click.option("--session", metavar="ID", help="Continue a conversation; it is kept under this name.")
@click.option("--no-model", is_flag=True, help="Answer with the best passages, without a language model.")
@model_option
@json_option
def ask(question: str, session: str | None, no_model: bool, model: str | None, as_json: bool) -> None:
    """Answer a QUESTION with sources; in a --session do what it asks for: write or change a script, explain an error."""
    with output.reporting(as_json):
        from copilot.cli.render import show_answer

        question = _stdin_if_dash(question)
        show_answer(_assistant(model, no_model).ask(question, session), as_json)


@cli.command()
@click.argument("query")
@click.option("-k", "count", default=8, show_default=True, type=click.IntRange(1, 100), help="How many passages.")
@json_option
def search(query: str, count: int, as_json: bool) -> None:
    """Find passages; no language model is used."""
    with output.reporting(as_json):
        from copilot.cli.render import show_passages

        show_passages(_assistant(None, True).retriever().search(query, k=count), as_json)


@cli.command()
@click.argument("prompt", default="")
@click.option("-o", "out_dir", type=click.Path(file_okay=False, path_type=Path), help="Folder for train.py.")
@click.option(
    "--spec", type=click.Path(path_type=Path), metavar="FILE", help="Render this plan; PROMPT says what to change."
)
@click.option("--no-model", is_flag=True, help="Read the request by code alone.")
@model_option
@json_option
def generate(
    prompt: str, out_dir: Path | None, spec: Path | None, no_model: bool, model: str | None, as_json: bool
) -> None:
    """Write a training script for a request in plain words, or for a plan."""
    if not prompt and spec is None:
        raise click.UsageError("Say in PROMPT what to train, or name a plan with --spec FILE.")
    with output.reporting(as_json):
        from copilot.cli.render import show_generated

        events = _assistant(model, no_model).generate(_stdin_if_dash(prompt), out_dir, spec)
        if not show_generated(events, as_json):
            raise SystemExit(3)


@cli.command(context_settings={"ignore_unknown_options": True})
@click.argument("script", type=click.Path(path_type=Path))
@click.option("--time-limit", type=click.FloatRange(min=0, min_open=True), metavar="S", help="Wall-clock seconds.")
@click.option("--memory-limit", type=click.IntRange(min=64), metavar="MB", help="Memory of all its processes.")
@click.option("-o", "out_dir", type=click.Path(file_okay=False, path_type=Path), help="Run folder.")
@click.option("--gpu", is_flag=True, help="Show it the graphics cards; a weaker sandbox.")
@click.option(
    "--weaker-sandbox", "weaker", is_flag=True, help="Where bubblewrap cannot hold, use Landlock alone: it hides less."
)
@json_option
@click.argument("args", nargs=-1, type=click.UNPROCESSED)
def run(
    script: Path,
    time_limit: float | None,
    memory_limit: int | None,
    out_dir: Path | None,
    gpu: bool,
    weaker: bool,
    as_json: bool,
    args: tuple[str, ...],
) -> None:
    """Run SCRIPT in the sandbox; what follows -- goes to it."""
    with output.reporting(as_json):
        from copilot.cli.render import show_run
        from copilot.sandbox import Limits

        given = {"time_s": time_limit, "memory_mb": memory_limit}
        limits = Limits(**{key: value for key, value in given.items() if value is not None})
        assistant = _assistant(None, True, weaker_sandbox=weaker or None)
        events = assistant.run(script, list(args), limits, out_dir, gpu=gpu)
        with output.cancelling(assistant.cancel, as_json) as signals, closing(events):
            result = show_run(events, as_json)
        if signals:
            raise SystemExit(128 + signals[0])
        if result.status != "ok" and not as_json:
            raise SystemExit(3)


@cli.command()
@click.argument("targets", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH ...]")
@click.option("--remove", multiple=True, type=click.Path(path_type=Path), help="Forget a path.")
@click.option("--rebuild", is_flag=True, help="Throw the index away and build it anew.")
@json_option
def ingest(targets: tuple[Path, ...], remove: tuple[Path, ...], rebuild: bool, as_json: bool) -> None:
    """Bring the index up to date; with PATHs, add your own files and folders."""
    with output.reporting(as_json):
        from copilot.assistant.setup import leaving
        from copilot.knowledge import ingest as run_ingest
        from copilot.models import open_embedder

        settings, progress = load_settings(), output.progress_bar()
        embedder = open_embedder(settings, progress)
        if notice := leaving(embedder, settings.embedder):
            output.say(notice)
        report = run_ingest(
            list(targets) or None,
            embedder=embedder,
            progress=progress,
            remove=list(remove),
            rebuild=rebuild,
        )
        data = asdict(report)
        if as_json:
            output.emit(data)
        else:
            output.answer(", ".join(f"{data[key]} {key}" for key in ("added", "updated", "skipped", "deleted")))
            for failed in report.failed:
                output.say(f"left out {in_line(failed.path)}: {failed.reason}")


@cli.command()
@json_option
def doctor(as_json: bool) -> None:
    """Say what is there, what is missing or broken, each with its remedy."""
    with output.reporting(as_json):
        from copilot.assistant.doctor import examine

        findings = []
        for finding in examine(load_settings()):
            findings.append(finding)
            if not as_json:
                mark = {"ok": "ok     ", "missing": "MISSING", "broken": "BROKEN "}[finding.state]
                output.answer(f"{mark}  {finding.name:18} {finding.detail}")
                if finding.remedy:
                    output.answer(f"{'':27} -> {finding.remedy}")
        healthy = all(finding.state == "ok" for finding in findings)
        if as_json:
            output.emit({"ok": healthy, "findings": [asdict(finding) for finding in findings]})
        if not healthy:
            raise SystemExit(3)


def _assistant(model: str | None, no_model: bool, **overrides: Any) -> Any:
    from copilot.assistant.assistant import Assistant

    return Assistant(load_settings(model=model, **overrides), use_model=not no_model)


def _stdin_if_dash(text: str) -> str:
    """What is given, or for "-" what is piped in: as UTF-8, and no more than shows that it is too long."""
    if text != "-":
        return text
    if sys.stdin is None:  # closed by the caller
        return ""
    return sys.stdin.buffer.read(1 << 20).decode("utf-8", "replace")


def main() -> None:
    """Register the rarer command groups and run. Ctrl-C is 130 whenever it comes; click alone would make it 1."""
    from copilot.cli.experiments import experiment
    from copilot.cli.models import models
    from copilot.cli.sessions import sessions
    from copilot.cli.suggest import suggest

    cli.add_command(experiment)
    cli.add_command(models)
    cli.add_command(sessions)
    cli.add_command(suggest)
    try:
        raise SystemExit(cli.main(prog_name="rllte-copilot", standalone_mode=False))
    except click.ClickException as error:
        error.show()
        raise SystemExit(error.exit_code) from None
    except click.Abort:
        raise KeyboardInterrupt from None
