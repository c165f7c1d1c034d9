"""One loader per kind of file: bytes to a `Document`. They run nothing, open nothing, and fail only with a `ValueError`.

What C code parses is read in a process of its own with a limit on time and memory (see `apart`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

from copilot.core import paths
from copilot.knowledge.blocks import Document
from copilot.knowledge.loaders import html, library, markdown, notebook, pdf, python, text


@dataclass(frozen=True)
class Loader:
    """How files of one suffix are read."""

    load: Callable[[bytes], Document]
    largest: int = 5_000_000
    """Bytes; a larger file is data."""
    apart: bool = False
    """Whether it is read in a process of its own."""


_MARKDOWN, _HTML = Loader(markdown.load), Loader(html.load, apart=True)

LOADERS = {
    ".md": _MARKDOWN,
    ".markdown": _MARKDOWN,
    ".txt": Loader(text.load),
    ".py": Loader(python.load),
    ".ipynb": Loader(notebook.load, largest=50_000_000),  # with its pictures
    ".pdf": Loader(pdf.load, largest=200_000_000, apart=True),
    ".html": _HTML,
    ".htm": _HTML,
}
"""By suffix, lower case."""

_LIBRARY = Loader(library.load)


def loader_of(source: str) -> Loader:
    """How a file is read: by its suffix, one of another type as Markdown.

    Args:
        source: as passages name it: what ships from the project's root, a file of the user's by its whole path. So the
            library's own modules, which are read by their symbols, are known.
    """
    path = PurePath(source)
    suffix = path.suffix.lower()
    if suffix == ".py" and path.parts[0] == paths.library_dir().name:
        return _LIBRARY
    return LOADERS.get(suffix, _MARKDOWN)


def load(suffix: str, data: bytes) -> Document:
    """Read a file in this process.

    Args:
        suffix: one of `LOADERS`.
        data: all of its bytes.

    Raises:
        ValueError: it cannot be read; the reason.
    """
    return LOADERS[suffix].load(data)
