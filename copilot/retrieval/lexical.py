"""BM25 over the chunks, with bm25s, and which words each holds. Headings count twice: they name what a chunk speaks of.

The questions that a page of ours says it answers are words of it; a file of the user's own is found by such questions, and
holds what it shows: what is hidden in it must not speak for an answer.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections.abc import Iterable

from copilot.core.types import Passage
from copilot.retrieval.words import words

OURS = "corpus/"
"""Where the pages are that ship with the copilot."""


class Lexical:
    """An index over the given chunks, built in memory (a second for ten thousand).

    Args:
        chunks: not empty.
    """

    def __init__(self, chunks: list[Passage]) -> None:
        import bm25s

        self._ids = [passage.id for passage in chunks]
        self._rows = {identifier: row for row, identifier in enumerate(self._ids)}
        titles = [words(f"{p.heading} {p.source.rsplit('/', 1)[-1].rsplit('.', 1)[0]}") for p in chunks]
        corpus = [words(f"{p.heading} {p.heading} {p.source} {p.text}") for p in chunks]
        asked = [words(" ".join(p.asked)) for p in chunks]
        whole = [[*held, *more] for held, more in zip(corpus, asked, strict=True)]
        self._bm25 = bm25s.BM25(method="lucene")
        self._bm25.index([found or ["-"] for found in whole], show_progress=False)
        self._searched = {word for found in whole for word in found}
        ours = [p.source.startswith(OURS) for p in chunks]
        believed = [full if own else held for full, held, own in zip(whole, corpus, ours, strict=True)]
        self._held, self._titled = _rows_by_word(believed), _rows_by_word(titles)

    def best(self, query: str, n: int) -> list[tuple[str, float]]:
        """The ids of the `n` best chunks and their BM25 score, best first; only those with a score above 0."""
        asked = [word for word in words(query) if word in self._searched]
        if not asked:
            return []
        n = min(n, len(self._ids))
        rows, scores = self._bm25.retrieve([asked], k=n, show_progress=False)
        found = zip(rows[0], scores[0], strict=True)
        return [(self._ids[int(row)], float(score)) for row, score in found if score > 0]

    def has(self, word: str) -> bool:
        """Whether a chunk has it."""
        return word in self._held

    def weight(self, word: str) -> float:
        """How much a word tells, as BM25 has it: near 0 where every chunk has it, most where none has."""
        held = len(self._held.get(word, ()))
        return math.log(1.0 + (len(self._ids) - held + 0.5) / (held + 0.5))

    def asked(self, query: str) -> dict[str, float]:
        """The query's words, each with its part of what they tell together; the parts sum to 1.

        Words of another script are left out where the corpus has none of them: they say nothing of what it holds.
        """
        weights = {word: self.weight(word) for word in set(words(query)) if word.isascii() or self.has(word)}
        whole = sum(weights.values()) or 1.0
        return {word: weight / whole for word, weight in weights.items()}

    def held(self, asked: dict[str, float], identifier: str) -> set[str]:
        """Which of these words a chunk holds, its heading and the name of its file included."""
        return {word for word in asked if _among(self._held, word, self._rows[identifier])}

    def titled(self, asked: dict[str, float], identifier: str) -> set[str]:
        """Which of these words the heading or the file's name holds."""
        return {word for word in asked if _among(self._titled, word, self._rows[identifier])}


def _rows_by_word(corpus: Iterable[list[str]]) -> dict[str, array[int]]:
    """For each word the rows that hold it, ascending."""
    found: dict[str, array[int]] = {}
    for row, tokens in enumerate(corpus):
        for word in set(tokens):
            found.setdefault(word, array("I")).append(row)
    return found


def _among(rows_by_word: dict[str, array[int]], word: str, row: int) -> bool:
    rows = rows_by_word.get(word)
    if rows is None:
        return False
    place = bisect_left(rows, row)
    return place < len(rows) and rows[place] == row
