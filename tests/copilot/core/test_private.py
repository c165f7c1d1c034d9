"""What only its owner reads is so from the first byte, whatever was there before and whatever the umask."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from copilot.core.private import keep_private, open_private, write_private


@pytest.fixture(autouse=True)
def _open_to_all(tmp_path: Path) -> Iterator[None]:
    before = os.umask(0)
    tmp_path.chmod(0o755)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_text("older, open to all")
    path.chmod(0o666)
    return path


def test_a_written_file_is_whole_and_private(path: Path) -> None:
    write_private(path, "secret 密")
    assert (path.read_text(encoding="utf-8"), mode(path)) == ("secret 密", 0o600)
    assert list(path.parent.iterdir()) == [path]


def test_what_cannot_be_written_leaves_the_older_file(path: Path) -> None:
    (path.parent / f"file.{os.getpid()}.partial").mkdir()
    with pytest.raises(OSError, match="partial"):
        write_private(path, "secret")
    assert path.read_text() == "older, open to all"


def test_an_opened_file_is_not_read_on_by_who_had_the_older_one(path: Path) -> None:
    with path.open() as older:
        with open_private(path) as out:
            out.write(b"new")
        assert older.read() == "older, open to all"
    assert (path.read_text(), mode(path)) == ("new", 0o600)


def test_a_kept_file_keeps_its_content(path: Path) -> None:
    keep_private(path)
    assert (path.read_text(), mode(path)) == ("older, open to all", 0o600)
    keep_private(path.with_name("new"))
    assert mode(path.with_name("new")) == 0o600
    keep_private(path.parent)  # a folder is nobody's secret
    assert mode(path.parent) == 0o755
