"""As root: leave root before bubblewrap starts. Read-only views of what the run needs are staged in a private mount
namespace, then all identities are given up, then bubblewrap takes over. Standard library only.

Covers: a bubblewrap started by uid 0 keeps a way to the host (it owns /proc/sys); this one is not uid 0.
Does not cover: an ordinary user, who needs none of it.

Usage: python -I -S launch.py UID STAGE BINDS_JSON -- BWRAP [ARG ...]
BINDS_JSON is a list of [host path, name below STAGE, writable]; the caller names the staged paths to bubblewrap.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys

CLONE_NEWNS = 0x00020000
RDONLY, NOSUID, NODEV, REMOUNT, BIND, REC, PRIVATE = 1, 2, 4, 32, 4096, 16384, 1 << 18
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def _mount(source: str, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
    encoded = [None if text is None else os.fsencode(text) for text in (source, target, kind)]
    _check(_libc.mount(*encoded, ctypes.c_ulong(flags), data and data.encode()), f"mount {source} on {target}")


def stage(folder: str, binds: list[tuple[str, str, bool]]) -> None:
    """Bind each host path below `folder`, in a mount namespace that ends with this process."""
    _check(_libc.unshare(CLONE_NEWNS), "unshare the mount namespace")
    _mount("none", "/", None, REC | PRIVATE)
    _mount("tmpfs", folder, "tmpfs", NOSUID | NODEV, "mode=0755,size=1m")
    for source, name, writable in binds:
        target = os.path.join(folder, name)
        os.makedirs(os.path.dirname(target), mode=0o755, exist_ok=True)
        if os.path.isdir(source):
            os.makedirs(target, mode=0o755, exist_ok=True)
        else:
            os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))
        _mount(source, target, None, BIND)
        _mount(source, target, None, BIND | REMOUNT | NOSUID | NODEV | (0 if writable else RDONLY))


def main() -> None:
    """Stage, drop, exec."""
    uid, folder, binds = int(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])
    argv = sys.argv[5:]
    parent = os.getppid()
    stage(folder, binds)
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    _check(_libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0), "die with the parent")
    if os.getppid() != parent or 0 in (*os.getresuid(), *os.getresgid()):
        sys.exit(72)
    os.execv(argv[0], argv)


if __name__ == "__main__":
    main()
