"""Citations: the markers of an answer, resolved against the passages it was given. None can point anywhere else.

A small model often forgets its markers. Then each sentence is given the passage that shares most of its words, if that is
enough to speak of support.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from copilot.core.types import Citation, Passage
from copilot.retrieval.words import words

_MARK = re.compile(r"\s*(?:\[|【|［)\s*(?:source\s*)?(\d{1,2}(?:\s*[,，、]\s*\d{1,2})*)\s*(?:\]|】|］)", re.IGNORECASE)
_FENCE = re.compile(r"(```.*?(?:```|\Z))", re.DOTALL)
_CODE = re.compile(r"(```.*?(?:```|\Z)|`[^`\n]+`)", re.DOTALL)
_SENTENCE_END = re.compile(r"(?<=[.!?。！？])(?=\s|$)|(?=\n)")

SUPPORT = 0.6
"""The share of a sentence's words that a passage must hold to be cited for it afterwards."""

LEAST_WORDS = 4
"""Shorter sentences say too little to be supported."""


def resolve(answer: str, passages: list[Passage]) -> tuple[str, list[Citation]]:
    """Renumber the markers in order of appearance, drop those that point nowhere, cite afterwards if none is left.

    Args:
        answer: as the model wrote it; markers are [1], [2, 3], 【1】.
        passages: as they were numbered for the model, from 1.

    Returns:
        The text with its final markers, and the citations by number.
    """
    order: list[int] = []
    text = _outside_code(answer.strip(), lambda part: renumber(part, order, len(passages)), _CODE)
    if not order:
        text = _outside_code(text, lambda part: _cite_sentences(part, passages, order))
    if not order and (position := _code_source(text, passages)) is not None:
        order.append(position)
        text += " [1]" if not text.endswith("```") else "\n\n[1]"
    return text, [citation(n, passages[position]) for n, position in enumerate(order, start=1)]


def renumber(text: str, order: list[int], count: int) -> str:
    """Text outside code with its marks numbered by first appearance.

    Args:
        order: positions seen so far, from 0; new ones are added.
        count: of the passages; marks beyond are dropped.
    """
    return _MARK.sub(lambda mark: _renumber(mark, order, count), text)


def citation(number: int, passage: Passage) -> Citation:
    """The place of a passage, under its number."""
    return Citation(number, passage.source, passage.lines, passage.heading, passage.page, passage.cell)


def _outside_code(text: str, change: Callable[[str], str], code: re.Pattern[str] = _FENCE) -> str:
    parts = code.split(text)  # code is at the odd places
    for index, part in enumerate(parts):
        bare = part.strip("`")
        if index % 2 == 0:
            parts[index] = change(part)
        elif _MARK.fullmatch(bare):
            parts[index] = change(bare).lstrip()  # a marker in backticks is no code
    return "".join(parts)


def _renumber(mark: re.Match[str], order: list[int], count: int) -> str:
    kept = []
    numbers = [int(digits) for digits in re.findall(r"\d+", mark[1])]
    if 0 in numbers[:-1]:
        return mark[0]  # an interval such as [0, 1]: passages are counted from 1
    for position in (number - 1 for number in numbers):
        if not 0 <= position < count:
            continue
        if position not in order:
            order.append(position)
        kept.append(f"[{order.index(position) + 1}]")
    return " " + "".join(dict.fromkeys(kept)) if kept else ""


def _cite_sentences(text: str, passages: list[Passage], order: list[int]) -> str:
    pieces = []
    for sentence in _SENTENCE_END.split(text):
        position = _support(sentence, passages)
        if position is None:
            pieces.append(sentence)
            continue
        if position not in order:
            order.append(position)
        pieces.append(f"{sentence} [{order.index(position) + 1}]")
    return "".join(pieces)


def _support(sentence: str, passages: list[Passage]) -> int | None:
    said = set(words(sentence))
    if len(said) < LEAST_WORDS:
        return None
    shares = [len(said & set(words(f"{p.heading} {p.text}"))) / len(said) for p in passages]
    best = max(range(len(shares)), key=shares.__getitem__, default=None)
    return best if best is not None and shares[best] >= SUPPORT else None


def _code_source(text: str, passages: list[Passage]) -> int | None:
    """The passage that an answer made of code was copied from."""
    code = "\n".join(part for part in _FENCE.split(text) if part.startswith("```"))
    return _support(code, passages) if code else None
