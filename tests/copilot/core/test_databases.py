"""The next step depends on what is wrong: space is freed, rights are given, others waited for, only what is broken goes."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing, nullcontext
from pathlib import Path

import pytest
from chromadb.errors import InternalError

from copilot.core.databases import lacks_rights, migrate, problem, remedy
from copilot.core.errors import DiskFull, FileProblem

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


def disk(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(1 << 30, (1 << 30) - free, free))


@pytest.mark.parametrize(
    ("error", "free"),
    [
        (sqlite(sqlite3.SQLITE_FULL), 1 << 30),  # a limit of its own
        (OSError(errno.EDQUOT, "Disk quota exceeded"), 1 << 30),
        (sqlite(sqlite3.SQLITE_IOERR), 4096),
        (sqlite(sqlite3.SQLITE_CANTOPEN), 4096),  # what it says of a log that it cannot make beside the file
        (InternalError("Failed to apply logs to the metadata segment"), 4096),
    ],
)
def test_a_full_disk_is_one_whatever_it_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, free: int
) -> None:
    disk(monkeypatch, free)
    found = problem(error, "The manifest", tmp_path / "manifest.sqlite", BROKEN)
    assert isinstance(found, DiskFull)
    assert found.hint.startswith("Free some space")


@pytest.mark.parametrize("code", [sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_BUSY])
def test_what_is_not_for_want_of_space_is_not_laid_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    disk(monkeypatch, 4096)
    assert isinstance(problem(sqlite(code, sqlite3.DatabaseError), "It", tmp_path, BROKEN), FileProblem)


def test_another_program_is_waited_for(tmp_path: Path) -> None:
    assert remedy(sqlite(sqlite3.SQLITE_BUSY), tmp_path, BROKEN).startswith("Another program holds it")


def test_a_disk_that_fails_is_not_a_broken_index(tmp_path: Path) -> None:
    assert remedy(sqlite(sqlite3.SQLITE_IOERR), tmp_path, BROKEN).startswith("Check the rights and the disk")


def test_a_folder_that_is_closed_is_named_and_not_entered() -> None:
    script = (  # rights do not bind root, who becomes somebody else for it
        "import os, sys, sqlite3; from pathlib import Path; from copilot.core.databases import remedy;"
        "error = sqlite3.OperationalError('unable to open database file');"
        "os.geteuid() or (os.setgroups([]), os.setuid(65534));"
        "print(remedy(error, Path(sys.argv[1]), 'broken'))"
    )
    with tempfile.TemporaryDirectory() as home:  # below folders that anybody may pass, unlike pytest's
        os.chmod(home, 0o755)
        closed = Path(home) / "index"
        closed.mkdir(mode=0)
        command = [sys.executable, "-c", script, str(closed / "manifest.sqlite")]
        root = Path(__file__).parents[3]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root)
        closed.chmod(0o700)  # else its owner could not delete it
    assert done.stdout.startswith(f"Give yourself the right to write in {closed}, or"), done.stderr


def test_a_file_inside_that_may_not_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As root, every file may be written: rights have to be taken by other means."""
    inner = tmp_path / "chroma" / "chroma.sqlite3"
    inner.parent.mkdir()
    inner.touch()
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != inner)
    assert str(inner) in remedy(InternalError("who knows"), inner.parent, BROKEN)


def test_migrations_are_made_once_each_and_a_newer_file_is_refused() -> None:
    first = "CREATE TABLE t (x);"
    both = (first, "ALTER TABLE t ADD COLUMN y; INSERT INTO t VALUES (1, 2);")
    with closing(sqlite3.connect(":memory:")) as db:
        migrate(db, [first], nullcontext(), "The notes")
        migrate(db, both, nullcontext(), "The notes")
        migrate(db, both, nullcontext(), "The notes")
        assert db.execute("SELECT * FROM t").fetchall() == [(1, 2)]
        with pytest.raises(FileProblem, match="The notes were written by a newer version"):
            migrate(db, [first], nullcontext(), "The notes")


def test_a_migration_that_fails_leaves_the_file_as_it_was() -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        with pytest.raises(sqlite3.OperationalError):
            migrate(db, ["CREATE TABLE t (x); CREATE TABLE t (x);"], nullcontext(), "The notes")
        db.rollback()
        assert db.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
        migrate(db, ["CREATE TABLE t (x);"], nullcontext(), "The notes")
