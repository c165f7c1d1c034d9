"""Experiments and their runs in SQLite, beside the folders of the runs. Migrations are append-only.

Several processes at once are safe: whoever runs an experiment holds the lock in its folder, which the kernel gives up with
its holder. A run that is kept as running while nobody holds that lock was lost with its process: `sweep` marks it.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

from copilot.core import paths
from copilot.core.databases import migrate, problem
from copilot.core.errors import AlreadyRunning, FileProblem, UnknownName
from copilot.core.locks import file_lock
from copilot.core.private import keep_private
from copilot.core.types import RunResult
from copilot.experiments import curves
from copilot.experiments.records import Draft, Experiment, Run, environment_of, plan_of, slug
from copilot.sandbox.folder import measure, remove, take_over
from copilot.sandbox.limits import Limits
from copilot.sandbox.results import printable

MIGRATIONS = (
    """CREATE TABLE experiments (
        number INTEGER PRIMARY KEY AUTOINCREMENT, slug TEXT NOT NULL, title TEXT NOT NULL, created REAL NOT NULL,
        script TEXT NOT NULL, spec TEXT, notes TEXT NOT NULL, args TEXT NOT NULL, options TEXT NOT NULL,
        versions TEXT NOT NULL, host TEXT NOT NULL, origin TEXT
    );
    CREATE TABLE runs (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        experiment INTEGER NOT NULL REFERENCES experiments (number) ON DELETE CASCADE,
        label TEXT NOT NULL, seed INTEGER NOT NULL, place TEXT NOT NULL, status TEXT NOT NULL DEFAULT 'queued',
        started REAL, ended REAL, wall_s REAL, exit_code INTEGER, peak_memory_mb REAL,
        metrics TEXT NOT NULL DEFAULT '{}', artifacts TEXT NOT NULL DEFAULT '[]',
        UNIQUE (experiment, label, seed)
    );""",
)

CLOCK_S = 1.0
"""By how much the clock of a disk may lag."""

_OPTIONS = ("labelled", "time_s", "memory_mb", "gpu")
_KEPT = "number, slug, title, created, script, spec, notes, args, options, versions, host, origin"
_RUN = "number, label, seed, place, status, started, ended, wall_s, exit_code, peak_memory_mb, metrics, artifacts"


class Experiments:
    """All experiments of a data folder. Its methods may be called in any thread.

    Args:
        path: of the SQLite file, made if missing; others cannot read it. None: the data folder's.
        folder: holds a folder per experiment. None: the data folder's.

    Raises:
        FileProblem: the file is not a database, cannot be written, or was written by a newer version.
        DiskFull: its disk is full.
    """

    def __init__(self, path: Path | None = None, folder: Path | None = None) -> None:
        self._path, self._folder = path or paths.experiments_file(), folder or paths.experiments_dir()
        self._guard = threading.RLock()
        keep_private(self._path)  # sqlite gives the file's mode to the journal beside it
        with self._problems():
            self._db = sqlite3.connect(self._path, timeout=30, check_same_thread=False)
            self._db.execute("PRAGMA foreign_keys = ON")
            self._db.execute("PRAGMA secure_delete = ON")
            lock = file_lock(paths.state_dir() / "experiments.lock", "a migration of the experiments", wait=True)
            migrate(self._db, MIGRATIONS, lock, f"The experiments in {self._path}")

    def close(self) -> None:
        """Release the file."""
        self._db.close()

    # reading ----------------------------------------------------------------------------------------------------------

    def list(self) -> list[Experiment]:
        """All experiments, the newest first."""
        with self._problems():
            rows = self._db.execute(f"SELECT {_KEPT} FROM experiments ORDER BY number DESC").fetchall()
            runs = self._db.execute(f"SELECT experiment, {_RUN} FROM runs ORDER BY number").fetchall()
        of: dict[int, list[Any]] = {}
        for number, *run in runs:
            of.setdefault(number, []).append(run)
        return [self._experiment(row, of.get(row[0], [])) for row in rows]

    def get(self, name: str) -> Experiment:
        """The experiment of that id; its number alone will do.

        Raises:
            UnknownName: there is no such experiment.
        """
        found = re.fullmatch(r"(?:.*-)?(\d{1,15})", name.strip())
        if found:
            with self._problems():
                query = f"SELECT {_KEPT} FROM experiments WHERE number = ?"
                row = self._db.execute(query, (int(found[1]),)).fetchone()
                query = f"SELECT {_RUN} FROM runs WHERE experiment = ? ORDER BY number"
                runs = self._db.execute(query, (int(found[1]),)).fetchall()
            if row is not None and name.strip() in {f"{row[1]}-{row[0]}", str(row[0])}:
                return self._experiment(row, runs)
        known = [f"{kept}-{number}" for number, kept in self._all()]
        hint = "" if known else "No experiment is kept yet: rllte-copilot experiment run PLAN"
        raise UnknownName("experiment", name, known, hint=hint)

    def folder(self, experiment: Experiment) -> Path:
        """Where the folders of its runs are."""
        return self._folder / experiment.id

    # writing ----------------------------------------------------------------------------------------------------------

    def create(self, draft: Draft, versions: dict[str, str], host: dict[str, Any]) -> Experiment:
        """Keep a new experiment, all its runs queued."""
        values = {
            "slug": slug(_words(draft)),
            "title": draft.title,
            "created": time.time(),
            "script": draft.script,
            "spec": None if draft.spec is None else _text(draft.spec),
            "notes": _text(draft.notes),
            "args": _text(draft.args),
            "options": _text({name: getattr(draft, name) for name in _OPTIONS}),
            "versions": _text(versions),
            "host": _text(host),
            "origin": draft.origin,
        }
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        with self._problems(), self._db:
            cursor = self._db.execute(f"INSERT INTO experiments ({names}) VALUES ({marks})", [*values.values()])
            number = int(cursor.lastrowid or 0)
            for index, (label, seed) in enumerate(draft.pairs, start=1):
                place = f"{index:02d}-{slug([label])}-seed-{seed}"
                self._db.execute(
                    "INSERT INTO runs (experiment, label, seed, place) VALUES (?, ?, ?, ?)",
                    (number, label, seed, place),
                )
        return self.get(str(number))

    def note(self, experiment: Experiment, text: str) -> None:
        """Add a note to an experiment."""
        with self._problems(), self._db:
            query = "SELECT notes FROM experiments WHERE number = ?"
            kept = json.loads(self._db.execute(query, (experiment.number,)).fetchone()[0])
            changed = (_text([*kept, text]), experiment.number)
            self._db.execute("UPDATE experiments SET notes = ? WHERE number = ?", changed)

    def change_options(self, experiment: Experiment, draft: Draft) -> Experiment:
        """Keep other limits for the runs to come; gives the experiment as it is kept now."""
        options = _text({name: getattr(draft, name) for name in _OPTIONS})
        with self._problems(), self._db:
            self._db.execute("UPDATE experiments SET options = ? WHERE number = ?", (options, experiment.number))
        return self.get(experiment.id)

    def begin(self, run: Run) -> Path:
        """A run begins: what an earlier try of it left counts no more. Gives the folder to make its folder in."""
        self._update(
            run.number,
            status="running",
            started=time.time(),
            ended=None,
            wall_s=None,
            exit_code=None,
            peak_memory_mb=None,
            metrics="{}",
            artifacts="[]",
        )
        return self._folder / run.experiment / self._place(run.number)

    def finish(self, run: Run, result: RunResult) -> Run:
        """A run has ended; one that was cancelled is interrupted. Gives it as it is kept now."""
        box = Path(result.log).parent / "box"
        self._update(
            run.number,
            status="interrupted" if result.status == "cancelled" else result.status,
            ended=time.time(),
            wall_s=result.wall_s,
            exit_code=result.exit_code,
            peak_memory_mb=result.peak_memory_mb,
            metrics=_text(result.metrics),
            artifacts=_text([os.path.relpath(path, box) for path in result.artifacts]),
        )
        return self._run_again(run)

    def interrupt(self, run: Run) -> None:
        """A run has ended without a result: nothing could be started, or its record could not be written."""
        self._update(run.number, status="interrupted", ended=time.time())

    def delete(self, *names: str) -> Sequence[str]:
        """Forget experiments and remove the folders of their runs.

        Raises:
            UnknownName: there is no such experiment; nothing was deleted.
            AlreadyRunning: one of them runs; nothing was deleted.
            FileProblem: a folder cannot be removed.
        """
        named = [self.get(name) for name in dict.fromkeys(names)]
        with contextlib.ExitStack() as stack:
            for experiment in named:
                stack.enter_context(self.running(experiment))
            for experiment in named:
                _remove(self.folder(experiment))
                with self._problems(), self._db:
                    self._db.execute("DELETE FROM experiments WHERE number = ?", (experiment.number,))
        return [experiment.id for experiment in named]

    # who runs what ----------------------------------------------------------------------------------------------------

    def running(self, experiment: Experiment) -> AbstractContextManager[None]:
        """Held while an experiment's runs go on, by one process.

        Raises:
            AlreadyRunning: another one holds it.
        """
        return file_lock(self.folder(experiment) / ".lock", f"experiment {experiment.id}")

    def sweep(self) -> Sequence[Run]:
        """Mark the runs whose process is gone as interrupted, with what they had written; gives them."""
        with self._problems():
            query = "SELECT DISTINCT experiment FROM runs WHERE status = 'running'"
            numbers = [str(row[0]) for row in self._db.execute(query).fetchall()]
        lost = list[Run]()
        for number in numbers:
            # what is suppressed: it lives, or was deleted a moment ago
            with contextlib.suppress(AlreadyRunning, UnknownName), self.running(self.get(number)):
                lost += [self._lost(run) for run in self.get(number).runs if run.status == "running"]
        return lost

    def _lost(self, run: Run) -> Run:
        """With its last sign of life as its end; nobody saw the true one."""
        folder = Path(run.folder) if run.folder else None
        if folder is not None and folder.stat().st_mtime < (run.started or 0.0) - CLOCK_S:
            folder = None  # of an earlier try: this one had not made its own yet
        signs = list[float]()
        for name in ("log.txt", curves.METRICS):
            with contextlib.suppress(OSError):
                if folder is not None and (found := (folder / name).stat()).st_size:
                    signs.append(found.st_mtime)
        ended = max(signs, default=None)
        left = measure(str(folder / "box"), Limits().files).listed if folder else []
        self._update(
            run.number,
            status="interrupted",
            ended=ended,
            wall_s=None if ended is None else round(max(0.0, ended - (run.started or ended)), 3),
            metrics=_text(curves.latest(curves.read(folder))),
            artifacts=_text(sorted(printable(os.path.relpath(path, f"{folder}/box")) for path in left)),
        )
        return self._run_again(run)

    # rows -------------------------------------------------------------------------------------------------------------

    def _all(self) -> Sequence[tuple[int, str]]:
        with self._problems():
            return self._db.execute("SELECT number, slug FROM experiments").fetchall()

    def _experiment(self, row: Sequence[Any], runs: Sequence[Sequence[Any]]) -> Experiment:
        number, kept, title, created, script, spec, notes, args, options, versions, host, origin = row
        identifier = f"{kept}-{number}"
        draft = Draft(
            title=title,
            script=script,
            pairs=tuple((run[1], run[2]) for run in runs),
            spec=None if spec is None else json.loads(spec),
            notes=tuple(json.loads(notes)),
            args=tuple(json.loads(args)),
            origin=origin,
            **json.loads(options),
        )
        made = tuple(self._run(identifier, run) for run in runs)
        return Experiment(identifier, number, created, draft, json.loads(versions), json.loads(host), made)

    def _run(self, experiment: str, row: Sequence[Any]) -> Run:
        number, label, seed, place, *figures, metrics, artifacts = row
        folder = _newest(self._folder / experiment / place)
        files = tuple(str(folder / "box" / name) for name in json.loads(artifacts)) if folder else ()
        plain = Run(number, experiment, label, seed, *figures)
        return replace(
            plain, metrics=json.loads(metrics), folder=None if folder is None else str(folder), artifacts=files
        )

    def _run_again(self, run: Run) -> Run:
        with self._problems():
            row = self._db.execute(f"SELECT {_RUN} FROM runs WHERE number = ?", (run.number,)).fetchone()
        return self._run(run.experiment, row)

    def _place(self, number: int) -> str:
        with self._problems():
            return str(self._db.execute("SELECT place FROM runs WHERE number = ?", (number,)).fetchone()[0])

    def _update(self, number: int, **values: Any) -> None:
        names = ", ".join(f"{name} = ?" for name in values)
        with self._problems(), self._db:
            self._db.execute(f"UPDATE runs SET {names} WHERE number = ?", [*values.values(), number])

    @contextlib.contextmanager
    def _problems(self) -> Iterator[None]:
        """One thread at a time; what sqlite cannot do is said of its file."""
        with self._guard:
            try:
                yield
            except sqlite3.DatabaseError as error:
                what, broken = f"The experiments in {self._path}", "Move that file away, then try again."
                raise problem(error, what, self._path, broken) from error


def _words(draft: Draft) -> list[str]:
    """What an id is made of: agent and environment, of a comparison its environment, else the title."""
    labels = list(dict.fromkeys(label for label, _ in draft.pairs))
    plans = [plan_of(draft.spec, label) for label in labels]
    environments = dict.fromkeys(environment_of(draft.spec, label) for label in labels)
    short = [re.sub(r"-v\d+$", "", name.rpartition("/")[2]) for name in environments if name]
    agents = list(dict.fromkeys(str(plan["agent"]) for plan in plans if plan.get("agent")))
    if not agents:
        return [draft.title]
    return [*agents[:2], *short[:1]]


def _newest(place: Path) -> Path | None:
    """The folder of the last try of a run."""
    try:
        names = [entry.name for entry in os.scandir(place) if entry.name.startswith("run-")]
    except OSError:
        return None
    return place / max(names) if names else None


def _remove(folder: Path) -> None:
    try:
        if folder.is_dir():
            take_over(str(folder), os.getuid(), os.getgid())
            remove(str(folder))
    except OSError as error:
        raise FileProblem(
            f"The folder {folder} cannot be removed: {error.strerror}.", hint="Give yourself the right to, then again."
        ) from error


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
