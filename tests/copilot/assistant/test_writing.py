"""Each file whole or not at all; what was there is kept."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from copilot.assistant.writing import write
from copilot.core.errors import DiskFull, FileProblem


def test_what_differs_is_kept_under_a_name_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    for text in ("a", "a", "b", "c"):
        assert write(folder, "train.py", text).read_text() == text
    assert {path.name: path.read_text() for path in folder.iterdir()} == {
        "train.py": "c",
        "train.py.bak": "a",
        "train.py.bak.1": "b",
    }


def test_a_full_disk_leaves_what_was_there_and_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "train.py", "a")

    def full(self: Path, text: str, encoding: str) -> int:
        self.write_bytes(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(DiskFull):
        write(tmp_path, "train.py", "b")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"train.py": "a"}


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FileProblem, match=r"Cannot write .*/file/train\.py"):
        write(tmp_path / "file", "train.py", "a")
