"""A run as an iterator: it goes on in a thread of its own, which lives as long (bubblewrap dies with the one that made it).

Covers: a reader that stalls (what is held for it is bounded, and the run's limits are watched all the same), a reader that
goes away or is interrupted, even twice: the run is ended and its record written before this returns.
Does not cover: a supervisor that is killed outright; the run's processes end with it, its record is not written.
"""

from __future__ import annotations

import contextlib
import queue
import signal
import threading
import time
from collections.abc import Callable, Generator, Iterator

from copilot.core.types import RunResult
from copilot.sandbox.run import LogLine, MetricLine, OnEvent

HELD = 100_000
"""Lines that wait for a slow reader; what comes while so many wait is in the log alone."""
RECORD_S = 10.0
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

Item = LogLine | MetricLine | RunResult
Items = queue.SimpleQueue[Item | BaseException | None]
"""Of C: Ctrl-C within the `get` of a `queue.Queue` may leave its lock taken for good, and then nobody ever gets or puts."""


def stream(run: Callable[[OnEvent], RunResult], stop: threading.Event, held: int = HELD) -> Generator[Item]:
    """What a run prints and sends as it comes, its result last; what `run` raises is raised here.

    Args:
        run: does the run, calling its argument for each line, until it ends or `stop` is set.
        stop: ends the run; set when the reader goes away.
        held: how many lines may wait.
    """
    items: Items = queue.SimpleQueue()
    missed = 0

    def forward(event: LogLine | MetricLine) -> None:
        nonlocal missed
        if items.qsize() < held:
            items.put(event)
        else:  # to wait here would be to stop watching the limits
            missed += 1

    def work() -> None:
        try:
            items.put(run(forward))
        except BaseException as error:  # noqa: BLE001 (raised again by the reader)
            items.put(error)
        finally:
            items.put(None)

    worker = threading.Thread(target=work, name="sandbox-run", daemon=True)
    worker.start()
    try:
        while (item := items.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            if isinstance(item, RunResult) and missed:
                yield LogLine(f"[sandbox] {missed} lines were not shown; the log has them all", "stderr")
            yield item
    finally:
        with uninterrupted():
            stop.set()
            _await(worker, items)


def _await(worker: threading.Thread, items: Items) -> None:
    """Until the record is written; what it still has to say is dropped, so that it does not wait for a reader."""
    deadline = time.monotonic() + RECORD_S
    while worker.is_alive() and time.monotonic() < deadline:
        with contextlib.suppress(queue.Empty):
            while True:
                items.get_nowait()
        worker.join(timeout=0.05)


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Ctrl-C and requests to end are not heard meanwhile; only the main thread hears them at all."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    kept = {number: signal.signal(number, signal.SIG_IGN) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
