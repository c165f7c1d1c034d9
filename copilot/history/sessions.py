"""Sessions of questions and answers. Migrations are append-only: an older file is brought forward when it is opened.

What is deleted is gone from the file: freed pages are overwritten, the search's index is built anew, the file is rewritten.
"""

from __future__ import annotations

import json
import re
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from copilot.core import paths
from copilot.core.databases import migrate, problem
from copilot.core.errors import InvalidRequest, UnknownName
from copilot.core.locks import file_lock
from copilot.core.private import keep_private
from copilot.core.types import Citation
from copilot.history import find

MIGRATIONS = (
    """CREATE TABLE sessions (id TEXT PRIMARY KEY, title TEXT NOT NULL, created REAL NOT NULL);
    CREATE TABLE turns (
        number INTEGER PRIMARY KEY AUTOINCREMENT, session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
        question TEXT NOT NULL, answer TEXT NOT NULL, citations TEXT NOT NULL, asked REAL NOT NULL
    );""",
    # of earlier turns nobody knows model and refusal: NULL
    """ALTER TABLE turns ADD COLUMN model TEXT;
    ALTER TABLE turns ADD COLUMN refused INTEGER;
    ALTER TABLE sessions ADD COLUMN updated REAL NOT NULL DEFAULT 0;
    UPDATE sessions SET updated = coalesce((SELECT max(asked) FROM turns WHERE session = sessions.id), created);
    CREATE INDEX turns_by_session ON turns (session);""",
    # what was done in a conversation: NULL is a question, of before this version or since
    """ALTER TABLE turns ADD COLUMN kind TEXT;
    CREATE TABLE plans (
        number INTEGER PRIMARY KEY AUTOINCREMENT, session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
        spec TEXT NOT NULL, notes TEXT NOT NULL, script TEXT NOT NULL, made REAL NOT NULL
    );
    CREATE INDEX plans_by_session ON plans (session);
    CREATE TABLE last_runs (
        session TEXT PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
        folder TEXT NOT NULL, name TEXT NOT NULL, script TEXT NOT NULL, spec TEXT, ended REAL NOT NULL
    );""",
)

LONGEST_TITLE = 120
"""Characters."""

_MADE = re.compile(r"tui[- ]\d{4}")
"""How a name begins that nobody chose."""


def new_id() -> str:
    """A name for a conversation that begins now: what was said before has no part in it."""
    return f"tui-{datetime.now():%Y%m%d-%H%M%S-%f}"


@contextmanager
def _problems(path: Path) -> Iterator[None]:
    """What sqlite cannot do is said of its file."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        what, broken = f"The conversations in {path}", "Move that file away, then try again."
        raise problem(error, what, path, broken) from error


@dataclass(frozen=True)
class PastTurn:
    """A question and its answer as they were kept."""

    question: str
    answer: str
    citations: list[Citation]
    asked: float
    """Seconds since 1970."""
    model: str | None
    """None where passages were shown without a model, and for turns of before version 2 of the file."""
    refused: bool | None
    """None for turns of before version 2."""
    kind: str | None = None
    """generate, edit, undo, traceback, run or ran; None for a question."""


@dataclass(frozen=True)
class Match:
    """Where a search found all its words."""

    session: str
    title: str
    turn: int | None
    """Of the session, counted from 1; None where its name or title holds the words."""
    place: str
    """title, question or answer."""
    snippet: str
    asked: float


@dataclass(frozen=True)
class Session:
    """One conversation. Its methods raise `FileProblem` or `DiskFull` where its file cannot be read or written."""

    id: str
    title: str
    """Its id until it is renamed."""
    created: float
    """Seconds since 1970."""
    updated: float
    """When its last turn was kept; without one, when it was begun."""
    count: int
    """Of its turns; 0 where a turn was ended before its answer, and its plan is all that was kept."""
    first_question: str
    """"" where it has no turn."""
    _db: sqlite3.Connection
    _path: Path

    @property
    def heading(self) -> str:
        """What a person calls it; of one that nobody named, its first question. One line."""
        named = self.title != self.id or not _MADE.match(self.id)
        return " ".join((self.title if named else self.first_question or self.id).split())

    def add(
        self,
        question: str,
        answer: str,
        citations: Iterable[Citation],
        *,
        model: str | None = None,
        refused: bool = False,
        kind: str | None = None,
    ) -> None:
        """Keep a finished turn. The first one begins the session, as does one after its deletion by another process."""
        kept = json.dumps([asdict(citation) for citation in citations], ensure_ascii=False)
        now = time.time()
        with _problems(self._path), self._db:
            self._begin(now)
            self._db.execute(
                "INSERT INTO turns (session, question, answer, citations, asked, model, refused, kind)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (self.id, question, answer, kept, now, model, refused, kind),
            )
            self._db.execute("UPDATE sessions SET updated = ? WHERE id = ?", (now, self.id))

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """The file, to change what is kept beside the turns; the session is begun where it has none."""
        with _problems(self._path), self._db:
            self._begin(time.time())
            yield self._db

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The file, to read what is kept beside the turns."""
        with _problems(self._path):
            yield self._db

    def _begin(self, now: float) -> None:
        self._db.execute(
            "INSERT OR IGNORE INTO sessions (id, title, created, updated) VALUES (?, ?, ?, ?)",
            (self.id, self.id, now, now),
        )

    def turns(self) -> list[PastTurn]:
        """All turns, oldest first."""
        columns = "question, answer, citations, asked, model, refused, kind"
        with _problems(self._path):
            query = f"SELECT {columns} FROM turns WHERE session = ? ORDER BY number"
            rows = self._db.execute(query, (self.id,)).fetchall()
        return [
            PastTurn(question, answer, _citations(kept), asked, model, None if refused is None else bool(refused), kind)
            for question, answer, kept, asked, model, refused, kind in rows
        ]

    def messages(self) -> list[dict[str, str]]:
        """The turns as chat messages, oldest first."""
        pairs = [
            ({"role": "user", "content": turn.question}, {"role": "assistant", "content": turn.answer})
            for turn in self.turns()
        ]
        return [message for pair in pairs for message in pair]


class Sessions:
    """All conversations in a file. A conversation is there once it has a turn, a plan or a run.

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
            self._db.execute("PRAGMA secure_delete = ON")
            self._db.execute("PRAGMA temp_store = MEMORY")  # no copy of what is kept goes into another folder
            migrate(self._db, MIGRATIONS, _changing("a migration of the conversations"), f"The conversations in {path}")
            find.prepare(self._db, _changing("the search's index"))

    def close(self) -> None:
        """Release the file."""
        self._db.close()

    def open(self, identifier: str) -> Session:
        """The session of that id; without turns if there is none yet."""
        now = time.time()
        return self._get(identifier) or Session(identifier, identifier, now, now, 0, "", self._db, self._path)

    def get(self, identifier: str) -> Session:
        """The session of that id.

        Raises:
            UnknownName: there is no such session.
        """
        found = self._get(identifier)
        if found is None:
            raise self._unknown(identifier)
        return found

    def list(self) -> list[Session]:
        """All sessions, the one with the newest turn first."""
        return self._read("", ())

    def search(self, query: str, limit: int = 20) -> Sequence[Match]:
        """Where all words of a query are found: first titles, then turns, newest first. Parts of words count, case does not.

        Raises:
            InvalidRequest: the query has no word, or too many.
        """
        words = find.split(query)
        if not 0 < len(words) <= find.MOST_WORDS:
            raise InvalidRequest(
                f"The search has {len(words) or 'no'} words; expected 1 to {find.MOST_WORDS}.",
                hint="For example: rllte-copilot sessions search gae_lambda",
            )
        titles = [
            Match(session.id, session.title, None, "title", session.heading, session.updated)
            for session in self.list()
            if all(word in f"{session.title}\n{session.id}".lower() for word in words)
        ][:limit]
        with _problems(self._path):
            numbers = find.turns(self._db, words, limit - len(titles))
            return [*titles, *(match for number in numbers for match in self._match(number, words))]

    def rename(self, identifier: str, title: str) -> Session:
        """Give a session a title; its id stays. Blanks and line ends become one blank each.

        Raises:
            UnknownName: there is no such session.
            InvalidRequest: the title is empty or too long.
        """
        self.get(identifier)
        title = " ".join(title.split())
        if not 0 < len(title) <= LONGEST_TITLE:
            raise InvalidRequest(
                f"The title has {len(title)} characters; expected 1 to {LONGEST_TITLE}.", hint="Give a short name."
            )
        with _problems(self._path), self._db:
            self._db.execute("UPDATE sessions SET title = ? WHERE id = ?", (title, identifier))
        return self.get(identifier)

    def delete(self, *identifiers: str) -> None:
        """Forget sessions and their turns, all of them or none; their text is gone from the file.

        Raises:
            UnknownName: there is no such session.
        """
        for identifier in identifiers:
            self.get(identifier)
        self._forget("DELETE FROM sessions WHERE id = ?", [(identifier,) for identifier in identifiers])

    def clear(self) -> Sequence[str]:
        """Forget all sessions; returns their ids."""
        gone = [session.id for session in self.list()]
        self._forget("DELETE FROM sessions", [()])
        return gone

    def _forget(self, statement: str, values: Sequence[tuple[str, ...]]) -> None:
        with _problems(self._path):
            with self._db:
                for value in values:
                    self._db.execute(statement, value)
                find.forget(self._db)
            self._db.execute("VACUUM")  # what pages held beside their rows goes, too
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # of a file that another program has given a log

    def _get(self, identifier: str) -> Session | None:
        found = self._read("WHERE s.id = ?", (identifier,))
        return found[0] if found else None

    def _read(self, where: str, values: tuple[str, ...]) -> Any:
        query = f"""SELECT s.id, s.title, s.created, s.updated, count(t.number),
            coalesce((SELECT question FROM turns WHERE session = s.id ORDER BY number LIMIT 1), '')
            FROM sessions s LEFT JOIN turns t ON t.session = s.id {where} GROUP BY s.id
            HAVING count(t.number) OR s.id IN (SELECT session FROM plans) OR s.id IN (SELECT session FROM last_runs)
            ORDER BY s.updated DESC, s.id"""
        with _problems(self._path):
            rows = self._db.execute(query, values).fetchall()
        return [Session(*row, self._db, self._path) for row in rows]

    def _match(self, number: int, words: Sequence[str]) -> Iterator[Match]:
        query = """SELECT s.id, s.title, t.question, t.answer, t.asked,
            (SELECT count(*) FROM turns o WHERE o.session = t.session AND o.number <= t.number)
            FROM turns t JOIN sessions s ON s.id = t.session WHERE t.number = ?"""
        for session, title, question, answer, asked, turn in self._db.execute(query, (number,)):  # none: just deleted
            texts = {"question": question, "answer": answer}
            place = max(texts, key=lambda name: sum(word in texts[name].lower() for word in words))
            yield Match(session, title, turn, place, find.snippet(texts[place], [*words]), asked)

    def _unknown(self, identifier: str) -> UnknownName:
        known = self.list()
        titled = [session.id for session in known if session.title == identifier]
        hint = f"That is the title of {titled[0]!r}: name it so." if titled else ""
        return UnknownName("session", identifier, [session.id for session in known], hint=hint)


def _changing(what: str) -> Any:
    """Held while the form of the file is changed, by one process at a time."""
    return file_lock(paths.state_dir() / "sessions.lock", what, wait=True)


def _citations(kept: str) -> list[Citation]:
    """As kept; a field that this version does not know is left out."""
    known = {field.name for field in fields(Citation)}
    return [
        Citation(**{**{key: value for key, value in one.items() if key in known}, "lines": tuple(one["lines"])})
        for one in json.loads(kept)
    ]
