"""BM25 over the chunks, with bm25s. Headings count twice: they name what a chunk speaks of."""

from __future__ import annotations

import math
from collections import Counter

from copilot.core.types import Passage
from copilot.retrieval.words import words


class Lexical:
    """An index over the given chunks, built in memory (milliseconds for a thousand).

    Args:
        chunks: not empty.
    """

    def __init__(self, chunks: list[Passage]) -> None:
        import bm25s

        self._ids = [passage.id for passage in chunks]
        corpus = [words(f"{p.heading} {p.heading} {p.source} {p.text}") or ["-"] for p in chunks]
        self._bm25 = bm25s.BM25(method="lucene")
        self._bm25.index(corpus, show_progress=False)
        self._held = Counter(word for tokens in corpus for word in set(tokens))

    def best(self, query: str, n: int) -> list[tuple[str, float]]:
        """The ids of the `n` best chunks and their BM25 score, best first; only those with a score above 0."""
        asked = [word for word in words(query) if word in self._held]
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
        held = self._held[word]
        return math.log(1.0 + (len(self._ids) - held + 0.5) / (held + 0.5))
