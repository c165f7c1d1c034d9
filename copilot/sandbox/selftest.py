"""Tried inside the sandbox before the first run: what must be refused is refused, what must work works.

Run as a script whose arguments are what to expect (JSON: "tier", "rlimits", "disk_bytes", "devices") and the paths that may
be seen; sends one metrics line, {"name": true or false, ...}. Standard library only. Where isolation is broken it must do no
harm: nothing is truncated, and made only in the run's own folder.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import platform
import resource
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

libc = ctypes.CDLL(None, use_errno=True)
X86 = platform.machine() == "x86_64"


def call(x86: int, arm: int, *args: int) -> int:
    """The error number of a system call, 0 if it worked."""
    ctypes.set_errno(0)
    result = libc.syscall(ctypes.c_long(x86 if X86 else arm), *(ctypes.c_long(a) for a in args))
    return ctypes.get_errno() if result == -1 else 0


def refused(action: Callable[[], object], *numbers: int) -> bool:
    """Whether an action fails with one of these errors."""
    try:
        action()
    except OSError as error:
        return error.errno in numbers
    return False


def opens(path: str) -> bool:
    """Whether something that is there can be opened for writing; its content stays as it is."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_NOFOLLOW))
        return True
    except OSError as error:
        return error.errno == errno.EISDIR and os.access(path, os.W_OK)


def read_only(path: str) -> bool:
    """Whether what lies there is mounted read-only, whatever its mode says, and refuses to be written."""
    return bool(os.statvfs(path).f_flag & os.ST_RDONLY) and not opens(path)


def all_read_only() -> bool:
    """Every shown path, the root, this Python and the devices' folder."""
    own = ("/tmp", "/box", "/proc", "/dev")
    shown = [path for path in sys.argv[2:] if path not in own and not path.startswith("/dev/") and os.path.exists(path)]
    return all(read_only(path) for path in (*shown, "/", sys.prefix, "/dev", os.path.abspath(__file__)))


def settings_read_only() -> bool:
    """Of the kernel and of this process."""
    places = ("/proc/sys/kernel/core_pattern", "/proc/self/oom_score_adj")
    return all(read_only(path) for path in ("/proc", *places))


def makes(path: str) -> bool:
    """Whether a file can be made."""
    try:
        with open(path, "x", encoding="utf-8") as file:
            file.write("x")
        return True
    except OSError:
        return False


def only_loopback() -> bool:
    """Whether there is no network device but this namespace's own loop."""
    with open("/proc/self/net/dev", encoding="utf-8") as file:
        return {line.partition(":")[0].strip() for line in file if ":" in line} <= {"lo"}


def limited() -> bool:
    """Whether each limit of a process is the one that was passed, or lower where the machine's own is."""
    wanted = expected()["rlimits"]
    return bool(wanted) and all(
        0 <= have <= value
        for name, value in wanted.items()
        for have in resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))
    )


def only_named_devices() -> bool:
    """Whether nothing is in the devices' folder but what every program needs, and what was asked for."""
    usual = "console core fd full null ptmx pts random shm stderr stdin stdout tty urandom zero"
    return set(os.listdir("/dev")) <= {*usual.split(), *expected()["devices"]}


def disks_sized() -> bool:
    """Whether neither memory disk is larger than it should be."""
    most = expected()["disk_bytes"]
    disks = [os.statvfs(path) for path in ("/tmp", "/dev/shm")]
    return all(0 < info.f_blocks * info.f_frsize <= most for info in disks)


def own_descriptors() -> bool:
    """Whether nothing is open but the three streams and the pipe of metrics."""
    return set(range(3)) | {metrics_pipe()} >= {fd for fd in range(4096) if is_open(fd)}


def is_open(descriptor: int) -> bool:
    """Whether this number is a descriptor."""
    try:
        os.fstat(descriptor)
        return True
    except OSError:
        return False


def expected() -> dict[str, Any]:
    """What the supervisor says should hold."""
    return dict(json.loads(sys.argv[1]))


def metrics_pipe() -> int:
    """Where the answers go."""
    return int(os.environ["RLLTE_METRICS_FD"])


def only_named(named: list[str]) -> bool:
    """Whether no folder on the way to the named paths holds anything else: the rest of a home, say."""
    ways: dict[str, set[str]] = {}
    for path in named:
        parent, name = os.path.split(path)
        while name and not any(parent == other or parent.startswith(f"{other}/") for other in named):
            ways.setdefault(parent, set()).add(name)
            parent, name = os.path.split(parent)
    return bool(ways) and all(set(os.listdir(folder)) <= names for folder, names in ways.items())


def status(field: str) -> str:
    """A line of this process's status."""
    with open("/proc/self/status", encoding="utf-8") as file:
        return next((line.split()[1] for line in file if line.startswith(field + ":")), "")


def works_thread() -> bool:
    """A thread starts and ends."""
    done = threading.Event()
    thread = threading.Thread(target=done.set)
    thread.start()
    thread.join()
    return done.is_set()


def works_child() -> bool:
    """A child process starts and ends."""
    return subprocess.run([sys.executable, "-I", "-S", "-c", "pass"], check=False).returncode == 0


PROBES: dict[str, Callable[[], bool]] = {
    "not root": lambda: os.getuid() != 0 and os.geteuid() != 0,
    "no capabilities": lambda: all(int(status(f), 16) == 0 for f in ("CapEff", "CapPrm", "CapBnd", "CapInh", "CapAmb")),
    "no new privileges": lambda: status("NoNewPrivs") == "1",
    "filter": lambda: status("Seccomp") == "2",
    "only what was named": lambda: not os.path.exists("/etc/shadow") and only_named(sys.argv[2:]),
    "system read-only": all_read_only,
    "settings read-only": settings_read_only,
    "only its own descriptors": own_descriptors,
    "only named devices": only_named_devices,
    "limits of a process": limited,
    "size of memory disks": disks_sized,
    "no network device": only_loopback,
    "first process closed": lambda: refused(lambda: open("/proc/1/mem", "rb").close(), errno.EACCES, errno.EPERM),
    "network": lambda: refused(lambda: socket.socket(socket.AF_INET), errno.EPERM),
    "namespaces": lambda: call(272, 97, 0x10000000) == errno.EPERM,
    "mounts": lambda: call(166, 39, 0, 0) == errno.EPERM,
    "tracing": lambda: call(101, 117, 16, 1, 0, 0) == errno.EPERM,
    "io_uring": lambda: call(425, 425, 1, 0) == errno.EPERM,
    "keys": lambda: call(250, 219, 0, 0) == errno.EPERM,
    "clone3 absent": lambda: call(435, 435, 0, 0) == errno.ENOSYS,
    "watches": lambda: call(294, 26, -1) == errno.EPERM,
    "space in advance": lambda: call(285, 47, -1, 0, 0, 1) == errno.EOPNOTSUPP,
    "bpf": lambda: call(321, 280, 99, 0, 0) == errno.EPERM,
    "terminal": lambda: refused(lambda: open("/dev/tty", "rb").close(), errno.ENXIO, errno.ENOENT, errno.EACCES),
    "alone": lambda: sum(name.isdigit() for name in os.listdir("/proc")) <= 2,
    "writes its folder": lambda: (
        makes("selftest.txt") and makes("/tmp/selftest.txt") and makes("/dev/shm/selftest.txt")
    ),
    "local pipes": lambda: [pair.close() for pair in socket.socketpair()] != [],
    "threads": works_thread,
    "children": works_child,
}


# tier B ---------------------------------------------------------------------------------------------------------------

ONLY_IN_A = {
    "no capabilities": "is read in /proc, which is closed",
    "no new privileges": "the same",
    "filter": "the same",
    "only what was named": "names can be seen; they cannot be opened",
    "system read-only": "nothing is mounted read-only",
    "settings read-only": "the same",
    "only named devices": "the folder of devices is closed",
    "size of memory disks": "there are none of the run's own",
    "no network device": "there is no network namespace",
    "first process closed": "there is no first process; signals and tracing are probed",
    "alone": "there is no PID namespace",
    "writes its folder": "there is no /tmp and no /dev/shm of the run's own",
}
"""Probes of tier A that tier B does without, and why; `WEAKER` has others in their place."""

PR_GET_SECCOMP, PR_GET_NO_NEW_PRIVS = 21, 39
NOBODY = 1 << 22
"""No process has this number, or could."""


def powerless() -> bool:
    """Whether no capability is in effect, permitted or to be inherited, by the kernel's own answer."""
    header, data = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    address = [ctypes.c_void_p(ctypes.addressof(part)) for part in (header, data)]
    return libc.syscall(ctypes.c_long(125 if X86 else 90), *address) == 0 and not any(data)


def closed(path: str) -> bool:
    """Whether what lies there cannot be read; it may be that nothing does."""
    shut = (errno.EACCES, errno.EPERM, errno.ENOENT)
    return refused(lambda: os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK)), *shut)


def takes_no_file(folder: str) -> bool:
    """Whether a nameless file, which vanishes by itself, cannot be made there."""
    if not os.path.isdir(folder):
        return not opens(folder)
    try:
        os.close(os.open(folder, os.O_TMPFILE | os.O_WRONLY, 0o600))
        return False
    except OSError:
        return True


def nothing_above() -> bool:
    """No folder on the way to the named paths can be listed, and nothing beside them read."""
    named = sys.argv[2:]
    above = {parent for path in named for parent in parents(path)} - set(named)
    own = [path for path in above if any(path.startswith(f"{other}/") for other in named)]
    others = (
        "/etc/passwd",
        "/etc/hostname",
        "/proc",
        "/proc/self/status",
        "/proc/1/environ",
        "/sys",
        "/run",
        "/tmp",
        "/dev",
    )
    return "/" in above and all(closed(path) for path in (*(above - set(own)), *others))


def parents(path: str) -> list[str]:
    """Every folder above a path."""
    found = []
    while path != os.path.dirname(path):
        path = os.path.dirname(path)
        found.append(path)
    return found


def named_read_only() -> bool:
    """Nothing can be made in, or written to, what may be read, or in the folders that everyone may write."""
    shared = ("/", "/tmp", "/var/tmp", "/dev/shm")
    named = [path for path in sys.argv[2:] if not path.startswith("/dev/")]
    return all(takes_no_file(path) for path in (*named, *shared, os.path.abspath(__file__)) if os.path.exists(path))


def signals_stay() -> bool:
    """The process that started this one cannot be signalled; this one can."""
    os.kill(os.getpid(), 0)
    return refused(lambda: os.kill(os.getppid(), 0), errno.EPERM)


def answers(expected_error: int, *calls: tuple[int | None, int | None]) -> bool:
    """Whether each of these gets this answer; without a filter the bad address in each would be the error."""
    return all(
        call(x86 or 0, arm or 0, -1, -1, -1, -1, -1) == expected_error for x86, arm in calls if (x86 if X86 else arm)
    )


MODES = ((90, None), (268, 53), (452, 452), (91, 52), (92, None), (94, None), (260, 54), (93, 55))
TIMES = ((132, None), (235, None), (261, None), (280, 88))
ATTRIBUTES = ((188, 5), (189, 6), (190, 7), (197, 14), (198, 15), (199, 16), (191, 8), (194, 11))

WEAKER: dict[str, Callable[[], bool]] = {
    "no rights": powerless,
    "no new rights": lambda: libc.prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1,
    "filter in place": lambda: libc.prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == 2,
    "reads what was named": nothing_above,
    "writes nothing else": named_read_only,
    "signals stay inside": signals_stay,
    "local sockets": lambda: refused(lambda: socket.socket(socket.AF_UNIX), errno.EPERM),
    "modes and owners": lambda: answers(errno.EPERM, *MODES),
    "times": lambda: answers(errno.EPERM, *TIMES),
    "attributes": lambda: answers(errno.EOPNOTSUPP, *ATTRIBUTES),
    "priorities": lambda: call(141, 140, 0, NOBODY, 0) == errno.EPERM and call(203, 122, NOBODY, 0, 0) == errno.EPERM,
    "control of files": lambda: call(16, 29, -1, 0x40086602, 0) == errno.ENOTTY,
    "writes its own": lambda: makes("selftest.txt") and makes(os.path.join(os.environ["TMPDIR"], "selftest.txt")),
}


def probes(tier: str) -> dict[str, Callable[[], bool]]:
    """Those of a tier; a new one of tier A is one of tier B too, unless the table says why not."""
    return PROBES if tier == "A" else {name: probe for name, probe in PROBES.items() if name not in ONLY_IN_A} | WEAKER


def main() -> None:
    """Try everything and report."""
    found = {}
    for name, probe in probes(expected().get("tier", "A")).items():
        try:
            found[name] = bool(probe())
        except Exception:  # noqa: BLE001 (a probe that breaks has not shown what it should)
            found[name] = False
    os.write(metrics_pipe(), json.dumps(found).encode() + b"\n")


if __name__ == "__main__":
    main()
