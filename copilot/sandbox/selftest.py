"""Tried inside the sandbox before the first run: what must be refused is refused, what must work works.

Run as a script whose arguments are the paths that may be seen; sends one metrics line, {"name": true or false, ...}.
Standard library only.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import platform
import socket
import subprocess
import sys
import threading
from collections.abc import Callable

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


def writes(path: str) -> bool:
    """Whether a file can be written."""
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write("x")
        return True
    except OSError:
        return False


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
    "no capabilities": lambda: all(int(status(f), 16) == 0 for f in ("CapEff", "CapPrm", "CapBnd", "CapInh")),
    "no new privileges": lambda: status("NoNewPrivs") == "1",
    "filter": lambda: status("Seccomp") == "2",
    "only what was named": lambda: not os.path.exists("/etc/shadow") and only_named(sys.argv[1:]),
    "system read-only": lambda: not writes("/usr/x") and not writes("/x") and not writes(__file__),
    "kernel settings read-only": lambda: not writes("/proc/sys/kernel/core_pattern"),
    "first process closed": lambda: refused(lambda: open("/proc/1/mem", "rb").close(), errno.EACCES, errno.EPERM),
    "network": lambda: refused(lambda: socket.socket(socket.AF_INET), errno.EPERM),
    "namespaces": lambda: call(272, 97, 0x10000000) == errno.EPERM,
    "mounts": lambda: call(166, 39, 0, 0) == errno.EPERM,
    "tracing": lambda: call(101, 117, 16, 1, 0, 0) == errno.EPERM,
    "io_uring": lambda: call(425, 425, 1, 0) == errno.EPERM,
    "keys": lambda: call(250, 219, 0, 0) == errno.EPERM,
    "clone3 absent": lambda: call(435, 435, 0, 0) == errno.ENOSYS,
    "bpf": lambda: call(321, 280, 99, 0, 0) == errno.EPERM,
    "terminal": lambda: refused(lambda: open("/dev/tty", "rb").close(), errno.ENXIO, errno.ENOENT, errno.EACCES),
    "alone": lambda: sum(name.isdigit() for name in os.listdir("/proc")) <= 2,
    "writes its folder": lambda: writes("selftest.txt"),
    "local pipes": lambda: [pair.close() for pair in socket.socketpair()] != [],
    "threads": works_thread,
    "children": works_child,
}


def main() -> None:
    """Try everything and report."""
    found = {}
    for name, probe in PROBES.items():
        try:
            found[name] = bool(probe())
        except Exception:  # noqa: BLE001 (a probe that breaks has not shown what it should)
            found[name] = False
    os.write(int(os.environ["RLLTE_METRICS_FD"]), json.dumps(found).encode() + b"\n")


if __name__ == "__main__":
    main()
