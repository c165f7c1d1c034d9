"""Files of the user's: each whole or not at all, and nobody's work is lost to a second request."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from copilot.core.errors import FULL, DiskFull, FileProblem


def write(folder: Path, name: str, text: str) -> Path:
    """Write a file of a folder, which is made if missing; one that is there and differs is kept as `.bak`, `.bak.1`, ...

    Raises:
        DiskFull: the folder's disk is full.
        FileProblem: the file cannot be written.
    """
    path, partial = folder / name, folder / f".{name}.partial"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        partial.write_text(text, encoding="utf-8")  # before the old one moves: a full disk leaves it where it was
        if path.exists() and path.read_text(encoding="utf-8", errors="replace") != text:
            os.replace(path, _backup(path))
        os.replace(partial, path)
    except OSError as error:
        with contextlib.suppress(OSError):  # the folder itself may be what is wrong
            partial.unlink(missing_ok=True)
        if error.errno in FULL:
            raise DiskFull(
                f"The disk of {folder} is full.", hint="Free some space, or name another folder with -o."
            ) from error
        raise FileProblem(f"Cannot write {path}: {error.strerror}.", hint="Name another folder with -o.") from error
    return path


def _backup(path: Path) -> Path:
    """A name that no earlier copy has."""
    names = [f"{path.name}.bak", *(f"{path.name}.bak.{number}" for number in range(1, 10_000))]
    return path.parent / next(name for name in names if not (path.parent / name).exists())
