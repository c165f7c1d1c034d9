"""A file that hangs, crashes or is too much for its reader costs that file: the reason is given, the next one is read."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from copilot.knowledge import apart
from copilot.knowledge.apart import Apart
from copilot.knowledge.loaders import load
from tests.copilot.knowledge.loaders.papers import paper

WORKER = """
import os, resource, signal, sys, time
import copilot.knowledge.worker as worker
def load(suffix, data):
    if data == b"spin":
        while True: pass
    if data == b"crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if data == b"sleep":
        time.sleep(60)
    if data == b"memory":
        return bytearray(worker.MEMORY + 1)
    if data == b"deep":
        raise RecursionError
    if data == b"leave":
        os._exit(3)
    if data == b"busy":
        end = time.process_time() + 0.2
        while time.process_time() < end: pass
    if data == b"write":
        open(sys.argv[2], "wb").write(b"x")
    return real(suffix, data)
real, worker.load = worker.load, load
worker.main(int(sys.argv[1]))
"""


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Apart]:
    """Its process misbehaves on demand."""
    start = apart.subprocess.Popen

    def started(command: list[str], **options: Any) -> Any:
        return start([sys.executable, "-c", WORKER, command[-1], str(tmp_path / "written")], **options)

    monkeypatch.setattr(apart.subprocess, "Popen", started)
    made = Apart(processor_s=1)
    yield made
    made.close()


def test_what_is_read_apart_is_what_is_read_here() -> None:
    made = Apart()
    try:
        for suffix, data in ((".pdf", paper()), (".html", b"<h1>Gnu</h1><p>It runs.</p>"), (".pdf", paper())):
            assert made.read(suffix, data) == load(suffix, data)
    finally:
        made.close()


def test_a_reason_comes_back() -> None:
    made = Apart()
    try:
        with pytest.raises(ValueError, match="not a readable PDF"):
            made.read(".pdf", b"no PDF")
    finally:
        made.close()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"spin", "not read within 1 s of processor time"),
        (b"crash", "its reader ended: Segmentation fault"),
        (b"leave", "its reader ended: code 3"),
        (b"memory", "needs more than 4 GiB of memory"),
        (b"deep", "nested too deeply"),
    ],
)
def test_what_goes_wrong_costs_one_file(reader: Apart, data: bytes, reason: str) -> None:
    for _ in range(2):
        with pytest.raises(ValueError, match=reason):
            reader.read(".txt", data)
        assert reader.read(".txt", b"a gnu").lines == ["a gnu"]


def test_one_that_only_waits_is_ended(reader: Apart, monkeypatch: pytest.MonkeyPatch) -> None:
    assert reader.read(".txt", b"a gnu").lines == ["a gnu"]
    monkeypatch.setattr(apart, "WALL_S", 0.3)
    with pytest.raises(ValueError, match="not read within 0 s, or its reader was ended"):
        reader.read(".txt", b"sleep")


def test_an_answer_that_is_too_long_is_not_taken(reader: Apart, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "LARGEST_ANSWER", 1000)
    with pytest.raises(ValueError, match="too large"):
        reader.read(".txt", b"a gnu\n" * 1000)
    assert reader.read(".txt", b"a gnu").lines == ["a gnu"]


def test_it_can_write_no_file(reader: Apart, tmp_path: Path) -> None:
    reader.read(".txt", b"write")
    assert (tmp_path / "written").read_bytes() == b""


def test_the_processor_time_of_one_file_is_not_charged_to_the_next(reader: Apart) -> None:
    for _ in range(12):
        reader.read(".txt", b"busy")


def test_closing_what_was_never_started_is_nothing() -> None:
    Apart().close()
