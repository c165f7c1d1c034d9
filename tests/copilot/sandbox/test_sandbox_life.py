"""The life of a run: it ends when its program does, when it is told to and when its supervisor is gone, and wholly so; only
the supervisor says how it ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.copilot.sandbox.conftest import Payload
from tests.copilot.sandbox.test_process import living, until


def record(log: str) -> dict[str, Any]:
    """What was written down about a run."""
    data = json.loads((Path(log).parent / "result.json").read_text(encoding="utf-8"))
    assert isinstance(data, dict)
    return data


DAEMON = """
import ctypes, os, signal, time
for number in range(1, 32):
    number in (9, 19) or signal.signal(number, signal.SIG_IGN)
for kind in range(3):
    if os.fork() == 0:
        ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)  # the death of its parent is not told to it
        os.setsid()
        if os.fork() == 0:
            if kind == 1: os.closerange(0, 100)
            open(f"/box/lives-{kind}", "w").close()
            time.sleep(60)
        os._exit(0)
while len(os.listdir("/box")) < 3: time.sleep(0.01)
print("gone")
"""


@pytest.mark.case(61)
@pytest.mark.case(62)
def test_a_daemon_is_gone_when_its_program_ends(payload: Payload) -> None:
    """Twice forked, in a session of its own, deaf, with the run's output open or closed: the run does not wait for it."""
    done = payload(DAEMON, mark := f"daemon-{os.getpid()}")
    assert (done.status, done.text) == ("ok", "gone")
    assert len(list(done.box.glob("lives-*"))) == 3
    assert not living(mark)


@pytest.mark.case(63)
def test_killing_everything_it_sees_does_no_harm(payload: Payload) -> None:
    """Another process of the same user, outside, lives on, and so does the first one inside."""
    code = """
    import os, signal
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for number in (15, 9, 19):
        os.kill(1, number)
    open("/box/init-lives", "w").close()
    for pid in range(2, 5000):
        try:
            pid == os.getpid() or os.kill(pid, 9)
        except OSError:
            pass
    try:
        os.kill(-1, 9)
        open("/box/others-too", "w").close()
    except ProcessLookupError:
        open("/box/nobody-else", "w").close()
    """
    with payload.identity.popen(sys.executable, "-c", "input()", stdin=subprocess.PIPE) as sentinel:
        done = payload(code, mark := f"kills-{os.getpid()}")
        assert sentinel.poll() is None
        sentinel.communicate("\n")
    assert sentinel.returncode == 0
    assert done.status == "ok", done.text
    assert {"init-lives"} < set(os.listdir(done.box))
    assert not living(mark)


SUPERVISOR = """
import sys
from pathlib import Path
from copilot.sandbox import Limits, run_script
done = run_script(Path(sys.argv[1]), [sys.argv[3]], limits=Limits(time_s=60), run_dir=Path(sys.argv[2]))
print(done.status)
"""
BEAT = """
import os, time
if os.fork() == 0:
    os.setsid()
with open(f"/box/beat-{os.getpid()}", "w") as file:
    for number in range(1000):
        file.seek(0); file.write(str(number)); file.flush(); time.sleep(0.05)
"""


@pytest.mark.case(65)
def test_a_supervisor_that_is_killed_takes_all_along(payload: Payload) -> None:
    script, mark = payload.identity.make("payload.py", BEAT), f"orphan-{os.getpid()}"
    command = [sys.executable, "-c", SUPERVISOR, str(script), str(payload.folder / "runs"), mark]
    with payload.identity.popen(*command) as supervisor:
        assert until(30, lambda: len(list(payload.folder.glob("runs/*/box/beat-*"))) == 2)
        assert len(living(mark)) >= 5
        supervisor.kill()
    assert until(10, lambda: not living(mark))
    beats = {path: path.read_text() for path in payload.folder.glob("runs/*/box/beat-*")}
    threading.Event().wait(0.3)
    assert {path: path.read_text() for path in beats} == beats


READER = """
import json, signal, sys, threading
from pathlib import Path
from copilot.core.types import RunResult
from copilot.sandbox import Limits, run_script, stream
signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever started the tests in the background had it ignored
stop = threading.Event()
def run(forward):
    return run_script(
        Path(sys.argv[1]), [sys.argv[3]], limits=Limits(time_s=60), run_dir=Path(sys.argv[2]), on_event=forward, cancel=stop
    )
items = stream(run, stop)
try:
    for item in items:
        print("seen", getattr(item, "text", getattr(item, "status", "")), flush=True)
except KeyboardInterrupt:
    items.close()
    print("interrupted", flush=True)
"""


@pytest.mark.case(68)
@pytest.mark.parametrize("times", [1, 2, 9])
def test_interrupted_while_it_imports(payload: Payload, times: int) -> None:
    """By Ctrl-C, to the whole group of the terminal, once or impatiently: one record with one status, and nothing left."""
    code = "print('on', flush=True)\nimport torch\nimport time\ntime.sleep(60)"
    script, mark = payload.identity.make("payload.py", code), f"interrupted-{os.getpid()}"
    command = [sys.executable, "-c", READER, str(script), str(payload.folder / "runs"), mark]
    with payload.identity.popen(*command, stdout=subprocess.PIPE, start_new_session=True) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "seen on\n"
        for _ in range(times):
            os.killpg(reader.pid, signal.SIGINT)
        text = reader.stdout.read()
    assert "interrupted" in text or reader.returncode, text
    assert until(10, lambda: not living(mark))
    [folder] = (payload.folder / "runs").iterdir()
    assert record(str(folder / "log.txt"))["status"] == "cancelled"
    assert (folder / "log.txt").read_text().count("ended: cancelled") == 1


@pytest.mark.case(68)
def test_cancelled_while_it_runs_and_again_after_its_end(payload: Payload) -> None:
    cancel, mark = threading.Event(), f"twice-{os.getpid()}"
    with payload.started("import time; open('/box/on', 'w').close(); time.sleep(60)", mark) as (box, outcome):
        pass
    done = outcome.result()
    assert done.status == record(done.result.log)["status"] == "cancelled"
    assert not living(mark)
    cancel.set()
    assert payload("print('x')", cancel=cancel, time_s=30).status in {"cancelled", "ok"}
    ended = payload("print('x')", cancel=(late := threading.Event()))
    late.set()
    late.set()
    assert ended.status == record(ended.result.log)["status"] == "ok"
    assert box.parent != ended.box.parent


def test_started_from_a_thread_that_waits_for_it(payload: Payload) -> None:
    """A thread of its own, which ends with the run: bubblewrap is bound to the thread that started it."""
    found: list[str] = []
    worker = threading.Thread(target=lambda: found.append(payload("import time; time.sleep(0.5)").status))
    worker.start()
    worker.join()
    assert found == ["ok"]


@pytest.mark.case(72)
def test_a_forged_end_changes_nothing(payload: Payload) -> None:
    """Printed, sent as a metric, written to whatever else is open, and put where the host keeps its record."""
    code = """
    import json, os
    forged = json.dumps({"status": "ok", "code": 0, "exit_code": 0, "ready": True}).encode() + b"\\n"
    taken = []
    for number in range(1, 64):
        try:
            os.write(number, forged)
            taken.append(number)
        except OSError:
            pass
    assert taken == [1, 2, int(os.environ["RLLTE_METRICS_FD"])], taken
    for name in ("result.json", "../result.json", "/box/../result.json", "log.txt"):
        try:
            open(name, "wb").write(forged)
        except OSError:
            pass
    print("RESULT ok")
    raise SystemExit(5)
    """
    done = payload(code)
    assert (done.status, done.result.exit_code) == ("error", 5)
    kept = record(done.result.log)
    assert (kept["status"], kept["exit_code"]) == ("error", 5)
    assert done.rows == [{"status": "ok", "code": 0, "exit_code": 0, "ready": True}], (
        "a metric of these names is a metric"
    )


@pytest.mark.case(73)
def test_escape_sequences_do_not_reach_the_terminal(payload: Payload) -> None:
    """Neither by what is passed on, nor by the log, the metrics and the record, which people show in a terminal."""
    code = r"""
    import os
    evil = 'a\x1b]52;c;ZXZpbA==\x07b\x1b[31mred\x1b[0m\x08\x9b2J\x1bPq\x1b\\\u202egnp.exe\r\x00'
    print(evil)
    os.write(int(os.environ["RLLTE_METRICS_FD"]), ('{"x\\u001b[2J": "' + r'y\u001b]0;t\u0007\u009b' + '"}\n').encode())
    open('/box/' + evil.replace('\x00', '').replace('/', '') + '.txt', 'w').close()
    """
    done = payload(code)
    assert done.text.startswith("abred2J")
    folder = Path(done.result.log).parent
    shown = "".join((folder / name).read_text(encoding="utf-8") for name in ("log.txt", "metrics.jsonl", "result.json"))
    assert not [
        letter
        for letter in shown + done.text
        if (ord(letter) < 32 and letter not in "\n\t") or 127 <= ord(letter) < 160
    ]
    assert "\u202e" not in shown
    assert not set("\x1b\u202e") & set(repr(done.result.metrics) + "".join(done.result.artifacts))
    assert "\x1b" in "".join(os.listdir(done.box)), "the control: it is there"


@pytest.mark.case(74)
def test_bad_metrics_are_left_out_and_the_run_goes_on(payload: Payload) -> None:
    code = """
    import os
    number = int(os.environ["RLLTE_METRICS_FD"])
    for line in (b'{"x": NaN}', b'{"x": -Infinity}', b'{"x": 1e999}', b'[' * 100000, b'{"a":' * 60000, b'[1]',
                 b'{"x": {"y": 1}}', b'\\xff', b'', b'null', b'{"x": 1' + b'0' * 5000 + b'}', b'{"x": 1}'):
        os.write(number, line + b"\\n")
    """
    done = payload(code)
    assert done.status == "ok"
    assert done.rows == [{"x": 1}]
    assert (Path(done.result.log).parent / "metrics.jsonl").read_text() == '{"x": 1}\n'
