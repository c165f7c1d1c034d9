"""What is wrong with the index: its rights, another program, or its contents. Only the last calls for building it anew."""

from __future__ import annotations

import errno
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from copilot.core import paths
from copilot.core.errors import FileProblem

_NO_RIGHTS = {sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}
_IN_USE = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_ELSEWHERE = "set RLLTE_COPILOT_HOME to a folder of yours."


def lacks_rights(error: Exception, path: Path) -> bool:
    """Whether the error comes from what this user may not do with a file or folder, or with what is in it."""
    if isinstance(error, OSError):
        return error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}
    return _code(error) in _NO_RIGHTS or _closed(path) is not None


def remedy(error: Exception, path: Path, broken: str) -> str:
    """The next step.

    Args:
        error: of the system, of SQLite, or of Chroma, which quotes SQLite's.
        path: the file or folder that it is about.
        broken: the step where its contents are at fault; never taken where rights are, for it would only lose the index.
    """
    if lacks_rights(error, path):
        return f"Give yourself the right to write in {_closed(path) or path}, or {_ELSEWHERE}"
    if _code(error) in _IN_USE:
        return "Another program holds it: try again when that is done."
    if isinstance(error, sqlite3.OperationalError):  # the file may be whole: its disk is at fault
        return f"Check the rights and the disk of {path}, or {_ELSEWHERE}"
    return broken


def manifest_file() -> Path:
    """The SQLite file of the manifest."""
    return paths.index_dir() / "manifest.sqlite"


def manifest_remedy(error: Exception) -> str:
    """The next step where the manifest cannot be used."""
    path = manifest_file()
    return remedy(
        error, path, f"Delete the folder {path.parent}, then: rllte-copilot ingest, with your own files again"
    )


@contextmanager
def manifest_named() -> Iterator[None]:
    """What SQLite cannot do with the manifest is a `FileProblem` that names it."""
    try:
        yield
    except sqlite3.Error as error:
        raise FileProblem(
            f"The index's manifest {manifest_file()} cannot be used: {error}.", hint=manifest_remedy(error)
        ) from error


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
