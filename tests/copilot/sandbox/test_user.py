"""Many runs at once: each is alone, as another user where root starts it, and ends for itself."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from pathlib import Path

import pytest

from copilot.core.errors import SandboxUnavailable
from copilot.core.types import RunResult
from copilot.sandbox import Limits, run_script, user
from tests.copilot.sandbox.conftest import Payload

CODE = """
import glob, os, pathlib, signal, sys, time
me = sys.argv[1]
pathlib.Path("mine-" + me).write_text(me)
pathlib.Path("/tmp/mine-" + me).write_text(me)
pathlib.Path("/dev/shm/mine-" + me).write_text(me)
print("uid", os.getuid())
end = time.monotonic() + 60
while not os.path.exists("go"):
    assert time.monotonic() < end
    time.sleep(0.01)
print("files", sorted(glob.glob("/tmp/mine-*") + glob.glob("/dev/shm/mine-*") + glob.glob("/box/mine-*")))
print("processes", sorted(int(name) for name in os.listdir("/proc") if name.isdigit()))
try:
    os.kill(-1, signal.SIGTERM)
except ProcessLookupError:
    pass
print("harmless", me)
"""


FIRST = """
import os, pathlib, time
for place in ("/tmp/", "/dev/shm/", "/box/"):
    pathlib.Path(place + "mine").write_text("of the first")
pathlib.Path("on").touch()
end = time.monotonic() + 60
while not os.path.exists("go"):
    assert time.monotonic() < end
    time.sleep(0.01)
print("untouched", *(pathlib.Path(place + "mine").read_text() for place in ("/tmp/", "/dev/shm/", "/box/")))
"""
SECOND = """
import os, pathlib, signal
print("seen", [place for place in ("/tmp/", "/dev/shm/", "/box/") if os.path.exists(place + "mine")])
print("processes", sorted(int(name) for name in os.listdir("/proc") if name.isdigit()))
for place in ("/tmp/", "/dev/shm/", "/box/"):
    pathlib.Path(place + "mine").write_text("of the second")
try:
    os.kill(-1, signal.SIGKILL)
except ProcessLookupError:
    print("nobody")
"""


@pytest.mark.case(69)
def test_a_run_neither_sees_nor_disturbs_another(payload: Payload) -> None:
    with payload.started(FIRST, script="first.py") as (box, outcome):
        second = payload(SECOND, script="second.py")
        (box / "go").touch()
        first = outcome.result()
    assert second.text.splitlines() == ["seen []", "processes [1, 2]", "nobody"]
    assert first.status == "ok", first.text
    assert first.text == "untouched" + 3 * " of the first"
    assert (second.box / "mine").read_text() == "of the second"


def test_runs_at_the_same_time_cannot_see_each_other(tmp_path: Path) -> None:
    script = tmp_path / "payload.py"
    script.write_text(CODE)
    ended: dict[int, tuple[RunResult, str]] = {}

    def one(number: int) -> None:
        result = run_script(script, [str(number)], limits=Limits(time_s=90), run_dir=tmp_path / "runs")
        ended[number] = result, Path(result.log).read_text()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    boxes = all_begun(tmp_path / "runs", len(threads))
    for box in boxes:  # all are running now, in the host's eyes too
        (box / "go").touch()
    for thread in threads:
        thread.join()
    assert len(ended) == 4
    for number, (result, log) in ended.items():
        places = [f"{place}/mine-{number}" for place in ("/box", "/dev/shm", "/tmp")]
        assert result.status == "ok", log
        assert f"files {places}" in log
        assert f"harmless {number}" in log
    uids = {line for _, log in ended.values() for line in log.splitlines() if line.startswith("uid")}
    assert len(uids) == (4 if os.geteuid() == 0 else 1)


def all_begun(runs: Path, number: int) -> list[Path]:
    """The boxes, once each program has written its file."""
    end = time.monotonic() + 60
    while len(boxes := [path.parent for path in runs.glob("*/box/mine-*")]) < number:
        assert time.monotonic() < end
        time.sleep(0.02)
    return boxes


def test_a_run_goes_on_when_the_thread_that_made_its_supervisor_has_ended(tmp_path: Path) -> None:
    """bubblewrap dies with the thread that started it: that is the keeper's only one, not the caller's."""
    script = tmp_path / "payload.py"
    script.write_text("import time; time.sleep(1.5); print('still here')")
    results: list[RunResult] = []

    def work() -> None:
        results.append(run_script(script, [], limits=Limits(time_s=60), run_dir=tmp_path / "runs"))

    workers: list[threading.Thread] = []

    def short() -> None:
        workers.append(threading.Thread(target=work))
        workers[0].start()

    starter = threading.Thread(target=short)
    starter.start()
    starter.join()
    workers[0].join()
    assert results[0].status == "ok"
    assert "still here" in Path(results[0].log).read_text()


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user's runs are that user's own")
def test_a_user_that_another_run_has_is_not_given_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(user, "UIDS", 1)
    with contextlib.ExitStack() as first:
        assert user.of_a_run(first) == user.FIRST_UID
        with contextlib.ExitStack() as second, pytest.raises(SandboxUnavailable, match="No user is free"):
            user.of_a_run(second)
    with contextlib.ExitStack() as third, socket.socket(socket.AF_UNIX) as other:
        assert user.of_a_run(third) == user.FIRST_UID
        with pytest.raises(OSError, match="in use"):
            other.bind(f"\0rllte-copilot-run-{user.FIRST_UID}")
