"""Becomes an ordinary user for good, then the named program. A helper of the tests; standard library only.

Usage: python -I -S become.py UID NAMESPACE_FD PROGRAM [ARG ...]     (-1: the mount namespace stays as it is)
       python -I -S become.py PATH ...      makes a mount namespace in which others reach these paths, until its input ends

Where the project or Python lies below a folder that is closed to others (/root, say), the namespace has an empty folder in
its place, in which nothing but the named paths is mounted: this user reads what any user could read there, and no more.
"""

from __future__ import annotations

import ctypes
import os
import sys

CLONE_NEWNS = 0x00020000
BIND, REC, PRIVATE = 4096, 16384, 1 << 18
_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")


def _mount(source: str, target: str, kind: str | None, flags: int, data: str = "") -> None:
    given = [None if text is None else os.fsencode(text) for text in (source, target, kind)]
    _check(_libc.mount(*given, ctypes.c_ulong(flags), data.encode()), f"mount {target}")


def closed(path: str) -> str | None:
    """The first folder on the way to `path` that others cannot pass."""
    way = "/"
    for part in path.strip("/").split("/")[:-1]:
        way = os.path.join(way, part)
        if not os.stat(way).st_mode & 0o001:
            return way
    return None


def make(paths: list[str]) -> None:
    """The namespace; says "ready" and waits for the end of its input."""
    _check(_libc.unshare(CLONE_NEWNS), "unshare")
    _mount("none", "/", None, REC | PRIVATE)
    covered: dict[str, list[str]] = {}
    for path in paths:
        if folder := closed(path):
            covered.setdefault(folder, []).append(path)
    for folder, below in covered.items():
        opened = [os.open(path, os.O_PATH) for path in below]
        _mount("none", folder, "tmpfs", 0, "mode=0755")
        for path, descriptor in zip(below, opened, strict=True):
            os.makedirs(path, mode=0o755)
            _mount(f"/proc/self/fd/{descriptor}", path, None, BIND | REC)
            os.close(descriptor)
    os.write(1, b"ready\n")
    sys.stdin.read()


def become(uid: int, namespace: int, argv: list[str]) -> None:
    """Enter the namespace, leave root, be the program."""
    here = os.getcwd()
    if namespace >= 0:
        _check(_libc.setns(namespace, CLONE_NEWNS), "setns")
        os.close(namespace)
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    os.chdir(here)
    os.execv(argv[0], argv)


if __name__ == "__main__":
    if sys.argv[1].isdigit():
        become(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
    else:
        make(sys.argv[1:])
