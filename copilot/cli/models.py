"""`rllte-copilot models`: profiles of language models and embedders, their weights, and the engine that runs them."""

from __future__ import annotations

from typing import Any

import click

from copilot.cli import output
from copilot.core import paths
from copilot.core.settings import load_settings

json_option = click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object on stdout.")


@click.group()
def models() -> None:
    """List, pull and choose models; see or stop the engine."""


@models.command("list")
@json_option
def list_models(as_json: bool) -> None:
    """Every profile, its size, licence, and whether its weights are here."""
    from copilot.models import profiles, pull

    with output.reporting(as_json):
        chosen = load_settings()
        rows = []
        for profile in profiles.load_profiles():
            used = profile.name in {chosen.model, chosen.embedder}
            rows.append(_row(profile, pull.status(profile).ready, used))
        if as_json:
            output.emit({"models": rows})
            return
        for row in rows:
            state = "in use" if row["in_use"] and row["pulled"] else "pulled" if row["pulled"] else "-"
            output.answer(
                f"{row['name']:22} {row['kind']:9} {row['bytes'] / 2**20:8.0f} MiB  {row['licence']:12} {state}"
            )


def _row(profile: Any, ready: bool, used: bool) -> dict[str, Any]:
    return {
        "name": profile.name,
        "kind": profile.kind,
        "bytes": profile.bytes,
        "sha256": profile.sha256,
        "licence": profile.licence,
        "source": profile.source,
        "pulled": ready,
        "in_use": used,
    }


@models.command("pull")
@click.argument("name", required=False)
@json_option
def pull_model(name: str | None, as_json: bool) -> None:
    """Fetch the weights of a profile and verify them."""
    from copilot.models import profiles, pull

    with output.reporting(as_json):
        profile = profiles.get(name or load_settings().model)
        path = pull.pull(profile, output.progress_bar())
        if as_json:
            output.emit({"name": profile.name, "path": str(path), "sha256": profile.sha256})
        else:
            output.answer(f"{profile.name}: {path}")


@models.command("use")
@click.argument("name")
@json_option
def use_model(name: str, as_json: bool) -> None:
    """Make a profile the default."""
    import tomllib

    from copilot.models import profiles

    with output.reporting(as_json):
        profile = profiles.get(name)
        file = paths.config_file()
        values = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        values["embedder" if profile.kind == "embedder" else "model"] = profile.name
        text = "".join(f"{key} = {_toml(value)}\n" for key, value in values.items())
        partial = file.with_suffix(".partial")
        partial.write_text(text, encoding="utf-8")
        partial.replace(file)
        if as_json:
            output.emit({"name": profile.name, "config": str(file)})
        else:
            output.answer(f"{profile.name} is the default now ({file}).")


def _toml(value: Any) -> str:
    import json

    return json.dumps(value, ensure_ascii=False)  # strings, numbers and booleans are written alike in both


@models.command("status")
@json_option
def status(as_json: bool) -> None:
    """The engines that are running."""
    from copilot.models import engine

    with output.reporting(as_json):
        running = engine.status()
        if as_json:
            output.emit({"engines": running})
        elif not running:
            output.answer("No engine is running; one starts with the first question.")
        else:
            for state in running:
                output.answer(" ".join(f"{key}={value}" for key, value in state.items()))


@models.command("stop")
@json_option
def stop(as_json: bool) -> None:
    """Stop the engine and free its memory."""
    from copilot.models import engine

    with output.reporting(as_json):
        stopped = engine.stop()
        if as_json:
            output.emit({"stopped": stopped})
        else:
            output.answer("Stopped." if stopped else "No engine was running.")
