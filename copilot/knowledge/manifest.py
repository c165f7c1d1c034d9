"""The file of the manifest, and what is said where SQLite cannot use it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from copilot.core import paths
from copilot.core.databases import problem


def manifest_file() -> Path:
    """The SQLite file of the manifest."""
    return paths.index_dir() / "manifest.sqlite"


def manifest_broken() -> str:
    """The next step where its contents are at fault."""
    return f"Delete the folder {paths.index_dir()}, then: rllte-copilot ingest, with your own files again"


@contextmanager
def manifest_named() -> Iterator[None]:
    """What SQLite cannot do with the manifest is a `FileProblem` or `DiskFull` that names it."""
    try:
        yield
    except sqlite3.Error as error:
        file = manifest_file()
        raise problem(error, f"The index's manifest {file}", file, manifest_broken()) from error
