"""What was made in a conversation: its plans, the last of which is the one that edits change, and its last run.

Kept beside the turns, in the same file; deleted with their session.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from copilot.history.sessions import Session

MOST_PLANS = 50
"""Of one conversation; the oldest go. So many times `undo` goes back."""

SCRIPT_CHARACTERS = 400_000
"""Of a run's script that are kept."""


@dataclass(frozen=True)
class KeptPlan:
    """A plan and where its script was written."""

    number: int
    spec: dict[str, Any]
    notes: list[str]
    script: Path
    made: float
    """Seconds since 1970."""


@dataclass(frozen=True)
class KeptRun:
    """The last run: its folder, and what was run, as it was then."""

    folder: Path
    name: str
    """Of the script's file."""
    script: str
    """Its text."""
    spec: dict[str, Any] | None
    """Of a script that was rendered from a plan."""
    ended: float
    """Seconds since 1970."""


class Work:
    """The plans and the run of a session. Its methods raise `FileProblem` or `DiskFull` as those of the session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def plans(self, most: int = MOST_PLANS) -> list[KeptPlan]:
        """The newest plans, the last one first."""
        with self._session.reading() as db:
            query = "SELECT number, spec, notes, script, made FROM plans WHERE session = ? ORDER BY number DESC LIMIT ?"
            rows = db.execute(query, (self._session.id, most)).fetchall()
        return [
            KeptPlan(number, json.loads(spec), json.loads(notes), Path(script), made)
            for number, spec, notes, script, made in rows
        ]

    def plan(self) -> KeptPlan | None:
        """The last one."""
        return next(iter(self.plans(1)), None)

    def keep_plan(self, spec: dict[str, Any], notes: list[str], script: Path) -> None:
        """A plan whose script has been written is the last one from now on."""
        values = (self._session.id, _text(spec), _text(notes), _readable(str(script)), time.time())
        with self._session.changing() as db:
            db.execute("INSERT INTO plans (session, spec, notes, script, made) VALUES (?, ?, ?, ?, ?)", values)
            db.execute(
                "DELETE FROM plans WHERE session = ?1 AND number NOT IN"
                " (SELECT number FROM plans WHERE session = ?1 ORDER BY number DESC LIMIT ?2)",
                (self._session.id, MOST_PLANS),
            )

    def drop_plan(self, plan: KeptPlan) -> None:
        """Forget a plan; the one before it is the last one then."""
        with self._session.changing() as db:
            db.execute("DELETE FROM plans WHERE session = ? AND number = ?", (self._session.id, plan.number))

    def run(self) -> KeptRun | None:
        """The last run."""
        with self._session.reading() as db:
            query = "SELECT folder, name, script, spec, ended FROM last_runs WHERE session = ?"
            row = db.execute(query, (self._session.id,)).fetchone()
        if row is None:
            return None
        folder, name, script, spec, ended = row
        return KeptRun(Path(folder), name, script, None if spec is None else json.loads(spec), ended)

    def keep_run(self, folder: Path, name: str, script: str, spec: dict[str, Any] | None) -> None:
        """A run that has ended is the last one from now on."""
        text = _readable(script[:SCRIPT_CHARACTERS])
        kept = None if spec is None else _text(spec)
        values = (self._session.id, _readable(str(folder)), _readable(name), text, kept, time.time())
        with self._session.changing() as db:
            db.execute(
                "INSERT OR REPLACE INTO last_runs (session, folder, name, script, spec, ended) VALUES (?, ?, ?, ?, ?, ?)",
                values,
            )


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _readable(text: str) -> str:
    """Without the stand-ins for bytes that were no text, which SQLite does not take."""
    return text.encode("utf-8", "replace").decode()
