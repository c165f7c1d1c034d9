"""The token budget: passages in rank order, never more than fits. They stay whole; only a first one too long is cut."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from copilot.core.types import Passage
from copilot.knowledge.blocks import end_within

CUT = "[...]"
"""Stands where the rest of a passage was cut off."""


def fit(passages: list[Passage], count_tokens: Callable[[str], int], budget: int) -> list[Passage]:
    """The passages that fit, in rank order; one that does not fit is left out whole, and smaller ones after it may fit.

    Args:
        count_tokens: of the model that will read them.
        budget: tokens; what it costs to name a source is counted in.

    Returns:
        At least the first passage, since without it there would be nothing to answer from. If it does not fit, it is cut at
        the end of a sentence or line, marked with `CUT`, and names the lines that are left of it.
    """

    def cost(passage: Passage) -> int:
        return count_tokens(f"[9] {passage.source} ({passage.heading})\n{passage.text}\n\n")

    kept: list[Passage] = []
    spent = 0
    for passage in passages:
        needed = cost(passage)
        if not kept and needed > budget:
            passage = _shortened(passage, cost, budget)
            needed = cost(passage)
        if spent + needed <= budget or not kept:
            kept.append(passage)
            spent += needed
    return kept


def _shortened(passage: Passage, cost: Callable[[Passage], int], budget: int) -> Passage:
    """As much of its beginning as fits; nothing but the mark where naming it takes all the room."""
    fits, over = 0, len(passage.text)
    while over - fits > 1:  # a dozen counts
        most = (fits + over) // 2
        if cost(_beginning(passage, most)) <= budget:
            fits = most
        else:
            over = most
    return _beginning(passage, fits)


def _beginning(passage: Passage, most: int) -> Passage:
    text = passage.text[: end_within(passage.text, most)].rstrip()
    first, count = passage.lines[0], text.count("\n") + 1
    named = passage.numbers[:count] or (first, first + count - 1)
    return replace(
        passage, lines=(min(named), max(named)), text=f"{text}\n{CUT}" if text else CUT, numbers=passage.numbers[:count]
    )
