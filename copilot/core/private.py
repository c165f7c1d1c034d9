"""Files that only their owner reads: keys, conversations and logs, also in a data folder that is open to others."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path
from typing import BinaryIO

MODE = 0o600


def write_private(path: Path, text: str) -> None:
    """Write atomically with mode 0600 from the first byte; nothing half-written is left.

    Raises:
        OSError: the folder cannot be written, or its disk is full.
    """
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    content = text.encode("utf-8")
    try:
        with _opened(partial) as out:
            out.write(content)
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise


def open_private(path: Path) -> BinaryIO:
    """The file, emptied and open for writing, mode 0600; a name that another file has begun afresh."""
    path.unlink(missing_ok=True)  # who had opened an older one, open to all, does not read on
    return _opened(path)


def keep_private(path: Path) -> None:
    """Make the file if there is none, and take it away from others if it is open to them.

    A file of somebody else's, or on a disk without rights, stays as it is.
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, MODE))
    except FileExistsError:
        pass  # not opened: to close it would give up the locks that this process holds on it
    except OSError:
        return  # whoever uses the file says what is wrong with it
    with contextlib.suppress(OSError):
        mode = path.stat().st_mode
        if stat.S_ISREG(mode) and stat.S_IMODE(mode) & ~MODE:
            path.chmod(MODE)


def _opened(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, MODE), "wb")
