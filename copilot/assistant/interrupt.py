"""A turn that can be ended at once, even while the model reads and nothing comes back from it."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterator

from copilot.core.events import Event, Failed

LOOK_S = 0.05


def interruptible(events: Generator[Event], stop: threading.Event) -> Iterator[Event]:
    """The same events, made in a thread of their own; when `stop` is set, one last `Failed` follows at once.

    The thread closes `events` (and with it the connection to the model) as soon as it gets to it; what it still makes
    is dropped. Whatever `events` raises is raised here.
    """
    made: queue.SimpleQueue[Event | BaseException | None] = queue.SimpleQueue()  # see `sandbox.stream`

    def make() -> None:
        try:
            for event in events:
                if stop.is_set():
                    break
                made.put(event)
        except BaseException as error:  # noqa: BLE001 (raised again by the reader)
            made.put(error)
        finally:
            events.close()
            made.put(None)

    threading.Thread(target=make, name="turn", daemon=True).start()
    try:
        while not stop.is_set():
            try:
                event = made.get(timeout=LOOK_S)
            except queue.Empty:
                continue
            if event is None:
                return
            if isinstance(event, BaseException):
                raise event
            yield event
        yield Failed("cancelled", "Cancelled.")
    finally:
        stop.set()
