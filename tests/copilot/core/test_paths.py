"""The data folder: redirected by the environment, private, and the shipped files are where the package says."""

import stat
from pathlib import Path

import pytest

from copilot.core import paths
from copilot.core.errors import FileProblem


def test_home_is_redirected_and_private(tmp_path: Path) -> None:
    assert paths.home() == tmp_path / "copilot-home"
    for folder in (paths.home(), paths.index_dir(), paths.cache_dir(), paths.state_dir(), paths.runs_dir()):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_shipped_files_exist() -> None:
    assert (paths.library_dir() / "__init__.py").is_file()
    assert any(paths.corpus_dir().rglob("*.md"))
    assert paths.catalogue_file().is_file()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    for given in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/none"), Path("~no-such-user/data")):
        monkeypatch.setenv("RLLTE_COPILOT_HOME", str(given))
        with pytest.raises(FileProblem, match=str(given)) as caught:
            paths.home()
        assert "RLLTE_COPILOT_HOME" in caught.value.hint
    monkeypatch.setenv("RLLTE_COPILOT_MODELS", str(tmp_path / "file"))
    with pytest.raises(FileProblem) as caught:
        paths.models_dir()
    assert "RLLTE_COPILOT_MODELS" in caught.value.hint
