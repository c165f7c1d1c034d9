"""What the copilot's tests share: the symbol index is built once for all of them, not once for each."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot.codegen.symbols import store


@pytest.fixture(scope="session")
def built_symbols(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the symbol index of what is installed; all workers, and the next run, share it."""
    home = tmp_path_factory.getbasetemp().parent / "symbols-home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RLLTE_COPILOT_HOME", str(home))
        store.index_file()
    return home


@pytest.fixture
def symbols(built_symbols: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The data folder of the test is the one that has the index."""
    monkeypatch.setenv("RLLTE_COPILOT_HOME", str(built_symbols))
