"""Values of single runs that leave out their setting ("DQN 4"): said as in an earlier share, or as for all runs."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from copilot.codegen.names.literal import component_mentions
from copilot.codegen.request.numbers import find_numbers
from copilot.codegen.request.reading import Reading
from copilot.codegen.settings.lists import setting_mentions
from copilot.codegen.settings.mentions import GAP, JOIN
from copilot.core.catalogue import Catalogue

STOP = re.compile(r"[;!?\n]|\.(?!\d)|[。；！？]")
COMMA = re.compile(r"[,，、](?!\d{3}(?!\d))|(?<![a-z])(?:and|but|while|whereas|with|plus|yet)(?![a-z])|[和与而]|但是?")
_EMPTY = re.compile(
    r"(?<![a-z])(?:gets?|has|have|uses?|using|with|at|only|just|is|are|to|of|for|the|a|an|one|and|but|while|whereas|on|in|"
    r"should|shall|will|take|takes|needs?|runs?|by|it|its|['’]s|s|'s)(?![a-z])|['’]s|[的用是取为则就个则而只要有给条和到成改]|[\W_]"
)
"""Words of a share that name no setting."""
_JOIN = re.compile(rf"\s*(?:都|均|各)?{JOIN}")


def says(words: str, catalogue: Catalogue) -> bool:
    """Whether the words hold a value, or name a setting or a module."""
    named = component_mentions(Reading(words), catalogue)
    return bool(find_numbers(words) or setting_mentions(words, catalogue) or named)


def setting_before(text: str, spans: Sequence[tuple[str, int, int]], catalogue: Catalogue) -> int | None:
    """Where the setting begins that stands before the first of shares without one: "batch size: SAC 512, TD3 256"."""
    start = spans[0][1]
    before = [
        m for m in setting_mentions(text[:start], catalogue) if re.fullmatch(r"\s*[:=：为是]?\s*", text[m[2] : start])
    ]
    alone = all(bare(without(text[first:last], {name})) for name, first, last in spans)
    return before[-1][1] if before and alone else None


def completed(said: Sequence[tuple[str, str]], spoken: set[str], before: Sequence[str] = ()) -> list[tuple[str, str]]:
    """The shares, each value with the words that an earlier share has for it.

    Args:
        said: names and what is said of them.
        spoken: the names as they are written.
        before: what is said of all, as `said_before` has it, of which the first share may be an exception.
    """
    done: list[tuple[str, str]] = []
    full, shared = list(before), True
    for name, words in said:
        parts = values(without(words, spoken))
        alone = [bare(part) for part in parts]
        if any(alone) and len(parts) <= len(full):
            parts = [as_in(full[i], part) if alone[i] else part for i, part in enumerate(parts)]
            words = ", ".join([name, *parts])
        elif parts and (shared or not full):
            full, shared = parts, False
        done.append((name, words))
    return done


@dataclass(frozen=True)
class Piece:
    """A value with its setting, and where both stand."""

    name: str
    start: int
    end: int


def pieces(text: str, catalogue: Catalogue) -> list[Piece]:
    """Settings with a number at their side, in order."""
    reading, taken = Reading(text), set[int]()
    found: list[Piece] = []
    for name, start, end in setting_mentions(text, catalogue):
        after = _JOIN.match(reading.lower, end)
        behind = [n for n in reading.numbers if after and n.start == after.end() and n.start not in taken]
        before = [n for n in reading.numbers if n.end <= start and n.start not in taken][-1:]
        before = [n for n in before if re.fullmatch(GAP, reading.lower[n.end : start])]
        for number in (behind or before)[:1]:
            taken.add(number.start)
            found.append(Piece(name, min(start, number.start), max(end, number.end)))
    return sorted(found, key=lambda piece: piece.start)


def said_before(text: str, at: int, catalogue: Catalogue) -> list[str]:
    """The last setting with its value that the sentence has before a place."""
    low = max([m.end() for m in STOP.finditer(text, 0, at)], default=0)
    return [text[p.start : p.end] for p in pieces(text, catalogue) if low <= p.start and p.end <= at][-1:]


def values(words: str) -> list[str]:
    """The words in pieces with one number each."""
    marks = [m for m in COMMA.finditer(words)]
    numbers = find_numbers(words)
    pieces = []
    start = 0
    for one, two in itertools.pairwise([*numbers, None]):
        if one is None:
            continue
        end = next((m.start() for m in reversed(marks) if two and one.end <= m.start() < two.start), len(words))
        end = len(words) if two is None else end if end < len(words) else two.start
        pieces.append(words[start:end])
        start = end
    return pieces


def without(words: str, spoken: set[str]) -> str:
    for name in sorted(spoken, key=len, reverse=True):
        words = words.replace(name, " ")
    return words


def bare(part: str) -> bool:
    """Whether a piece is a number that nothing is said of."""
    numbers = find_numbers(part)
    if len(numbers) != 1:
        return False
    return not _EMPTY.sub("", f"{part[: numbers[0].start]} {part[numbers[0].end :]}".lower())


def as_in(model: str, part: str) -> str:
    """The model's words with the number of a piece."""
    number, other = find_numbers(model)[0], find_numbers(part)[0]
    return f"{model[: number.start]}{part[other.start : other.end]}{model[number.end :]}"
