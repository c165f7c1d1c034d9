"""How strong the evidence is that the corpus holds an answer: from what was found alone, before any model is asked.

Three measures of a search, weighed by a logistic regression on the tuning half of the gold set (evals/LOG.md). A question
about something that the corpus does not have may be near to much of it; what gives it away are the telling words that no
passage holds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from copilot.core.types import Passage
from copilot.retrieval.lexical import Lexical

FIRST = 5
"""Passages that are looked at."""


@dataclass(frozen=True)
class Evidence:
    """All from 0 to 1, but for similarities, which may be a little less."""

    similarity: float
    """Cosine of the question and the nearest chunk."""
    coverage: float
    """Of the question's words, each as heavy as it is telling, what the best single passage holds."""
    unknown: float
    """What no chunk of the corpus holds."""

    @property
    def strength(self) -> float:
        """The probability that the corpus holds an answer, 0 to 1."""
        score = BIAS + SIMILARITY * self.similarity + COVERAGE * self.coverage + UNKNOWN * self.unknown
        return 1.0 / (1.0 + math.exp(-score))


SIMILARITY, COVERAGE, UNKNOWN, BIAS = 2.64, 2.68, -3.06, -2.43


def weigh(asked: dict[str, float], similar: list[float], passages: list[Passage], lexical: Lexical) -> Evidence:
    """The evidence of one search.

    Args:
        asked: the words of what was searched, as `Lexical.asked`.
        similar: cosines of the nearest chunks, best first.
        passages: what was found, best first; of the corpus.
        lexical: of the corpus.
    """
    held = [lexical.held(asked, passage.id) for passage in passages[:FIRST]]

    def share(found: set[str]) -> float:
        return sum(asked[word] for word in found)

    return Evidence(
        similarity=max([0.0, *similar]),
        coverage=max([0.0, *(share(found) for found in held)]),
        unknown=share({word for word in asked if not lexical.has(word)}),
    )
