"""A program cannot bring the supervisor down: whatever it sends, the run has an end, a status and a record."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from copilot.core.errors import DiskFull
from copilot.sandbox import Limits, run, run_script
from copilot.sandbox.results import clean, metric, printable
from copilot.sandbox.run import NAMES
from tests.copilot.sandbox.conftest import Payload
from tests.copilot.sandbox.test_process import living
from tests.copilot.sandbox.test_sandbox_life import record

SEND = "import os\ndef send(line): os.write(int(os.environ['RLLTE_METRICS_FD']), line + b'\\n')\n"


def test_numbers_without_end_are_left_out(payload: Payload) -> None:
    assert metric(b'{"x": 1' + b"0" * 400 + b"}") is None
    assert metric(b'{"x": 9223372036854775808}') is None
    assert metric(b'{"x": -9223372036854775808}') == {"x": -(2**63)}
    done = payload(SEND + "send(b'{\"x\": 1' + b'0' * 400 + b'}'); send(b'{\"y\": 1}'); print('on')")
    assert (done.status, done.text, done.rows) == ("ok", "on", [{"y": 1}])


def test_a_metric_named_like_the_evaluation(payload: Payload) -> None:
    done = payload(SEND + 'send(b\'{"eval": 1}\'); send(b\'{"kind": "eval", "r": 2}\'); send(b\'{"eval": 3, "z": 4}\')')
    assert done.status == "ok"
    assert done.result.metrics == {"eval": {"r": 2}, "z": 4}


def test_names_of_files_that_are_no_text_or_no_name(payload: Payload) -> None:
    assert printable("a\u009b31m\u202e\u061cb\x1b[2J\udcff") == "a31mb\\xff"
    assert clean("x\u061cy".encode()) == "xy"
    done = payload("open(b'/box/\\xff.txt', 'w').close(); open('/box/a\\u009b31m\\u202eb', 'w').close()")
    assert done.status == "ok"
    assert [Path(path).name for path in done.result.artifacts] == ["\\xff.txt", "a31mb"]
    assert record(done.result.log)["artifacts"] == done.result.artifacts


def test_a_process_s_name_forges_no_memory(payload: Payload) -> None:
    """Names that begin a line, with less memory than nothing, and with none that is a number."""
    code = """
    import ctypes, time
    ctypes.CDLL(None).prctl(15, NAME, 0, 0, 0)
    x = bytearray(400 * 2**20)
    time.sleep(30)
    """
    for name in (b"\rRssAnon: -9999", b"\rRssAnon: x", b"\nRssAnon: -9 kB"):
        assert payload(code.replace("NAME", repr(name)), memory_mb=200, time_s=20).status == "oom"


def test_a_fault_of_the_supervisor_ends_the_run_and_leaves_its_record(
    payload_here: Payload, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(raw: bytes) -> None:
        raise OverflowError("made up")

    monkeypatch.setattr(run, "metric", broken)
    done = payload_here(SEND + "send(b'{}')\nimport time; time.sleep(30)", mark := f"fault-{os.getpid()}")
    assert done.status == "sandbox_error"
    assert not living(mark)
    assert record(done.result.log)["status"] == "sandbox_error"
    assert "made up" in Path(done.result.log).read_text()
    assert done.box.stat().st_uid == os.getuid()


def test_a_full_disk_ends_the_run_and_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script, mark = tmp_path / "payload.py", f"full-{os.getpid()}"
    script.write_text("import time\nprint('x', flush=True)\ntime.sleep(30)")
    taken = run._Record.take
    events: list[object] = []

    def full(self: Any, stream: str, line: bytes) -> None:
        taken(self, stream, line)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(run._Record, "take", full)
    with pytest.raises(DiskFull):
        run_script(
            script, [mark], limits=Limits(time_s=60), run_dir=tmp_path / "runs", on_event=events.append,
            cancel=threading.Event(),
        )  # fmt: skip
    assert not living(mark)
    [log] = (tmp_path / "runs").glob("*/log.txt")
    assert record(str(log))["status"] == "sandbox_error"


@pytest.mark.parametrize("name", ["log.txt", ".result.json"])
def test_a_record_that_cannot_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Before the program starts, or after its end."""
    script, mark = tmp_path / "payload.py", f"unwritten-{os.getpid()}"
    script.write_text("print('x')")
    opened = Path.open

    def full(self: Path, *args: Any, **more: Any) -> Any:
        if self.name == name:
            raise OSError(errno.ENOSPC, "No space left on device")
        return opened(self, *args, **more)

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(DiskFull):
        run_script(script, [mark], limits=Limits(time_s=60), run_dir=tmp_path / "runs")
    assert not living(mark)


def test_names_without_end_are_not_kept_without_end(payload: Payload) -> None:
    code = """
        import json, os
        number = int(os.environ["RLLTE_METRICS_FD"])
        for name in range(2000):
            os.write(number, json.dumps({f"m{name}": name, "loss": name}).encode() + b"\\n")
    """
    done = payload(code)
    assert len(done.result.metrics) == NAMES
    assert done.result.metrics["loss"] == 1999
    assert "only metrics.jsonl has all" in done.text
    assert len((done.box.parent / "metrics.jsonl").read_text().splitlines()) == 2000
