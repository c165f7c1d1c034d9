"""Search: dense and lexical ranks by reciprocal rank fusion, weighed anew, one source never filling the page.

A cross-encoder, where one is given, orders the best of them once more; what speaks for an answer is weighed without it.
What is found is held against its file: passages of one that has changed since it was ingested are not shown.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import Protocol

from copilot.core.errors import InvalidRequest
from copilot.core.types import Passage
from copilot.core.visible import in_line
from copilot.knowledge.units import units
from copilot.retrieval.addressed import orders
from copilot.retrieval.evidence import Evidence, weigh
from copilot.retrieval.extract import FORBIDDEN, PAPERS
from copilot.retrieval.lexical import Lexical
from copilot.retrieval.words import words

RRF_K = 20
"""The constant of reciprocal rank fusion (Cormack et al., 2009: 60, for lists of a thousand; ours are short)."""

POOL = 60
"""How many of each ranking are fused."""

RANKS, SIMILARITY, COVERAGE, TITLE = 0.6, 0.6, 0.9, 0.3
"""What counts how much: both ranks together, the cosine, the query's words that a chunk holds, those in its title. Learned
on the tuning half of the gold set (evals/LOG.md)."""

PAGE = 0.3
"""How much of its file's best chunk each chunk gets: the right page is found more surely than the right paragraph."""

UNIT_SIMILARITY = 4.0
"""What a unit's cosine counts beside the share of the question's words that it holds."""

NOTES = 0.5
"""What a unit of a note on a paper counts where no paper is asked for: what `rllte` does is asked for, and may differ."""

PER_SOURCE = 5
"""At most so many chunks of one file."""

RERANKED = 30
"""How many of the best a cross-encoder reads: its time grows with each."""

NAMED = 5
"""How many of the files left out are named."""

REMEMBERED = 8
"""Queries whose vectors are kept: one that was searched is held against the lines that were found, too."""


_OF_PAPERS = re.compile(
    r"\b(?:papers?|publi(?:shed|cation)|authors?|et al|original\w*|wrote|proposed?|introduced?|reported?)\b",
    re.IGNORECASE,
)


class SearchableIndex(Protocol):
    """What searching needs of an index."""

    @property
    def version(self) -> str: ...
    def refresh(self) -> bool: ...
    def chunks(self) -> list[Passage]: ...
    def get(self, ids: list[str]) -> list[Passage]: ...
    def dense(self, vector: list[float], n: int) -> list[tuple[str, float]]: ...
    def similarities(self, vector: list[float], passages: list[Passage]) -> list[list[float]]: ...
    def is_current(self, source: str) -> bool: ...


class QueryEmbedder(Protocol):
    """What searching needs of an embedder."""

    def embed_query(self, text: str) -> list[float]: ...


class Reranker(Protocol):
    """What searching needs of a cross-encoder: how well each text answers, one number per text, higher is better."""

    def scores(self, query: str, texts: list[str]) -> list[float]: ...


@dataclass(frozen=True)
class SearchResult:
    """Passages, best first; seconds per stage; and what speaks for an answer among them."""

    passages: list[Passage]
    timings: dict[str, float]
    evidence: Evidence
    stale: list[str] = field(default_factory=list[str])
    """Sources whose passages were left out: their file has changed since it was ingested, or is gone."""

    @property
    def strength(self) -> float:
        """How likely the corpus holds an answer, 0 to 1."""
        return self.evidence.strength

    @property
    def hint(self) -> str:
        """What to tell about the sources left out; "" if there are none."""
        if not self.stale:
            return ""
        more = f" and {len(self.stale) - NAMED} more" if len(self.stale) > NAMED else ""
        named = ", ".join(map(in_line, self.stale[:NAMED]))
        return f"Left out, changed since it was ingested: {named}{more}. Bring it up to date: rllte-copilot ingest"


class Retriever:
    """Searches one index.

    Args:
        index: chunks and their vectors.
        embedder: of the same identity as the index.
        reranker: puts the best into its own order; None leaves them as they are.
    """

    def __init__(self, index: SearchableIndex, embedder: QueryEmbedder, reranker: Reranker | None = None) -> None:
        self._index = index
        self._embedder = embedder
        self._embed = lru_cache(maxsize=REMEMBERED)(embedder.embed_query)
        self._reranker = reranker
        self._lexical: Lexical | None = None

    def prepare(self) -> None:
        """Open what the first search would open: the embedder, the vector store, the word index.

        A cross-encoder is not asked: passages leave for its server with a question, not before.
        """
        self._search("rllte", 1, None)

    def search(self, query: str, k: int = 8) -> SearchResult:
        """The `k` best passages.

        The evidence's scale of similarity begins where the embedder sees texts that have nothing in common (its
        `unrelated`; 0 where it gives none).

        Raises:
            InvalidRequest: the query is empty.
            CorpusEmpty: the index is being built anew, or holds nothing any more.
            ModelUnreachable: the cross-encoder fails. It was asked for, so another order is not given in its place.
        """
        return self._search(query, k, self._reranker)

    def _search(self, query: str, k: int, reranker: Reranker | None) -> SearchResult:
        require_words(query)
        started = time.perf_counter()
        if self._index.refresh():
            self._lexical = None
        if self._lexical is None:
            self._lexical = Lexical(self._index.chunks())
        ready = time.perf_counter()
        vector = self._embed(query)
        embedded = time.perf_counter()
        dense = self._index.dense(vector, POOL)
        searched = time.perf_counter()
        lexical = self._lexical.best(query, POOL)
        scores = fuse([i for i, _ in dense], [i for i, _ in lexical])
        candidates = self._index.get(list(scores))
        asked = self._lexical.asked(query)
        merits = _merits(asked, candidates, scores, dict(dense), self._lexical)
        valued = [replace(p, score=merits[p.id]) for p in candidates]
        ranked = sorted(valued, key=lambda p: p.score, reverse=True)
        is_current = cache(self._index.is_current)
        passages, stale = _diverse(ranked, k, is_current)
        source = {p.id: p.source for p in candidates}
        zero = getattr(self._embedder, "unrelated", 0.0)
        similar = [(score - zero) / (1.0 - zero) for i, score in dense if source.get(i) not in stale]
        weighed = time.perf_counter()
        evidence = weigh(asked, similar, passages, self._lexical)  # its weights were learned on this order
        timings = {
            "open_s": ready - started,
            "embed_s": embedded - ready,
            "dense_s": searched - embedded,
            "lexical_s": weighed - searched,
        }
        if reranker is not None:
            asking = time.perf_counter()
            passages, stale = _diverse(_reranked(reranker, query, ranked), k, is_current)
            timings["rerank_s"] = time.perf_counter() - asking
        timings["total_s"] = sum(timings.values()) - timings["open_s"]
        return SearchResult(passages, timings, evidence, stale)

    def worth(self, query: str, passages: list[Passage]) -> list[list[float]]:
        """How much each unit of these passages speaks of a question that was searched: words and similarity together.

        What gives orders to a model in a file of the user's own is `FORBIDDEN`: it is data, and never read.
        """
        lexical = self._lexical or Lexical(self._index.chunks())
        asked = lexical.asked(query)
        near = self._index.similarities(self._embed(query), passages)
        notes = 1.0 if _OF_PAPERS.search(query) else NOTES
        return [
            [
                FORBIDDEN
                if orders(passage.source, unit.text)
                else (sum(asked.get(word, 0.0) for word in set(words(unit.text))) + UNIT_SIMILARITY * max(0.0, similar))
                * (notes if passage.source.startswith(PAPERS) else 1.0)
                for unit, similar in zip(units(passage), row, strict=True)
            ]
            for passage, row in zip(passages, near, strict=True)
        ]


def require_words(query: str) -> None:
    """Refuse an empty question.

    Raises:
        InvalidRequest: with an example.
    """
    if not query.strip():
        raise InvalidRequest("The question is empty.", hint='For example: "How do I train PPO on CartPole?"')


def fuse(*rankings: list[str]) -> dict[str, float]:
    """Reciprocal rank fusion: each ranking gives 1 / (RRF_K + rank), ranks from 1; scores by id, best first."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, identifier in enumerate(ranking, start=1):
            scores[identifier] = scores.get(identifier, 0.0) + 1.0 / (RRF_K + rank)
    return dict(sorted(scores.items(), key=lambda item: item[1], reverse=True))


def _merits(
    asked: dict[str, float],
    candidates: list[Passage],
    scores: dict[str, float],
    similar: dict[str, float],
    lexical: Lexical,
) -> dict[str, float]:
    """What each chunk is worth, by id: its own merits, and a part of those of the best chunk of its file."""
    least = min(similar.values(), default=0.0)  # of the pool: what is not in it is not nearer
    own: dict[str, float] = {}
    pages: dict[str, float] = {}
    for passage in candidates:
        merit = (
            RANKS * scores[passage.id] * (RRF_K + 1) / 2
            + SIMILARITY * similar.get(passage.id, least)
            + COVERAGE * sum(asked[word] for word in lexical.held(asked, passage.id))
            + TITLE * sum(asked[word] for word in lexical.titled(asked, passage.id))
        )
        own[passage.id] = merit
        pages[passage.source] = max(merit, pages.get(passage.source, merit))
    return {passage.id: own[passage.id] + PAGE * pages[passage.source] for passage in candidates}


def _reranked(reranker: Reranker, query: str, ranked: list[Passage]) -> list[Passage]:
    """The first of the ranked in the cross-encoder's order, equals as they were; the others stay behind them.

    The scores keep their places, and the passages change theirs: they fall along the list, on one scale, whatever the
    scale of the cross-encoder is.
    """
    first, rest = ranked[:RERANKED], ranked[RERANKED:]
    if not first:
        return ranked
    given = reranker.scores(query, [f"{passage.heading}\n{passage.text}" for passage in first])
    order = sorted(zip(given, first, strict=True), key=lambda pair: pair[0], reverse=True)
    return [replace(passage, score=place.score) for (_, passage), place in zip(order, first, strict=True)] + rest


def _diverse(ranked: list[Passage], k: int, is_current: Callable[[str], bool]) -> tuple[list[Passage], list[str]]:
    """The `k` best from various sources, and the sources that were passed over; each file is looked at once."""
    taken: dict[str, int] = {}
    kept: list[Passage] = []
    stale: list[str] = []
    for passage in ranked:
        source = passage.source
        if source in stale or taken.get(source, 0) == PER_SOURCE:
            continue
        if source not in taken and not is_current(source):
            stale.append(source)
            continue
        taken[source] = taken.get(source, 0) + 1
        kept.append(passage)
        if len(kept) == k:
            break
    return kept, stale
