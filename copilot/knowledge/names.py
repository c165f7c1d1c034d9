"""Names of files that are not text: Unix allows any bytes in them, the manifest and a citation hold text only."""

from __future__ import annotations

import os
from pathlib import Path

NOT_TEXT = "its name is not text"
"""Why a file or folder is left out."""


def is_text(path: Path) -> bool:
    """Whether the whole path can be kept and shown as it is."""
    try:
        str(path).encode()
    except UnicodeEncodeError:  # bytes that Python could not decode stand in it as halves of characters
        return False
    return True


def shown(path: Path) -> str:
    r"""The path for a person; a byte that is no text as `\xff`, so that a shell can name it: `$'bad\xff.md'`."""
    try:
        return os.fsencode(path).decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:  # it came from no file system
        return str(path).encode("utf-8", "backslashreplace").decode()
