"""Where the words of the last run end, and those of all go on: "PPO with lr 1e-4 and A2C with lr 7e-4, 1M steps"."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from copilot.codegen.comparison.completing import STOP, Piece, pieces
from copilot.codegen.names.environments import environment_mentions
from copilot.codegen.names.literal import agent_mentions, component_mentions
from copilot.codegen.patterns import COMMA
from copilot.codegen.request.numbers import find_numbers
from copilot.codegen.request.reading import Reading
from copilot.codegen.settings.lists import LINK
from copilot.core.catalogue import Catalogue

_UNIT = re.compile(
    r"[\s-]*(?:parallel )?(?:env\w*|steps?|copies|workers|seeds|epochs|neighbou?rs)(?![a-z])|\s*个?(?:环境|步|种子)"
)
_AND = re.compile(r"\s*(?:and|plus|with|&|和|以及|与)\s*(?:an? |the )?", re.IGNORECASE)
_ON = re.compile(r"[,，]?\s*(?:(?<![a-z])(?:on|in)\s+(?:the )?|在\s*)?$", re.IGNORECASE)
_NEXT = re.compile(r"[,，]\s*(?:and |with |using |都?用)?(?:an? |the )?", re.IGNORECASE)
_WHOLE = ("num_train_steps", "seed", "seeds")
"""What all runs have alike, where nothing else is said."""


def end_of_last(text: str, at: int, own: Sequence[str], catalogue: Catalogue) -> int:
    """Where the words of the last name end, that begin at a place.

    Behind a comma the words are those of all, unless the others have a comma inside their own, too.

    Args:
        text: a request, as `Reading` has it.
        at: where the last name ends.
        own: the words of the others.
        catalogue: the library's components.
    """
    bracket = re.match(r"\s*\([^()]*\)", text[at:])
    if bracket:
        return at + bracket.end()
    if own[0].lstrip().startswith("("):
        return at
    named = pieces(text, catalogue)
    high = _limit(text, at, own, named, catalogue)
    count = len(find_numbers(own[0]))
    listed = re.match(r"\s*[:：]", text[at:])
    numbers = [n for n in find_numbers(text) if at <= n.start < high]
    numbers = numbers if listed else numbers[:count]
    if not numbers:
        return at
    unit = _UNIT.match(text, numbers[-1].end)
    end = unit.end() if unit else numbers[-1].end
    while (more := _joined(text, end, named)) is not None and more.end <= high:
        end = more.end
    return end


def _limit(text: str, at: int, own: Sequence[str], named: Sequence[Piece], catalogue: Catalogue) -> int:
    """Before what the words of the last name end in any case: a stop, the environment of all, a comma."""
    stop = STOP.search(text, at)
    high = stop.start() if stop else len(text)
    tasks = environment_mentions(Reading(text), catalogue)
    if len({task.name for task in tasks}) == 1:
        for task in tasks:
            lead = _ON.search(text, 0, task.start)
            high = min(high, lead.start() if lead else task.start) if task.start >= at else high
    theirs = {piece.name for piece in pieces(own[0], catalogue)}
    for piece in named:
        before = COMMA.search(text, max(at, piece.start - 2), piece.start)
        if piece.start >= at and piece.name in _WHOLE and piece.name not in theirs and before:
            high = min(high, before.start())
    numbers = find_numbers(own[0])
    parallel = len(numbers) > 1 and COMMA.search(own[0], numbers[0].end)
    first = next((n for n in find_numbers(text) if n.start >= at), None)
    comma = COMMA.search(text, first.end) if first and not parallel and not re.match(r"\s*[:：]", text[at:]) else None
    return min(high, comma.start()) if comma else high


def _joined(text: str, end: int, named: Sequence[Piece]) -> Piece | None:
    """The setting that an "and" joins to what is said of the last: "A2C with lr 7e-4 and 16 environments"."""
    link = _AND.match(text, end)
    return next((piece for piece in named if link and piece.start == link.end() and piece.name not in _WHOLE), None)


def told_of_all(text: str, catalogue: Catalogue) -> list[str]:
    """A sentence on settings that are given to all runs, though they stand behind the words of the last alone.

    Args:
        text: a request of several runs.
        catalogue: the library's components.
    """
    text = Reading(text).text
    mentions = agent_mentions(Reading(text), catalogue)
    gaps = [text[one.end : two.start].lower() for one, two in itertools.pairwise(mentions)]
    names = [mention.name for mention in mentions]
    if len(names) < 2 or len(set(names)) < len(names) or all(re.fullmatch(LINK, gap) for gap in gaps):
        return []
    last = mentions[-1].end
    stop, comma = STOP.search(text, last), COMMA.search(text, last)
    high = stop.start() if stop else len(text)
    if comma is None or comma.start() > high or not text[last : comma.start()].strip(" )"):
        return []
    region = text[last : comma.start()].strip()
    said = find_numbers(region) or component_mentions(Reading(region), catalogue)
    if not said or region[:1] in "(:（：" or environment_mentions(Reading(region), catalogue):
        return []
    theirs = bool(re.search(r"\d[^,，]*[,，]", gaps[-1]))
    found: list[str] = []
    for piece in pieces(text, catalogue):
        link = _NEXT.fullmatch(text, comma.start(), piece.start)
        if not theirs and link and piece.end <= high:
            found += [] if piece.name in _WHOLE else [text[piece.start : piece.end]]
            comma = COMMA.match(text, piece.end)
            if comma is None:
                break
    given = ", ".join(map(repr, found))
    return [f"Given to all runs, not to {names[-1]} alone: {given}."] if found else []
