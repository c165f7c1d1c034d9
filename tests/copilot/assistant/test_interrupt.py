"""A turn ends when it is told to, whatever its source is doing."""

from __future__ import annotations

import threading
from collections.abc import Generator

import pytest

from copilot.assistant.interrupt import interruptible
from copilot.core.events import Event, Failed, Phase


def test_all_events_come_through_in_order() -> None:
    source = (Phase(str(number)) for number in range(100))
    assert [event.name for event in interruptible(source, threading.Event()) if isinstance(event, Phase)] == [
        str(number) for number in range(100)
    ]


def test_a_silent_source_is_left_at_once_and_closed_when_it_speaks() -> None:
    go, closed, stop = threading.Event(), threading.Event(), threading.Event()

    def silent() -> Generator[Event]:
        try:
            yield Phase("first")
            go.wait(30)
            yield Phase("too late")
        finally:
            closed.set()

    events = interruptible(silent(), stop)
    assert next(events) == Phase("first")
    stop.set()
    assert list(events) == [Failed("cancelled", "Cancelled.")]
    assert not closed.is_set(), "it was waited for"
    go.set()
    assert closed.wait(5)


def test_an_error_is_raised_where_it_is_read() -> None:
    def broken() -> Generator[Event]:
        yield Phase("first")
        raise ValueError("broken")

    events = interruptible(broken(), threading.Event())
    assert next(events) == Phase("first")
    with pytest.raises(ValueError, match="broken"):
        next(events)
