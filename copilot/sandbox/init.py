"""PID 1 inside the sandbox: runs one program, reaps orphans, reports how the program ended. Standard library only.

Covers: the program starts only when the supervisor says so and ends when the supervisor is gone; limits per process, set
after the user namespace exists (set before, they would count the user's other processes); a status pipe that the program
never sees; memory and descriptors closed to the program (not dumpable).
Does not cover: limits of all processes together (`limits` does, outside).

Usage: python -I -S init.py STATUS_FD GO_FD LIMITS PROGRAM [ARG ...]
GO_FD is a pipe that the supervisor alone can write to: a byte starts the program, its end ends everything. LIMITS are
NAME=VALUE with commas between, by the names of `resource`.
"""

# every run waits for these imports: `ctypes`, `json`, `signal` and `threading` would load so much that their cores must do
from __future__ import annotations

import _ctypes
import _signal
import _thread
import os
import resource
import sys
from _collections_abc import Callable

PR_SET_DUMPABLE, PR_GET_NO_NEW_PRIVS = 4, 39
ABANDONED = 73


class _Int(_ctypes._SimpleCData):
    _type_ = "i"


class _Function(_ctypes.CFuncPtr):
    _flags_, _restype_ = _ctypes.FUNCFLAG_CDECL, _Int


def main() -> int:
    """Run the program; returns what the sandbox exits with."""
    status, go, limits, argv = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3].split(","), sys.argv[4:]
    prctl = _Function(_ctypes.dlsym(_ctypes.dlopen(None, 0), "prctl"))
    if prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 or prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1:
        return 70
    if os.getpid() != 1 or os.geteuid() == 0:
        return 71
    for descriptor in (status, go):
        os.set_inheritable(descriptor, False)
    try:
        os.write(status, b'{"ready": true}\n')
    except BrokenPipeError:
        return ABANDONED
    if not os.read(go, 1):
        return ABANDONED
    child = os.fork()
    if child == 0:
        become(argv, limits)
    _thread.start_new_thread(_end_with, (go,))
    while True:
        pid, wait_status = os.wait()
        if pid == child:
            break
    code = os.waitstatus_to_exitcode(wait_status)
    os.write(status, f'{{"code": {code}, {_spent()}}}\n'.encode())
    return code if code >= 0 else 128 - code


def become(argv: list[str], limits: list[str], confine: Callable[[], None] = lambda: None) -> None:
    """In the child: limits on, each NAME=VALUE, `confine` at the very last, then the program in its place."""
    try:
        for limit in limits:
            name, _, value = limit.partition("=")
            number = getattr(resource, f"RLIMIT_{name}")
            hard = resource.getrlimit(number)[1]
            most = int(value) if hard == resource.RLIM_INFINITY else min(int(value), hard)  # a cluster's own are lower
            resource.setrlimit(number, (most, most))
        os.nice(5)
        for number in (_signal.SIGPIPE, _signal.SIGXFSZ, _signal.SIGINT):
            _signal.signal(number, _signal.SIG_DFL)
        confine()
        os.execv(argv[0], argv)
    except OSError as error:
        os.write(2, f"cannot start {argv[0]}: {error}\n".encode())
    os._exit(127)


def _end_with(go: int) -> None:
    """The supervisor is gone when its pipe ends; PID 1 takes all the others along."""
    while os.read(go, 1):
        pass
    os._exit(ABANDONED)


def _spent() -> str:
    """Processor seconds of all that was waited for, and the tasks that are still there, as JSON writes it."""
    used, tasks = resource.getrusage(resource.RUSAGE_CHILDREN), 0
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                tasks += len(os.listdir(f"/proc/{name}/task"))
            except OSError:
                continue
    return f'"cpu": {used.ru_utime + used.ru_stime}, "tasks": {tasks}'


if __name__ == "__main__":
    os._exit(main())  # at once: nothing is left to be tidied up
