"""Every test runs closed: the user's folder is redirected, so no test reads or writes what belongs to a person."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

# several workers share the processors, and small networks gain nothing from more threads
os.environ.setdefault("OMP_NUM_THREADS", "1")

# the weights are shared with the user's own: they are hash-checked, read-only here, and too large to copy
_MODELS = os.environ.get("RLLTE_COPILOT_MODELS") or str(
    Path(os.environ.get("RLLTE_COPILOT_HOME") or Path.home() / ".local" / "share" / "rllte-copilot") / "models"
)


@pytest.fixture(autouse=True)
def _closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in list(os.environ):
        if name.startswith("RLLTE_COPILOT_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("RLLTE_COPILOT_HOME", str(tmp_path / "copilot-home"))
    monkeypatch.setenv("RLLTE_COPILOT_MODELS", _MODELS)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    yield


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests of a GPU are deselected, and counted so, where there is none."""
    wanting = [item for item in items if item.get_closest_marker("gpu")]
    if wanting:
        import torch as th

        if not th.cuda.is_available():
            config.hook.pytest_deselected(items=wanting)
            items[:] = [item for item in items if item not in wanting]
