"""What a model's folder holds, as one hash: the same files give the same, wherever they lie and however they came.

Hashing gigabytes takes seconds, so each file's hash is kept with its size and time of change, and taken again when those
have changed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from pathlib import Path

from copilot.core import paths
from copilot.core.errors import FileProblem
from copilot.core.private import write_private

WEIGHTS = {".safetensors", ".bin"}
READ = WEIGHTS | {".json", ".txt", ".model"}
"""Kinds of files that sentence-transformers reads from a checkpoint; others (pages, images, other formats) do not count."""
OTHER_FORMATS = {"onnx", "openvino", "coreml", "tf", "flax"}
"""Folders in which checkpoints keep the same weights in formats that are not read."""
MARKER = "verified.json"
"""What `pull` writes beside the files; no part of the model."""
_BLOCK = 1 << 20


def counts(name: str) -> bool:
    """Whether a file of a checkpoint, named by its path below it, is one that is read."""
    path = Path(name)
    hidden = any(part.startswith(".") for part in path.parts)
    return path.suffix in READ and name != MARKER and not hidden and OTHER_FORMATS.isdisjoint(path.parts[:-1])


def digest(folder: Path) -> str:
    """SHA-256 over the names and contents of the files that count.

    Raises:
        FileProblem: one of them cannot be read.
    """
    whole = hashlib.sha256()
    kept = _Kept(folder)
    try:
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if path.is_file() and counts(name):
                whole.update(f"{name}\0{kept.hash(name, path)}\n".encode())
    except OSError as error:
        raise FileProblem(
            f"The model in {folder} cannot be read: {error.strerror or error}.", hint="Check its rights."
        ) from error
    kept.save()
    return whole.hexdigest()


class _Kept:
    """The hashes taken before, in the folder of states."""

    def __init__(self, folder: Path) -> None:
        place = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]
        self._file = paths.state_dir() / f"content-{place}.json"
        self._before: dict[str, list[object]] = {}
        self._now: dict[str, list[object]] = {}
        with contextlib.suppress(OSError, ValueError):
            before = json.loads(self._file.read_text(encoding="utf-8"))
            self._before = before if isinstance(before, dict) else {}

    def hash(self, name: str, path: Path) -> str:
        stat = path.stat()
        known = self._before.get(name)
        mark = [stat.st_size, stat.st_mtime_ns, stat.st_ino]
        if not (isinstance(known, list) and known[:-1] == mark):
            known = [*mark, _of_file(path)]
        self._now[name] = known
        return str(known[-1])

    def save(self) -> None:
        if self._now != self._before:
            with contextlib.suppress(OSError):  # it is hashed again next time
                write_private(self._file, json.dumps(self._now))


def _of_file(path: Path) -> str:
    whole = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            whole.update(block)
    return whole.hexdigest()
