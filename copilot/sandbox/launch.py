"""Starts bubblewrap and stays its keeper: when the supervisor is gone or asks for the end, nothing below is left alive.

As root it leaves root first: read-only views of what the run needs are staged in a private mount namespace (on /tmp, so
that no folder is left behind), then all identities are given up. Standard library only.

Covers: the moments in which bubblewrap has not yet tied its own child to itself, and a supervisor that was killed at
any moment; a bubblewrap started by uid 0 keeps a way to the host (it owns /proc/sys), this one is not uid 0.
Does not cover: someone on the host who kills the keeper itself; what has started then ends by its parent-death signal.

Usage: python -I -S launch.py LIFELINE_FD UID [bind HOST NAME WRITABLE] ... [set NAME VALUE] ... -- BWRAP [ARG ...]
LIFELINE_FD is the read end of a pipe that the supervisor holds open; its first byte says that this process is in the group
that bounds it, so that all below it will be. UID is the user to become where something is bound:
each host path below /tmp under its name, WRITABLE 0 or 1 (the caller names these places to bubblewrap). What is set is all
that bubblewrap learns of the environment.
"""

# every run waits for these imports: `ctypes`, `json` and `signal` would load so much that their cores must do
from __future__ import annotations

import _ctypes
import _signal
import os
import select
import stat
import sys
from _collections_abc import Callable

STAGE = "/tmp"
CLONE_NEWNS = 0x00020000
RDONLY, NOSUID, NODEV, REMOUNT, BIND, REC, PRIVATE = 1, 2, 4, 32, 4096, 16384, 1 << 18
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
SIGKILL, SIGTERM = 9, 15
DESCRIPTORS = 1 << 16
"""More than this process ever has."""


class _Int(_ctypes._SimpleCData):
    _type_ = "i"


class _Function(_ctypes.CFuncPtr):
    _flags_, _restype_ = _ctypes.FUNCFLAG_CDECL | _ctypes.FUNCFLAG_USE_ERRNO, _Int


_mount_call, _unshare, _prctl = (
    _Function(_ctypes.dlsym(_ctypes.dlopen(None, 0), name)) for name in ("mount", "unshare", "prctl")
)


def _check(result: int, what: str) -> None:
    if result != 0:
        number = _ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def _mount(source: str, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
    encoded = [None if text is None else os.fsencode(text) for text in (source, target, kind)]
    _check(_mount_call(*encoded, flags, data and data.encode()), f"mount {source} on {target}")


def stage(binds: list[tuple[str, str, bool]]) -> None:
    """Bind each host path below /tmp, in a mount namespace that ends with this process and its children."""
    _check(_unshare(CLONE_NEWNS), "unshare the mount namespace")
    _mount("none", "/", None, REC | PRIVATE)
    # opened after the unshare (another namespace's mount cannot be bound) and before /tmp is covered
    opened = [(os.open(source, os.O_PATH | os.O_CLOEXEC), name, writable) for source, name, writable in binds]
    _mount("tmpfs", STAGE, "tmpfs", NOSUID | NODEV, "mode=0755,size=1m")
    for source, name, writable in opened:
        target = os.path.join(STAGE, name)
        mode = os.fstat(source).st_mode
        if stat.S_ISDIR(mode):
            os.mkdir(target, mode=0o755)
        else:
            os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))
        _mount(f"/proc/self/fd/{source}", target, None, BIND)
        nodev = 0 if stat.S_ISCHR(mode) else NODEV  # a card was asked for; nothing else that is shown is a device
        _mount("none", target, None, BIND | REMOUNT | NOSUID | nodev | (0 if writable else RDONLY))
        os.close(source)


def leave_root(uid: int) -> None:
    """Become `uid` for good."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    if 0 in (*os.getresuid(), *os.getresgid()):
        sys.exit(72)


def keep(child: int, lifeline: int, end: Callable[[], None] | None = None) -> int:
    """Wait for the child or the end of the lifeline, then end everything below; returns the child's exit code.

    Args:
        child: what was started.
        lifeline: the supervisor's pipe.
        end: kills what is left, called again until nothing is; None: this process's children, one by one.
    """
    look = select.poll()
    for descriptor in (lifeline, os.pidfd_open(child)):
        look.register(descriptor, select.POLLIN)
    look.poll()
    code = 0
    while True:
        # what loses its parent becomes a child of this process (the subreaper) before that parent can be waited for;
        # the first process of a PID namespace can be waited for only when all the others in it are gone
        (end or _end_children)()
        try:
            pid, status = os.wait()
        except ChildProcessError:
            return code
        if pid == child:
            code = os.waitstatus_to_exitcode(status)


def _end_children() -> None:
    for pid in _children():
        try:
            os.kill(pid, SIGKILL)
        except ProcessLookupError:
            continue


def stay(lifeline: int) -> None:
    """Wait until the supervisor has seen the end and asks for it: an empty group, and its counters, a manager takes away."""
    os.closerange(0, lifeline)
    os.closerange(lifeline + 1, DESCRIPTORS)
    os.read(lifeline, 1)


def _children() -> list[int]:
    # bytes: after root is left, Python's own files (an encoding, say) may be out of reach
    with open(f"/proc/self/task/{os.getpid()}/children", "rb") as file:
        return [int(pid) for pid in file.read().split()]


def main() -> int:
    """Stage, drop, start, keep."""
    lifeline, uid, (binds, environment, argv) = int(sys.argv[1]), int(sys.argv[2]), _plan(sys.argv[3:])
    if binds:
        stage(binds)
        leave_root(uid)
    _check(_prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), "adopt orphans")
    os.set_inheritable(lifeline, False)
    if not os.read(lifeline, 1):
        return 73
    keeper = os.getpid()
    child = os.fork()
    if child:
        _signal.signal(SIGTERM, _signal.SIG_IGN)  # of a service manager that saw the group's memory end
        code = keep(child, lifeline)
        stay(lifeline)
        return code if code >= 0 else 128 - code
    _check(_prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0), "die with the keeper")
    if os.getppid() == keeper:
        os.execve(argv[0], argv, environment)
    os._exit(72)


def _plan(words: list[str]) -> tuple[list[tuple[str, str, bool]], dict[str, str], list[str]]:
    """What to bind, the environment and the call."""
    binds, environment = list[tuple[str, str, bool]](), dict[str, str]()
    while words[0] != "--":
        if words[0] == "bind":
            binds.append((words[1], words[2], words[3] == "1"))
            del words[:4]
        else:
            environment[words[1]] = words[2]
            del words[:3]
    return binds, environment, words[1:]


if __name__ == "__main__":
    code = main()
    os._exit(code)  # at once: nothing is left to be tidied up
