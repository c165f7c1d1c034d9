"""What stands in a part's place while searching is measured: each thing is computed once, and a leg may be another."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from copilot.core import paths
from copilot.knowledge import Index
from copilot.models.embedder import Embedder
from copilot.retrieval.search import Reranker


class Once:
    """An embedder that embeds each question once for all ways."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.embed_query = cache(embedder.embed_query)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._embedder, name)


class ScoredOnce:
    """A cross-encoder that scores each pair of question and text once for all ways."""

    def __init__(self, reranker: Reranker) -> None:
        self._reranker = reranker
        self._known: dict[tuple[str, str], float] = {}

    def scores(self, query: str, texts: list[str]) -> list[float]:
        new = [text for text in dict.fromkeys(texts) if (query, text) not in self._known]
        for text, score in zip(new, self._reranker.scores(query, new), strict=True):
            self._known[query, text] = score
        return [self._known[query, text] for text in texts]


class Leg:
    """An index with another dense ranking."""

    def __init__(self, index: Index, dense: Callable[[list[float], int], list[tuple[str, float]]]) -> None:
        self._index = index
        self.dense = dense

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)


class Vectors:
    """Exact nearest neighbours of texts; vectors are kept in the data folder, for they take minutes."""

    def __init__(self, texts: list[str], embedder: Embedder) -> None:
        digest = hashlib.sha256("\0".join([embedder.identity, *texts]).encode()).hexdigest()[:16]
        path = paths.state_dir() / f"evals-vectors-{digest}.npy"
        if not path.exists():
            np.save(path, embedder.embed(texts))
        self._matrix = np.load(path)

    def nearest(self, vector: list[float], n: int) -> list[tuple[int, float]]:
        scores = self._matrix @ np.asarray(vector, np.float32)
        return [(int(row), float(scores[row])) for row in np.argsort(-scores)[:n]]
