"""Runs: what must work works, what must not reach the host does not. Asserted on the host's state where there is some."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from copilot.core import paths
from copilot.core.errors import FileProblem, SandboxUnavailable
from copilot.sandbox import Limits, argv, bubblewrap, probe, run_script, selftest
from copilot.sandbox.process import Process
from copilot.sandbox.results import metric
from tests.copilot.sandbox.conftest import Payload

SYSCALL = """
import ctypes, errno, platform
libc = ctypes.CDLL(None, use_errno=True)
def call(x86, arm, *args):
    ctypes.set_errno(0)
    number = x86 if platform.machine() == "x86_64" else arm
    result = libc.syscall(ctypes.c_long(number), *(ctypes.c_long(a) for a in args))
    return errno.errorcode.get(ctypes.get_errno(), "OK") if result == -1 else "OK"
"""


# what must work -------------------------------------------------------------------------------------------------------


def test_output_metrics_files_and_arguments_come_back(payload: Payload) -> None:
    done = payload(
        """
        import os, pathlib, sys
        print("hello", sys.argv[1:])
        print("aside", file=sys.stderr)
        pathlib.Path("logs").mkdir()
        pathlib.Path("logs/kept.txt").write_text("kept")
        os.write(int(os.environ["RLLTE_METRICS_FD"]), b'{"kind": "train", "step": 8, "episode_reward": 21.5}\\n')
        """,
        "--seed",
        "3",
    )
    assert done.status == "ok"
    assert (done.result.exit_code, done.result.signal) == (0, None)
    assert "hello ['--seed', '3']" in done.text
    assert "aside" in Path(done.result.log).read_text()
    assert done.result.metrics["episode_reward"] == 21.5
    assert [Path(path).relative_to(done.box).as_posix() for path in done.result.artifacts] == ["logs/kept.txt"]
    assert (done.box / "logs" / "kept.txt").read_text() == "kept"
    assert (done.box / "logs" / "kept.txt").stat().st_uid == os.getuid()


def test_an_error_keeps_its_traceback_and_code(payload: Payload) -> None:
    done = payload("raise SystemExit('no such luck')")
    assert (done.status, done.result.exit_code) == ("error", 1)
    assert "no such luck" in done.text


def test_torch_workers_queues_and_tools_work(payload: Payload) -> None:
    done = payload(
        """
        import multiprocessing, subprocess, tempfile
        import torch
        from torch.utils.data import DataLoader

        def main():
            batches = list(DataLoader(torch.arange(8.0), batch_size=4, num_workers=2))
            assert sum(batch.sum() for batch in batches) == 28
            context = multiprocessing.get_context("spawn")
            queue = context.Queue()
            child = context.Process(target=queue.put, args=(7,))
            child.start()
            assert queue.get() == 7
            child.join()
            torch.save({"x": torch.ones(2)}, "x.pt")
            assert torch.load("x.pt")["x"].sum() == 2
            assert subprocess.run(["/usr/bin/id", "-u"], capture_output=True, check=True).stdout.strip() != b"0"
            with tempfile.TemporaryFile() as file:
                file.write(b"x")
            print("all good")

        if __name__ == "__main__":
            main()
        """,
        memory_mb=4096,
    )
    assert done.status == "ok", done.text
    assert "all good" in done.text


def test_code_that_lies_below_tmp_can_be_read(tmp_path: Path) -> None:
    """The run's own /tmp must not hide a project that lies there."""
    library = tmp_path / "library"
    library.mkdir()
    (library / "here.txt").write_text("seen")
    script = tmp_path / "payload.py"
    script.write_text(
        f"import os\nassert open({str(library / 'here.txt')!r}).read() == 'seen'\n"
        f"assert os.listdir({str(tmp_path)!r}) == ['library']\nopen('/tmp/mine', 'w').write('x')\n"
    )
    done = run_script(script, [], limits=Limits(time_s=60), run_dir=tmp_path / "runs", readable=[library])
    assert done.status == "ok", Path(done.log).read_text()


@pytest.mark.skipif(os.geteuid() != 0, reason="as an ordinary user, every other test here shows it")
def test_an_ordinary_user_runs_from_a_project_at_home() -> None:
    """Root stages its binds and leaves root; an ordinary user does neither, and has the project below a home."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as top:
        project = Path(top, "home", "someone", "project")
        for part in ("core", "sandbox"):
            shutil.copytree(paths.project_root() / "copilot" / part, project / "copilot" / part)
        shutil.copy(paths.project_root() / "copilot" / "__init__.py", project / "copilot")
        (project.parent / "secret.txt").write_text("secret")
        (project / "payload.py").write_text(f"import os; print(os.listdir({str(project.parent)!r}))")
        (project / "go.py").write_text(ORDINARY)
        subprocess.run(["chown", "-R", "61234:61234", top], check=True)
        os.chmod(top, 0o755)
        env = {"PATH": "/usr/bin:/bin", "HOME": str(project.parent), "RLLTE_COPILOT_HOME": f"{top}/home/data"}
        who: dict[str, Any] = {"user": 61234, "group": 61234, "extra_groups": [], "cwd": project, "env": env}
        subprocess.run(["/usr/bin/python3", "-m", "venv", "--without-pip", ".venv"], check=True, **who)
        command = [str(project / ".venv/bin/python"), "go.py"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, **who)
        assert done.stdout.splitlines()[:2] == ["ok", "['project']"], done.stdout + done.stderr


ORDINARY = """
from pathlib import Path
from copilot.sandbox import Limits, run_script
done = run_script(Path("payload.py"), [], limits=Limits(time_s=60))
print(done.status)
print(Path(done.log).read_text())
"""


def test_the_self_test_sees_what_was_not_named(tmp_path: Path) -> None:
    """One folder more than was named, and the self-test says no."""
    bwrap = bubblewrap.find()
    assert bwrap is not None
    script = Path(selftest.__file__)
    named = argv.named(argv.read_only(script, []))
    with tempfile.TemporaryDirectory(dir="/var/tmp") as more:
        for readable, expected in (([], True), ([Path(more)], False)):
            sent: dict[str, Any] = {}

            def take(stream: str, line: bytes, sent: dict[str, Any] = sent) -> None:
                sent.update((metric(line) or {}) if stream == "metrics" else {})

            box = tmp_path / f"box{len(readable)}"
            box.mkdir()
            Process(bwrap, script, ["{}", *named], box, readable, Limits(time_s=60)).run(take, threading.Event())
            assert sent["only what was named"] is expected


# files and secrets ----------------------------------------------------------------------------------------------------


def test_the_home_and_other_files_do_not_exist(payload: Payload, tmp_path: Path) -> None:
    canary = tmp_path / "canary.txt"
    canary.write_text("secret")
    canary.chmod(0o666)
    done = payload(
        f"""
        import os
        for path in ({str(canary)!r}, "/etc/shadow", {str(Path.home() / ".ssh")!r}, "/run", "/var", "/sys"):
            print(path, os.path.exists(path))
        try:
            open({str(canary)!r}, "w").write("changed")
        except OSError as error:
            print("refused", error.errno)
        """
    )
    assert done.status == "ok"
    assert "True" not in done.text
    assert canary.read_text() == "secret"


@pytest.mark.parametrize("where", ["runs", "deeper/still"])
def test_runs_where_every_run_can_read_are_refused(tmp_path: Path, where: str) -> None:
    """A run below the library would be an open book to the next one."""
    library, script = tmp_path / "library", tmp_path / "payload.py"
    library.mkdir()
    script.write_text("print('ran')")
    (tmp_path / "alias").symlink_to(library)
    for parent in (library, tmp_path / "alias"):
        with pytest.raises(FileProblem, match="every later run"):
            run_script(script, [], limits=Limits(), run_dir=parent / where, readable=[library])
    assert not list(library.iterdir())


@pytest.mark.parametrize("inside", [".", "home", "home/.local"])
def test_a_view_that_holds_a_home_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inside: str) -> None:
    """Python installed where a home, or the part of it that programs keep things in, would be shown with it."""
    home = tmp_path / "home"
    (home / ".local" / "share").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    assert argv.read_only(tmp_path / "x.py", [])
    monkeypatch.setattr(sys, "base_prefix", str(tmp_path / inside))
    with pytest.raises(SandboxUnavailable, match="yours alone"):
        argv.read_only(tmp_path / "x.py", [])


def test_a_home_below_the_system_s_folders_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/usr/local/someone")
    with pytest.raises(SandboxUnavailable, match="/usr, which holds /usr/local/someone"):
        argv.read_only(tmp_path / "x.py", [])


def test_a_data_folder_inside_the_view_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RLLTE_COPILOT_HOME", str(tmp_path / "library" / "data"))
    with pytest.raises(SandboxUnavailable, match="yours alone"):
        argv.read_only(tmp_path / "x.py", [tmp_path / "library"])


def test_the_host_s_environment_is_nowhere(payload: Payload, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE_API_KEY", "sk-canary-1234")
    monkeypatch.setenv("PYTHONSTARTUP", "/nonexistent")
    done = payload(
        """
        import glob, os
        text = repr(dict(os.environ))
        for name in glob.glob("/proc/*/environ"):
            try:
                text += open(name, errors="replace").read()
            except OSError:
                pass
        print("canary" in text, "PYTHONSTARTUP" in text)
        """
    )
    assert done.text.splitlines() == ["False False"]


def test_nothing_but_the_box_can_be_written(payload: Payload) -> None:
    init = Path(paths.__file__).parents[1] / "sandbox" / "init.py"
    before = init.read_bytes()
    done = payload(
        """
        import os, sys
        targets = ["/x", "/usr/x", "/sbx/init.py", sys.argv[0], sys.prefix + "/x", "/dev/x", "/proc/sys/kernel/core_pattern",
                   "/proc/1/oom_score_adj", os.path.dirname(os.__file__) + "/x"]
        for path in targets:
            try:
                open(path, "w").close()
                print("WROTE", path)
            except OSError:
                pass
        open("/box/mine", "w").close()
        """
    )
    assert done.status == "ok"
    assert "WROTE" not in done.text
    assert init.read_bytes() == before
    assert (done.box / "mine").exists()


def test_an_inherited_descriptor_is_not_there(payload: Payload, tmp_path: Path) -> None:
    secret = tmp_path / "open.txt"
    secret.write_text("secret")
    with secret.open() as file:
        os.set_inheritable(file.fileno(), True)
        done = payload(
            """
            import os
            for number in range(3, 200):
                try:
                    print(number, os.readlink(f"/proc/self/fd/{number}"))
                except OSError:
                    pass
            """
        )
    assert "open.txt" not in done.text


def test_links_to_the_host_are_not_artifacts(payload: Payload) -> None:
    done = payload(
        """
        import os
        os.symlink("/etc/passwd", "link")
        os.symlink("/", "root")
        open("plain", "w").close()
        os.link("plain", "second")
        open("alone", "w").close()
        """
    )
    assert [Path(path).name for path in done.result.artifacts] == ["alone"]


# network and the kernel -----------------------------------------------------------------------------------------------


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        yield server


def test_a_listener_on_the_host_sees_nothing(payload: Payload, listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    with socket.create_connection(("127.0.0.1", port)):  # the control: from here it works
        listener.accept()[0].close()
    done = payload(
        f"""
        import socket
        try:
            socket.create_connection(("127.0.0.1", {port}), timeout=2)
            print("CONNECTED")
        except OSError as error:
            print(error)
            raise
        """
    )
    assert done.status == "error"
    assert "CONNECTED" not in done.text
    assert "the network is off" in done.text
    with pytest.raises(TimeoutError):
        listener.accept()


def test_every_other_socket_family_is_refused(payload: Payload) -> None:
    done = payload(
        """
        import errno, socket
        for family in (2, 10, 16, 17, 38, 40):
            for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):
                try:
                    socket.socket(family, kind)
                    print("OPEN", family, kind)
                except OSError as error:
                    assert error.errno == errno.EPERM, (family, kind, error)
        try:
            socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
            print("OPEN pair")
        except OSError as error:
            assert error.errno == errno.EPERM
        socket.socketpair()
        """
    )
    assert done.status == "ok", done.text
    assert "OPEN" not in done.text


def test_a_host_s_unix_sockets_are_out_of_reach(payload: Payload, tmp_path: Path) -> None:
    place, abstract = str(tmp_path / "s"), f"\0rllte-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as first, socket.socket(socket.AF_UNIX) as second:
        for server, address in ((first, place), (second, abstract)):
            server.bind(address)
            server.listen()
            server.settimeout(0.2)
        done = payload(
            f"""
            import socket
            for address in ({place!r}, {abstract!r}):
                try:
                    socket.socket(socket.AF_UNIX).connect(address)
                    print("CONNECTED")
                except OSError as error:
                    print(type(error).__name__)
            """
        )
        assert done.text.splitlines() == ["FileNotFoundError", "ConnectionRefusedError"]
        for server in (first, second):
            with pytest.raises(TimeoutError):
                server.accept()


@pytest.mark.parametrize(
    ("name", "numbers", "answer"),
    [
        ("unshare user", "272, 97, 0x10000000", "EPERM"),
        ("clone user", "56, 220, 0x10000011, 0, 0, 0, 0", "EPERM"),
        ("clone3", "435, 435, 0, 0", "ENOSYS"),
        ("mount", "165, 40, 0, 0, 0, 0, 0", "EPERM"),
        ("fsopen", "430, 430, 0, 0", "ENOSYS"),
        ("pivot_root", "155, 41, 0, 0", "EPERM"),
        ("chroot", "161, 51, 0", "EPERM"),
        ("ptrace", "101, 117, 16, 1, 0, 0", "EPERM"),
        ("process_vm_readv", "310, 270, 1, 0, 0, 0, 0, 0", "EPERM"),
        ("io_uring_enter", "426, 426, -1, 0, 0, 0, 0", "EPERM"),
        ("keyctl", "250, 219, 0, -3, 0", "EPERM"),
        ("bpf", "321, 280, 99, 0, 0", "EPERM"),
        ("perf_event_open", "298, 241, 0, 0, 0, 0, 0", "EPERM"),
        ("userfaultfd", "323, 282, -1", "EPERM"),
        ("memfd_create", "319, 279, 0, 0", "EPERM"),
        ("finit_module", "313, 273, -1, 0, 0", "EPERM"),
        ("reboot", "169, 142, 0, 0, 0", "EPERM"),
        ("personality", "135, 92, 0x40000", "EPERM"),
        ("prlimit of another", "302, 261, 1, 0, 0, 0", "EPERM"),
        ("TIOCSTI", "16, 29, 0, 0x5412, 0", "EPERM"),
        ("TIOCSTI with high bits", "16, 29, 0, 0x100005412, 0", "EPERM"),
        ("io_setup", "206, 0, 1, 0", "ENOSYS"),
        ("a lease", "72, 25, 0, 1024, 0", "EPERM"),
        ("a notice", "72, 25, 0, 1026, 0", "EPERM"),
        ("F_GETFD, the control", "72, 25, 0, 1, 0", "OK"),
        ("tomorrow's call", "463, 463, 0", "ENOSYS"),
        ("getpid, the control", "39, 172", "OK"),
    ],
)
def test_calls(payload: Payload, name: str, numbers: str, answer: str) -> None:
    assert payload(SYSCALL + f"\nprint(call({numbers}))").text == answer, name


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="x32 calls exist on x86_64 alone")
def test_an_x32_call_ends_the_process(payload: Payload) -> None:
    done = payload(SYSCALL + "\nprint('before'); call(0x40000000 + 39, 0); print('after')")
    assert (done.status, done.result.signal) == ("error", 31)
    assert "after" not in done.text


def test_no_rights_are_left(payload: Payload) -> None:
    done = payload("print(open('/proc/self/status').read())")
    fields = dict(line.split(":", 1) for line in done.text.splitlines() if ":" in line)
    assert {int(fields[name], 16) for name in ("CapEff", "CapPrm", "CapInh", "CapBnd", "CapAmb")} == {0}
    assert fields["NoNewPrivs"].strip() == "1"
    assert fields["Seccomp"].strip() == "2"
    assert "0" not in fields["Uid"].split()


# amounts --------------------------------------------------------------------------------------------------------------


def test_time(payload: Payload) -> None:
    done = payload(
        "import signal, time\nfor s in range(1, 31):\n  s in (9, 19) or signal.signal(s, 1)\ntime.sleep(99)", time_s=1
    )
    assert done.status == "timeout"
    assert done.result.exit_code is None


def test_a_program_that_closes_its_streams_is_still_watched(payload: Payload) -> None:
    assert payload("import os, time\n[os.close(n) for n in (0, 1, 2)]\ntime.sleep(99)", time_s=1).status == "timeout"


@pytest.mark.parametrize(
    "code",
    [
        "x = bytearray(400 * 2**20); import time; time.sleep(30)",
        "import mmap, time; m = mmap.mmap(-1, 400 * 2**20); m.write(b'x' * len(m)); time.sleep(30)",
        "import os, time\nfor _ in range(4):\n  if os.fork() == 0: break\nx = bytearray(90 * 2**20); time.sleep(30)",
    ],
)
def test_memory_of_all_processes(payload: Payload, code: str) -> None:
    done = payload(code, memory_mb=200)
    assert done.status == "oom"
    assert done.result.peak_memory_mb >= 200


def test_processor_time_of_all_processes(payload: Payload) -> None:
    code = "import os\nfor _ in range(3):\n  if os.fork() == 0:\n    while True: pass\nwhile True: pass"
    assert payload(code, cpu_s=1.5).status == "cpu"


def test_processes(payload: Payload) -> None:
    code = "import os, time\nfor _ in range(300):\n  if os.fork() == 0:\n    time.sleep(20)\n    os._exit(0)"
    done = payload(code, processes=40)
    assert done.status in {"nproc", "error"}
    assert "BlockingIOError" in done.text
    assert subprocess.run([sys.executable, "-S", "-c", "pass"], check=False).returncode == 0


def test_one_file(payload: Payload) -> None:
    done = payload("open('big', 'wb').truncate(2**40)", file_mb=8)
    assert done.status == "error"
    assert "the limit of a single file" in done.text


def test_its_folder(payload: Payload) -> None:
    code = "import time\nfor n in range(3000):\n  open(f'f{n}', 'w').close()\ntime.sleep(20)"
    assert payload(code, files=500).status == "disk"
    code = "import time\nfor n in range(6):\n  open(f'f{n}', 'wb').write(b'x' * 4 * 2**20)\ntime.sleep(20)"
    assert payload(code, disk_mb=10).status == "disk"


def test_output(payload: Payload) -> None:
    assert payload("while True: print('y' * 1000)", output_mb=2).status == "output"


# life cycle -----------------------------------------------------------------------------------------------------------


def test_a_daemon_is_gone_when_its_program_ends(payload: Payload) -> None:
    done = payload(
        """
        import os, time
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                time.sleep(3)
                open("/box/late", "w").close()
            os._exit(0)
        print("gone")
        """,
        mark := f"daemon-of-{os.getpid()}",
    )
    assert done.status == "ok"
    assert not (done.box / "late").exists()
    left = [path for path in Path("/proc").glob("[0-9]*/cmdline") if mark in _text(path) and "/sbx/" in _text(path)]
    assert not left


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except OSError:
        return ""


def test_killing_everything_it_sees_does_no_harm(payload: Payload) -> None:
    done = payload("import os\nos.kill(1, 9)\nprint('init lives')\nos.kill(-1, 9)")
    assert "init lives" in done.text
    assert done.status in {"ok", "error"}


def test_a_cancelled_run_ends_and_says_so(payload: Payload) -> None:
    cancel = threading.Event()
    threading.Timer(0.5, cancel.set).start()
    done = payload("import time\nprint('on', flush=True)\ntime.sleep(60)", cancel=cancel)
    assert done.status == "cancelled"
    assert "ended: cancelled" in Path(done.result.log).read_text()


def test_a_forged_end_changes_nothing(payload: Payload) -> None:
    done = payload("print('{\"code\": 0}')\nprint('RESULT ok')\nraise SystemExit(5)")
    assert (done.status, done.result.exit_code) == ("error", 5)


def test_escape_sequences_do_not_reach_the_terminal(payload: Payload) -> None:
    done = payload(r"print('a\x1b]52;c;ZXZpbA==\x07b\x1b[31mred\x1b[0m\x08\x9b2J')")
    assert done.text == "abred2J"


def test_bad_metrics_are_left_out_and_the_run_goes_on(payload: Payload) -> None:
    done = payload(
        """
        import os
        number = int(os.environ["RLLTE_METRICS_FD"])
        for line in (b'{"x": NaN}', b'{"x": 1e999}', b'[' * 100000, b'[1]', b'{"x": {"y": 1}}', b'\\xff', b'{"x": 1}'):
            os.write(number, line + b"\\n")
        """
    )
    assert done.status == "ok"
    assert done.rows == [{"x": 1}]


# failing closed -------------------------------------------------------------------------------------------------------


def test_without_bubblewrap_nothing_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\ntouch ran\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(bubblewrap, "PLACES", (str(tmp_path / "none"),))
    script = tmp_path / "x.py"
    script.write_text("print('ran')")
    with pytest.raises(SandboxUnavailable) as refused:
        run_script(script, [], limits=Limits())
    assert "bubblewrap" in refused.value.hint
    assert not (tmp_path / "ran").exists()


def test_where_namespaces_are_forbidden_nothing_runs(tmp_path: Path) -> None:
    """A host without user namespaces, made by an outer bubblewrap; the payload's marker must not appear."""
    marker, script = tmp_path / "marker", tmp_path / "x.py"
    script.write_text(f"open({str(marker)!r}, 'w').close()")
    code = (
        "import sys; from pathlib import Path; from copilot.sandbox import Limits, run_script\n"
        "from copilot.core.errors import SandboxUnavailable\n"
        f"try: run_script(Path({str(script)!r}), [], limits=Limits())\n"
        "except SandboxUnavailable as error: print(error.message, '|', error.hint); sys.exit(3)"
    )
    user = [] if os.geteuid() else ["--uid", "1000", "--gid", "1000"]
    outer = [
        "bwrap",
        "--unshare-user",
        "--disable-userns",
        *user,
        "--bind",
        "/",
        "/",
        "--dev",
        "/dev",
        "--proc",
        "/proc",
    ]
    root = str(paths.project_root())
    done = subprocess.run(
        [*outer, "--chdir", root, sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 3, done.stdout + done.stderr
    assert done.stdout.split("|")[1].strip()
    assert not marker.exists()


def test_the_report_names_its_layers() -> None:
    report = probe(fresh=True)
    assert report.ok, report
    assert report.tier == "A"
    assert {"namespaces", "seccomp"} <= set(report.layers)
