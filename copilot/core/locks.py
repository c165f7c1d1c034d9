"""A lock between processes on a file: released by the kernel when its holder dies, so it can never go stale."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from copilot.core.errors import AlreadyRunning


@contextmanager
def file_lock(path: Path, what: str, *, wait: bool = False) -> Iterator[None]:
    """Hold `path` exclusively.

    Args:
        path: the lock file; it stays on disk.
        what: names the operation in the error, for example "an ingestion".
        wait: wait for the holder instead of raising.

    Raises:
        AlreadyRunning: another process holds the lock.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(descriptor, 64, 0).decode("ascii", "replace").strip()
            by = f" (process {holder})" if holder else ""
            raise AlreadyRunning(
                f"Already running: {what}{by}.", hint="Wait until it ends, or end that process, then try again."
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode("ascii"), 0)
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)
