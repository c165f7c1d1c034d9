"""Amounts: what a run takes too much of is refused to it or ends it, with one status each; the host goes on undisturbed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from copilot.sandbox import watch
from tests.copilot.sandbox.conftest import Payload
from tests.copilot.sandbox.test_process import living, until

BOMB = """
import os, time
open("/box/on", "w").close()
while True:
    try:
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)
    except BlockingIOError as error:
        with open("/box/refused", "w") as out:
            out.write(str(error.errno))
        time.sleep(60)
"""


# time -----------------------------------------------------------------------------------------------------------------


@pytest.mark.case(54)
@pytest.mark.case(60)
def test_time(payload: Payload) -> None:
    """Whatever signals it ignores."""
    code = """
    import signal
    for number in range(1, signal.NSIG):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    open("/box/on", "w").close()
    while True: pass
    """
    done = payload(code, mark := f"ignores-{os.getpid()}", time_s=1)
    assert (done.status, done.result.exit_code) == ("timeout", None)
    assert (done.box / "on").exists()
    assert not living(mark)


@pytest.mark.case(67)
def test_a_program_that_closes_its_streams_is_still_watched(payload: Payload) -> None:
    code = "import os, time\nos.closerange(0, 100)\ntime.sleep(99)"
    assert payload(code, mark := f"closed-{os.getpid()}", time_s=1).status == "timeout"
    assert not living(mark)


@pytest.mark.case(59)
@pytest.mark.parametrize(
    "bomb",
    [
        "import re; re.match(r'(a+)+$', 'a' * 40 + 'b')",
        "x = 7 ** (7 ** 10)",
        "x = '9' * 10**9; import sys; sys.set_int_max_str_digits(0); int(x)",
        "sum(iter(int, 1))",
    ],
)
def test_what_never_comes_back_to_python(payload: Payload, bomb: str) -> None:
    """No handler of a signal gets a word in; the limit of time needs none."""
    code = f"print('on', flush=True)\n{bomb}\nopen('/box/done', 'w').close()"
    done = payload(code, mark := f"bomb-{os.getpid()}", time_s=1)
    assert (done.status, done.text.splitlines()[0]) == ("timeout", "on")
    assert not (done.box / "done").exists()
    assert not living(mark)


@pytest.mark.case(59)
def test_a_number_without_end(payload: Payload) -> None:
    """It meets memory or time first, as the machine is fast or slow; the supervisor lives through either."""
    done = payload("x = 10 ** (10 ** 8)\ny = [x * k for k in range(2, 10**6)]", time_s=3, memory_mb=400)
    assert done.status in {"timeout", "oom", "error"}
    assert payload("print('on')").status == "ok"


@pytest.mark.case(55)
def test_processor_time_of_all_processes(payload: Payload) -> None:
    code = "import os\nfor _ in range(3):\n  if os.fork() == 0:\n    while True: pass\nwhile True: pass"
    assert payload(code, cpu_s=1.5).status == "cpu"


@pytest.mark.case(54)
def test_processor_time_by_the_kernel_alone(payload_here: Payload, monkeypatch: pytest.MonkeyPatch) -> None:
    """Should the watch be late, each process has a limit of its own; that is "cpu", too."""
    monkeypatch.setattr(watch, "exceeded", lambda *_: None)
    done = payload_here("while True: pass", cpu_s=1)
    assert (done.status, done.result.signal) in {("cpu", signal.SIGKILL), ("cpu", signal.SIGXCPU)}


@pytest.mark.case(54)
def test_the_processor_limit_of_a_process_as_the_host_sees_it(payload: Payload) -> None:
    with payload.started(
        "import time; open('/box/on', 'w').close(); time.sleep(60)", mark := f"cpu-{os.getpid()}", cpu_s=7
    ):
        program = max(living(mark))
        rows = [line.split() for line in Path(f"/proc/{program}/limits").read_text().splitlines()]
        assert ["Max", "cpu", "time", "8", "8", "seconds"] in rows


# memory ---------------------------------------------------------------------------------------------------------------


@pytest.mark.case(46)
@pytest.mark.case(47)
@pytest.mark.parametrize(
    "code",
    [
        "x = bytearray(400 * 2**20); import time; time.sleep(30)",
        "import mmap, time; m = mmap.mmap(-1, 400 * 2**20); m.write(b'x' * len(m)); time.sleep(30)",
        "import os, time\nfor _ in range(4):\n  if os.fork() == 0: break\nx = bytearray(90 * 2**20); time.sleep(30)",
    ],
    ids=["heap", "shared", "processes"],
)
def test_memory_of_all_processes(payload: Payload, code: str) -> None:
    done = payload(code, mark := f"memory-{os.getpid()}", memory_mb=200)
    assert done.status == "oom"
    assert done.result.peak_memory_mb >= 200
    assert not living(mark)


@pytest.mark.case(46)
def test_three_gigabytes_at_once(payload: Payload) -> None:
    """Refused by the kernel before the watch sees any of it; the next run is none the worse."""
    done = payload("x = bytearray(3 * 2**30)", memory_mb=512)
    assert (done.status, done.result.exit_code) == ("error", 1)
    assert "the memory limit" in done.text
    assert payload("x = bytearray(300 * 2**20)", memory_mb=512).status == "ok", "the control"


@pytest.mark.case(47)
def test_files_in_memory_without_a_name_cannot_be_made(payload: Payload) -> None:
    done = payload(
        "import os\ntry: os.memfd_create('x')\nexcept OSError as e: open('/box/error', 'w').write(str(e.errno))"
    )
    assert (done.box / "error").read_text() == "1"
    assert payload.identity.python("import os; os.memfd_create('x')").returncode == 0, "the control"


# processes, descriptors -----------------------------------------------------------------------------------------------


@pytest.mark.case(44)
def test_a_fork_bomb_is_alone_with_it(payload: Payload) -> None:
    """While it is at its limit, the very user whose it is starts as many processes as before."""
    with payload.started(BOMB, mark := f"forks-{os.getpid()}", processes=40) as (box, _):
        assert until(30, lambda: (box / "refused").exists() and (box / "refused").read_text() == "11")
        inside = [pid for pid in living(mark) if "payload.py" in Path(f"/proc/{pid}/cmdline").read_text()]
        assert 30 < len(inside) <= 44, "at most those, the keeper, bubblewrap and the supervisor"
        shell = "import os\nfor _ in range(60):\n  if os.fork() == 0:\n    input()\nprint('forked')"
        assert payload.identity.python(shell).stdout.count("forked")
    assert not living(mark)


@pytest.mark.case(45)
def test_a_thread_bomb(payload: Payload) -> None:
    code = """
    import threading, time
    while True: threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    """
    done = payload(code, mark := f"threads-{os.getpid()}", processes=64)
    assert done.status in {"nproc", "error"}
    assert "the limit of processes and threads" in done.text
    assert not living(mark)
    many = "import threading\nt = [threading.Thread(target=int) for _ in range(100)]\n[x.start() for x in t]"
    assert payload.identity.python(many).returncode == 0
    assert payload(many).status == "ok", "the control: with room for them it works"


@pytest.mark.case(53)
def test_descriptors(payload: Payload) -> None:
    code = """
    import errno
    held = []
    try:
        while True: held.append(open("/dev/null"))
    except OSError as error:
        held.pop()
        open("/box/error", "w").write(f"{errno.errorcode[error.errno]} {len(held) > 900}")
    """
    assert (payload(code, open_files=1024).box / "error").read_text() == "EMFILE True"
    few = payload(code, open_files=64)
    assert (few.box / "error").read_text() == "EMFILE False"


# files ----------------------------------------------------------------------------------------------------------------


@pytest.mark.case(49)
def test_the_devices_folder_is_no_disk(payload: Payload) -> None:
    code = """
    import os
    found = {}
    for path in ("/dev/x", "/dev/shm/../x", "/dev/pts/x", "/dev/mqueue/x"):
        try:
            open(path, "w").close()
            found[path] = "made"
        except OSError as error:
            found[path] = error.strerror
    names = sorted(os.listdir("/dev"))
    open("/dev/null", "w").write("x"); open("/dev/shm/x", "w").write("x")
    open("/box/found", "w").write(f"{found['/dev/x']}|{'made' in found.values()}|{names}")
    """
    refused, made, names = (payload(code).box / "found").read_text().split("|")
    assert (refused, made) == ("Read-only file system", "False")
    allowed = {"console", "core", "fd", "full", "null", "ptmx", "pts", "random", "shm", "stderr", "stdin", "stdout"}
    assert set(names.strip("[]").replace("'", "").split(", ")) <= allowed | {"tty", "urandom", "zero"}


@pytest.mark.case(50)
@pytest.mark.parametrize("way", ["write", "truncate", "fallocate", "seek"])
def test_one_file(payload: Payload, way: str) -> None:
    code = """
    import os, signal, sys
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with open("/box/big", "wb", buffering=0) as file:
        if sys.argv[1] == "truncate": file.truncate(2**40)
        if sys.argv[1] == "fallocate": os.posix_fallocate(file.fileno(), 0, 2**40)
        if sys.argv[1] == "seek": file.seek(2**40); file.write(b"x")
        while True: file.write(b"x" * 2**20)
    """
    done = payload(code, way, file_mb=8)
    assert done.status == "error"
    assert "the limit of a single file" in done.text
    assert (done.box / "big").stat().st_size <= 8 * 2**20
    within = payload("open('/box/big', 'wb').write(b'x' * 7 * 2**20)", file_mb=8)
    assert (within.status, (within.box / "big").stat().st_size) == ("ok", 7 * 2**20)


@pytest.mark.case(51)
def test_its_folder(payload: Payload) -> None:
    code = "import time\nfor n in range(3000):\n  open(f'f{n}', 'w').close()\ntime.sleep(20)"
    assert payload(code, files=500).status == "disk"
    code = "import time\nfor n in range(6):\n  open(f'f{n}', 'wb').write(b'x' * 4 * 2**20)\ntime.sleep(20)"
    assert payload(code, disk_mb=10).status == "disk"
    assert payload(code.replace("20)", "0)"), disk_mb=100).status == "ok", "the control"


@pytest.mark.case(58)
def test_no_core_is_dumped(payload: Payload) -> None:
    pattern = Path("/proc/sys/kernel/core_pattern").read_text()
    code = """
    import ctypes, os, resource, subprocess, sys
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    except ValueError:
        open("/box/refused", "w").close()
    ctypes.string_at(0)
    """
    done = payload(code)
    assert (done.status, done.result.exit_code, done.result.signal) == ("error", None, signal.SIGSEGV)
    assert os.listdir(done.box) == ["refused"]
    assert Path("/proc/sys/kernel/core_pattern").read_text() == pattern
    if not pattern.startswith(("|", "/")):  # the control: where the kernel would write one beside the program, it does
        crash = "import ctypes, os, resource, sys\nos.chdir(sys.argv[1])\n"
        crash += "limit = resource.getrlimit(resource.RLIMIT_CORE)[1]\n"
        crash += (
            "resource.setrlimit(resource.RLIMIT_CORE, (limit, limit))\nprint(limit, flush=True)\nctypes.string_at(0)"
        )
        limit = payload.identity.python(crash, str(payload.folder)).stdout.split()[0]
        assert limit == "0" or [path for path in payload.folder.iterdir() if path.name.startswith(pattern.strip()[:4])]


# output ---------------------------------------------------------------------------------------------------------------


@pytest.mark.case(56)
def test_a_flood_of_output_costs_the_supervisor_no_memory(payload: Payload) -> None:
    """In short lines, in one line without end, as metrics: ended, and the supervisor is as large as after a quiet run."""
    quiet = payload("print('x')", apart=True).peak_mb
    for flood in (
        "while True: print('y' * 1000)",
        "import os\nwhile True: os.write(1, b'y' * 65536)",
        "import os\nn = int(os.environ['RLLTE_METRICS_FD'])\nwhile True: os.write(n, b'{\"x\": 1' + b'0' * 60000)",
    ):
        done = payload(flood, apart=True, output_mb=24)
        assert done.status == "output"
        assert 0 < quiet < done.peak_mb + 4 < quiet + 16, "its events are sent on, none is kept"
        assert Path(done.result.log).stat().st_size < 26 * 2**20


@pytest.mark.case(56)
@pytest.mark.parametrize(
    "what", ["bytes(range(256)) * 256", "b'\\x1b]0;' * 16384", "b'\\n' * 65536", "b'\\xff' * 65536"]
)
def test_a_flood_of_what_is_no_text(payload: Payload, what: str) -> None:
    """It costs more to clean, and takes up to three times the room, which is bounded all the same."""
    done = payload(f"import os\nwhile True: os.write(2, {what})", output_mb=4)
    assert done.status == "output"
    assert Path(done.result.log).stat().st_size < 16 * 2**20


def test_the_host_still_starts_programs() -> None:
    assert subprocess.run([sys.executable, "-S", "-c", "pass"], check=False).returncode == 0
