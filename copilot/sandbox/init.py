"""PID 1 inside the sandbox: runs one program, reaps orphans, reports how the program ended. Standard library only.

Covers: limits per process, set after the user namespace exists (set before, they would count the user's other
processes); a status pipe that the program never sees; memory and descriptors closed to the program (not dumpable).
Does not cover: limits of all processes together (`limits` does, outside).

Usage: python -I -S init.py STATUS_FD LIMITS_JSON PROGRAM [ARG ...]
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys

PR_SET_DUMPABLE, PR_GET_NO_NEW_PRIVS = 4, 39


def main() -> int:
    """Run the program; returns what the sandbox exits with."""
    status, limits, argv = int(sys.argv[1]), json.loads(sys.argv[2]), sys.argv[3:]
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 or libc.prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1:
        return 70
    if os.getpid() != 1 or os.geteuid() == 0:
        return 71
    os.set_inheritable(status, False)
    child = os.fork()
    if child == 0:
        try:
            _limit(limits)
            for number in (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            os.execv(argv[0], argv)
        except OSError as error:
            os.write(2, f"cannot start {argv[0]}: {error}\n".encode())
        os._exit(127)
    os.write(status, b'{"ready": true}\n')
    while True:
        pid, wait_status = os.wait()
        if pid == child:
            break
    code = os.waitstatus_to_exitcode(wait_status)
    os.write(status, json.dumps({"code": code}).encode() + b"\n")
    return code if code >= 0 else 128 - code


def _limit(limits: dict[str, int]) -> None:
    for name, value in limits.items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, value))
    os.nice(5)


if __name__ == "__main__":
    sys.exit(main())
