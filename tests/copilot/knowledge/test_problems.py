"""The next step depends on what is wrong: rights are given, others are waited for, only broken contents are rebuilt."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from chromadb.errors import InternalError

from copilot.knowledge.problems import lacks_rights, remedy

BROKEN = "Build it anew."


def sqlite(code: int, kind: type[sqlite3.Error] = sqlite3.OperationalError) -> sqlite3.Error:
    error = kind("as sqlite says it")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    "error",
    [
        sqlite(sqlite3.SQLITE_READONLY),
        sqlite(sqlite3.SQLITE_READONLY_DIRECTORY),
        sqlite(sqlite3.SQLITE_CANTOPEN),
        InternalError("error returned from database: (code: 8) attempt to write a readonly database"),
        InternalError("error returned from database: (code: 1544) attempt to write a readonly database"),
        InternalError("error returned from database: (code: 14) unable to open database file"),
        PermissionError(errno.EACCES, "Permission denied"),
        OSError(errno.EROFS, "Read-only file system"),
    ],
)
def test_rights_are_to_be_given_and_nothing_is_to_be_deleted(tmp_path: Path, error: Exception) -> None:
    assert lacks_rights(error, tmp_path)
    assert remedy(error, tmp_path, BROKEN).startswith(f"Give yourself the right to write in {tmp_path}, or")


@pytest.mark.parametrize(
    "error",
    [
        sqlite(sqlite3.SQLITE_NOTADB, sqlite3.DatabaseError),
        sqlite(sqlite3.SQLITE_CORRUPT, sqlite3.DatabaseError),
        InternalError("error returned from database: (code: 26) file is not a database"),
        InternalError("Error loading hnsw index"),
        OSError(errno.EIO, "Input/output error"),
    ],
)
def test_broken_contents_are_built_anew(tmp_path: Path, error: Exception) -> None:
    assert not lacks_rights(error, tmp_path)
    assert remedy(error, tmp_path, BROKEN) == BROKEN


def test_another_program_is_waited_for(tmp_path: Path) -> None:
    assert remedy(sqlite(sqlite3.SQLITE_BUSY), tmp_path, BROKEN).startswith("Another program holds it")


def test_a_disk_that_fails_is_not_a_broken_index(tmp_path: Path) -> None:
    assert remedy(sqlite(sqlite3.SQLITE_IOERR), tmp_path, BROKEN).startswith("Check the rights and the disk")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_a_folder_of_somebody_elses_is_named_and_not_entered() -> None:
    script = (
        "import os, sys, sqlite3; from pathlib import Path; from copilot.knowledge.problems import remedy;"
        "error = sqlite3.OperationalError('unable to open database file');"
        "os.setgroups([]); os.setuid(65534);"
        "print(remedy(error, Path(sys.argv[1]), 'broken'))"
    )
    with tempfile.TemporaryDirectory() as home:  # below folders that anybody may pass, unlike pytest's
        os.chmod(home, 0o755)
        closed = Path(home) / "index"
        closed.mkdir(mode=0o700)
        command = [sys.executable, "-c", script, str(closed / "manifest.sqlite")]
        root = Path(__file__).parents[3]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root)
    assert done.stdout.startswith(f"Give yourself the right to write in {closed}, or"), done.stderr


def test_a_file_inside_that_may_not_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As root, every file may be written: rights have to be taken by other means."""
    inner = tmp_path / "chroma" / "chroma.sqlite3"
    inner.parent.mkdir()
    inner.touch()
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != inner)
    assert str(inner) in remedy(InternalError("who knows"), inner.parent, BROKEN)
