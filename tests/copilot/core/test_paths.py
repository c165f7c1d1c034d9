"""The data folder: redirected by the environment, private, and the shipped files are where the package says."""

import stat
from pathlib import Path

from copilot.core import paths


def test_home_is_redirected_and_private(tmp_path: Path) -> None:
    assert paths.home() == tmp_path / "copilot-home"
    for folder in (paths.home(), paths.index_dir(), paths.state_dir(), paths.runs_dir()):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_shipped_files_exist() -> None:
    assert (paths.library_dir() / "__init__.py").is_file()
    assert any(paths.corpus_dir().rglob("*.md"))
    assert paths.catalogue_file().is_file()
