"""The manifest: which files were ingested, by hash, and the text of their chunks, in SQLite. Vectors are in `vectors`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from copilot.core.private import keep_private
from copilot.core.types import Passage
from copilot.knowledge.chunk import parts

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS files (
    source TEXT PRIMARY KEY, root TEXT NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    reason TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS roots (path TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS chunks (
    id TEXT PRIMARY KEY, source TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    heading TEXT NOT NULL, text TEXT NOT NULL, page INTEGER, cell INTEGER, asked TEXT NOT NULL,
    numbers TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS parts (digest TEXT NOT NULL, chunk TEXT NOT NULL, source TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS chunks_by_source ON chunks (source);
CREATE INDEX IF NOT EXISTS parts_by_digest ON parts (digest);
CREATE INDEX IF NOT EXISTS parts_by_source ON parts (source);
CREATE INDEX IF NOT EXISTS files_by_sha256 ON files (sha256);
"""

_FORM = 5
"""Raised with the tables; of another form only the roots are kept, for the chunks are another chunker's as well."""

REBUILDING = "rebuilding"
"""The mark, beside the chunks: set while the index is built anew, until all of it is there."""

_PASSAGE = "id, source, first, last, heading, text, page, cell, asked, numbers"


@dataclass(frozen=True)
class Known:
    """A file as it was when it was ingested."""

    sha256: str
    size: int
    mtime_ns: int
    root: str
    reason: str = ""
    """Why it could not be read; it has no chunks then, and is not tried again until it changes."""


class Store:
    """One connection; every method is one transaction.

    Args:
        path: of the SQLite file, made if missing; others cannot read it.
    """

    def __init__(self, path: Path) -> None:
        keep_private(path)  # sqlite gives the file's mode to the log beside it
        self._db = sqlite3.connect(path, timeout=30, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        if self._db.execute("PRAGMA user_version").fetchone()[0] != _FORM:
            gone = "".join(f"DROP TABLE IF EXISTS {table};" for table in ("chunks", "files", "parts"))
            self._db.executescript(f"BEGIN IMMEDIATE; {gone} {_SCHEMA} PRAGMA user_version = {_FORM}; COMMIT;")

    def close(self) -> None:
        """Release the file."""
        self._db.close()

    def meta(self, key: str) -> str | None:
        """A value kept beside the chunks."""
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def set_meta(self, key: str, value: str) -> None:
        """Keep a value."""
        with self._db:
            self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def roots(self) -> list[Path]:
        """The user's own files and folders."""
        return [Path(row[0]) for row in self._db.execute("SELECT path FROM roots ORDER BY path")]

    def add_root(self, path: Path) -> None:
        """Remember a file or folder of the user's."""
        with self._db:
            self._db.execute("INSERT OR IGNORE INTO roots VALUES (?)", (str(path),))

    def remove_root(self, path: Path) -> None:
        """Forget it."""
        with self._db:
            self._db.execute("DELETE FROM roots WHERE path = ?", (str(path),))

    def files(self) -> dict[str, Known]:
        """All ingested files by source."""
        rows = self._db.execute("SELECT source, sha256, size, mtime_ns, root, reason FROM files")
        return {row[0]: Known(*row[1:]) for row in rows}

    def touch(self, source: str, size: int, mtime_ns: int) -> None:
        """The contents are the same, the stat is new."""
        with self._db:
            self._db.execute("UPDATE files SET size = ?, mtime_ns = ? WHERE source = ?", (size, mtime_ns, source))

    def twins(self, sha256: str) -> list[str]:
        """The files that hold just this."""
        rows = self._db.execute("SELECT source FROM files WHERE sha256 = ? AND reason = ''", (sha256,))
        return [row[0] for row in rows]

    def sources_by_digest(self) -> dict[str, set[str]]:
        """The files of each digest, which is the name of a vector."""
        found: dict[str, set[str]] = {}
        for key, source in self._db.execute("SELECT digest, source FROM parts"):
            found.setdefault(key, set()).add(source)
        return found

    def digests_of(self, sources: Iterable[str]) -> set[str]:
        """Those of the chunks of some files."""
        query = "SELECT digest FROM parts WHERE source = ?"
        return {row[0] for source in sources for row in self._db.execute(query, (source,))}

    def chunks_by_digest(self) -> dict[str, list[str]]:
        """The ids of the chunks of each digest."""
        found: dict[str, list[str]] = {}
        for key, chunk in self._db.execute("SELECT digest, chunk FROM parts"):
            found.setdefault(key, []).append(chunk)
        return found

    def has(self, key: str) -> bool:
        """Whether a chunk has this digest."""
        return self._db.execute("SELECT 1 FROM parts WHERE digest = ? LIMIT 1", (key,)).fetchone() is not None

    def put(self, files: Iterable[tuple[str, Known, list[Passage]]], version: str) -> None:
        """Replace files and their chunks, all of them or none; readers see the version change."""
        with self._db:
            for source, known, chunks in files:
                self._forget(source)
                self._db.executemany(
                    "INSERT OR REPLACE INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    [_row(passage) for passage in chunks],
                )
                self._db.executemany(
                    "INSERT INTO parts VALUES (?, ?, ?)", [(key, c.id, source) for c in chunks for key in parts(c)]
                )
                self._db.execute(
                    "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?)",
                    (source, known.root, known.sha256, known.size, known.mtime_ns, known.reason),
                )
            self._db.execute("INSERT OR REPLACE INTO meta VALUES ('version', ?)", (version,))

    def drop(self, sources: Iterable[str], version: str) -> None:
        """Forget files."""
        with self._db:
            for source in sources:
                self._forget(source)
                self._db.execute("DELETE FROM files WHERE source = ?", (source,))
            self._db.execute("INSERT OR REPLACE INTO meta VALUES ('version', ?)", (version,))

    def _forget(self, source: str) -> None:
        for table in ("chunks", "parts"):
            self._db.execute(f"DELETE FROM {table} WHERE source = ?", (source,))

    @contextmanager
    def cleared(self) -> Iterator[None]:
        """Forget all files, keep the roots and the mark; nothing is forgotten where what is done meanwhile fails."""
        with self._db:
            for table in ("chunks", "parts", "files"):
                self._db.execute(f"DELETE FROM {table}")
            self._db.execute("DELETE FROM meta WHERE key != ?", (REBUILDING,))
            yield

    def chunks(self, source: str | None = None) -> list[Passage]:
        """The chunks of one file or of all, by source, page, cell and line."""
        where, given = ("", ()) if source is None else (" WHERE source = ?", (source,))
        order = "ORDER BY source, page, cell, first, id"
        with closing(self._db.execute(f"SELECT {_PASSAGE} FROM chunks{where} {order}", given)) as rows:
            return [_passage(row) for row in rows]


def _row(passage: Passage) -> tuple[object, ...]:
    """A chunk as its row; see `_PASSAGE`."""
    p, asked, numbers = passage, "\n".join(passage.asked), " ".join(map(str, passage.numbers))
    return p.id, p.source, *p.lines, p.heading, p.text, p.page, p.cell, asked, numbers


def _passage(row: tuple[Any, ...]) -> Passage:
    """The chunk of a row."""
    i, source, first, last, heading, text, page, cell, asked, numbers = row
    questions, named = tuple(asked.split("\n")) if asked else (), tuple(map(int, numbers.split()))
    return Passage(i, source, (first, last), heading, text, page=page, cell=cell, asked=questions, numbers=named)
