"""The manifest: which files were ingested, by hash, and the text of their chunks, in SQLite. Vectors are in `vectors`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from copilot.core.private import keep_private
from copilot.core.types import Passage

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS files (
    source TEXT PRIMARY KEY, root TEXT NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS roots (path TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS chunks (
    id TEXT PRIMARY KEY, source TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    heading TEXT NOT NULL, text TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS chunks_by_source ON chunks (source);
"""


@dataclass(frozen=True)
class Known:
    """A file as it was when it was ingested."""

    sha256: str
    size: int
    mtime_ns: int
    root: str


class Store:
    """One connection; every method is one transaction.

    Args:
        path: of the SQLite file, made if missing; others cannot read it.
    """

    def __init__(self, path: Path) -> None:
        keep_private(path)  # sqlite gives the file's mode to the log beside it
        self._db = sqlite3.connect(path, timeout=30, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.executescript(_SCHEMA)

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
        rows = self._db.execute("SELECT source, sha256, size, mtime_ns, root FROM files")
        return {row[0]: Known(*row[1:]) for row in rows}

    def touch(self, source: str, size: int, mtime_ns: int) -> None:
        """The contents are the same, the stat is new."""
        with self._db:
            self._db.execute("UPDATE files SET size = ?, mtime_ns = ? WHERE source = ?", (size, mtime_ns, source))

    def ids(self, source: str) -> list[str]:
        """The chunks of a file."""
        return [row[0] for row in self._db.execute("SELECT id FROM chunks WHERE source = ?", (source,))]

    def put(self, source: str, known: Known, chunks: Iterable[Passage]) -> None:
        """Replace a file and its chunks."""
        rows = [(c.id, c.source, *c.lines, c.heading, c.text) for c in chunks]
        with self._db:
            self._db.execute("DELETE FROM chunks WHERE source = ?", (source,))
            self._db.executemany("INSERT OR REPLACE INTO chunks VALUES (?, ?, ?, ?, ?, ?)", rows)
            self._db.execute(
                "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?)",
                (source, known.root, known.sha256, known.size, known.mtime_ns),
            )

    def drop(self, source: str) -> None:
        """Forget a file."""
        with self._db:
            self._db.execute("DELETE FROM chunks WHERE source = ?", (source,))
            self._db.execute("DELETE FROM files WHERE source = ?", (source,))

    @contextmanager
    def cleared(self) -> Iterator[None]:
        """Forget all files, keep the roots; nothing is forgotten where what is done meanwhile fails."""
        with self._db:
            for table in ("chunks", "files", "meta"):
                self._db.execute(f"DELETE FROM {table}")
            yield

    def chunks(self) -> list[Passage]:
        """Every chunk, by source and line."""
        with closing(self._db.execute("SELECT * FROM chunks ORDER BY source, first, id")) as rows:
            return [Passage(i, source, (first, last), heading, text) for i, source, first, last, heading, text in rows]
