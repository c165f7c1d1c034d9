"""Amounts that a program tries to take where nobody counts: each is counted, or capped."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time

import pytest

from copilot.core.errors import InvalidRequest
from copilot.sandbox import Limits
from copilot.sandbox.folder import Deleted
from copilot.sandbox.limits import Meter, disks_mb
from tests.copilot.sandbox.conftest import Payload


@pytest.mark.parametrize("value", [0, -1, float("inf"), float("nan"), 1e30, 10**14])
@pytest.mark.parametrize("name", ["time_s", "cpu_s", "memory_mb", "files"])
def test_a_limit_is_a_number_above_zero(name: str, value: float) -> None:
    with pytest.raises(InvalidRequest, match=name):
        Limits(**{name: value})  # type: ignore[arg-type]


FILL = """
import time
def fill(path, megabytes):
    with open(path, "wb", buffering=0) as file:
        for _ in range(megabytes):
            file.write(b"x" * 2**20)
"""


@pytest.mark.case(47)
@pytest.mark.parametrize("disk", ["/tmp", "/dev/shm"])
def test_a_memory_disk_is_no_larger_than_a_quarter_of_the_memory(payload: Payload, disk: str) -> None:
    done = payload(f"{FILL}\nfill('{disk}/f', 150)", memory_mb=400)
    assert done.status == "error"
    assert "No space left on device" in done.text


@pytest.mark.case(47)
def test_files_in_memory_count_as_memory(payload: Payload) -> None:
    code = f"{FILL}\nfill('/tmp/f', 90); fill('/dev/shm/f', 90)\nprint('full', flush=True)\n"
    code += "x = bytearray(MB * 2**20)\ntime.sleep(2)"
    assert payload(code.replace("MB", "120"), memory_mb=400).status == "ok"
    done = payload(code.replace("MB", "260"), memory_mb=400)
    assert (done.status, done.text.splitlines()[0]) == ("oom", "full")


def test_entries_without_content_count_as_memory(payload: Payload) -> None:
    code = "import os\nfor n in range(10**7):\n  os.close(os.open(f'/tmp/{n}', os.O_CREAT))"
    done = payload(code, memory_mb=96)
    assert done.status == "oom"


def test_deleted_files_that_are_open_count_as_files(payload: Payload) -> None:
    code = """
    import os, time
    for n in range(6):
        file = os.open(f"f{n}", os.O_CREAT | os.O_RDWR)
        os.unlink(f"f{n}")
        os.write(file, b"x" * 4 * 2**20)
    time.sleep(15)
    """
    assert payload(code, disk_mb=40, time_s=2).status == "timeout"
    assert payload(code, disk_mb=10, time_s=30).status == "disk"


def test_a_process_that_closes_its_descriptors_to_others_hides_something(tmp_path: object) -> None:
    """Asked twice: one that is just starting is closed for a moment."""
    looked = Deleted(str(tmp_path))

    def refuse(path: str) -> list[str]:
        raise PermissionError(path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "listdir", refuse)
        assert [looked.look([1]).hidden for _ in range(3)] == [False, True, True]
        assert not looked.look([2]).hidden


def test_a_folder_without_rights_hides_nothing(payload: Payload) -> None:
    """Root reads it, an ordinary user cannot: either way the run is ended."""
    code = """
    import os, time
    os.mkdir("d"); os.chmod("d", 0o300)
    for n in range(3000): open(f"d/e{n}", "w").close()
    time.sleep(15)
    """
    assert payload(code, files=500, time_s=30).status == "disk"


@pytest.mark.case(51)
def test_names_that_come_and_go_do_not_hide_the_others(payload: Payload) -> None:
    code = """
    import os, time
    if os.fork() == 0:
        while True:
            for n in range(50): open(f"c{n}", "w").close()
            for n in range(50): os.unlink(f"c{n}")
    for n in range(6): open(f"f{n}", "wb").write(b"x" * 4 * 2**20)
    time.sleep(20)
    """
    assert payload(code, disk_mb=10, time_s=30).status == "disk"


@pytest.mark.case(56)
def test_empty_lines_count(payload: Payload) -> None:
    done = payload("import os\nwhile True: os.write(1, b'\\n' * 65536)", output_lines=1000)
    assert done.status == "output"


@pytest.mark.case(55)
def test_processor_time_of_children_that_nobody_waits_for(payload: Payload) -> None:
    code = """
    import os, signal, time
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        if os.fork() == 0:
            while time.process_time() < 0.4: pass
            os._exit(0)
        try: os.wait()
        except ChildProcessError: pass
    """
    assert payload(code, cpu_s=2, time_s=40).status == "cpu"


def test_many_healthy_threads_and_an_error_are_an_error(payload: Payload) -> None:
    code = """
    import sys, threading, time
    for _ in range(92): threading.Thread(target=time.sleep, args=(1,), daemon=True).start()
    time.sleep(0.3)
    sys.exit(3)
    """
    done = payload(code, processes=100)
    assert (done.status, done.result.exit_code) == ("error", 3)


@pytest.mark.case(44)
def test_a_fork_bomb_that_ends_by_itself_met_its_limit(payload: Payload) -> None:
    code = """
    import os, time
    while True:
        if os.fork() == 0:
            time.sleep(20)
            os._exit(0)
    """
    done = payload(code, processes=40)
    assert done.status == "nproc"
    assert "BlockingIOError" in done.text


@pytest.mark.case(46)
def test_memory_that_is_refused_at_once_is_an_error_with_its_reason(payload: Payload) -> None:
    """It was never used, so it is not "oom": the supervisor saw nothing."""
    done = payload("x = bytearray(3 * 2**30)", memory_mb=512)
    assert done.status == "error"
    assert "the memory limit" in done.text


def test_a_process_s_name_adds_no_memory() -> None:
    code = "import ctypes; ctypes.CDLL(None).prctl(15, b'\\rRssAnon: 99999', 0, 0, 0); print('on', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("copilot.sandbox.limits.disks_mb", lambda root: 0.0)
            assert 0 < Meter(os.getpid()).look().memory_mb < 90
        process.communicate(b"\n")


def test_the_disks_of_a_run_that_is_just_ending(monkeypatch: pytest.MonkeyPatch) -> None:
    """To an ordinary user its root is closed from then on: that is no fault; while it lives, it is."""

    def refuse(path: str) -> os.statvfs_result:
        raise PermissionError(path)

    with subprocess.Popen([sys.executable, "-S", "-c", "input()"], stdin=subprocess.PIPE) as process:
        monkeypatch.setattr("copilot.sandbox.limits.os.statvfs", refuse)
        with pytest.raises(PermissionError):
            disks_mb(process.pid)
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # it has ended, and is still there
        assert disks_mb(process.pid) == 0


def test_a_run_that_ends_with_full_memory_disks_ends_well(payload: Payload) -> None:
    """They take a while to give back; the looks that fall into it see nothing, and find nothing wrong."""
    code = f"{FILL}\nfill('/tmp/f', 90); fill('/dev/shm/f', 90)"
    assert [payload(code, memory_mb=1024).status for _ in range(6)] == ["ok"] * 6


SHARED_BY_CHILDREN = """
    import os, time
    memory = bytearray(150 * 2**20)
    for place in range(0, len(memory), 4096):
        memory[place] = 1
    for _ in range(6):
        if os.fork() == 0:
            time.sleep(1.5)
            os._exit(0)
    for _ in range(6):
        os.wait()
"""


def test_memory_that_children_share_counts_once(payload: Payload) -> None:
    """As workers have it; each process's own number would make 1050 MB of 150."""
    done = payload(SHARED_BY_CHILDREN, memory_mb=500)
    assert done.status == "ok", done.text
    assert payload(SHARED_BY_CHILDREN.replace("time.sleep(1.5)", OWN), memory_mb=500).status == "oom"


def test_other_limits_hold_where_shared_memory_seems_too_much(payload: Payload) -> None:
    """The first limit that seems passed must not hide the next."""
    spinning = SHARED_BY_CHILDREN.replace("time.sleep(1.5)", "exec('while True: pass')")
    assert payload(spinning, memory_mb=500, cpu_s=3, time_s=60).status == "cpu"


OWN = "x = bytearray(memory); time.sleep(20)"


def test_memory_of_a_program_whose_first_thread_has_ended(payload: Payload) -> None:
    """Its own folder in /proc shows nothing any more."""
    code = """
        import ctypes, threading, time
        def work():
            time.sleep(0.2)
            x = bytearray(300 * 2**20)
            for place in range(0, len(x), 4096): x[place] = 1
            time.sleep(20)
        threading.Thread(target=work).start()
        ctypes.CDLL(None).syscall(60 if __import__("platform").machine() == "x86_64" else 93, 0)
    """
    assert payload(code, memory_mb=150).status == "oom"


def test_processor_time_of_one_that_a_look_missed_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    busy = "import time\nwhile time.process_time() < 1: pass\ntime.sleep(60)"
    with subprocess.Popen([sys.executable, "-S", "-c", busy]) as child:
        meter = Meter(os.getpid())
        while (used := meter.look().processor_s) < 1:
            time.sleep(0.05)
        for seen in ([os.getpid()], [os.getpid(), child.pid], [os.getpid()], [os.getpid(), child.pid]):
            monkeypatch.setattr("copilot.sandbox.proc.tree", lambda root, seen=seen: seen)
            assert meter.look().processor_s < used + 0.5
        child.kill()


@pytest.mark.parametrize("code", ["raise SystemExit(1)", "import os\nif os.fork(): os.wait()\nraise SystemExit(1)"])
def test_an_error_with_few_processes_allowed_is_an_error(payload: Payload, code: str) -> None:
    assert payload(code, processes=5).status == "error"


def test_lower_limits_of_the_machine_s_own_are_kept(payload: Payload) -> None:
    """As on the entrance of a cluster: less processor time and fewer files than a run would get."""
    code = """
        import resource, sys
        from pathlib import Path
        from copilot.sandbox import Limits, run_script
        resource.setrlimit(resource.RLIMIT_CPU, (900, 900))
        resource.setrlimit(resource.RLIMIT_NOFILE, (400, 400))
        done = run_script(Path(sys.argv[1]), [], limits=Limits(), run_dir=Path(sys.argv[2]))
        print(done.status, Path(done.log).read_text())
    """
    script = payload.identity.make("small.py", "import resource; print(resource.getrlimit(0), resource.getrlimit(7))")
    done = payload.identity.python(textwrap.dedent(code), str(script), str(payload.folder / "runs"))
    assert done.stdout.split("\n")[0] == "ok (900, 900) (400, 400)", done.stdout
