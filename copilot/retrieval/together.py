"""Two searches for one question as one: their ranks fused, each counting as much as it is likely to be what was meant."""

from __future__ import annotations

from dataclasses import replace

from copilot.retrieval.search import SearchResult

K = 10
"""The constant of reciprocal rank fusion for two lists of `DEPTH`: chosen with the shares of `assistant.condense`."""

DEPTH = 30
"""How many passages of each search are fused."""


def together(one: SearchResult, other: SearchResult, share: float, k: int = 8) -> SearchResult:
    """The `k` best passages of both.

    Args:
        one: found for the question alone.
        other: found for another form of it.
        share: how much `other` counts, 0 to 1. What counts more says how strong the evidence is; but a word that the corpus
            does not know is as telling in either: "and for QMIX?" after a question that it answers.
        k: passages.
    """
    scores: dict[str, float] = {}
    for found, weight in ((one, 1.0 - share), (other, share)):
        for rank, passage in enumerate(found.passages, start=1):
            scores[passage.id] = scores.get(passage.id, 0.0) + weight / (K + rank)
    known = {passage.id: passage for passage in (*one.passages, *other.passages)}
    best = sorted(scores, key=lambda identifier: scores[identifier], reverse=True)[:k]
    surer = one.evidence if share < 0.5 else other.evidence
    seconds = {name: one.timings.get(name, 0.0) + taken for name, taken in other.timings.items()}
    return SearchResult(
        [replace(known[identifier], score=scores[identifier]) for identifier in best],
        seconds,
        replace(surer, unknown=max(one.evidence.unknown, other.evidence.unknown)),
        list(dict.fromkeys([*one.stale, *other.stale])),
    )
