"""The marks of an answer while it is written: renumbered in order of appearance, as `retrieval.cite.resolve` will do it.

So what was streamed and the list of sources below it speak of the same numbers.
"""

from __future__ import annotations

import re

from copilot.retrieval.cite import renumber

_OPEN = re.compile(r"\s*[\[【［][^\]】］]{0,24}$|\s+$")
"""What may become a mark: blanks, and an open bracket with no more behind it than a mark can hold."""


class Marks:
    """Feed it pieces, show what it gives back.

    Args:
        count: how many sources the model was given.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._order: list[int] = []
        self._held = ""
        self._code = False

    @property
    def used(self) -> bool:
        """Whether a mark has named a source."""
        return bool(self._order)

    def feed(self, piece: str) -> str:
        """What can be shown now; blanks and what may become a mark are held back."""
        self._held += piece
        kept = _OPEN.search(self._held)
        ready = self._held[: kept.start()] if kept else self._held
        fence = ready.rfind("`")
        if ready.endswith("`") and not self._held[fence + 1 :].strip(" "):  # a fence may be about to open or close
            ready = ready.rstrip("`")
        self._held = self._held[len(ready) :]
        return self._shown(ready)

    def close(self) -> str:
        """The rest."""
        rest, self._held = self._held, ""
        return self._shown(rest)

    def _shown(self, text: str) -> str:
        parts = text.split("```")
        for index, part in enumerate(parts):
            if index:
                self._code = not self._code
            if not self._code:
                parts[index] = renumber(part, self._order, self._count)
        return "```".join(parts)
