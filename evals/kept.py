"""Rows of a long measurement, kept as they come: what was interrupted goes on from there."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from copilot.core.errors import InvalidRequest

Row = dict[str, Any]


class Kept:
    """A file of rows, one JSON object a line; its first says what was measured.

    Args:
        path: of the file, made if missing; None keeps nothing.
        of: what is measured (model, commit, settings): rows of something else are not taken for it.

    Raises:
        InvalidRequest: the file holds rows of something else.
    """

    def __init__(self, path: Path | None, of: dict[str, Any]) -> None:
        self._path, self._rows = path, dict[str, Row]()
        if path is None:
            return
        head = json.dumps(of, ensure_ascii=False)
        first, *lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else [head]
        if first != head:
            raise InvalidRequest(f"{path} has rows of {first}; expected {head}.", hint="Name another file.")
        whole = [line for line in lines if _is_whole(line)]
        path.write_text("".join(f"{line}\n" for line in (head, *whole)), encoding="utf-8")
        self._rows = dict(json.loads(line) for line in whole)

    def row(self, key: str, make: Callable[[], Row]) -> Row:
        """The row of this key: the one that is kept, else a new one."""
        if key not in self._rows:
            self._rows[key] = make()
            if self._path is not None:
                with self._path.open("a", encoding="utf-8") as file:
                    file.write(f"{json.dumps([key, self._rows[key]], ensure_ascii=False)}\n")
        return self._rows[key]


def _is_whole(line: str) -> bool:
    """Whether a line was written to its end: a killed run may have cut it."""
    try:
        return isinstance(json.loads(line), list)
    except json.JSONDecodeError:
        return False
