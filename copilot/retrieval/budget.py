"""The token budget: passages in rank order, whole, never more than fits."""

from __future__ import annotations

from collections.abc import Callable

from copilot.core.types import Passage


def fit(passages: list[Passage], count_tokens: Callable[[str], int], budget: int) -> list[Passage]:
    """The passages that fit, in rank order; one that does not fit is left out whole, and smaller ones after it may fit.

    Args:
        count_tokens: of the model that will read them.
        budget: tokens; what it costs to name a source is counted in.

    Returns:
        At least the first passage: without it there would be nothing to answer from.
    """
    kept: list[Passage] = []
    spent = 0
    for passage in passages:
        cost = count_tokens(f"[9] {passage.source} ({passage.heading})\n{passage.text}\n\n")
        if spent + cost <= budget or not kept:
            kept.append(passage)
            spent += cost
    return kept
