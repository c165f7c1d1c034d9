"""Tier B, Landlock alone: what it holds back, asserted on the host's state, each with a control that nothing holds back.

As root every test runs twice, by root and by the user that root becomes (`landlock_host`).
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from copilot.core.errors import SandboxUnavailable
from copilot.sandbox import landlock, landlock_process, seccomp
from copilot.sandbox.probe import probe
from tests.copilot.sandbox.landlock_host import IDENTITIES, USER, Host, open_to_all, shared_python
from tests.copilot.sandbox.test_process import living, until


@pytest.fixture(scope="module")
def python() -> Iterator[tuple[str, Path]]:
    folder = Path(tempfile.mkdtemp(dir="/var/tmp", prefix="landlock-python-"))
    try:
        yield shared_python(folder)
    finally:
        shutil.rmtree(folder)


@pytest.fixture(params=IDENTITIES)
def host(request: pytest.FixtureRequest, python: tuple[str, Path]) -> Iterator[Host]:
    made = Host(request.param, *python)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def bystander(host: Host) -> Iterator[subprocess.Popen[bytes]]:
    """Another process of the user's, with a secret in its environment."""
    started = host.started([host.python, "-c", "import time; print(1, flush=True); time.sleep(300)"], USER)
    with subprocess.Popen(**started, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


# what must work -------------------------------------------------------------------------------------------------------


def test_output_metrics_files_and_temporary_files_come_back_labelled(host: Host) -> None:
    done = host.run(
        """
        import os, pathlib, subprocess, sys, tempfile
        print("hello", sys.argv[1:], os.path.samefile(os.environ["HOME"], "."))
        pathlib.Path("kept.txt").write_text("kept")
        os.write(int(os.environ["RLLTE_METRICS_FD"]), b'{"step": 8}\\n')
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"x")
            print(file.name.startswith(os.getcwd()))
        print(subprocess.run(["/usr/bin/id", "-u"], capture_output=True, check=True).stdout)
        os.rename("kept.txt", "moved.txt"); os.mkdir("d"); os.link("moved.txt", "d/linked"); os.unlink("d/linked")
        """,
        "--seed",
        "3",
    )
    assert done.status == "ok", done.text
    assert done.text.splitlines()[0] == landlock_process.NOTICE
    assert done.text.splitlines()[1:] == ["hello ['--seed', '3'] True", "True", f"b'{USER}\\n'"]
    assert done.log.read_text().startswith(landlock_process.NOTICE)
    assert done.rows == [{"step": 8}]
    assert done.sandbox["tier"] == "B"
    assert {f"Landlock ABI {landlock.abi()}", "weaker: no namespaces"} <= set(done.sandbox["layers"])
    record = json.loads((done.log.parent / "result.json").read_text())
    assert record["sandbox"] == done.sandbox
    assert [Path(path).name for path in done.artifacts] == ["moved.txt"]
    assert (done.box / "moved.txt").stat().st_uid == (0 if host.identity == "root" else USER)
    assert done.log.parent.stat().st_mode & 0o777 == 0o700
    assert done.log.parent.stat().st_gid == (done.log.parent.parent.stat().st_gid)


def test_torch_trains_saves_and_loads(host: Host) -> None:
    done = host.run(
        """
        import torch
        model = torch.nn.Sequential(torch.nn.Linear(4, 16), torch.nn.Tanh(), torch.nn.Linear(16, 1))
        optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
        x = torch.randn(256, 4)
        y = x.sum(1, keepdim=True)
        losses = []
        for _ in range(200):
            loss = torch.nn.functional.mse_loss(model(x), y)
            optimiser.zero_grad(); loss.backward(); optimiser.step()
            losses.append(loss.item())
        batches = list(torch.utils.data.DataLoader(torch.arange(8.0), batch_size=4))
        torch.save(model.state_dict(), "model.pt")
        model.load_state_dict(torch.load("model.pt"))
        print(losses[-1] < losses[0] / 10, len(batches))
        """,
        memory_mb=4096,
    )
    assert done.status == "ok", done.text
    assert done.text.splitlines()[-1] == "True 2"


def test_the_library_is_found_though_the_folder_around_it_is_closed(host: Host) -> None:
    """Python lists the folder that it finds a package in: here, one that holds the project's other files."""
    host.outside_file("around/beside.txt", "canary", 0o666)
    (host.top / "around" / "some_library").mkdir()
    (host.top / "around" / "some_library" / "__init__.py").write_text("ANSWER = 42")
    code = """
    import os, sys, some_library
    print(some_library.ANSWER)
    for action in (lambda: os.listdir(sys.argv[1]), lambda: os.remove(os.environ["PYTHONPATH"] + "/some_library"),
                   lambda: open(os.environ["PYTHONPATH"] + "/x", "w"), lambda: open(some_library.__file__, "a")):
        try:
            print("GOT", action())
        except OSError:
            pass
    """
    done = host.run(code, str(host.top / "around"), readable=[host.top / "around" / "some_library"])
    assert done.status == "ok", done.text
    assert "42" in done.text
    assert "GOT" not in done.text
    assert {path.name for path in done.log.parent.iterdir()} == {"box", "log.txt", "metrics.jsonl", "result.json"}
    assert (host.top / "around" / "some_library" / "__init__.py").read_text() == "ANSWER = 42"


# files ----------------------------------------------------------------------------------------------------------------

FILES = """
import os, sys
secret, folder = sys.argv[1], os.path.dirname(sys.argv[1])
def attempt(name, action):
    try:
        print(name, "got", action())
    except OSError as error:
        print(name, error.errno)
def through_link():
    os.symlink(secret, "link")
    return open("link").read()
def through_path():
    return open(f"/proc/self/fd/{os.open(secret, os.O_PATH)}").read()
def up():
    return open(os.path.relpath(secret)).read()
def beside(name):
    return os.open(name, os.O_CREAT | os.O_WRONLY)
attempt("read", lambda: open(secret).read())
attempt("list", lambda: os.listdir(folder))
attempt("link", through_link)
attempt("path", through_path)
attempt("up", up)
attempt("hard", lambda: os.link(secret, "hard"))
attempt("take", lambda: os.rename(folder + "/moved.txt", "taken"))
attempt("append", lambda: open(secret, "a").write("changed"))
attempt("make", lambda: beside(folder + "/made"))
attempt("folder", lambda: os.mkdir(folder + "/made-folder"))
attempt("symlink", lambda: os.symlink("/", folder + "/made-link"))
attempt("remove", lambda: os.unlink(folder + "/removed.txt"))
attempt("cut", lambda: os.truncate(folder + "/cut.txt", 0))
attempt("give", lambda: os.rename("link", folder + "/given"))
"""


def test_files_outside_can_be_neither_read_nor_changed(host: Host) -> None:
    def state() -> dict[str, str | None]:
        return {
            path.name: path.read_text() if path.is_file() else None for path in sorted((host.top / "other").iterdir())
        }

    for name in ("secret.txt", "moved.txt", "removed.txt", "cut.txt"):
        host.outside_file(f"other/{name}", "canary-secret", 0o666)
    before = state()
    done = host.run(FILES, str(host.top / "other" / "secret.txt"))
    assert done.status == "ok", done.text
    assert "got" not in done.text
    assert "canary" not in done.text
    assert state() == before
    assert {path.name for path in done.box.iterdir()} == {"link", ".tmp"} - {".tmp"}
    control = host.outside(f"import os; os.chdir({str(host.home)!r})\n{FILES}", str(host.top / "other" / "secret.txt"))
    assert control.count("got") == 14, control
    assert state() != before


def test_other_users_files_home_and_system_are_closed(host: Host) -> None:
    host.outside_file("runs-of-others/log.txt", "canary-run", 0o666)
    code = """
    import os, sys
    for path in ("/etc/passwd", "/etc/hostname", "/proc/self/status", "/proc/1/cmdline", "/proc", "/sys", "/run", "/tmp",
                 "/dev", "/dev/shm", "/", *sys.argv[1:]):
        try:
            print("SAW", path, os.listdir(path) if os.path.isdir(path) else open(path).read())
        except OSError as error:
            pass
    for path in ("/usr/x", "/tmp/x-landlock", "/dev/shm/x", sys.prefix + "/x", os.path.dirname(os.__file__) + "/x", "/x"):
        try:
            open(path, "w").close()
            print("WROTE", path)
        except OSError:
            pass
    open("/dev/null", "w").write("x"); open("/dev/urandom", "rb").read(1)
    """
    places = [str(host.home), str(host.top), str(host.top / "runs-of-others/log.txt"), str(host.project / "driver.py")]
    done = host.run(code, *places)
    assert done.status == "ok", done.text
    assert "SAW" not in done.text
    assert "WROTE" not in done.text
    assert not Path("/tmp/x-landlock").exists()
    control = host.outside(code, *places)
    assert control.count("SAW") > 8
    assert "WROTE /tmp/x-landlock" in control
    Path("/tmp/x-landlock").unlink()


METADATA = """
import ctypes, os, sys
path = sys.argv[1]
libc = ctypes.CDLL(None, use_errno=True)
def attempt(name, action):
    try:
        action()
        print(name, "done")
    except OSError as error:
        print(name, error.errno)
def library(name, *args):
    if getattr(libc, name)(*args) != 0:
        raise OSError(ctypes.get_errno(), name)
def flags():
    import array, fcntl
    before = array.array("L", [0])
    fcntl.ioctl(file, 0x80086601, before)
    fcntl.ioctl(file, 0x40086602, array.array("L", [before[0] | 0x80]))
encoded = path.encode()
file = os.open(path if len(sys.argv) > 2 else __file__, os.O_RDONLY)
attempt("chmod", lambda: os.chmod(path, 0o4711))
attempt("fchmodat", lambda: os.chmod(os.path.basename(path), 0o600, dir_fd=os.open(os.path.dirname(path), os.O_PATH)))
attempt("fchmod", lambda: os.fchmod(file, 0o644))
attempt("chown", lambda: os.chown(path, os.getuid(), os.getgid()))
attempt("lchown", lambda: os.lchown(path, -1, os.getgid()))
attempt("fchown", lambda: os.fchown(file, -1, os.getgid()))
attempt("utimensat", lambda: os.utime(path, (1, 1)))
attempt("futimens", lambda: os.utime(file, (2, 2)))
attempt("utimes", lambda: library("utimes", encoded, None))
attempt("setxattr", lambda: os.setxattr(path, "user.canary", b"1"))
attempt("fsetxattr", lambda: os.setxattr(file, "user.second", b"1"))
attempt("removexattr", lambda: os.removexattr(path, "user.kept"))
attempt("flags", flags)
print("seen", os.stat(path).st_size)
"""


def test_modes_owners_times_and_attributes_of_the_user_s_own_files_stay(host: Host) -> None:
    """Landlock does not look at these; the filter refuses them whole, for the script's own file as well."""
    file = host.outside_file("other/mine.txt", "mine", 0o640)
    os.setxattr(file, "user.kept", b"1")

    def state() -> list[Any]:
        info = file.stat()
        names = os.listxattr(file)
        return [info.st_mode, info.st_uid, info.st_gid, info.st_mtime_ns, info.st_ctime_ns, names]

    before = state()
    done = host.run(METADATA, str(file))
    assert done.status == "ok", done.text
    assert "done" not in done.text
    assert state() == before
    assert "seen 4" in done.text, "what is left open: names and sizes"
    control = host.outside(METADATA, str(file), "with-the-file-open")
    assert control.count("done") == 13, control
    assert state() != before


# network and other processes --------------------------------------------------------------------------------------------

CONNECTS = """
import json, os, socket, sys
port, datagrams, place, abstract = json.loads(sys.argv[1])
def attempt(name, family, kind, address, data=None):
    try:
        with socket.socket(family, kind) as client:
            client.sendto(data, address) if data else client.connect(address)
        print(name, "through")
    except OSError as error:
        print(name, error.errno)
attempt("tcp", socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", port))
attempt("udp", socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", datagrams), b"canary")
attempt("path", socket.AF_UNIX, socket.SOCK_STREAM, place)
attempt("abstract", socket.AF_UNIX, socket.SOCK_STREAM, abstract)
ours, theirs = socket.socketpair()
ours.send(b"x"); assert theirs.recv(1) == b"x"
"""


class Listeners:
    """One of each kind, and how many have called."""

    def __init__(self, folder: Path) -> None:
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", 0))
        self.path, self.abstract = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
        place, name = str(folder / "s"), f"\0landlock-{os.getpid()}-{id(self)}"
        self.path.bind(place)
        os.chmod(place, 0o777)
        self.abstract.bind(name)
        self.sockets = {"tcp": self.tcp, "udp": self.udp, "path": self.path, "abstract": self.abstract}
        for server in self.sockets.values():
            server.settimeout(0.1)
        self.path.listen()
        self.abstract.listen()
        self.addresses = json.dumps([self.tcp.getsockname()[1], self.udp.getsockname()[1], place, name])

    def called(self) -> set[str]:
        """Who heard something since the last time."""
        heard = set()
        for name, server in self.sockets.items():
            try:
                server.recv(10) if name == "udp" else server.accept()[0].close()
                heard.add(name)
            except TimeoutError:
                continue
        return heard


@pytest.fixture
def listeners(host: Host) -> Iterator[Listeners]:
    made = Listeners(host.top)
    yield made
    for server in made.sockets.values():
        server.close()


def test_nothing_that_listens_hears_anything(host: Host, listeners: Listeners) -> None:
    done = host.run(CONNECTS, listeners.addresses)
    assert done.status == "ok", done.text
    assert "through" not in done.text
    assert listeners.called() == set()
    control = host.outside(CONNECTS, listeners.addresses)
    assert control.count("through") == 4, control
    assert listeners.called() == {"tcp", "udp", "path", "abstract"}


def test_without_the_filter_s_part_landlock_still_holds_tcp_and_abstract_sockets(
    host: Host, listeners: Listeners
) -> None:
    """The layers are two. It also shows what the filter alone holds: what Landlock lets through is let through here."""
    for line in ('"socket": (41, 198),', '"connect": (42, 203),'):
        host.change("seccomp.py", line, "")
    host.change("seccomp.py", "_Op(_JUMP_EQ, 1, 0, AF_UNIX), _ret(EPERM), _ret(ALLOW)]", "_ret(ALLOW)]")
    done = host.run(CONNECTS, listeners.addresses, before="from copilot.sandbox import run\nrun.probe = " + TIER_B)
    assert done.status == "ok", done.text
    assert listeners.called() == {"udp", "path"}


TIER_B = "lambda **_: __import__('copilot').sandbox.SandboxReport(True, 'B')"
"""A fake of the self-test's answer, for a sandbox with a hole in it that the self-test would refuse."""

SIGNALS = """
import ctypes, fcntl, os, signal, sys, time
pid = int(sys.argv[1])
libc = ctypes.CDLL(None, use_errno=True)
def attempt(name, action):
    try:
        action()
        print(name, "done")
    except OSError as error:
        print(name, error.errno)
def by_descriptor():
    signal.pidfd_send_signal(os.pidfd_open(pid), signal.SIGUSR1)
def library(name, *args):
    if getattr(libc, name)(*args) < 0:
        raise OSError(ctypes.get_errno(), name)
def by_input():
    reader, writer = os.pipe()
    fcntl.fcntl(reader, fcntl.F_SETOWN, pid)
    fcntl.fcntl(reader, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
    os.write(writer, b"x")
attempt("nothing", lambda: os.kill(pid, 0))
attempt("priority", lambda: os.setpriority(os.PRIO_PROCESS, pid, 7))
attempt("processors", lambda: os.sched_setaffinity(pid, {0}))
attempt("descriptor", by_descriptor)
attempt("thread", lambda: library("tgkill", pid, pid, signal.SIGUSR1))
attempt("memory", lambda: open(f"/proc/{pid}/mem", "rb").close())
attempt("trace", lambda: library("ptrace", 16, pid, 0, 0))
if len(sys.argv) > 2:
    by_input()
    attempt("kill", lambda: os.kill(pid, signal.SIGKILL))
    os.kill(-1, signal.SIGKILL)
"""


def test_another_process_of_the_user_is_left_alone(host: Host, bystander: subprocess.Popen[bytes]) -> None:
    def state() -> tuple[int, set[int]]:
        return os.getpriority(os.PRIO_PROCESS, bystander.pid), os.sched_getaffinity(bystander.pid)

    before = state()
    done = host.run(SIGNALS, str(bystander.pid), "wholly")
    assert "done" not in done.text
    assert done.signal != signal.SIGSYS
    assert bystander.poll() is None
    assert state() == before
    control = host.outside(SIGNALS, str(bystander.pid))
    assert {"nothing done", "priority done", "descriptor done"} <= set(control.splitlines()), control
    assert bystander.wait(10) == -signal.SIGUSR1


def test_what_proc_says_of_others_is_closed(host: Host, bystander: subprocess.Popen[bytes]) -> None:
    code = """
    import glob, os, sys
    for name in ("environ", "maps", "cmdline", "status", "cwd/secret.txt", "root/etc/passwd"):
        for path in (f"/proc/{sys.argv[1]}/{name}", *glob.glob(f"/proc/[0-9]*/{name}")):
            try:
                print(name, open(path, errors="replace").read())
            except OSError:
                pass
    for name in ("exe", "cwd", "root"):
        try:
            print("LINK", os.readlink(f"/proc/{sys.argv[1]}/{name}"))
        except OSError:
            pass
    """
    done = host.run(code, str(bystander.pid))
    assert done.status == "ok", done.text
    assert done.text.splitlines() == [landlock_process.NOTICE]
    control = host.outside(code, str(bystander.pid))
    assert "canary-environment" in control
    assert "LINK" in control


def test_it_cannot_harm_what_keeps_it(host: Host) -> None:
    code = """
    import os, signal, sys
    for number in (signal.SIGKILL, signal.SIGSTOP):
        for pid in (os.getppid(), os.getppid() - 1, os.getpgrp()):
            try:
                os.kill(pid, number)
                print("SENT", pid)
            except OSError:
                pass
    try:
        open(f"/proc/{os.getppid()}/mem", "rb")
        print("OPEN")
    except OSError:
        pass
    sys.exit(5)
    """
    done = host.run(code)
    assert done.status == "error"
    assert "SENT" not in done.text
    assert "OPEN" not in done.text


# life cycle -------------------------------------------------------------------------------------------------------------

DAEMON = """
import ctypes, os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)
        open("begun", "w").close()
        for number in range(10**6):
            with open("beat", "w") as file:
                file.write(str(number))
            time.sleep(0.02)
    os._exit(0)
while not os.path.exists("begun"):
    time.sleep(0.01)
"""


def still(path: Path) -> bool:
    """Whether a file no longer changes."""
    before = path.read_text()
    threading.Event().wait(0.3)
    return path.read_text() == before


def test_a_daemon_is_gone_when_its_program_ends(host: Host) -> None:
    done = host.run(DAEMON, mark := f"daemon-{os.getpid()}-{host.identity}")
    assert done.status == "ok", done.text
    assert not living(mark)
    assert still(done.box / "beat")


RUNNER = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    while True:  # each child goes on and each parent ends: by the time it is looked at, it is another
        if os.fork():
            os._exit(0)
open("begun", "w").close()
time.sleep(0.5)
"""


def test_a_chain_of_forks_that_runs_away_is_caught(host: Host) -> None:
    done = host.run(RUNNER, mark := f"runner-{os.getpid()}-{host.identity}")
    assert done.status == "ok", done.text
    assert not living(mark)


def test_a_fork_bomb_ends_and_the_user_can_go_on(host: Host) -> None:
    code = """
    import os
    while True:
        try:
            os.fork()
        except OSError:
            pass
    """
    done = host.run(code, mark := f"bomb-{os.getpid()}-{host.identity}", processes=60, time_s=20)
    assert done.status in {"nproc", "timeout"}, done.text
    assert (done.status == "nproc") or host.identity == "root"  # there the kernel holds the number, and time runs out
    assert not living(mark)
    assert host.outside("print('lives')") == "lives\n"


def test_a_supervisor_killed_at_any_moment_leaves_nothing(host: Host) -> None:
    code, mark = f"{DAEMON}\ntime.sleep(60)", f"killed-{os.getpid()}-{host.identity}"
    assert host.run("pass").status == "ok"  # so that the self-test is remembered
    seen = 0
    for number in range(12):
        command = host.command(code, mark)
        with subprocess.Popen(**command, stdout=subprocess.DEVNULL, start_new_session=True) as supervisor:
            until(10, lambda: len(living(mark)) > 1)  # the supervisor itself carries the mark
            threading.Event().wait(number * 0.02)
            seen += len(living(mark)) > 1
            supervisor.kill()
        assert until(5, lambda: not living(mark)), number
    assert seen == 12
    assert all(still(path) for path in host.top.glob("runs/*/box/beat"))
    assert list(host.top.glob("runs/*/box/beat"))


@pytest.mark.parametrize("which", ["keeper", "first process"])
def test_a_run_whose_keeper_or_first_process_is_killed_ends(host: Host, which: str) -> None:
    code, mark = f"{DAEMON}\ntime.sleep(60)", f"keeper-{os.getpid()}-{host.identity}"
    assert host.run("pass").status == "ok"
    with subprocess.Popen(**host.command(code, mark), stdout=subprocess.PIPE, text=True) as supervisor:
        assert until(20, lambda: list(host.top.glob("runs/*/box/beat")))
        keeper = children(supervisor.pid)[0]
        os.kill(keeper if which == "keeper" else children(keeper)[0], signal.SIGKILL)
        answer = json.loads(supervisor.communicate(timeout=60)[0].splitlines()[-1])
    assert answer["status"] in {"error", "sandbox_error"}
    assert until(5, lambda: not living(mark))
    assert all(still(path) for path in host.top.glob("runs/*/box/beat"))


def children(pid: int) -> list[int]:
    """Of all threads of a process."""
    return [int(child) for file in Path(f"/proc/{pid}/task").glob("*/children") for child in file.read_text().split()]


def test_two_runs_at_once_see_nothing_of_each_other(host: Host, python: tuple[str, Path]) -> None:
    """Under one user: nothing but Landlock parts them."""
    first = Host(host.identity, *python)
    try:
        first.run("pass")
        with subprocess.Popen(**first.command(f"{DAEMON}\ntime.sleep(30)"), stdout=subprocess.DEVNULL) as other:
            assert until(20, lambda: list(first.top.glob("runs/*/box/beat")))
            beat = next(first.top.glob("runs/*/box/beat"))
            program = children(children(children(other.pid)[0])[0])[0]
            done = host.run(
                "import os, sys\n"
                "for action in (lambda: open(sys.argv[1]).read(), lambda: os.kill(int(sys.argv[2]), 9)):\n"
                "    try: print('GOT', action())\n"
                "    except OSError: pass",
                str(beat),
                str(program),
                before="user.of_a_run = lambda stack: asked['uid']",  # even where another would be taken
            )
            assert done.status == "ok"
            assert "GOT" not in done.text
            assert not still(beat), sorted(first.top.glob("runs/*/result.json"))[-1].read_text()
            other.kill()
    finally:
        assert until(5, lambda: not living(str(first.top)))
        first.close()


# amounts ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "code", "limits"),
    [
        ("timeout", "import time; time.sleep(99)", {"time_s": 0.5}),
        ("oom", "x = bytearray(400 * 2**20); import time; time.sleep(30)", {"memory_mb": 200}),
        ("output", "while True: print('y' * 1000)", {"output_mb": 2}),
        ("cpu", "while True: pass", {"cpu_s": 1}),
        (
            "disk",  # temporary files are the run's own
            "import tempfile, time\nfiles = [tempfile.TemporaryFile() for _ in range(4)]\n"
            "for file in files:\n  file.write(bytes(8 * 2**20))\n  file.flush()\ntime.sleep(30)",
            {"disk_mb": 10},
        ),
        (
            "nproc",
            "import threading, time\ntry:\n"
            "  for _ in range(60): threading.Thread(target=time.sleep, args=(30,), daemon=True).start()\n"
            "finally: time.sleep(2)",
            {"processes": 30},
        ),
        ("error", "open('big', 'wb').truncate(2**40)", {"file_mb": 8}),
    ],
)
def test_each_limit_ends_a_run(host: Host, status: str, code: str, limits: dict[str, Any]) -> None:
    done = host.run(code, mark := f"limit-{os.getpid()}", **limits)
    assert done.status == status, done.text
    assert not living(mark)


def test_a_child_that_nobody_waits_for_hides_nothing(host: Host) -> None:
    """It has no descriptors to look at, which an ordinary user is not told."""
    code = "import os, time\nif os.fork() == 0: os._exit(0)\ntime.sleep(99)"
    assert host.run(code, time_s=3).status == "timeout"
    assert host.run(code, time_s=3, missing=False).status == "timeout"


# never by itself --------------------------------------------------------------------------------------------------------


def test_without_being_asked_nothing_runs_and_the_weaker_way_is_named(host: Host) -> None:
    marker = host.outside_file("other/marker", "", 0o666)
    code = f"open({str(marker)!r}, 'w').write('ran'); print('ran')"
    done = host.run(code, weaker=False)
    assert done.status == "refused"
    assert "bubblewrap" in done.text
    assert "--weaker-sandbox" in done.hint
    assert "weaker" in done.hint
    assert not list((host.top / "runs").glob("*")) if (host.top / "runs").exists() else True
    assert marker.read_text() == ""
    assert "ran" in host.run("print('ran')").text  # the control: the same host, asked


def test_where_bubblewrap_holds_it_is_taken_even_so(host: Host) -> None:
    assert probe().ok, "these tests want a machine on which tier A holds"
    done = host.run("print('ran')", missing=False)
    assert (done.status, done.sandbox["tier"]) == ("ok", "A"), done.text
    assert "WEAKER" not in done.text


@pytest.mark.parametrize(("number", "reason"), [(5, "ABI 5"), (0, "no Landlock")])
def test_an_older_landlock_is_refused(host: Host, number: int, reason: str) -> None:
    """The version number is a fake; the kernel here knows more."""
    fake = f"from copilot.sandbox import landlock\nlandlock.abi = lambda: {number}"
    done = host.run("print('ran')", before=fake)
    assert done.status == "refused"
    assert reason in done.text
    assert "--weaker-sandbox" not in host.run("print('ran')", before=fake, weaker=False).hint
    host.change("landlock.py", "    return max(0, _call(", f"    return {number} and max(0, _call(")
    host.change("landlock.py", "LEAST_ABI = 6", "LEAST_ABI = 99")
    skipped = "from copilot.sandbox import landlock_process\nlandlock_process.landlock.missing = lambda: None\n"
    skipped += f"from copilot.sandbox import run\nrun.probe = {TIER_B}"
    done = host.run("print('ran')", before=skipped)  # and the keeper asks again, whatever the supervisor believes
    assert done.status == "sandbox_error"
    assert "ran" not in done.text.splitlines()


@pytest.mark.skipif(
    os.geteuid() != 0, reason="an ordinary user's runs have the user's own rights: nothing to be closed"
)
def test_as_root_what_the_run_s_user_cannot_reach_is_refused(python: tuple[str, Path]) -> None:
    host = Host("root", *python)
    try:
        host.home.chmod(0o700)
        for place in (host.home / "runs", host.home):
            with pytest.raises(SandboxUnavailable, match="closed to others"):
                landlock_process.require_open(str(place))
        landlock_process.require_open(str(host.project))
        closed = host.top / "closed"
        closed.mkdir(mode=0o700)
        done = host.run("print('ran')", readable=[closed])
        assert done.status == "refused"
        assert str(closed) in done.text
        assert open_to_all(Path(python[0]))
    finally:
        host.close()


# the self-test ------------------------------------------------------------------------------------------------------------

MUTATIONS = {
    "no rules for files": ("landlock.py", "    _restrict(ruleset)\n    _filter(program)", "    _filter(program)"),
    "no filter": ("landlock.py", "    _restrict(ruleset)\n    _filter(program)", "    _restrict(ruleset)"),
    "no scope": ("landlock.py", "ALL_SCOPES = 0b11", "ALL_SCOPES = 0b01"),
    "every folder": ("landlock.py", "*DEVICES.items(), (box, OWN)]", "*DEVICES.items(), ('/', READ), (box, OWN)]"),
    "writable views": ("landlock.py", "(path, READ) for path in readable", "(path, OWN) for path in readable"),
    "one folder more": (
        "landlock.py",
        "*DEVICES.items(), (box, OWN)]",
        "*DEVICES.items(), ('/proc', READ), (box, OWN)]",
    ),
    "new privileges": ("landlock_launch.py", "        landlock.no_new_privileges()\n", ""),
    "root stays": ("landlock_launch.py", 'launch.leave_root(plan["uid"])', "pass"),
    "descriptors": ("landlock_launch.py", "os.set_inheritable(plan[name], False)", "pass"),
    "limits": ("init.py", "for limit in limits:", "for limit in limits[1:]:"),
    "modes": ("seccomp.py", '"fchmodat": (268, 53),', ""),
    "owners": ("seccomp.py", '"fchownat": (260, 54),', ""),
    "times": ("seccomp.py", '"utimensat": (280, 88),', ""),
    "attributes": ("seccomp.py", '"lsetxattr": (189, 6),', ""),
    "watches": ("seccomp.py", '"inotify_init1": (294, 26),', ""),
    "local sockets": ("seccomp.py", '        "socket": (41, 198),', ""),
    "control of files": ("seccomp.py", "*known, _ret(ENOTTY)", "*known, _ret(ALLOW)"),
    "priorities": ("seccomp.py", "        SETPRIORITY: [", "        (4000, 4000): ["),
    "all of tier A's": ("seccomp.py", "[(EPERM, REFUSED), (ENOSYS, ABSENT), (EOPNOTSUPP, UNSUPPORTED)]", "[]"),
}
EXPECTED = {
    "no rules for files": "reads what was named, writes nothing else, signals stay inside",
    "no filter": "filter in place",
    "no scope": "lets signals out",
    "every folder": "reads what was named",
    "writable views": "writes nothing else",
    "one folder more": "reads what was named",
    "new privileges": "Operation not permitted",
    "root stays": "the keeper is root",
    "descriptors": "only its own descriptors",
    "limits": "limits of a process",
    "modes": "modes and owners",
    "owners": "modes and owners",
    "times": "times",
    "attributes": "attributes",
    "watches": "watches",
    "local sockets": "local sockets",
    "control of files": "control of files",
    "priorities": "priorities",
    "all of tier A's": "namespaces",
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_sandbox_without_one_layer_is_refused_by_its_self_test(host: Host, name: str) -> None:
    host.change(*MUTATIONS[name])
    done = host.run("print('ran')")
    if name == "root stays" and host.identity == "user":  # who has no root to leave
        assert done.status == "ok"
        return
    assert done.status == "refused", done.text
    assert "ran" not in done.text.splitlines()
    assert EXPECTED[name] in done.text


def test_a_result_is_remembered_apart_from_tier_a_s(host: Host) -> None:
    host.run("pass")
    host.run("pass", missing=False)
    data = host.top / f"data-{host.identity}"
    kept = {file.name: json.loads(file.read_text()) for file in data.rglob("sandbox-selftest*.json")}
    assert {name: content["report"]["tier"] for name, content in kept.items()} == {
        "sandbox-selftest.json": "A",
        "sandbox-selftest-weaker.json": "B",
    }
    assert len({content["key"] for content in kept.values()}) == 2
    host.change("landlock.py", "ALL_TCP = 0b11", "ALL_TCP = 0b11  # other text")
    assert host.run("pass").status == "ok"
    file = next(data.rglob("sandbox-selftest-weaker.json"))
    assert json.loads(file.read_text())["key"] != kept["sandbox-selftest-weaker.json"]["key"]


# the filter -----------------------------------------------------------------------------------------------------------


def answer(program: bytes, arch: int, number: int, *args: int) -> int:
    """What the filter says: the kernel's machine for it, as far as this program uses it."""
    import struct

    data = struct.pack("<IIQ6Q", number, arch, 0, *(value % 2**64 for value in (*args, 0, 0, 0, 0, 0, 0)[:6]))
    ops = [struct.unpack_from("=HBBI", program, place) for place in range(0, len(program), 8)]
    place, register = 0, 0
    while True:
        code, if_true, if_false, k = ops[place]
        place += 1
        if code == 0x06:
            return k
        if code == 0x20:
            register = struct.unpack_from("<I", data, k)[0]
        elif code == 0x54:
            register &= k
        else:
            holds = {0x15: register == k, 0x25: register > k, 0x45: bool(register & k)}[code]
            place += if_true if holds else if_false


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_tier_b_refuses_all_that_tier_a_does_and_more(machine: str) -> None:
    column, arch = list(seccomp.AUDIT_ARCH).index(machine), seccomp.AUDIT_ARCH[machine]
    strict, usual = seccomp.program(machine, weaker=True), seccomp.program(machine)
    for number in range(500):
        for first in (0, 1, 2, 0x10000000):
            if answer(usual, arch, number, first, 1) != seccomp.ALLOW:
                assert answer(strict, arch, number, first, 1) != seccomp.ALLOW, number
    for action, table in seccomp.WEAKER.items():
        for name, numbers in table.items():
            if (number := numbers[column]) is not None:
                assert answer(strict, arch, number) == action, name
                assert answer(usual, arch, number, 1) == seccomp.ALLOW, name
    assert answer(strict, arch ^ 1, 0) == seccomp.KILL
    assert answer(strict, arch, seccomp.SOCKETPAIR[column], 1, 1) == seccomp.ALLOW
    assert answer(strict, arch, seccomp.SOCKETPAIR[column], 1, 2) == seccomp.EPERM
    assert answer(strict, arch, seccomp.IOCTL[column], 0, 0x5401) == seccomp.ALLOW
    assert answer(strict, arch, seccomp.IOCTL[column], 0, 0x5451) == seccomp.ALLOW
    assert answer(strict, arch, seccomp.IOCTL[column], 0, 0x40086602) == seccomp.ENOTTY
    assert answer(strict, arch, seccomp.IOCTL[column], 0, seccomp.TIOCSTI) == seccomp.ENOTTY
    assert answer(strict, arch, seccomp.SETPRIORITY[column], 0, 0, 5) == seccomp.ALLOW
    assert answer(strict, arch, seccomp.SETPRIORITY[column], 0, 77, 5) == seccomp.EPERM
    assert answer(strict, arch, seccomp.SETPRIORITY[column], 2, 0, 5) == seccomp.EPERM
    assert answer(strict, arch, seccomp.SCHED_SETAFFINITY[column], 77) == seccomp.EPERM


def test_a_filter_that_is_not_whole_is_refused() -> None:
    for program in (b"", b"\x06"):
        with pytest.raises(OSError, match="no whole number"):
            landlock._filter(program)
