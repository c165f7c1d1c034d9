"""What of the passages the model reads: the sentences, list items, table rows and lines that speak of the question.

A small model on a processor reads some sixty tokens a second, so that whole passages are seconds, and most of them is about
something else. The units that are worth most are taken from all passages, as many as fit; a fenced code block stays whole, a
table's row keeps its head, and what is left out between is marked. Lines stay those of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from copilot.core.types import Passage
from copilot.knowledge.units import Unit, units
from copilot.retrieval.addressed import orders
from copilot.retrieval.budget import CUT, fit

CHARACTERS_PER_TOKEN = 3.4
"""Of the corpus, about; the true count decides."""

TRIES = 5
"""After which whole passages are taken, as many as fit; never what is `FORBIDDEN`."""

PAPERS = "corpus/papers/"
"""A page there and a component's may have the same name, and other numbers."""

FORBIDDEN = -1.0
"""The worth of what is never read."""

DECAY = 0.1
"""Of its worth a unit loses so much with each rank of its passage."""


def extract(
    passages: list[Passage], worth: list[list[float]], count_tokens: Callable[[str], int], budget: int
) -> list[Passage]:
    """The passages in rank order, each as far as it is worth reading, together within the budget.

    Args:
        passages: best first.
        worth: of each unit of each passage (see `units`), at least 0, or `FORBIDDEN`.
        count_tokens: of the model that will read them; asked for what is chosen only, as it may be a request to a server.
        budget: tokens; what it costs to name a source is counted in.
    """
    characters = budget * CHARACTERS_PER_TOKEN
    for _ in range(TRIES):
        chosen = _within(passages, worth, characters)
        cost = sum(count_tokens(named(passage)) for passage in chosen)
        if chosen and cost <= budget:
            return chosen
        characters *= 0.97 * budget / cost if cost else 1.5
    return fit([*_readable(passages, worth)], count_tokens, budget)


def _readable(passages: list[Passage], worth: list[list[float]]) -> Iterator[Passage]:
    """The passages without what must not be read."""
    for passage, row in zip(passages, worth, strict=True):
        if chosen := {place for place, value in enumerate(row) if value >= 0.0}:
            yield _joined(passage, list(units(passage)), chosen)


def _within(passages: list[Passage], worth: list[list[float]], characters: float) -> list[Passage]:
    """The most worthy units first, each if it still fits."""
    parts = [list(units(passage)) for passage in passages]
    ranked = sorted(
        (-value * (1.0 - DECAY * rank), rank, place)
        for rank, row in enumerate(worth)
        for place, value in enumerate(row)
        if value * (1.0 - DECAY * rank) > 0.0
    )
    shown: dict[int, Passage] = {}
    chosen: dict[int, set[int]] = {}
    left = characters
    for _, rank, place in ranked:
        taken = chosen.get(rank, set()) | {place}
        trial = _joined(passages[rank], parts[rank], taken)
        more = len(named(trial)) - (len(named(shown[rank])) if rank in shown else 0)
        if more <= left:
            chosen[rank], shown[rank] = taken, trial
            left -= more
    return [shown[rank] for rank in sorted(shown)]


def named(passage: Passage) -> str:
    """A source as the model sees it, but for its number."""
    return f"[9] {title(passage)}\n{passage.text.strip()}\n\n"


def title(passage: Passage) -> str:
    """What a source is called: its file's name and the innermost heading; a note on a paper is called one.

    A name or heading that gives orders to a model is not read out to it.
    """
    file, heading = (
        "" if orders(passage.source, name) else name
        for name in (passage.source.rsplit("/", 1)[-1], passage.heading.rsplit(" > ", 1)[-1])
    )
    if passage.source.startswith(PAPERS):
        file = f"paper notes {file}"
    return ": ".join(name for name in (file, heading) if name)


def _joined(passage: Passage, parts: list[Unit], chosen: set[int]) -> Passage:
    """A passage of these units; as it is, if that is all of them."""
    if len(chosen) == len(parts):
        return passage
    pieces: list[str] = []
    head, end = "", -1
    for index in sorted(chosen):
        part = parts[index]
        if part.head and part.head != head:
            pieces.append(part.head)
        elif index != end + 1 and not part.head:
            pieces.append(CUT)
        head, end = part.head, index
        pieces.append(part.text)
    lines = (min(parts[i].first for i in chosen), max(parts[i].last for i in chosen))
    return replace(passage, lines=lines, text="\n".join(pieces), numbers=())
