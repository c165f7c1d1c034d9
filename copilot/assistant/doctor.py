"""Says what is there, what is missing and what is broken, each with its remedy. Changes nothing."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from copilot.core import paths
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import CopilotError
from copilot.core.settings import Settings

PACKAGES = [
    "torch",
    "gymnasium",
    "numpy",
    "safetensors",
    "tensorboard",
    "langchain-core",
    "langchain-chroma",
    "langchain-openai",
    "chromadb",
    "onnxruntime",
    "xllamacpp",
    "textual",
]


@dataclass(frozen=True)
class Finding:
    """One line of the report. `state` is ok, missing or broken."""

    name: str
    state: str
    detail: str
    remedy: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at every part, cheap ones first."""
    yield Finding("python", "ok", f"{sys.version.split()[0]} in {sys.prefix}")
    for package in PACKAGES:
        yield _package(package)
    yield _device()
    for name, probe in (
        ("disk", _disk),
        ("catalogue", _catalogue),
        ("embedder", lambda: _embedder(settings)),
        *([("reranker", lambda: _reranker(settings))] if settings.reranker_url else []),
        ("model", lambda: _model(settings)),
        ("engine", lambda: _engine(settings)),
        ("index", lambda: _index(settings)),
        ("sandbox", lambda: _sandbox(settings)),
    ):
        yield _guarded(name, probe)


def _guarded(name: str, probe: Callable[[], Finding]) -> Finding:
    try:
        return probe()
    except CopilotError as error:
        return Finding(
            name, "missing" if error.kind in {"no_model", "corpus_empty"} else "broken", error.message, error.hint
        )
    except (OSError, ImportError) as error:
        return Finding(name, "broken", str(error), "make run")


def _package(package: str) -> Finding:
    try:
        return Finding(package, "ok", importlib.metadata.version(package))
    except importlib.metadata.PackageNotFoundError:
        return Finding(package, "missing", "not installed", "make run")


def _device() -> Finding:
    """Seen from the device nodes: loading torch to ask would cost seconds."""
    cards = [node.name for node in Path("/dev").glob("nvidia[0-9]*")] + [
        n.name for n in Path("/dev").glob("davinci[0-9]*")
    ]
    return Finding("device", "ok", f"{os.cpu_count()} processors; accelerators: {', '.join(cards) or 'none'}")


def _disk() -> Finding:
    free = shutil.disk_usage(paths.home()).free / 2**30
    detail = f"{free:.1f} GiB free for {paths.home()}"
    if free < 2:
        return Finding("disk", "broken", detail, "Free some space, or set RLLTE_COPILOT_HOME to another disk.")
    return Finding("disk", "ok", detail)


def _catalogue() -> Finding:
    catalogue = load_catalogue()
    return Finding("catalogue", "ok", f"{len(catalogue.components)} components of rllte {catalogue.rllte_version}")


def _weights(what: str, name: str) -> Finding:
    from copilot.models import profiles, pull

    if pull.status(profiles.get(name)).ready:
        return Finding(what, "ok", name)
    return Finding(what, "missing", f"{name} is not pulled", f"rllte-copilot models pull {name}")


def _embedder(settings: Settings) -> Finding:
    from copilot.models import open_embedder, profiles

    profile = profiles.get(settings.embedder)
    if profile.embedding is None:
        return _weights("embedder", settings.embedder)
    embedder = open_embedder(settings)
    if profile.embedding.base_url:
        detail = f"{profile.name}, {profile.source}, {embedder.dimension} dimensions"
        if embedder.leaves_to:
            detail += f"; text leaves this machine: files when ingested, and questions, go to {embedder.leaves_to}"
        return Finding("embedder", "ok", detail)
    return Finding("embedder", "ok", f"{profile.name} in {profile.folder}")


def _reranker(settings: Settings) -> Finding:
    from copilot.models import open_reranker

    reranker = open_reranker(settings)
    if reranker is None:
        return Finding("reranker", "ok", "none is set")
    reranker.scores("rllte", ["rllte"])  # nothing of the user's
    detail = f"{settings.reranker_model or 'the only model'}, served at {reranker.url}"
    if reranker.leaves_to:
        detail += f"; text leaves this machine: questions, and the passages found for them, go to {reranker.leaves_to}"
    return Finding("reranker", "ok", detail)


def _model(settings: Settings) -> Finding:
    if settings.base_url:
        from copilot.models import open_chat

        return Finding("model", "ok", f"{open_chat(settings).name}, served at {settings.base_url}")
    if settings.model in {"none", "scripted"}:
        return Finding("model", "ok", settings.model)
    return _weights("model", settings.model)


def _engine(settings: Settings) -> Finding:
    from copilot.models import engine, own_server

    running = [state for state in engine.status() if state]
    detail = ", ".join(str(state) for state in running) if running else "not running; starts with the first question"
    program = f"{own_server.found(settings.llama_server)}, " if settings.llama_server else ""
    return Finding("engine", "ok", f"{program}{detail}")


def _index(settings: Settings) -> Finding:
    from copilot.knowledge import open_index
    from copilot.models import open_embedder

    index = open_index(open_embedder(settings))
    if missing := index.missing():
        return Finding("index", "broken", f"{len(missing)} chunks have no vector", "rllte-copilot ingest")
    return Finding("index", "ok", f"{len(index.chunks())} chunks")


def _sandbox(settings: Settings) -> Finding:
    from copilot.sandbox import probe

    report = probe()
    if report.ok:
        return Finding("sandbox", "ok", f"tier {report.tier}: {', '.join([*report.layers, report.bounds])}")
    detail, lesser = f"nothing will be run: {report.detail}", probe(weaker=True)
    if lesser.ok and settings.weaker_sandbox:
        layers = ", ".join([*lesser.layers, lesser.bounds])
        layers = f"tier {lesser.tier}, WEAKER, as you set weaker_sandbox: {layers}"
        return Finding("sandbox", "ok", f"{layers}; bubblewrap cannot hold: {report.detail}", report.remedy)
    if lesser.ok:
        remedy = f"{report.remedy} Or, weaker (tier B would hold here): rllte-copilot run --weaker-sandbox SCRIPT"
        return Finding("sandbox", "broken", detail, remedy)
    return Finding("sandbox", "broken", detail, report.remedy)
