"""Landlock, by its three system calls: what a process, and all that it starts, may still open. Standard library only.

Covers: an allow-list of folders and devices; TCP; signals and abstract sockets, which end at the domain's border; the
filter of system calls, installed without bubblewrap. An older Landlock than `LEAST_ABI` is refused: it would leave
signals open. What is asked of the kernel is tried, not believed (`scope`).
Does not cover: what looks at a file without opening it. Names, sizes, dates, owners and the targets of links can still be
asked for, everywhere (`stat`, `readlink`, `access`, `statfs`); what would change them is left to the filter (`seccomp`).
"""

from __future__ import annotations

import ctypes
import os
import signal
import stat
import struct

LEAST_ABI = 6
PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, SECCOMP_MODE_FILTER = 22, 38, 2
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # the same on x86_64 and aarch64
VERSION, PATH_BENEATH = 1, 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE = (1 << bit for bit in range(6))
MAKE_DIR, MAKE_REG, MAKE_SYM, REFER, TRUNCATE = (1 << bit for bit in (7, 8, 12, 13, 14))
ALL_FILES = (1 << 16) - 1
"""All that ABI 6 knows: special files and control of devices too, which nobody is given."""
ALL_TCP = 0b11
ALL_SCOPES = 0b11
"""Abstract sockets, and signals."""

READ = EXECUTE | READ_FILE | READ_DIR
OF_A_FILE = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE
OWN = READ | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | MAKE_SYM | REFER | TRUNCATE
DEVICES = {
    "/dev/null": READ_FILE | WRITE_FILE,
    "/dev/zero": READ_FILE | WRITE_FILE,
    "/dev/full": READ_FILE | WRITE_FILE,
    "/dev/random": READ_FILE,
    "/dev/urandom": READ_FILE,
}

_libc = ctypes.CDLL(None, use_errno=True)


def abi() -> int:
    """The version of this kernel's Landlock; 0 where there is none."""
    return max(0, _call(CREATE_RULESET, None, ctypes.c_size_t(0), VERSION))


def missing() -> str | None:
    """Why Landlock does not suffice here, or None."""
    found = abi()
    if found >= LEAST_ABI:
        return None
    if found == 0:
        return "this kernel has no Landlock, or it is not switched on"
    return f"this kernel's Landlock (ABI {found}) lets signals out; ABI {LEAST_ABI} (Linux 6.12) is needed"


def no_new_privileges() -> None:
    """From here on no program that is started gains rights; Landlock and the filter ask for it."""
    _check(_libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "give up new privileges")


def scope() -> None:
    """Keep the signals of this process, and of all that it starts, to themselves.

    `kill(-1)` then reaches what this process has started and nothing else: no process of it can slip away meanwhile.

    Raises:
        OSError: signals still get out.
    """
    waiting, release = os.pipe()
    outside = os.fork()  # of the same user, so that nothing but the border can stop the signal
    if outside == 0:
        os.close(release)
        os.read(waiting, 1)
        os._exit(0)
    try:
        os.kill(outside, 0)
        border = _ruleset(REFER, 0)
        _allow(border, "/", REFER)  # which every domain would deny: files may still be moved between folders
        _restrict(border)
        try:
            os.kill(outside, 0)
        except PermissionError:
            return
        raise OSError("Landlock lets signals out")
    finally:
        os.close(release)
        os.close(waiting)
        os.waitpid(outside, 0)


def end_all() -> None:
    """Kill all that this process has started, at once. Only after `scope`: without, it would be all of the user's."""
    try:
        os.kill(-1, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # nothing is left
        return


def confine(readable: list[str], box: str, program: bytes) -> None:
    """Leave this process what is named and nothing else, for good.

    Args:
        readable: files and folders that may be read and run.
        box: the folder that may be written.
        program: the filter of system calls.

    Raises:
        OSError: part of it is refused.
    """
    ruleset = _ruleset(ALL_FILES, ALL_TCP)
    for path, rights in [*((path, READ) for path in readable), *DEVICES.items(), (box, OWN)]:
        _allow(ruleset, path, rights)
    _restrict(ruleset)
    _filter(program)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def _filter(program: bytes) -> None:
    if not program or len(program) % 8:
        raise OSError("the filter of system calls is no whole number of instructions")
    given = _Program(len(program) // 8, program)
    _check(_libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(given), 0, 0), "filter system calls")


def _ruleset(files: int, tcp: int) -> int:
    if reason := missing():
        raise OSError(reason)
    attributes = struct.pack("=QQQ", files, tcp, ALL_SCOPES)
    return _check(_call(CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0), "make a Landlock ruleset")


def _allow(ruleset: int, path: str, rights: int) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            rights &= OF_A_FILE
        rule = struct.pack("=Qi", rights, place)
        _check(_call(ADD_RULE, ctypes.c_int(ruleset), PATH_BENEATH, rule, 0), f"allow {path} by Landlock")
    finally:
        os.close(place)


def _restrict(ruleset: int) -> None:
    try:
        _check(_call(RESTRICT_SELF, ctypes.c_int(ruleset), 0), "enter a Landlock domain")
    finally:
        os.close(ruleset)


def _call(number: int, *args: object) -> int:
    return int(_libc.syscall(ctypes.c_long(number), *args))


def _check(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"cannot {what}: {os.strerror(number)}")
    return result
