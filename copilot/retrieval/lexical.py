"""BM25 over the chunks, with bm25s. Headings count twice: they name what a chunk speaks of."""

from __future__ import annotations

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
        self._known = {word for tokens in corpus for word in tokens}

    def best(self, query: str, n: int) -> list[tuple[str, float]]:
        """The ids of the `n` best chunks and their BM25 score, best first; only those with a score above 0."""
        asked = [word for word in words(query) if word in self._known]
        if not asked:
            return []
        n = min(n, len(self._ids))
        rows, scores = self._bm25.retrieve([asked], k=n, show_progress=False)
        found = zip(rows[0], scores[0], strict=True)
        return [(self._ids[int(row)], float(score)) for row, score in found if score > 0]

    def coverage(self, query: str) -> float:
        """The share of the query's words that the corpus has at all, 0 to 1."""
        asked = set(words(query))
        return len(asked & self._known) / len(asked) if asked else 0.0
