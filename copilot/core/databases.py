"""What is wrong with a database: a full disk, its rights, another program, or its contents.

Only broken contents call for throwing something away. The database is SQLite, or Chroma, which quotes SQLite's errors.
"""

from __future__ import annotations

import errno
import math
import os
import re
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from copilot.core.errors import FULL, DiskFull, FileProblem

SPARE = 1_000_000
"""Bytes; what failed with less than this free failed for want of space."""

_NO_RIGHTS = {sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}
_IN_USE = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_ELSEWHERE = "set RLLTE_COPILOT_HOME to a folder of yours."


def migrate(db: sqlite3.Connection, migrations: Sequence[str], lock: AbstractContextManager[None], what: str) -> None:
    """Bring an older file forward: each migration that it has not seen yet, whole or not at all.

    Args:
        db: counts its migrations in `user_version`.
        migrations: append-only, the first for an empty file.
        lock: between processes; is taken only where there is something to do.
        what: names the contents and the path, for the error.

    Raises:
        FileProblem: the file was written by a newer version.
    """
    if _version(db) > len(migrations):
        raise FileProblem(f"{what} were written by a newer version.", hint="Update rllte-copilot.")
    if _version(db) == len(migrations):
        return
    with lock:
        done = _version(db)  # another process may have done it meanwhile
        for number, migration in enumerate(migrations[done:], start=done + 1):
            db.executescript(f"BEGIN; {migration} PRAGMA user_version = {number}; COMMIT;")


def problem(error: Exception, what: str, path: Path, broken: str) -> DiskFull | FileProblem:
    """The error to raise instead, with its next step.

    Args:
        error: of the system, of SQLite, or of Chroma.
        what: is said not to be readable or writable; names the path.
        path: the file or folder that it is about.
        broken: see `remedy`.
    """
    if lacks_space(error, path):
        return DiskFull(f"{what}: the disk is full.", hint=f"Free some space, then try again; or {_ELSEWHERE}")
    hint = remedy(error, path, broken)
    return FileProblem(f"{what} cannot be {'read' if hint == broken else 'written'}: {error}.", hint=hint)


def lacks_space(error: Exception, path: Path) -> bool:
    """Whether the error comes from a full disk, which SQLite and Chroma often call something else."""
    if isinstance(error, OSError):
        return error.errno in FULL
    if _code(error) in _BROKEN | _IN_USE:
        return False
    return _code(error) == sqlite3.SQLITE_FULL or _free(path) < SPARE


def lacks_rights(error: Exception, path: Path) -> bool:
    """Whether the error comes from what this user may not do with a file or folder, or with what is in it."""
    if isinstance(error, OSError):
        return error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}
    return _code(error) in _NO_RIGHTS or _closed(path) is not None


def remedy(error: Exception, path: Path, broken: str) -> str:
    """The next step where it is not space that lacks.

    Args:
        error: of the system, of SQLite, or of Chroma.
        path: the file or folder that it is about.
        broken: the step where its contents are at fault; never taken where rights are, for it would only lose them.
    """
    if lacks_rights(error, path):
        return f"Give yourself the right to write in {_closed(path) or path}, or {_ELSEWHERE}"
    if _code(error) in _IN_USE:
        return "Another program holds it: try again when that is done."
    if isinstance(error, sqlite3.OperationalError):  # the file may be whole: its disk is at fault
        return f"Check the rights and the disk of {path}, or {_ELSEWHERE}"
    return broken


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _free(path: Path) -> float:
    """Bytes on the disk of a file or folder; no limit where nobody can say."""
    try:
        return shutil.disk_usage(path if os.path.isdir(path) else path.parent).free
    except OSError:
        return math.inf


def _code(error: Exception) -> int:
    """SQLite's primary code, 0 where there is none; Chroma has it in its text."""
    quoted = re.search(r"\(code: (\d+)\)", str(error))
    return (getattr(error, "sqlite_errorcode", 0) or (int(quoted[1]) if quoted else 0)) & 0xFF


def _closed(path: Path) -> Path | None:
    """The first that this user may not read and write: the folder of a file or folder, itself, or what is in it."""
    inside = sorted(path.rglob("*")) if os.path.isdir(path) else []
    for found in (path.parent, path, *inside):
        if os.path.exists(found) and not os.access(found, os.R_OK | os.W_OK):  # `Path.exists` raises in a closed folder
            return found
    return None
