"""What the kernel's /proc says of a run's processes: their tree, their state, where one can look at them.

Covers: processes that end while one looks, and those whose first thread has ended while others go on, which then show
nothing in their own folder. A process's name is its own to choose: fields are counted from its closing bracket.
Does not cover: what is to be made of it (`limits`, `folder`).
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

STATE, PARENT, USER_TICKS, SYSTEM_TICKS, WAITED_USER, WAITED_SYSTEM, THREADS, BEGAN = 0, 1, 11, 12, 13, 14, 17, 19
"""Places in `fields`."""


def fields(pid: int) -> list[bytes]:
    """The numbers of /proc/PID/stat from the state on.

    Raises:
        OSError: there is no such process any more.
    """
    with open(f"/proc/{pid}/stat", "rb") as file:
        return file.read().rpartition(b")")[2].split()


def tree(root: int) -> list[int]:
    """`root` and its descendants."""
    found, pending = [], [root]
    while pending:
        pid = pending.pop()
        found.append(pid)
        with contextlib.suppress(OSError):
            for thread in os.listdir(f"/proc/{pid}/task"):
                with contextlib.suppress(OSError):  # this thread has ended; the others' children still count
                    children = Path(f"/proc/{pid}/task/{thread}/children").read_text(encoding="ascii")
                    pending.extend(int(child) for child in children.split())
    return found


def living_thread(pid: int, seen: list[bytes]) -> str:
    """The folder in /proc of a process with these fields, or of another thread where the first one has ended."""
    if seen[STATE] == b"Z" and int(seen[THREADS]) > 1:
        with contextlib.suppress(OSError, StopIteration):
            return f"/proc/{pid}/task/{next(name for name in os.listdir(f'/proc/{pid}/task') if name != str(pid))}"
    return f"/proc/{pid}"


def is_still(pid: int, began: bytes) -> bool:
    """Whether the process of this number is the one that began then."""
    try:
        return fields(pid)[BEGAN] == began
    except (OSError, IndexError):
        return False


def has_ended(pid: int) -> bool:
    """Whether a process is gone or only waits to be waited for: it has no files any more, and a user may not look."""
    try:
        seen = fields(pid)
    except OSError:
        return True
    return seen[STATE] in {b"Z", b"X"} and int(seen[THREADS]) <= 1
