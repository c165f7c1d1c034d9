"""Which user a run is: as root one that nobody else is, held for as long as the run lasts; else oneself.

Covers: two runs of any copilot on this machine are never the same user at one time, so that the kernel keeps them apart
even where they could see each other. Does not cover: runs of an ordinary user, which are all that user; their own
namespaces alone keep them apart. An abstract socket is the token: the kernel gives it up with its holder, however it ends.
"""

from __future__ import annotations

import contextlib
import os
import random
import socket

from copilot.core.errors import SandboxUnavailable

FIRST_UID, UIDS = 1_879_048_192, 60_000
"""Users that no system hands out: above those that systemd gives to containers, below 2^31."""
ATTEMPTS = 50


def of_a_run(stack: contextlib.ExitStack) -> int:
    """The user id of a run, kept until `stack` closes.

    Raises:
        SandboxUnavailable: one that is free was not found.
    """
    if os.geteuid() != 0:
        return os.getuid()
    for _ in range(ATTEMPTS):
        uid = FIRST_UID + random.SystemRandom().randrange(UIDS)
        token = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            token.bind(f"\0rllte-copilot-run-{uid}")
        except OSError:
            token.close()
            continue
        stack.callback(token.close)
        return uid
    raise SandboxUnavailable(
        "No user is free for this run: others hold every one that was tried.",
        hint="End some runs, and programs that hold the abstract sockets rllte-copilot-run-*.",
    )
