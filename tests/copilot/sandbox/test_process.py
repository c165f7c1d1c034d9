"""When a run ends, whoever ended it and at whatever moment, none of its processes is left on the host."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from copilot.sandbox import bubblewrap, probe, process
from copilot.sandbox.limits import Limits
from copilot.sandbox.process import Process
from tests.copilot.sandbox.conftest import Payload
from tests.copilot.sandbox.identities import Identity

BEAT = """
import time
with open("/box/beat", "w") as file:
    for number in range(200):
        file.seek(0); file.write(str(number)); file.flush(); time.sleep(0.05)
"""


def living(mark: str) -> list[int]:
    """Processes of the host that carry `mark` in their arguments: keeper, bubblewrap, init and program all do."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def parents(mark: str) -> dict[int, int]:
    """The same processes, each with the one that started it."""
    found = {}
    for pid in living(mark):
        try:
            found[pid] = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    return found


def until(seconds: float, done: object) -> bool:
    """Whether a condition comes true in time."""
    deadline = time.monotonic() + seconds
    while not (holds := done()) and time.monotonic() < deadline:  # type: ignore[operator]
        threading.Event().wait(0.01)
    return bool(holds)


@pytest.mark.parametrize("times", range(3))
def test_a_time_limit_shorter_than_the_start(payload: Payload, times: int) -> None:
    done = payload(BEAT, mark := f"short-{os.getpid()}-{times}", time_s=0.001)
    assert done.status == "timeout"
    assert not living(mark)


@pytest.mark.parametrize("delay_ms", [0, 2, 5, 10, 15, 20, 30, 45])
def test_cancelled_during_the_start(payload: Payload, delay_ms: int) -> None:
    done = payload(BEAT, mark := f"cancel-{os.getpid()}-{delay_ms}", cancel_after=delay_ms / 1000)
    assert done.status == "cancelled"
    assert not living(mark)


SUPERVISORS = """
import os, random, signal, sys, threading, time
from pathlib import Path
from copilot.sandbox import bubblewrap
from copilot.sandbox.limits import Limits
from copilot.sandbox.process import Process

script, top, mark, count = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
for number in range(count):
    box = top / str(number)
    box.mkdir()
    if (pid := os.fork()) == 0:
        Process(bubblewrap.find(), script, [mark], box, [], Limits(time_s=60)).run(lambda *_: None, threading.Event())
        os._exit(0)
    time.sleep(random.Random(number).uniform(0, 0.06))
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    print(number, len([p for p in Path("/proc").glob("[0-9]*") if p.exists()]), flush=True)
"""


@pytest.mark.case(65)
def test_a_supervisor_killed_at_any_moment_leaves_nothing(identity: Identity) -> None:
    """Killed outright, forty times, 0 to 60 ms after it began; the moment is the subject, so it is drawn, not awaited."""
    script, mark, top = identity.make("payload.py", BEAT), f"killed-{os.getpid()}", identity.folder
    seen = 0
    command = [sys.executable, "-c", SUPERVISORS, str(script), str(top), mark, "40"]
    with identity.popen(*command, stdout=subprocess.PIPE) as driver:
        assert driver.stdout is not None
        for _ in driver.stdout:
            seen += len(living(mark)) > 1  # the driver itself carries the mark
    assert driver.returncode == 0
    assert seen > 3, "none of them had begun to start anything"
    assert until(5, lambda: not living(mark))
    beats = {path: path.read_text() for path in top.glob("*/beat")}
    threading.Event().wait(0.2)
    assert {path: path.read_text() for path in beats} == beats


def test_a_run_whose_keeper_is_killed_ends(tmp_path: Path) -> None:
    """The last layer: parent-death signals and PID 1, which the supervisor holds."""
    script, box, mark = tmp_path / "payload.py", tmp_path / "box", f"keeper-{os.getpid()}"
    script.write_text(BEAT)
    box.mkdir()
    bwrap = bubblewrap.find()
    assert bwrap is not None

    def kill_keeper() -> None:
        until(10, (box / "beat").exists)
        parents = {
            pid: int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]) for pid in living(mark)
        }
        os.kill(next(pid for pid, parent in parents.items() if parent == os.getpid()), signal.SIGKILL)

    killer = threading.Thread(target=kill_keeper)
    killer.start()
    ended = Process(bwrap, script, [mark], box, [], Limits(time_s=30)).run(lambda *_: None, threading.Event())
    killer.join()
    assert ended.status in {"error", "sandbox_error"}
    assert not living(mark)


def test_a_supervisor_killed_while_its_keeper_cannot_act_leaves_nothing(tmp_path: Path) -> None:
    """PID 1 sees by itself that the supervisor's pipe has ended."""
    script, mark = tmp_path / "payload.py", f"stopped-{os.getpid()}"
    script.write_text(BEAT)
    code = "import sys\nfrom pathlib import Path\nfrom copilot.sandbox import Limits, run_script\n"
    code += "run_script(Path(sys.argv[1]), [sys.argv[2]], limits=Limits(time_s=60), run_dir=Path(sys.argv[3]))"
    with subprocess.Popen([sys.executable, "-c", code, str(script), mark, str(tmp_path / "runs")]) as supervisor:
        assert until(20, lambda: list(tmp_path.glob("runs/*/box/beat")))
        keeper = next(pid for pid, parent in parents(mark).items() if parent == supervisor.pid)
        os.kill(keeper, signal.SIGSTOP)
        supervisor.kill()
    try:
        assert until(5, lambda: set(living(mark)) <= {keeper}), living(mark)
    finally:
        os.kill(keeper, signal.SIGKILL)
    assert until(5, lambda: not living(mark))


def test_what_cannot_be_ended_is_said_and_its_folder_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script, box = tmp_path / "payload.py", tmp_path / "box"
    script.write_text("print('x')")
    box.mkdir()
    bwrap = bubblewrap.find()
    assert bwrap is not None
    taken: list[str] = []
    monkeypatch.setattr(process, "take_over", lambda folder, *_: taken.append(folder))
    monkeypatch.setattr(process.Watch, "gone", lambda *_: False)
    ended = Process(bwrap, script, [], box, [], Limits(time_s=30)).run(lambda *_: None, threading.Event())
    assert (ended.status, ended.detail) == ("sandbox_error", process.LEFT_OVER)
    assert not taken


def test_nothing_is_left_in_the_temporary_folder(payload: Payload, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(payload.folder))
    before = set(os.listdir("/tmp"))
    payload("print('x')")
    assert not [name for name in set(os.listdir("/tmp")) - before if "stage" in name]


def test_a_system_that_lets_nobody_count_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(path: str) -> os.statvfs_result:
        raise PermissionError(path)

    monkeypatch.setattr("copilot.sandbox.limits.os.statvfs", refuse)
    report = probe(fresh=True)
    assert not report.ok
    assert "PermissionError" in report.detail
    monkeypatch.undo()
    monkeypatch.setattr("copilot.sandbox.process.os.path.exists", lambda path: False)
    report = probe(fresh=True)
    assert not report.ok
    assert "CONFIG_PROC_CHILDREN" in report.detail
