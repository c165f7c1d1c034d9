"""Sessions of questions and answers. Migrations are append-only: an older file is brought forward when it is opened."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from copilot.core import paths
from copilot.core.databases import problem
from copilot.core.errors import FileProblem, UnknownName
from copilot.core.locks import file_lock
from copilot.core.private import keep_private
from copilot.core.types import Citation

MIGRATIONS = (
    """CREATE TABLE sessions (id TEXT PRIMARY KEY, title TEXT NOT NULL, created REAL NOT NULL);
    CREATE TABLE turns (
        number INTEGER PRIMARY KEY AUTOINCREMENT, session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
        question TEXT NOT NULL, answer TEXT NOT NULL, citations TEXT NOT NULL, asked REAL NOT NULL
    );""",
)


@contextmanager
def _problems(path: Path) -> Iterator[None]:
    """What sqlite cannot do is said of its file."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        what, broken = f"The conversations in {path}", "Move that file away, then try again."
        raise problem(error, what, path, broken) from error


@dataclass(frozen=True)
class Session:
    """One conversation. Its methods raise `FileProblem` or `DiskFull` where its file cannot be read or written."""

    id: str
    title: str
    created: float
    _db: sqlite3.Connection
    _path: Path

    def add(self, question: str, answer: str, citations: Iterable[Citation]) -> None:
        """Keep a finished turn."""
        kept = json.dumps([asdict(citation) for citation in citations], ensure_ascii=False)
        with _problems(self._path), self._db:
            self._db.execute(
                "INSERT INTO turns (session, question, answer, citations, asked) VALUES (?, ?, ?, ?, ?)",
                (self.id, question, answer, kept, time.time()),
            )

    def messages(self) -> list[dict[str, str]]:
        """The turns as chat messages, oldest first."""
        query = "SELECT question, answer FROM turns WHERE session = ? ORDER BY number"
        with _problems(self._path):
            rows = self._db.execute(query, (self.id,)).fetchall()
        pairs = [({"role": "user", "content": q}, {"role": "assistant", "content": a}) for q, a in rows]
        return [message for pair in pairs for message in pair]


class Sessions:
    """All conversations in a file.

    Args:
        path: of the SQLite file, made if missing; others cannot read it.

    Raises:
        FileProblem: the file is not a database, cannot be written, or was written by a newer version.
        DiskFull: its disk is full.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        keep_private(path)  # sqlite gives the file's mode to the journal beside it
        with _problems(path):
            self._db = sqlite3.connect(path, timeout=30, check_same_thread=False)
            self._db.execute("PRAGMA foreign_keys = ON")
            self._migrate(path)

    def _migrate(self, path: Path) -> None:
        if self._version() > len(MIGRATIONS):
            raise FileProblem(
                f"The conversations in {path} were written by a newer version.", hint="Update rllte-copilot."
            )
        if self._version() == len(MIGRATIONS):
            return
        with file_lock(paths.state_dir() / "sessions.lock", "a migration of the conversations", wait=True):
            done = self._version()  # another process may have done it meanwhile
            for number, migration in enumerate(MIGRATIONS[done:], start=done + 1):
                self._db.executescript(f"BEGIN; {migration} PRAGMA user_version = {number}; COMMIT;")

    def _version(self) -> int:
        return int(self._db.execute("PRAGMA user_version").fetchone()[0])

    def close(self) -> None:
        """Release the file."""
        self._db.close()

    def open(self, identifier: str) -> Session:
        """The session of that id, begun if there is none."""
        with _problems(self._path), self._db:
            self._db.execute("INSERT OR IGNORE INTO sessions VALUES (?, ?, ?)", (identifier, identifier, time.time()))
        return next(session for session in self.list() if session.id == identifier)

    def list(self) -> list[Session]:
        """All sessions, newest first."""
        with _problems(self._path):
            rows = self._db.execute("SELECT id, title, created FROM sessions ORDER BY created DESC").fetchall()
        return [Session(*row, self._db, self._path) for row in rows]

    def rename(self, identifier: str, title: str) -> None:
        """Give a session a title.

        Raises:
            UnknownName: there is no such session.
        """
        self._require(identifier)
        with _problems(self._path), self._db:
            self._db.execute("UPDATE sessions SET title = ? WHERE id = ?", (title, identifier))

    def delete(self, identifier: str) -> None:
        """Forget a session and its turns.

        Raises:
            UnknownName: there is no such session.
        """
        self._require(identifier)
        with _problems(self._path), self._db:
            self._db.execute("DELETE FROM sessions WHERE id = ?", (identifier,))

    def _require(self, identifier: str) -> None:
        ids = [session.id for session in self.list()]
        if identifier not in ids:
            raise UnknownName("session", identifier, ids)
