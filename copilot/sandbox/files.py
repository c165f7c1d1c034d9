"""Reads a file that a run left, so that neither its name nor its kind can fool the host. Bytes only: nothing is unpickled.

Covers: links anywhere on the path, "..", absolute names, other disks mounted below, pipes and devices (opened without
waiting), hard links (which could be another place's file), sparse files (which count by the size that a reader would get),
files that grow while they are read. The kernel resolves the whole path at once (openat2), so nothing can be swapped
between a look and the opening.
Does not cover: what the bytes mean; a checkpoint is code, and is loaded inside a run alone.
"""

from __future__ import annotations

import ctypes
import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

from copilot.core.errors import FileProblem
from copilot.sandbox.results import printable

OPENAT2 = 437
"""Its number, on x86_64 as on aarch64."""
NO_XDEV, NO_MAGICLINKS, NO_SYMLINKS, BENEATH = 0x01, 0x02, 0x04, 0x08
FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
LOOK_INSIDE = "Look at it in a run of its own; on the host it is not opened."
FOUND = {
    errno.ELOOP: "a link is, or is on the way to it",
    errno.EXDEV: "it leads out of the run's folder",
    errno.ENXIO: "it is a pipe, a socket or a device, not a file",
    errno.ENODEV: "it is a pipe, a socket or a device, not a file",
    errno.EAGAIN: "it was changed while it was opened, or somebody holds it",
}
KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
_libc = ctypes.CDLL(None, use_errno=True)


class _How(ctypes.Structure):
    """The kernel's `struct open_how`."""

    _fields_ = (("flags", ctypes.c_uint64), ("mode", ctypes.c_uint64), ("resolve", ctypes.c_uint64))


def open_left(box: Path, relative: str) -> BinaryIO:
    """A regular file that a run left, open for reading.

    Args:
        box: the run's folder.
        relative: the file's path below it.

    Raises:
        FileProblem: it is not there, not a plain file with one name, or this kernel cannot open it safely.
    """
    name = os.fsencode(relative)
    if not name or b"\0" in name:
        raise _problem(relative, "it is no name of a file", "Name a file below the run's folder.")
    try:
        top = os.open(box, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise _problem(
            relative, f"the run's folder cannot be opened: {error.strerror}", "Name a run's folder."
        ) from error
    try:
        descriptor = _openat2(top, name)
    except OSError as error:
        raise _refused(relative, error) from error
    finally:
        os.close(top)
    try:
        _require_plain(os.fstat(descriptor), relative)
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def read_left(box: Path, relative: str, most_bytes: int) -> bytes:
    """The whole content of a file that a run left.

    Args:
        box: the run's folder.
        relative: the file's path below it.
        most_bytes: a larger file is refused before anything is read.

    Raises:
        FileProblem: as `open_left`, or the file is larger, or grows meanwhile, or cannot be read.
    """
    with open_left(box, relative) as file:
        size = os.fstat(file.fileno()).st_size
        try:
            content = file.read(most_bytes + 1) if size <= most_bytes else b""
        except OSError as error:
            raise _problem(relative, f"it cannot be read: {error.strerror}", "Run the script again.") from error
    size = max(size, len(content))
    if size > most_bytes:
        raise _problem(
            relative, f"it is {size} bytes long, and at most {most_bytes} are read", "Let the script write less."
        )
    return content


def _openat2(top: int, name: bytes) -> int:
    how = _How(FLAGS, 0, BENEATH | NO_SYMLINKS | NO_MAGICLINKS | NO_XDEV)
    descriptor = _libc.syscall(
        ctypes.c_long(OPENAT2), ctypes.c_int(top), name, ctypes.byref(how), ctypes.c_size_t(ctypes.sizeof(how))
    )
    if descriptor < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return int(descriptor)


def _require_plain(info: os.stat_result, relative: str) -> None:
    """Raise for anything but a regular file with one name."""
    if not stat.S_ISREG(info.st_mode):
        kind = KINDS.get(stat.S_IFMT(info.st_mode), "not a plain file")
        raise _problem(relative, f"it is {kind}, not a file", LOOK_INSIDE)
    if info.st_nlink != 1:
        raise _problem(relative, f"it has {info.st_nlink} names (hard links), and one is expected", LOOK_INSIDE)


def _refused(relative: str, error: OSError) -> FileProblem:
    if error.errno == errno.ENOSYS:
        return _problem(
            relative, "this kernel cannot open it safely (it has no openat2)", "Use Linux 5.6 or newer to read results."
        )
    found = FOUND.get(error.errno or 0, f"{error.strerror}")
    return _problem(relative, found, LOOK_INSIDE if error.errno in FOUND else "See the run's list of files.")


def _problem(relative: str, found: str, hint: str) -> FileProblem:
    return FileProblem(f"Cannot read {printable(relative)[:200]!r} of the run: {found}.", hint=hint)
