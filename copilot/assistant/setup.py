"""Brings a machine to where the copilot works: bubblewrap, weights, corpus. Idempotent; quick the second time."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from typing import TYPE_CHECKING

from copilot.core import paths
from copilot.core.events import Event, Phase
from copilot.core.settings import Settings
from copilot.core.types import IngestReport, Progress

if TYPE_CHECKING:
    from copilot.models.embedder import AnyEmbedder

INSTALLERS = {
    "apt-get": ["apt-get", "install", "-y", "--no-install-recommends", "bubblewrap"],
    "dnf": ["dnf", "install", "-y", "bubblewrap"],
    "pacman": ["pacman", "-S", "--noconfirm", "bubblewrap"],
    "zypper": ["zypper", "--non-interactive", "install", "bubblewrap"],
    "apk": ["apk", "add", "bubblewrap"],
}


def setup(settings: Settings, progress: Progress, *, ingest: bool = True) -> Iterator[Event]:
    """Yield a phase for each step that has work to do.

    Args:
        settings: names the model and embedder to pull; with a `base_url` no model is pulled.
        progress: for downloads and embedding.
        ingest: whether to bring the index up to date as well.

    Raises:
        CopilotError: whatever a step runs into; steps already done stay done.
    """
    from copilot.models import open_embedder, profiles, pull
    from copilot.sandbox import bubblewrap

    if bubblewrap.find() is None and not settings.offline:
        yield Phase("bubblewrap", install_bubblewrap())
    names = [settings.embedder]
    if settings.base_url is None and settings.model not in {"none", "scripted"}:
        names.append(settings.model)
    for name in names:
        profile = profiles.get(name)
        if not pull.status(profile).ready:
            yield Phase("pull", f"pulling {name}")
            pull.pull(profile, progress)
    if ingest:
        embedder = open_embedder(settings, progress)
        if notice := leaving(embedder, settings.embedder):
            yield Phase("ingest", notice)
        report = ingest_corpus(embedder, progress)
        changed = report.added + report.updated + report.deleted
        if changed:
            yield Phase("ingest", f"{changed} files of the corpus brought up to date")
        for failed in report.failed:
            yield Phase("ingest", f"left out {failed.path}: {failed.reason}")


def ingest_corpus(embedder: AnyEmbedder, progress: Progress) -> IngestReport:
    """Bring the index up to date with the bundled corpus and library, rebuilding it when the embedder changed."""
    from copilot.knowledge import ingest

    paths.index_dir()
    return ingest(None, embedder=embedder, progress=progress, rebuild="if-needed")


def leaving(embedder: AnyEmbedder, name: str) -> str:
    """What to say before the first ingestion by a server on another machine: that texts leave this one. "" otherwise.

    Args:
        embedder: opened; one that is a server's is asked for its dimension.
        name: of its profile.
    """
    from copilot.knowledge import built_with

    if not embedder.leaves_to or built_with(embedder):
        return ""
    return (
        f"Text leaves this machine: the embedder {name} is served at {embedder.leaves_to}. Each file that is ingested goes "
        "there, and later each question."
    )


def install_bubblewrap() -> str:
    """Install bubblewrap where this user may; returns what was done, or the command to give."""
    for tool, command in INSTALLERS.items():
        if shutil.which(tool) is None:
            continue
        prefix = _privilege()
        if prefix is None:
            return f"the sandbox needs bubblewrap; run: sudo {' '.join(command)}"
        if tool == "apt-get":
            subprocess.run([*prefix, "apt-get", "update", "-q"], capture_output=True, check=False)
        done = subprocess.run([*prefix, *command], capture_output=True, check=False)
        if done.returncode == 0:
            return f"bubblewrap installed with {tool}"
        return f"bubblewrap could not be installed; run: sudo {' '.join(command)}"
    return "the sandbox needs bubblewrap; install it with your system's package manager"


def _privilege() -> list[str] | None:
    """The prefix that makes a command run as root without asking for a password, or None."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n"] if asked.returncode == 0 else None
