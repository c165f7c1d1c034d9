"""Whole commands in processes of their own, over one data folder for the session, so that it is ingested once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def data_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder that holds the ingested corpus; the engine that the tests start in it is stopped at the end."""
    home = tmp_path_factory.mktemp("e2e-home")
    done = command(home, "ingest", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    yield home
    command(home, "models", "stop")


@pytest.fixture
def cli(data_home: Path) -> Cli:
    """`rllte-copilot ARGS` over the session's data folder, on the small model."""
    return lambda *args, **options: command(data_home, *args, **options)


def command(home: Path, *args: str, prefix: tuple[str, ...] = (), **env: str) -> subprocess.CompletedProcess[str]:
    """Run the console script."""
    models = os.environ["RLLTE_COPILOT_MODELS"] if "RLLTE_COPILOT_MODELS" in os.environ else str(_shared_models())
    settings = {
        "RLLTE_COPILOT_HOME": str(home),
        "RLLTE_COPILOT_MODELS": models,
        "RLLTE_COPILOT_MODEL": "qwen2.5-coder-0.5b",
        "RLLTE_COPILOT_IDLE_MINUTES": "3",
    }
    argv = [*prefix, str(Path(sys.executable).parent / "rllte-copilot"), *args]
    return subprocess.run(
        argv, capture_output=True, text=True, env={**os.environ, **settings, **env}, check=False, timeout=1200
    )


def _shared_models() -> Path:
    return Path.home() / ".local" / "share" / "rllte-copilot" / "models"


def one_object(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """The one JSON object that a command printed."""
    assert done.stdout.count("\n") == 1, done.stdout + done.stderr
    data: dict[str, Any] = json.loads(done.stdout)
    return data
