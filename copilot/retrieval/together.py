"""Two searches for one question as one: their ranks fused, each counting as much as it is likely to be what was meant."""

from __future__ import annotations

from dataclasses import replace

from copilot.core.types import Passage
from copilot.retrieval.search import PER_SOURCE, SearchResult

K = 10
"""The constant of reciprocal rank fusion for two lists of `DEPTH`: chosen with the shares of `assistant.condense`."""

DEPTH = 30
"""How many passages of each search are fused."""

KEPT = 2
"""So many of each search are told in any case: the words of a question do not always say which is meant."""


def together(one: SearchResult, other: SearchResult, share: float, k: int = 8) -> SearchResult:
    """The `k` best passages of both; the first `KEPT` of each are among them, whatever it counts.

    Args:
        one: found for the question alone.
        other: found for it with what was said before.
        share: how much `other` counts, 0 to 1.
        k: passages.

    The evidence is the stronger of both, but for words that the corpus does not know: those of the question alone count,
    whatever was spoken of before ("and for QMIX?" after a question that it answers, and the other way round).
    """
    scores: dict[str, float] = {}
    for found, weight in ((one, 1.0 - share), (other, share)):
        for rank, passage in enumerate(found.passages, start=1):
            scores[passage.id] = scores.get(passage.id, 0.0) + weight / (K + rank)
    known = {passage.id: passage for passage in (*one.passages, *other.passages)}
    ranked = sorted((replace(known[name], score=score) for name, score in scores.items()), key=lambda p: -p.score)
    first = {passage.id for found in (one, other) for passage in found.passages[:KEPT]}
    seconds = {name: one.timings.get(name, 0.0) + taken for name, taken in other.timings.items()}
    behind = replace(other.evidence, unknown=one.evidence.unknown)
    evidence = max(one.evidence, behind, key=lambda evidence: evidence.strength)
    return SearchResult(_best(ranked, first, k), seconds, evidence, list(dict.fromkeys([*one.stale, *other.stale])))


def _best(ranked: list[Passage], first: set[str], k: int) -> list[Passage]:
    """The `k` best in their order, the first of either search among them, one source never filling the page."""
    kept, taken, left = list[Passage](), dict[str, int](), sum(passage.id in first for passage in ranked)
    for passage in ranked:
        own = passage.id in first
        left -= own
        if own or (taken.get(passage.source, 0) < PER_SOURCE and len(kept) + left < k):
            taken[passage.source] = taken.get(passage.source, 0) + 1
            kept.append(passage)
    return kept[:k]
