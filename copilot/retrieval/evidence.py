"""How strong the evidence is that the corpus holds an answer: from what was found alone, before any model is asked.

Five measures of a search, weighed by a logistic regression on the tuning half of the gold set (`python -m evals evidence`,
evals/LOG.md). A question about something that the corpus does not have may be near to much of it; what gives it away is the
telling word that no passage holds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from copilot.core.types import Passage
from copilot.retrieval.lexical import Lexical
from copilot.retrieval.words import words

FIRST = 5
"""Passages that are looked at together."""


@dataclass(frozen=True)
class Evidence:
    """All from 0 to 1, but for similarities, which may be a little less."""

    similarity: float
    """Cosine of the question and the nearest chunk."""
    coverage: float
    """Of the question's words, each as heavy as it is telling, what the best single passage holds."""
    spread: float
    """What the first five hold together."""
    unknown: float
    """What no chunk of the corpus holds."""
    named: float
    """1 where a name of the question stands in a heading or file name that was found."""

    @property
    def features(self) -> tuple[float, ...]:
        """In the order of the weights."""
        return (self.similarity, self.coverage, self.spread, self.unknown, self.named)

    @property
    def strength(self) -> float:
        """The probability that the corpus holds an answer, 0 to 1."""
        score = BIAS + sum(weight * feature for weight, feature in zip(WEIGHTS, self.features, strict=True))
        return 1.0 / (1.0 + math.exp(-score))


WEIGHTS = (6.0, 2.0, 4.0, -4.0, 0.5)
BIAS = -4.0


def weigh(query: str, similar: list[float], passages: list[Passage], lexical: Lexical, *, named: bool) -> Evidence:
    """The evidence of one search.

    Args:
        query: what was searched; words of another script say nothing where the corpus has none of them.
        similar: cosines of the nearest chunks, best first.
        passages: what was found, best first.
        lexical: of the corpus.
        named: whether a name of the query is a heading's.
    """
    asked = {word: lexical.weight(word) for word in set(words(query)) if word.isascii() or lexical.has(word)}
    whole = sum(asked.values()) or 1.0
    held = [{word for word in words(f"{p.heading} {p.source} {p.text}") if word in asked} for p in passages[:FIRST]]

    def share(found: set[str]) -> float:
        return sum(asked[word] for word in found) / whole

    return Evidence(
        similarity=max([0.0, *similar]),
        coverage=max([0.0, *(share(found) for found in held)]),
        spread=share(set().union(*held)),
        unknown=share({word for word in asked if not lexical.has(word)}),
        named=float(named),
    )
