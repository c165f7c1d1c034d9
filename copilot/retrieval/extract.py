"""What of the passages the model reads: the sentences, list items, table rows and lines that speak of the question.

A small model on a processor reads some seventy tokens a second, so that whole passages are seconds, and most of them is
about something else. A fenced code block stays whole, a table's row keeps its head, and what is left out is marked. Lines
stay those of the file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from copilot.core.types import Passage
from copilot.knowledge.units import Unit, units
from copilot.retrieval.budget import CUT, fit
from copilot.retrieval.words import words

SHARES = (0.35, 0.2, 0.15, 0.1, 0.1, 0.1)
"""Of the budget, by rank: the first passage bears the answer most often; what one leaves goes to the next ones."""

CHARACTERS_PER_TOKEN = 3.4
"""Of the corpus, about; the true count decides."""

TRIES = 5
"""After which whole passages are taken, as many as fit."""

NEIGHBOUR = 0.35
"""What follows a unit counts so much of it: an answer often stands behind the sentence that names its matter."""

Weight = Callable[[str], float]
"""How much a word tells, as `Lexical.weight`."""


def extract(
    question: str, passages: list[Passage], weight: Weight, count_tokens: Callable[[str], int], budget: int
) -> list[Passage]:
    """The passages in rank order, each as far as it speaks of the question, together within the budget.

    Args:
        question: what is asked, in English where the corpus is.
        passages: best first.
        weight: of a word.
        count_tokens: of the model that will read them; asked for what is chosen only, as it may be a request to a server.
        budget: tokens; what it costs to name a source is counted in.
    """
    asked = {word: weight(word) for word in set(words(question))}
    characters = budget * CHARACTERS_PER_TOKEN
    for _ in range(TRIES):
        chosen = _within(passages, asked, characters)
        cost = sum(count_tokens(named(passage)) for passage in chosen)
        if chosen and cost <= budget:
            return chosen
        characters *= 0.97 * budget / cost if cost else 1.5
    return fit(passages, count_tokens, budget)


def _within(passages: list[Passage], asked: dict[str, float], characters: float) -> list[Passage]:
    """Each within its share; what is left then goes to the first that can use it."""
    shares = SHARES[: len(passages)]
    shown: list[Passage | None] = []
    owed = 0.0
    for passage, share in zip(passages, shares, strict=False):
        owed += characters * share / sum(shares)
        shown.append(_shown(passage, asked, owed))
        owed -= _length(shown[-1])
    for index, passage in enumerate(passages[: len(shares)]):
        before = _length(shown[index])
        shown[index] = _shown(passage, asked, before + owed) or shown[index]
        owed += before - _length(shown[index])
    return [passage for passage in shown if passage is not None]


def _length(passage: Passage | None) -> int:
    return len(named(passage)) if passage else 0


def named(passage: Passage) -> str:
    """A source as the model sees it, but for its number."""
    return f"[9] {title(passage)}\n{passage.text.strip()}\n\n"


def title(passage: Passage) -> str:
    """What a source is called: its file's name and the innermost heading."""
    file, heading = passage.source.rsplit("/", 1)[-1], passage.heading.rsplit(" > ", 1)[-1]
    return f"{file}: {heading}" if heading else file


def _shown(passage: Passage, asked: dict[str, float], room: float) -> Passage | None:
    """As much of a passage as fits; None where nothing of it that speaks of the question does."""
    if len(named(passage)) <= room:
        return passage
    parts = list(units(passage))
    values = _values(parts, asked)
    chosen: set[int] = set()
    best: Passage | None = None
    for index in sorted(range(len(parts)), key=lambda i: (-values[i], i)):
        if values[index] <= 0.0:
            break
        trial = _joined(passage, parts, chosen | {index})
        if len(named(trial)) <= room:
            chosen.add(index)
            best = trial
    return best


def _values(parts: list[Unit], asked: dict[str, float]) -> list[float]:
    """What each unit holds of the question's words, and a part of what the unit before it holds."""
    own = [sum(asked.get(word, 0.0) for word in set(words(part.text))) for part in parts]
    return [value + NEIGHBOUR * before for value, before in zip(own, [0.0, *own], strict=False)]


def _joined(passage: Passage, parts: list[Unit], chosen: set[int]) -> Passage:
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
    return replace(passage, lines=lines, text="\n".join(pieces))
