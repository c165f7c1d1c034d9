"""Environments that a request describes and does not name: "land the little spaceship", "balance a pole on a cart"."""

from __future__ import annotations

import itertools
import re
from functools import cache

from copilot.codegen.names.environments import environment_mentions, variant_said
from copilot.codegen.request.clauses import sentence
from copilot.codegen.request.reading import Reading
from copilot.codegen.tables import table
from copilot.core.catalogue import Catalogue
from copilot.core.errors import CopilotError


def described(text: str, catalogue: Catalogue) -> tuple[str, list[str]]:
    """The text with the name of the environment that it describes, and a note; as it is where one is named.

    A line of `data/described.txt` holds groups of words; of each group one has to be in the sentence, in any order.
    """
    reading = Reading(text)
    try:
        if environment_mentions(Reading(text), catalogue):
            return text, []
    except CopilotError:
        return text, []  # an id that is not registered: the readers say so
    for line in table("described"):
        name, _, words = line.partition(": ")
        words, _, without = words.partition(" ~ ")
        spans = _spans(reading.lower, words.split(" & "), without)
        if spans:
            start, end = spans[0][0], max(last for _, last in spans)
            named = variant_said(reading.lower[slice(*sentence(reading.lower, start, end))], name)
            made = reading.text
            for first, last in reversed(spans):
                made = f"{made[:first]} {made[last:]}"
            made = f"{made[:start]} {named} {made[start:]}"
            return Reading(made).text, [f"Read {reading.text[start:end]!r} as {named}."]
    return text, []


def _spans(lower: str, groups: list[str], without: str) -> list[tuple[int, int]]:
    """Where the words stand in one sentence, in order; nowhere if it has not all of them."""
    if without and _pattern(without).search(lower):
        return []
    for first in _pattern(groups[0]).finditer(lower):
        low, high = sentence(lower, *first.span())
        found = [first, *(_pattern(group).search(lower, low, high) for group in groups[1:])]
        spans = sorted({match.span() for match in found if match})
        if all(found) and all(one[1] <= two[0] for one, two in itertools.pairwise(spans)):
            return spans
    return []


@cache
def _pattern(words: str) -> re.Pattern[str]:
    """Any of the words, which may be parted by a blank or a hyphen; one that ends with `*` may go on."""
    made = []
    for word in words.split("/"):
        bare = r"[\s-]*".join(map(re.escape, word.removesuffix("*").split()))
        if word.isascii():
            bare = rf"(?<![a-z0-9]){bare}{'[a-z]*' if word.endswith('*') else '(?:s|es)?'}(?![a-z0-9])"
        made.append(bare)
    return re.compile("|".join(made))
