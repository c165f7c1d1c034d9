"""Runs an experiment: each run in the sandbox, as many at once as asked; what happens is kept before it is told.

A run is kept as running before it starts and with its result as soon as it has ended, in the thread that holds it. So
neither a reader that stalls nor the end of this process loses one: what was under way is found and marked at the next start.
"""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from copilot.core.errors import CopilotError
from copilot.core.private import write_private
from copilot.experiments import host
from copilot.experiments.records import Experiment, Run
from copilot.experiments.store import Experiments
from copilot.sandbox import Limits, LogLine, MetricLine, run_script
from copilot.sandbox.stream import uninterrupted

HELD = 10_000
"""Updates that wait for a slow reader; what comes while so many wait is on the disk alone."""
SCRIPT = "train.py"


@dataclass(frozen=True)
class Update:
    """Something happened to a run."""

    run: Run
    """As it is kept now: "running" when it begins and while it goes on."""
    values: dict[str, Any] | None = None
    """A row of metrics that it sent; None when it begins or has ended."""


class Runner:
    """Runs some of an experiment's runs.

    Args:
        store: keeps what becomes of them.
        experiment: whose script is run.
        readable: folders of code that each run may read (the library).
        weaker: as for `run_script`.
    """

    def __init__(self, store: Experiments, experiment: Experiment, readable: list[Path], *, weaker: bool) -> None:
        self._store, self._experiment, self._readable, self._weaker = store, experiment, readable, weaker
        self._stop = threading.Event()
        self._updates: queue.SimpleQueue[Update | Exception | None] = queue.SimpleQueue()  # see `sandbox.stream`
        self._left = 0
        self._guard = threading.Lock()

    def cancel(self) -> None:
        """End the runs under way, which are kept as interrupted; begin no other."""
        self._stop.set()

    def run(self, runs: Sequence[Run], jobs: int) -> Generator[Update]:
        """Run them, at most `jobs` at once, in their order; ends when the last has ended.

        Closing the iterator cancels. The first error that is nobody's run's fault (no sandbox, a full disk) cancels the
        others and is raised at the end.

        Raises:
            AlreadyRunning: another process runs this experiment.
            SandboxUnavailable, DiskFull, FileProblem: as `run_script`.
        """
        with self._store.running(self._experiment):
            script = self._store.folder(self._experiment) / SCRIPT
            write_private(script, self._experiment.draft.script)
            script.chmod(0o644)  # as root, a run is another user, who must read it
            self._note_versions(runs)
            yield from self._pooled(script, runs, jobs)

    def _note_versions(self, runs: Sequence[Run]) -> None:
        """Keep a note where the libraries have changed since the experiment was made."""
        changed = host.changed(self._experiment.versions, host.versions())
        if changed:
            names = ", ".join(run.name for run in runs)
            self._store.note(self._experiment, f"Run with other versions ({'; '.join(changed)}): {names}.")

    def _pooled(self, script: Path, runs: Sequence[Run], jobs: int) -> Generator[Update]:
        fault: Exception | None = None
        self._left = len(runs)
        pool = ThreadPoolExecutor(jobs, thread_name_prefix="experiment")
        try:
            for run in runs:
                pool.submit(self._one, script, run)
            while self._left:
                update = self._updates.get()
                if isinstance(update, Exception):
                    fault = fault or update
                elif update is not None:
                    yield update
                else:
                    self._left -= 1
        finally:
            with uninterrupted():
                self._stop.set()
                pool.shutdown(wait=True, cancel_futures=True)
        if fault is not None:
            raise fault

    def _one(self, script: Path, run: Run) -> None:
        """In a thread of its own, which bubblewrap needs to live as long as the run."""
        try:
            if not self._stop.is_set():
                self._updates.put(Update(self._held(script, run)))
        except Exception as error:  # noqa: BLE001 (raised again by the reader; it is no run's result)
            self._stop.set()
            self._updates.put(error)
        finally:
            self._updates.put(None)

    def _held(self, script: Path, run: Run) -> Run:
        """One run from its beginning to its record."""
        draft = self._experiment.draft
        place = self._store.begin(run)
        begun = replace(run, status="running")
        self._updates.put(Update(begun))

        def forward(event: LogLine | MetricLine) -> None:
            if isinstance(event, MetricLine) and self._updates.qsize() < HELD:
                self._updates.put(Update(begun, event.values))

        try:
            result = run_script(
                script,
                draft.arguments(run.label, run.seed),
                limits=Limits(time_s=draft.time_s, memory_mb=draft.memory_mb),
                run_dir=place,
                readable=self._readable,
                gpu=draft.gpu,
                on_event=forward,
                cancel=self._stop,
                weaker=self._weaker,
                threads=1,
            )
        except Exception:
            with contextlib.suppress(CopilotError):  # a full disk: the next start finds it as its process left it
                self._store.interrupt(run)
            raise
        return self._store.finish(run, result)
