"""A number that is told of a noun, whichever comes first: "a weight of 0.1", "weight: .1", "0.1 as the weight"."""

from __future__ import annotations

from copilot.codegen.authoring.ask import INT, NUM, Ask, to_int, to_number
from copilot.codegen.authoring.listed import number as spelt

_ARTICLE = r"(?:the|its|an?|my|our|your|this|their)"
LEAD = (
    rf"(?:(?:please |and |just |then )*(?:set|let|make|keep|take|use|choose|pick|put|fix|give (?:it|this)|(?:i|we) "
    rf"(?:want|need|would like)|with|has|have|using) )?(?:{_ARTICLE} )?"
)
"""What leads to a noun with a number: "set the", "I want a"."""
LINK = (
    r"(?:\s|=|:|\(|\[|->|(?<![a-z])(?:of|is|are|be|being|should|must|ought|shall|will|can|has|have|equals?|set|kept|keep|"
    r"fixed|stays?|remains?|at|as|to|by|with|value|the|an?|exactly|about|around|just|simply|down|always|instead)(?![a-z])|"
    r"为|是|取|用|设置?|成|等于|约|选|定|的|大概|改)*"
)
"""What stands between a noun and its number."""
_UNITS = (
    r"steps?|timesteps?|updates?|rollouts?|episodes?|nearest|closest|neighbou?rs?|nn|models?|members?|predictors?|bits?|"
    r"bins?|cells?|buckets?|decimals?|digits?|dim\w*|features?|outputs?|units?|latents?|states?|observations?|entries|"
    r"embeddings?|visits?|times|numbers?|samples?|percent|forward|projections?|hidden|layers?"
)
"""Nouns of other numbers: "a memory with 5 neighbours" has no size."""
_WORDY = r"(?:half a|a|one|two|three|four|five|ten|twenty|fifty|(?:a|one) hundred|hundred) (?:million|thousand)"
BIG = rf"(?:\d[\d,_]*(?:\.\d+)?(?:\s?(?:k|m|million|thousand|万|百万|千)(?![a-z]))?|{_WORDY})"
"""A number with commas, k, m or 万."""
_CLEAR = (
    rf"(?<![A-Za-z0-9_.])(?:\d{{1,3}}(?:,\d{{3}})+|\d[\d_]*(?:\.\d+)?(?:\s?(?:k|m|million|thousand|万|百万|千)(?![a-z]))?|"
    rf"{_WORDY})(?![\d.]*\d)"
)
COUNT = rf"(?:{_CLEAR}|{INT})"
"""A whole number of any size."""
_TIMES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "万": 1e4, "百万": 1e6, "千": 1e3}
_FIRST = {
    "half a": 0.5,
    "a": 1.0,
    "a hundred": 100.0,
    "one hundred": 100.0,
    "hundred": 100.0,
    "twenty": 20.0,
    "fifty": 50.0,
}


def to_count(text: str) -> int:
    """A whole number in digits or words, with commas, k, m, 万."""
    text = text.strip().replace(",", "").replace("_", "")
    small = to_int(text)
    if small is not None:
        return small
    unit = next((unit for unit in sorted(_TIMES, key=len, reverse=True) if text.endswith(unit)), "")
    number = text.removesuffix(unit).strip()
    value = _FIRST[number] if number in _FIRST else spelt(number)
    return round(value * _TIMES.get(unit, 1.0))


def value_of(ask: Ask, noun: str, *, number: str = NUM, unit: str = "", loose: bool = False) -> str | None:
    """The number of a noun, taken with the words between them; None where there is none.

    Args:
        noun: a pattern, in small letters; English words begin and end at a word's border.
        number: a pattern.
        unit: a pattern of what may follow the number, as "states" in "a memory of 500 states".
        loose: whether it may stand right before the noun, as in "24 latent dimensions".
    """
    told = rf"(?<![a-z_])(?:{noun})(?![a-z_])"
    behind = rf"(?:\s*(?:{unit})(?![a-z]))?" if unit else ""
    alone = rf"(?![\d.,]*\d)(?![ -]?(?:{_UNITS})(?![a-z]))(?!\s*(?:步|个|位|次))"
    after = ask.first(rf"{LEAD}{told}{LINK}(?P<n>{number}){behind}{alone}(?:\s*[)\]])?")
    if after:
        return after["n"]
    joined = r"(?:as|for|is)(?: {a})?(?: value of| value for)?(?: {a})? ".replace("{a}", _ARTICLE)
    between = rf"\s*(?:{joined}|[ -]?)" if loose else rf"\s*{joined}"
    before = ask.first(rf"{LEAD}(?P<n>{number}){between}{told}")
    return before["n"] if before else None


def amount_of(ask: Ask, noun: str, *, loose: bool = False) -> float | None:
    """As `value_of`, any number."""
    found = value_of(ask, noun, loose=loose)
    return to_number(found) if found is not None else None


def count_of(ask: Ask, noun: str, *, unit: str = "", loose: bool = False) -> int | None:
    """As `value_of`, a whole number."""
    found = value_of(ask, noun, number=COUNT, unit=unit, loose=loose)
    return to_count(found) if found is not None else None
