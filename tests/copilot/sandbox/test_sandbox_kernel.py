"""Network, other processes and the kernel: calls that are refused, and what the host saw of them.

Each call has arguments with which the kernel, had it been reached, would give another answer and do no harm: the same calls
are made outside, where root gets that other answer."""

from __future__ import annotations

import ast
import errno
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from tests.copilot.sandbox.conftest import Payload
from tests.copilot.sandbox.test_process import living, parents

X86 = platform.machine() == "x86_64"
CALLS = """
import ctypes, errno, json, os, sys
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *args):
    ctypes.set_errno(0)
    result = libc.syscall(ctypes.c_long(number), *(ctypes.c_long(a) for a in args))
    return errno.errorcode.get(ctypes.get_errno(), "?") if result == -1 else "OK"
found = {name: call(*numbers) for name, numbers in json.loads(sys.argv[1]).items()}
with open(sys.argv[2], "w") as out:
    json.dump(found, out)
"""
# name: (x86_64, aarch64, arguments); a number that is None does not exist there
Call = tuple[int | None, int | None, list[int]]
REFUSED: dict[str, Call] = {
    "io_uring_setup": (425, 425, [1, 0]),
    "io_uring_enter": (426, 426, [-1, 0, 0, 0, 0]),
    "io_uring_register": (427, 427, [-1, 0, 0, 0]),
    "add_key": (248, 217, [0, 0, 0, 0, 0]),
    "request_key": (249, 218, [0, 0, 0, 0]),
    "keyctl": (250, 219, [0, -3, 0]),
    "unshare": (272, 97, [0x10000000 | 1]),  # together with a flag that no kernel knows
    "clone into a user namespace": (56, 220, [0x10000000 | 0x200, 0, 0, 0, 0]),  # and its file system shared
    "setns": (308, 268, [-1, 0]),
    "mount": (165, 40, [0, 0, 0, 0, 0]),
    "umount2": (166, 39, [0, 0]),
    "pivot_root": (155, 41, [0, 0]),
    "chroot": (161, 51, [0]),
    "ptrace": (101, 117, [99, 0, 0, 0]),
    "process_vm_readv": (310, 270, [2**30, 0, 0, 0, 0, 0]),
    "process_vm_writev": (311, 271, [2**30, 0, 0, 0, 0, 0]),
    "pidfd_getfd": (438, 438, [-1, 0, 0]),
    "kcmp": (312, 272, [2**30, 2**30, 0, 0, 0]),
    "bpf": (321, 280, [99, 0, 0]),
    "perf_event_open": (298, 241, [0, 0, 0, 0, 0]),
    "userfaultfd": (323, 282, [-1]),
    "fanotify_init": (300, 262, [-1, -1]),
    "open_by_handle_at": (304, 265, [-1, 0, 0]),
    "mknodat": (259, 33, [-1, 0, 0, 0]),
    "memfd_create": (319, 279, [0, 0]),
    "shmget": (29, 194, [0, 0, 0]),
    "msgget": (68, 186, [1, 0]),
    "mq_open": (240, 180, [0, 0, 0, 0]),
    "TIOCSTI": (16, 29, [-1, 0x5412, 0]),
    "TIOCSTI with high bits": (16, 29, [-1, 0x100005412, 0]),
    "TIOCLINUX": (16, 29, [-1, 0x541C, 0]),
    "sched_setscheduler": (144, 119, [2**30, 99, 0]),
    "sched_setattr": (314, 274, [2**30, 0, 0]),
    "sethostname": (170, 161, [0, -1]),
    "prlimit of another": (302, 261, [2**30, 0, 0, 0]),
    "modify_ldt": (154, None, [99, 0, 0]),
    "kexec_load": (246, 104, [0, 0, 0, -1]),
    "init_module": (175, 105, [0, 0, 0]),
    "finit_module": (313, 273, [-1, 0, 0]),
    "reboot": (169, 142, [0, 0, 0, 0]),
    "swapon": (167, 224, [0, 0]),
    "personality": (135, 92, [0x0040000]),
    "inotify_init1": (294, 26, [-1]),
    "inotify_add_watch": (254, 27, [-1, 0, 1]),
    "thread with descriptors of its own": (56, 220, [0x10000, 0, 0, 0, 0]),  # else invalid: no shared memory
    "a lease": (72, 25, [-1, 1024, 0]),
    "a notice": (72, 25, [-1, 1026, 0]),
}
ABSENT: dict[str, Call] = {
    "clone3": (435, 435, [0, 0]),
    "fsopen": (430, 430, [0, 0]),
    "open_tree": (428, 428, [-1, 0, 0]),
    "move_mount": (429, 429, [-1, 0, -1, 0, 0]),
    "mount_setattr": (442, 442, [-1, 0, -1, 0, 0]),
    "io_setup": (206, 0, [0, 0]),
}
ALLOWED: dict[str, Call] = {
    "getpid": (39, 172, []),
    "thread that shares them": (56, 220, [0x10000 | 0x400, 0, 0, 0, 0]),  # without the memory it is invalid
    "F_GETFD": (72, 25, [0, 1, 0]),
    "clone without a new namespace": (56, 220, [0x200 | 0x800, 0, 0, 0, 0]),  # handlers without memory: EINVAL
    "TCGETS": (16, 29, [-1, 0x5401, 0]),
    "prlimit of itself": (302, 261, [0, 7, 0, 0]),
    "personality, asked": (135, 92, [0xFFFFFFFF]),
}
GROUPS = [
    pytest.param(["io_uring"], marks=pytest.mark.case(25)),
    pytest.param(["add_key", "request_key", "keyctl"], marks=pytest.mark.case(26)),
    pytest.param(["unshare", "clone", "setns", "mount", "umount2", "pivot_root", "chroot"], marks=pytest.mark.case(30)),
    pytest.param(["ptrace", "process_vm", "pidfd_getfd", "kcmp"], marks=pytest.mark.case(31)),
    pytest.param(["bpf", "perf_event_open", "userfaultfd", "fanotify_init"], marks=pytest.mark.case(33)),
    pytest.param(["TIOC"], marks=pytest.mark.case(34)),
    pytest.param(["sched_", "sethostname"], marks=pytest.mark.case(39)),
    pytest.param(["prlimit of another"], marks=pytest.mark.case(40)),
    pytest.param(["modify_ldt", "kexec_load", "init_module", "finit_module", "reboot"], marks=pytest.mark.case(43)),
    pytest.param(
        ["open_by", "mknodat", "memfd", "shm", "msg", "mq_", "swapon", "personality", "a ", "inotify", "thread"]
    ),
]
KEPT_FROM_ALL = {"userfaultfd", "perf_event_open", "bpf", "io_uring_setup", "kexec_load"}
"""A host may refuse these to everybody, or its kernel have none of them; then outside says nothing about the filter."""


def numbered(calls: dict[str, Call]) -> dict[str, list[int]]:
    """By this machine's numbers."""
    found = {name: ([x86, *args] if X86 else [arm, *args]) for name, (x86, arm, args) in calls.items()}
    return {name: [n for n in numbers if n is not None] for name, numbers in found.items() if numbers[0] is not None}


def answers(payload: Payload, calls: dict[str, Call], *, outside: bool = False) -> dict[str, str]:
    """What the kernel says to each of them."""
    asked = json.dumps(numbered(calls))
    if outside:
        place = payload.folder / "answers.json"
        done = payload.identity.python(CALLS, asked, str(place))
        assert done.returncode == 0, done.stdout
        return dict(json.loads(place.read_text()))
    inside = payload(CALLS, asked, "/box/answers.json")
    assert inside.status == "ok", inside.text
    return dict(json.loads((inside.box / "answers.json").read_text()))


@pytest.mark.parametrize("prefixes", GROUPS)
def test_calls_that_are_refused(payload: Payload, prefixes: list[str]) -> None:
    calls = {name: call for name, call in REFUSED.items() if name.startswith(tuple(prefixes))}
    assert calls
    inside = answers(payload, {**calls, **ALLOWED})
    assert {inside[name] for name in numbered(calls)} == {"EPERM"}, inside
    assert "EPERM" not in {inside[name] for name in ALLOWED}
    if payload.identity.uid == 0:  # who may do anything is not refused outside
        others = {name: call for name, call in calls.items() if name not in KEPT_FROM_ALL}
        outside = answers(payload, others, outside=True)
        assert "EPERM" not in outside.values(), outside


@pytest.mark.case(50)
def test_space_in_advance_is_not_to_be_had(payload: Payload) -> None:
    """A library then writes, and each look sees how much there is."""
    call: dict[str, Call] = {"fallocate": (285, 47, [-1, 0, 0, 1])}
    assert answers(payload, call) == {"fallocate": errno.errorcode[errno.EOPNOTSUPP]}
    assert answers(payload, call, outside=True) == {"fallocate": "EBADF"}


@pytest.mark.case(30)
def test_calls_that_are_absent(payload: Payload) -> None:
    inside = answers(payload, {**ABSENT, "tomorrow's call": (463, 463, [0]), "far": (2**20, 2**20, [0])})
    assert set(inside.values()) == {"ENOSYS"}
    assert "ENOSYS" not in answers(payload, ABSENT, outside=True).values()


def test_every_call_is_in_one_group() -> None:
    prefixes = [prefix for group in GROUPS for prefix in group.values[0]]  # type: ignore[union-attr]
    assert not [name for name in REFUSED if sum(name.startswith(prefix) for prefix in prefixes) != 1]


@pytest.mark.case(26)
def test_a_key_of_one_run_is_not_there_in_the_next(payload: Payload) -> None:
    """Nor on the host: no key of that name is ever made."""
    name = f"key-of-{os.getpid()}-{payload.identity.name}"
    code = f"""
    import ctypes
    libc, number = ctypes.CDLL(None), {248 if X86 else 217}
    for ring in (-1, -2, -3, -4, -5):
        libc.syscall(number, b"user", {name.encode()!r}, b"x", ctypes.c_size_t(1), ring)
    """
    kept = f"{code}\n    import time; open('/box/on', 'w').close(); time.sleep(60)"
    with payload.started(kept):
        assert name not in Path("/proc/keys").read_text()
    assert name not in Path("/proc/keys").read_text()
    control = code.replace(name, name + "-control").replace("\n    ", "\n").replace("-1, -2, -3, -4, -5", "-1,")
    shown = payload.identity.python(control + "\nprint(open('/proc/keys').read())").stdout
    assert name + "-control" in shown


@pytest.mark.case(30)
def test_threads_and_children_work_without_clone3(payload: Payload) -> None:
    code = """
    import subprocess, sys, threading
    threads = [threading.Thread(target=open, args=(f"/box/{n}", "w")) for n in range(20)]
    [thread.start() for thread in threads], [thread.join() for thread in threads]
    subprocess.run([sys.executable, "-c", "open('/box/child', 'w').close()"], check=True)
    """
    assert len(os.listdir(payload(code).box)) == 21


@pytest.mark.case(31)
@pytest.mark.case(32)
def test_the_first_process_is_closed(payload: Payload) -> None:
    """Its memory, descriptors, maps and environment; the control is the program's own."""
    code = """
    import os
    found = {}
    for process in ("1", "self"):
        for name, flags in (("mem", os.O_RDWR), ("mem", os.O_RDONLY), ("maps", os.O_RDONLY), ("environ", os.O_RDONLY),
                            ("fd", os.O_RDONLY), ("fd/3", os.O_RDONLY), ("syscall", os.O_RDONLY)):
            try:
                descriptor = os.open(f"/proc/{process}/{name}", flags)
                os.listdir(descriptor) if name == "fd" else os.read(descriptor, 0)
                found[process, name, flags] = "open"
            except OSError as error:
                found[process, name, flags] = error.strerror
    open("/box/found", "w").write(repr(found))
    """
    found = ast.literal_eval((payload(code).box / "found").read_text())
    assert isinstance(found, dict)
    first = {key[1:]: value for key, value in found.items() if key[0] == "1"}
    own = {key[1:]: value for key, value in found.items() if key[0] == "self"}
    assert "open" not in first.values(), first
    assert first["mem", os.O_RDONLY] == "Permission denied"
    assert {own[name, os.O_RDONLY] for name in ("mem", "maps", "environ", "fd")} == {"open"}


@pytest.mark.case(34)
def test_nothing_is_typed_into_the_terminal(payload: Payload) -> None:
    """The supervisor has a terminal to itself; a run that is given its descriptors, or its name, types nothing there."""
    code = """
    import fcntl, os
    errors = []
    for request in (0x5412, 0x541C, 0x5412):
        for number in range(0, 10):
            try:
                fcntl.ioctl(number, request, b"x")
                errors.append("typed")
            except OSError as error:
                errors.append(error.errno)
    try:
        os.open("/dev/tty", os.O_RDWR)
        errors.append("opened")
    except OSError as error:
        tty = error.errno
    open("/box/found", "w").write(repr((sorted(set(errors)), tty)))
    """
    supervisor = """
    import os, pty, sys
    from pathlib import Path
    child, master = pty.fork()
    if child == 0:
        from copilot.sandbox import Limits, run_script
        done = run_script(Path(sys.argv[1]), [], limits=Limits(time_s=30), run_dir=Path(sys.argv[2]))
        os._exit(done.status != "ok" or not os.isatty(0))
    try:
        shown = os.read(master, 9999)
    except OSError:
        shown = b""
    _, status = os.waitpid(child, 0)
    print(status, shown)
    """
    script = payload.identity.make("payload.py", code.replace("\n    ", "\n"))
    done = payload.identity.python(supervisor.replace("\n    ", "\n"), str(script), str(payload.folder / "runs"))
    assert done.stdout.split() == ["0", "b''"]
    [found] = payload.folder.glob("runs/*/box/found")
    assert ast.literal_eval(found.read_text()) == ([1], 6)  # EPERM, even for what is open; ENXIO


@pytest.mark.skipif(not X86, reason="calls of a foreign kind exist on x86_64 alone")
@pytest.mark.case(35)
@pytest.mark.parametrize("kind", ["x32", "int 0x80"])
def test_a_foreign_call_ends_its_process_alone(payload: Payload, kind: str) -> None:
    code = """
    import ctypes, mmap, os, sys
    def x32():
        ctypes.CDLL(None).syscall(ctypes.c_long(0x40000000 + 39), 0)
    def old():
        page = mmap.mmap(-1, 4096, prot=7)
        page.write(bytes.fromhex("b814000000cd80c3"))  # getpid, as 32-bit programs ask for it
        ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
    child = os.fork()
    if child == 0:
        (x32 if sys.argv[1] == "x32" else old)()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    open(sys.argv[2], "w").write(str(os.waitstatus_to_exitcode(status)))
    """
    done = payload(code, kind, "/box/status")
    assert (done.status, (done.box / "status").read_text()) == ("ok", "-31")
    control = payload.folder / "status"
    payload.identity.python(code.replace("\n    ", "\n"), kind, str(control))
    assert control.read_text() != "-31"


STAY = "import time; open('/box/on', 'w').close(); time.sleep(60)"


@pytest.mark.case(36)
@pytest.mark.case(39)
@pytest.mark.case(40)
def test_as_the_host_sees_it(payload: Payload) -> None:
    """No rights, no new ones, the filter, not root, no better priority and no higher limit than it was given."""
    code = f"""
    import os, resource
    for action in (lambda: os.nice(-10), lambda: os.setpriority(0, 0, -10),
                   lambda: os.sched_setscheduler(0, 1, os.sched_param(9)),
                   lambda: resource.setrlimit(resource.RLIMIT_NPROC, (10**5, 10**5)),
                   lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (10**5, 10**5)),
                   lambda: resource.setrlimit(resource.RLIMIT_CORE, (-1, -1)), lambda: os.setuid(0)):
        try:
            action()
        except (OSError, ValueError):
            pass
    {STAY}
    """
    mark, host = f"seen-{os.getpid()}-{payload.identity.name}", os.uname().nodename
    with payload.started(code, mark, processes=77, open_files=99):
        inside = [pid for pid in living(mark) if len(fields(pid)["NSpid"].split()) > 1]
        assert len(inside) == 2, "PID 1 and the program"
        for pid in inside:
            seen = fields(pid)
            assert {int(seen[name], 16) for name in ("CapEff", "CapPrm", "CapInh", "CapBnd", "CapAmb")} == {0}
            assert (seen["NoNewPrivs"], seen["Seccomp"]) == ("1", "2")
            assert "0" not in (*seen["Uid"].split(), *seen["Gid"].split())
        program = max(inside)
        stat = Path(f"/proc/{program}/stat").read_text().rpartition(")")[2].split()
        assert int(stat[16]) >= 5 and stat[38] == "0", "its niceness; its policy is the ordinary one"
        limits = Path(f"/proc/{program}/limits").read_text()
        rows = {line[:26].strip(): line[26:].split()[:2] for line in limits.splitlines()[1:]}
        assert rows["Max processes"] == ["77", "77"]
        assert rows["Max open files"] == ["99", "99"]
        assert rows["Max core file size"] == ["1", "1"]
        assert os.uname().nodename == host
        outside = [pid for pid in living(mark) if pid not in inside]
        assert all(uids(pid).isdisjoint({0}) for pid in outside if pid in parents(mark)), "keeper and bubblewrap"
    assert int(fields(os.getpid())["CapBnd"], 16), "the control"


def fields(pid: int) -> dict[str, str]:
    """The status of a process, as the host sees it."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def uids(pid: int) -> set[int]:
    """Whose it is."""
    return {int(uid) for uid in fields(pid)["Uid"].split()}


@pytest.mark.case(37)
def test_no_way_to_become_root(payload: Payload) -> None:
    code = """
    import ctypes, os, shutil, subprocess
    libc = ctypes.CDLL(None)
    for ids in ((0, 0, 0), (-1, 0, -1), (12, 12, 12)):
        for name in ("setresuid", "setresgid"):
            if getattr(libc, name)(*ids) == 0:
                open(f"/box/{name}{ids}", "w").close()
    for tool in ("su", "sudo", "newgrp", "pkexec", "mount", "passwd"):
        if found := shutil.which(tool):
            subprocess.run([found, "-c", "touch /box/by-su"], capture_output=True, stdin=subprocess.DEVNULL)
    shutil.copy("/usr/bin/id", "/box/id")
    os.chmod("/box/id", 0o6755)
    shown = subprocess.run(["/box/id", "-u"], capture_output=True, text=True).stdout
    open("/box/control", "w").write(shown)
    """
    done = payload(code)
    assert sorted(os.listdir(done.box)) == ["control", "id"], done.text
    assert (done.box / "control").read_text().strip() not in {"", "0"}
    assert (done.box / "id").stat().st_mode & 0o6000 == 0


@pytest.mark.case(38)
def test_no_sandbox_in_the_sandbox(payload: Payload) -> None:
    """It would have capabilities again, over what it makes."""
    call = ["/usr/bin/bwrap", "--unshare-user", "--bind", "/", "/", "/usr/bin/touch"]
    done = payload(f"import subprocess; subprocess.run([*{call!r}, '/box/nested']); open('/box/own', 'w').close()")
    assert os.listdir(done.box) == ["own"], done.text
    control = payload.folder / "nested"
    with payload.identity.popen(*call, str(control)) as outside:
        outside.wait()
    assert control.exists()


def test_a_program_s_own_filter_comes_on_top(payload: Payload) -> None:
    """What a program does to itself (as a browser does) neither fails nor takes anything of the filter away."""
    code = """
    import ctypes, socket, struct
    libc = ctypes.CDLL(None)
    text = struct.pack("=HBBI", 6, 0, 0, 0x7FFF0000)
    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]
    assert libc.prctl(22, 2, ctypes.byref(Program(1, text)), 0, 0) == 0
    try:
        socket.socket(socket.AF_INET)
    except PermissionError:
        open("/box/refused", "w").close()
    """
    assert os.listdir(payload(code).box) == ["refused"]


def test_the_machine_s_own_tools_see_no_more(payload: Payload) -> None:
    """Processes, by the tools of the system: the run's own."""
    mark = f"other-of-{os.getpid()}"
    with subprocess.Popen([sys.executable, "-c", "input()", mark], stdin=subprocess.PIPE) as other:
        code = "import glob; open('/box/seen', 'w').write(repr([open(p).read() for p in glob.glob('/proc/*/cmdline')]))"
        seen = (payload(code).box / "seen").read_text()
        assert living(mark) == [other.pid]
        other.communicate(b"\n")
    assert "payload.py" in seen and mark not in seen
