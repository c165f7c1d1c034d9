"""What of a user's folder is not read: what git ignores, hidden folders, environments, caches, links out, odd names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from copilot.knowledge.names import NOT_TEXT, is_text, shown

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_FOLDERS = frozenset(["__pycache__", "node_modules"])
_MARKS = ("pyvenv.cfg", "CACHEDIR.TAG")
"""Files that say of their folder that it is an environment of Python, or a cache."""

_LARGEST = 1_000_000
"""Bytes of a `.gitignore`; the rest is not read."""


@dataclass
class Walk:
    """The files below a folder, in the order of their names; hidden ones are passed over.

    Args:
        root: a folder, as it is remembered: without links.
    """

    root: Path
    left_out: list[tuple[Path, str]] = field(default_factory=list[tuple[Path, str]])
    """After the walk: folders that may not be read, links that lead out, names that are not text, each with the reason."""

    def __post_init__(self) -> None:
        self._specs: dict[Path, GitIgnoreSpec] = {}
        for folder in _repository(self.root):
            self._read(folder)
        if self._is_ignored(self.root, is_folder=True):  # the user has named it all the same
            self._specs.clear()

    def files(self) -> Iterator[Path]:
        """Every file that is neither hidden, nor ignored, nor a link, and has a name that can be kept."""
        for name, folders, files in os.walk(self.root, onerror=self._refused):
            folder = Path(name)
            self._read(folder)
            folders[:] = [inside for inside in sorted(folders) if self._is_entered(folder / inside)]
            for inside in sorted(files):
                path = folder / inside
                if inside.startswith(".") or self._is_ignored(path) or self._is_link(path):
                    continue
                if self._has_text_name(path):
                    yield path

    def _is_entered(self, folder: Path) -> bool:
        if folder.name.startswith(".") or folder.name in _FOLDERS or self._is_ignored(folder, is_folder=True):
            return False
        if self._is_link(folder) or any(os.path.exists(folder / mark) for mark in _MARKS):
            return False
        return self._has_text_name(folder)

    def _has_text_name(self, path: Path) -> bool:
        if not is_text(path):
            self.left_out.append((path, NOT_TEXT))
            return False
        return True

    def _is_link(self, path: Path) -> bool:
        """Links are not followed: they go in circles, or name what is read anyway; those that lead out are told."""
        if not path.is_symlink():
            return False
        try:
            target = path.resolve()
            if not target.is_relative_to(self.root) and target.exists():
                self.left_out.append((path, f"a link out of the folder; to read it, add {shown(target)}"))
        except (OSError, RuntimeError):  # it leads nowhere
            pass
        return True

    def _is_ignored(self, path: Path, *, is_folder: bool = False) -> bool:
        """The nearest `.gitignore` that says something of it decides."""
        for folder in path.parents:
            spec = self._specs.get(folder)
            if spec is not None:
                relative = path.relative_to(folder).as_posix() + ("/" if is_folder else "")
                included = spec.check_file(relative).include
                if included is not None:
                    return included
        return False

    def _read(self, folder: Path) -> None:
        lines = [*_lines(folder / ".git" / "info" / "exclude"), *_lines(folder / ".gitignore")]
        if lines and folder not in self._specs:
            self._specs[folder] = _spec(lines)

    def _refused(self, error: OSError) -> None:
        self.left_out.append((Path(error.filename or self.root), error.strerror or str(error)))


def _repository(root: Path) -> list[Path]:
    """The folders above up to that of the repository; none where there is no repository."""
    above: list[Path] = []
    for folder in root.parents:
        above.append(folder)
        if os.path.exists(folder / ".git"):
            return above
    return []


def _lines(path: Path) -> list[str]:
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST).decode("utf-8", "replace").splitlines()
    except OSError:
        return []


def _spec(lines: list[str]) -> GitIgnoreSpec:
    """As git does, a line that makes no sense is passed over."""
    from pathspec import GitIgnoreSpec

    try:
        return GitIgnoreSpec.from_lines(lines)
    except ValueError:
        return GitIgnoreSpec.from_lines([line for line in lines if _makes_sense(line)])


def _makes_sense(line: str) -> bool:
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True
