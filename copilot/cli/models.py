"""`rllte-copilot models`: profiles of language models and embedders, their weights, and the engine that runs them."""

from __future__ import annotations

import os
from typing import Any

import click

from copilot.cli import output
from copilot.core.errors import ModelUnreachable, NoModel, UnknownName
from copilot.core.settings import load_settings, save

WITHOUT_WEIGHTS = {"none", "scripted"}

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
            own = row["source"].startswith(("/", "served at "))
            pinned = "pinned" if row["pinned"] else "your own" if own else "not pinned"
            size = f"{row['bytes'] / 2**20:8.0f} MiB"
            output.answer(f"{row['name']:22} {row['kind']:9} {size}  {row['licence']:12} {pinned:12} {state}")
        output.say("not pinned: the weights are held against the hashes that the model hub declares at the pull.")


def _row(profile: Any, ready: bool, used: bool) -> dict[str, Any]:
    """`sha256` is the profile's; empty where it pins none."""
    return {
        "name": profile.name,
        "kind": profile.kind,
        "bytes": profile.bytes,
        "sha256": profile.sha256,
        "pinned": profile.pinned,
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
        wanted = name or load_settings().model
        if wanted in WITHOUT_WEIGHTS:
            raise NoModel(f"The model {wanted} has no weights.", hint="Name one of: rllte-copilot models list")
        profile = profiles.get(wanted)
        path = pull.pull(profile, output.progress_bar())
        if as_json:
            output.emit({"name": profile.name, "path": str(path), "sha256": pull.recorded(profile)})
        else:
            output.answer(f"{profile.name}: {path}")


@models.command("use")
@click.argument("name")
@json_option
def use_model(name: str, as_json: bool) -> None:
    """Make a profile the default; "none" answers with passages alone."""
    with output.reporting(as_json):
        kind, note = _choice(name)
        file = save(kind, name)
        if as_json:
            output.emit({"name": name, "config": str(file)})
        else:
            output.answer(f"{name} is the default now ({file}).")
        variable = f"RLLTE_COPILOT_{kind.upper()}"
        if os.environ.get(variable) not in {None, "", name}:
            note = f"{variable} is {os.environ[variable]}, and wins over the file: unset it."
        if note:
            output.say(note)


def _choice(name: str) -> tuple[str, str]:
    """The setting that a profile's name belongs to, and what is still to do before it can be used."""
    from copilot.models import profiles, pull
    from copilot.models.sentence import require_package

    if name in WITHOUT_WEIGHTS:
        return "model", ""
    known = {profile.name: profile for profile in profiles.load_profiles()}
    if name not in known:
        raise UnknownName("model profile", name, [*known, "none"])
    notes = [] if pull.status(known[name]).ready else [f"Its weights are not here: rllte-copilot models pull {name}"]
    if known[name].kind != "embedder":
        return "model", " ".join(notes)
    embedding = known[name].embedding
    if embedding and embedding.backend == "sentence-transformers":
        try:
            require_package()
        except ModelUnreachable as error:
            notes.append(f"It needs a package: {error.hint}")
    if load_settings().embedder != name:
        notes.append("It needs an index of its own: rllte-copilot ingest --rebuild")
    return "embedder", " ".join(notes)


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
