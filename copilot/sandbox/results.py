"""What comes out of a run is hostile: lines, metrics and files are capped and cleaned before anyone looks at them.

Covers: control and escape sequences, lines without end, numbers that are not numbers, deep nesting, links, pipes, special
files, folders of any depth. Does not cover: the meaning of a file; nothing is unpickled or imported here.
"""

from __future__ import annotations

import json
import math
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

LINE_BYTES = 64 * 1024
METRIC_KEYS = 100
DEPTH = 48
"""Folders below this depth are not looked into."""
LISTED = 1000

_ESCAPES = re.compile(
    r"\x1b(?:\][^\x07\x1b]*(?:\x07|\x1b\\)?|[P^_X][^\x1b]*(?:\x1b\\)?|\[[0-?]*[ -/]*[@-~]?|.?)", re.DOTALL
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def clean(raw: bytes) -> str:
    """A line for people: no escape sequence, control character or change of writing direction survives."""
    text = raw[:LINE_BYTES].decode("utf-8", "replace")
    return _CONTROL.sub("", _ESCAPES.sub("", text))


class Lines:
    """Cuts a stream into lines; a carriage return ends one too (progress bars), what passes the cap is dropped."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that `data` completes."""
        *whole, rest = re.split(rb"\r\n|\n|\r", self._rest + data)
        self._rest = rest[: LINE_BYTES + 1]
        return [line[:LINE_BYTES] for line in whole]

    def close(self) -> list[bytes]:
        """What was left without an end."""
        rest, self._rest = self._rest, b""
        return [rest] if rest else []


def metric(raw: bytes) -> dict[str, Any] | None:
    """A metrics line as a flat object of finite numbers, texts, booleans and nulls; None for anything else."""
    if len(raw) >= LINE_BYTES:
        return None
    try:
        values = json.loads(raw, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    if not isinstance(values, dict) or len(values) > METRIC_KEYS:
        return None
    cleaned: dict[str, Any] = {}
    for key, value in values.items():
        if isinstance(value, str):
            value = clean(value.encode("utf-8", "replace"))[:200]
        elif not (value is None or (isinstance(value, bool | int | float) and math.isfinite(value))):
            return None  # nested, or 1e999, which is read as infinity
        cleaned[clean(key.encode("utf-8", "replace"))[:100]] = value
    return cleaned


def _refuse(name: str) -> Any:
    raise ValueError(name)


@dataclass
class Folder:
    """What a run left: how much, and the paths of its regular files (the first thousand)."""

    files: int = 0
    megabytes: float = 0.0
    listed: list[str] = field(default_factory=list[str])


def measure(folder: str, most: int) -> Folder:
    """Count entries and bytes below `folder`, links not followed; stops beyond `most` entries."""
    found = Folder()
    for directory, entries in _walk(folder):
        for name, info in entries:
            found.files += 1
            found.megabytes += info.st_blocks * 512 / 2**20
            if stat.S_ISREG(info.st_mode) and info.st_nlink == 1 and len(found.listed) < LISTED:
                found.listed.append(os.path.join(directory, name))
            if found.files > most:
                return found
    return found


def take_over(folder: str, uid: int, gid: int) -> None:
    """Give everything below `folder` to a user and strip set-id bits, without following a link."""
    os.chown(folder, uid, gid, follow_symlinks=False)
    for directory, entries in _walk(folder):
        for name, info in entries:
            path = os.path.join(directory, name)
            os.chown(path, uid, gid, follow_symlinks=False)
            if stat.S_ISREG(info.st_mode) and info.st_mode & 0o6000:
                os.chmod(path, stat.S_IMODE(info.st_mode) & 0o777)


def _walk(folder: str) -> Iterator[tuple[str, list[tuple[str, os.stat_result]]]]:
    """Folders with their entries, without recursion; unreadable ones and those too deep are left out."""
    pending = [(folder, 0)]
    while pending:
        directory, depth = pending.pop()
        entries: list[tuple[str, os.stat_result]] = []
        try:
            with os.scandir(directory) as listing:
                for entry in listing:
                    info = entry.stat(follow_symlinks=False)
                    entries.append((entry.name, info))
                    if stat.S_ISDIR(info.st_mode) and depth < DEPTH:
                        pending.append((entry.path, depth + 1))
        except OSError:
            continue
        yield directory, entries
