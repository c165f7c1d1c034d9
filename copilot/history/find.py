"""Full-text search over kept turns: which turns hold all words of a query, and the words around them.

A word of three or more characters is looked up in an FTS5 index of trigrams, so that it is found inside of words and in
Chinese, which has no blanks. Trigrams know nothing of shorter words; those, and all words where SQLite lacks FTS5 with
trigrams (older than 3.34, or built without), are searched for in the text itself. Both find the same turns.

The index is a cache beside the turns and kept by triggers: a file may move between machines with and without FTS5.
"""

from __future__ import annotations

import sqlite3
from contextlib import AbstractContextManager, closing
from functools import cache

TRIGRAM = 3
"""Characters; a shorter word has no trigram."""

MOST_WORDS = 32
"""Of a query; SQLite takes no condition that is too deep."""

_INDEX = """BEGIN IMMEDIATE;
DROP TABLE IF EXISTS turns_text;
CREATE VIRTUAL TABLE turns_text USING fts5(
    question, answer, content = 'turns', content_rowid = 'number', tokenize = 'trigram'
);
CREATE TRIGGER turns_text_added AFTER INSERT ON turns BEGIN
    INSERT INTO turns_text (rowid, question, answer) VALUES (new.number, new.question, new.answer);
END;
CREATE TRIGGER turns_text_gone AFTER DELETE ON turns BEGIN
    INSERT INTO turns_text (turns_text, rowid, question, answer)
    VALUES ('delete', old.number, old.question, old.answer);
END;
INSERT INTO turns_text (turns_text) VALUES ('rebuild');
COMMIT;"""

_WITHOUT = """BEGIN IMMEDIATE;
DROP TRIGGER IF EXISTS turns_text_added;
DROP TRIGGER IF EXISTS turns_text_gone;
DELETE FROM turns_text_data WHERE id > 10;
COMMIT;"""
"""For a file that comes from a machine with FTS5: what fails here goes, and so does text that could not be deleted here.

The rows up to 10 hold no text, and FTS5 opens no table without them.
"""


@cache
def available() -> bool:
    """Whether this SQLite has FTS5 with trigrams."""
    with closing(sqlite3.connect(":memory:")) as db:
        try:
            db.execute("CREATE VIRTUAL TABLE probe USING fts5(text, tokenize = 'trigram')")
        except sqlite3.OperationalError:
            return False
    return True


def prepare(db: sqlite3.Connection, lock: AbstractContextManager[None]) -> None:
    """Make the index where it is missing, or switch it off where this SQLite cannot keep it.

    Args:
        db: holds the table `turns`.
        lock: is taken for a change alone.
    """
    db.create_function("lowered", 1, str.lower, deterministic=True)
    if indexed(db) == available():
        return
    with lock:
        if indexed(db) != available():  # another process may have done it meanwhile
            db.executescript(_INDEX if available() else _WITHOUT)


def indexed(db: sqlite3.Connection) -> bool:
    """Whether the file keeps an index."""
    query = (
        "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name IN ('turns_text_added', 'turns_text_gone')"
    )
    return int(db.execute(query).fetchone()[0]) > 0


def forget(db: sqlite3.Connection) -> None:
    """Build the index anew: a deletion alone leaves the trigrams of what is deleted in it."""
    if indexed(db):
        db.execute("INSERT INTO turns_text (turns_text) VALUES ('rebuild')")


def split(query: str) -> list[str]:
    """The words of a query, in small letters, each once."""
    return list(dict.fromkeys(query.replace("\0", " ").lower().split()))


def turns(db: sqlite3.Connection, words: list[str], limit: int) -> list[int]:
    """The numbers of the turns whose question or answer hold all words (see `split`), newest first."""
    long = [word for word in words if len(word) >= TRIGRAM and indexed(db)]
    conditions, values = list[str](), list[str | int]()
    if long:
        conditions.append("number IN (SELECT rowid FROM turns_text WHERE turns_text MATCH ?)")
        values.append(" AND ".join('"' + word.replace('"', '""') + '"' for word in long))
    for word in words:
        if word not in long:
            conditions.append("(instr(lowered(question), ?) OR instr(lowered(answer), ?))")
            values += [word, word]
    query = f"SELECT number FROM turns WHERE {' AND '.join(conditions)} ORDER BY number DESC LIMIT ?"
    return [int(row[0]) for row in db.execute(query, (*values, limit))]


def snippet(text: str, words: list[str], width: int = 90) -> str:
    """About `width` characters around the first of the words, in one line; the beginning where the text has none."""
    flat = " ".join(text.split())
    lowered = flat.lower()
    places = [lowered.find(word) for word in words if word in lowered]
    begin = max(0, min(places) - width // 3) if places else 0
    begin = begin if len(flat) > width else 0
    return f"{'…' if begin else ''}{flat[begin : begin + width]}{'…' if begin + width < len(flat) else ''}"
