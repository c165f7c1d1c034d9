"""Which files are read: what ships with the package, and what the user has added; and whether one is as it was ingested."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from copilot.core import paths
from copilot.core.errors import InvalidRequest
from copilot.core.types import FailedFile
from copilot.knowledge.ignored import Walk
from copilot.knowledge.loaders import LOADERS
from copilot.knowledge.names import NOT_TEXT, is_text, shown
from copilot.knowledge.store import Known

SUFFIXES = tuple(LOADERS)
_READ = f"read are {', '.join(SUFFIXES)}"


def shipped() -> dict[str, Path]:
    """The documentation but its index of pages, and the library, by the source that passages name."""
    root, index = paths.project_root(), paths.corpus_dir() / "README.md"
    folders = ((paths.corpus_dir(), (".md",)), (paths.library_dir(), (".py",)))
    found = (path for folder, suffixes in folders for path in _walk(folder, suffixes) if path != index)
    return {path.relative_to(root).as_posix(): path for path in found}


@dataclass(frozen=True)
class Own:
    """What a file or folder of the user's holds."""

    files: list[Path]
    left_out: list[FailedFile]
    """What in it cannot be reached or named, or leads out of it."""


def own(root: Path, ships: Collection[Path]) -> Own:
    """The files of a file or folder of the user's, without those that ship: they have a source already.

    Of a folder neither what git ignores is read, nor what is hidden, nor links; a file that is named is read whatever it is.
    """
    if not root.is_dir():
        return Own([root] if _is_read(root, SUFFIXES) and root not in ships else [], [])
    walk = Walk(root)
    found = [path for path in walk.files() if path not in ships and _is_read(path, SUFFIXES)]
    told = [(path, reason) for path, reason in walk.left_out if path.suffix.lower() in SUFFIXES or path.is_dir()]
    return Own(found, [FailedFile(shown(path), reason) for path, reason in told])


def refusal(root: Path, ships: Collection[Path], found: Own) -> str:
    """Why a path that exists is nothing to add, naming the types that are read; "" where it is something."""
    if found.files:
        return ""
    if any(root.is_relative_to(folder.resolve()) for folder in (paths.corpus_dir(), paths.library_dir())):
        return "it ships with rllte-copilot, which reads it already"
    if root.is_dir():
        return f"no file in it is of a type that is read; {_READ}"
    return f"not of a type that is read; {_READ}" if root.is_file() else f"neither a file nor a folder; {_READ}"


def absolute(path: Path) -> Path:
    """A path as it is remembered.

    Raises:
        InvalidRequest: there is no such user's home, its links go in circles, or what it names cannot be remembered.
    """
    _require_text(path)
    try:
        found = path.expanduser().resolve()
    except RuntimeError as error:
        raise InvalidRequest(f"The path {path} leads nowhere: {error}", hint="Check the path.") from error
    _require_text(found)  # a folder above it, or what a link leads to
    return found


def _require_text(path: Path) -> None:
    if not is_text(path):
        raise InvalidRequest(
            f"{shown(path)} cannot be remembered: {NOT_TEXT}, it holds bytes that are not UTF-8.",
            hint="Rename it first.",
        )


def current(path: Path, known: Known) -> Known | None:
    """What is known of a file, with its present time; None if it has changed, has vanished or cannot be read.

    It is read only where its time has changed and its size has not.
    """
    try:
        now = path.stat()
        if not stat.S_ISREG(now.st_mode) or now.st_size != known.size or not os.access(path, os.R_OK):
            return None
        if now.st_mtime_ns != known.mtime_ns and sha256(path.read_bytes()) != known.sha256:
            return None
    except OSError:
        return None
    return replace(known, mtime_ns=now.st_mtime_ns)


def content(path: Path, largest: int) -> tuple[bytes, os.stat_result]:
    """All of a file, and what it was then.

    Raises:
        OSError: it may not be read.
        ValueError: it is larger than `largest` bytes.
    """
    with path.open("rb") as file:
        data = b"" if os.fstat(file.fileno()).st_size > largest else file.read(largest + 1)
        now = os.fstat(file.fileno())
        if max(len(data), now.st_size) > largest:
            raise ValueError(f"larger than {largest // 1_000_000} MB")
        return data, now


def sha256(data: bytes) -> str:
    """The digest that the manifest keeps."""
    return hashlib.sha256(data).hexdigest()


def _walk(root: Path, suffixes: tuple[str, ...]) -> Iterator[Path]:
    """The files of a folder that ships."""
    for path in sorted(root.rglob("*")):
        hidden = any(part.startswith(".") or part == "__pycache__" for part in path.relative_to(root).parts)
        if not hidden and _is_read(path, suffixes):
            yield path


def _is_read(path: Path, suffixes: tuple[str, ...]) -> bool:
    try:
        return path.suffix.lower() in suffixes and path.is_file()
    except OSError:  # it may not be looked at: whoever reads it says so
        return True
