"""Keeps the symbol index in the data folder: built once for each set of versions, by a process of its own.

The index rests on the versions of Python and the packages, the library's sources and those of the builder; whatever of
them changes gives another file. A file that cannot be read is built again. Others are kept, the newest few.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import os
import subprocess
import sys
import zipfile
import zlib
from functools import cache
from pathlib import Path

from copilot.core import paths
from copilot.core.errors import NotInstalled, of_system
from copilot.core.locks import file_lock

BUILT_ON = ("torch", "gymnasium", "numpy")
_KEPT = 4
_seen: set[Path] = set()
_BUILDER = "copilot.codegen.symbols.build"


def index_file() -> Path:
    """The index of what is installed here, built if there is none that can be read.

    Raises:
        NotInstalled: a package is not installed, or cannot be loaded.
        FileProblem: the data folder cannot be written.
        DiskFull: there is no space for the index.
    """
    folder = paths.cache_dir() / "symbols"
    file = folder / f"{_key()}.zip"
    if _whole(file):
        return file
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with file_lock(folder / "lock", "building the symbol index", wait=True):
            if not _whole(file):  # another process may have built it while this one waited
                _build(file)
                _forget(folder, file)
    except OSError as error:
        raise of_system(error) from error
    return file


def rebuilt() -> Path:
    """The index built anew: what had been built does not read as it should."""
    _seen.clear()
    with contextlib.suppress(OSError):
        (paths.cache_dir() / "symbols" / f"{_key()}.zip").unlink()
    return index_file()


@cache
def _key() -> str:
    """What the index rests on, as one name."""
    parts = [sys.version, sys.executable]
    for name in BUILT_ON:
        try:
            parts.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError as error:
            raise _lacking(f"{name} is not installed for {sys.executable}") from error
    digest = hashlib.sha256("\n".join(parts).encode())
    for folder in (paths.library_dir(), Path(__file__).parent):
        for path in sorted(folder.rglob("*.py")):
            digest.update(f"{path.relative_to(folder)}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:20]


def _whole(file: Path) -> bool:
    """Whether the file is an index, to its last byte; one that was is not read through again."""
    if file not in _seen:
        try:
            with zipfile.ZipFile(file) as archive:
                if archive.testzip() is None and "others.json" in archive.namelist():
                    _seen.add(file)
        except (OSError, zipfile.BadZipFile, EOFError, zlib.error):
            return False
    return file in _seen


def _build(file: Path) -> None:
    partial = file.with_name(f"{file.name}.{os.getpid()}.partial")
    search = os.pathsep.join(filter(None, [str(paths.project_root()), os.environ.get("PYTHONPATH")]))
    try:
        done = subprocess.run(
            [sys.executable, "-m", _BUILDER, str(partial)],
            capture_output=True,
            text=True,
            check=False,
            cwd=file.parent,  # a folder of which no file can be taken for a module
            env={**os.environ, "PYTHONPATH": search, "CUDA_VISIBLE_DEVICES": "", "MPLBACKEND": "Agg"},
        )
        if done.returncode or not partial.is_file():
            last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
            raise _lacking(f"The symbol index could not be built by {sys.executable}: {last[:400]}")
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)


def _lacking(what: str) -> NotInstalled:
    return NotInstalled(
        f"{what}. Code can be checked against the library only where it is installed.",
        hint=f"Install it there: {sys.executable} -m pip install -e {paths.project_root()}",
    )


def _forget(folder: Path, file: Path) -> None:
    """Remove all but the newest indices."""
    others = sorted(folder.glob("*.zip"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in [path for path in others if path != file][_KEPT - 1 :]:
        old.unlink(missing_ok=True)
