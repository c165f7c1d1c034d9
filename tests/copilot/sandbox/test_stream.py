"""A run goes on in its own thread: a slow, a gone and an impatient reader neither stop it nor cost it its record."""

from __future__ import annotations

import queue
import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from copilot.core.types import RunResult
from copilot.sandbox import LogLine, stream
from copilot.sandbox.run import OnEvent
from copilot.sandbox.stream import SIGNALS, uninterrupted

RESULT = RunResult("ok", 0, None, 0.0, 0.0, {}, [], "log", {})


def test_lines_come_in_order_and_the_result_last() -> None:
    def run(forward: OnEvent) -> RunResult:
        for number in range(50):
            forward(LogLine(str(number)))
        return RESULT

    assert list(stream(run, threading.Event())) == [*(LogLine(str(number)) for number in range(50)), RESULT]


def test_a_reader_that_stalls_holds_nothing_up_and_little_is_kept_for_it() -> None:
    printed = threading.Event()

    def run(forward: OnEvent) -> RunResult:
        for number in range(1000):
            forward(LogLine(str(number)))
        printed.set()
        return RESULT

    items = stream(run, threading.Event(), held=10)
    assert next(items) == LogLine("0")
    assert printed.wait(10)
    *lines, missed, result = items
    assert result is RESULT
    assert isinstance(missed, LogLine)
    assert f"{999 - len(lines)} lines were not shown" in missed.text
    assert len(lines) <= 11


@pytest.mark.parametrize("held", [1, 100_000])
def test_a_reader_that_goes_away_ends_the_run_and_waits_for_its_record(held: int) -> None:
    stop, written = threading.Event(), threading.Event()

    def run(forward: OnEvent) -> RunResult:
        while not stop.wait(0.001):
            forward(LogLine("x"))
        written.set()
        return RESULT

    items = stream(run, stop, held=held)
    next(items)
    items.close()
    assert written.is_set()
    assert not [thread for thread in threading.enumerate() if thread.name == "sandbox-run"]


def test_impatience_does_not_cost_the_record() -> None:
    """Interrupted while it waits for the record: not heard."""
    stop, written = threading.Event(), threading.Event()

    def run(forward: OnEvent) -> RunResult:
        forward(LogLine("on"))
        stop.wait()
        for _ in range(1000):  # until the reader waits and hears nothing
            if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
                break
            threading.Event().wait(0.01)
        for number in SIGNALS:
            signal.raise_signal(number)
        written.set()
        return RESULT

    before = [signal.getsignal(number) for number in SIGNALS]
    items = stream(run, stop)
    next(items)
    items.close()
    assert written.is_set()
    assert [signal.getsignal(number) for number in SIGNALS] == before


def test_another_thread_leaves_signals_alone() -> None:
    seen = []

    def look() -> None:
        with uninterrupted():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [signal.getsignal(signal.SIGINT)]


def test_what_a_run_raises_is_raised_to_the_reader(tmp_path: Path) -> None:
    def run(forward: OnEvent) -> RunResult:
        raise FileNotFoundError(tmp_path)

    with pytest.raises(FileNotFoundError):
        list(stream(run, threading.Event()))


def test_an_interrupt_while_it_waits_for_a_line_leaves_no_lock_behind() -> None:
    """Between taking a lock and entering what it guards: there Ctrl-C came once, and both sides waited for each other."""
    stop, hit = threading.Event(), list[str]()

    def run(forward: OnEvent) -> RunResult:
        forward(LogLine("on"))
        stop.wait(30)
        forward(LogLine("off"))
        return RESULT

    def interrupt(frame: FrameType, what: str, _: object) -> Any:
        if frame.f_code.co_name == "__enter__" and frame.f_back and frame.f_back.f_code.co_filename == queue.__file__:
            if what == "return":
                hit.append(what)
                sys.settrace(None)
                raise KeyboardInterrupt
            return interrupt
        return None

    items = stream(run, stop)
    assert next(items) == LogLine("on")
    main = threading.main_thread().ident or 0
    threading.Timer(0.3, lambda: signal.pthread_kill(main, signal.SIGINT)).start()
    sys.settrace(interrupt)
    try:
        with pytest.raises(KeyboardInterrupt):
            next(items)
    finally:
        sys.settrace(None)
    assert stop.is_set()
    assert not [thread for thread in threading.enumerate() if thread.name == "sandbox-run"], hit
