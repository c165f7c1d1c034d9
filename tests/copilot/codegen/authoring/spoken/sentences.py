"""Sentences that say a plan, made by a grammar: parts of a plan with the words of each, put together as people do."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

Values = dict[str, Any]
Slots = dict[str, str]


@dataclass(frozen=True)
class Part:
    """What may be asked for, and its words: as a noun ("with ..."), a verb ("that ..."), a sentence; in Chinese.

    In the words, `{a|b}` stands for one of several, `<n>` for a number of `make`.
    """

    name: str
    make: Callable[[random.Random], tuple[Values, Slots]]
    nouns: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    chinese: tuple[str, ...] = ()
    group: str = ""
    """At most one part of a group is in a plan."""


@dataclass
class Sentence:
    """A request, the plan that it says, and the words of each field."""

    text: str = ""
    plan: Values = field(default_factory=dict[str, Any])
    words: dict[str, str] = field(default_factory=dict[str, str])


_SMALL = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_HAN = "零一二三四五六七八九十"


def whole(rng: random.Random, value: int) -> str:
    """A whole number as people write it."""
    ways = [str(value)] * 3
    if value <= 12:
        return rng.choice([*ways, _SMALL[value]])
    if value >= 1000:
        ways += [f"{value:,}"]
        if value % 1000 == 0:
            ways += [f"{value // 1000}k", f"{value // 1000}k", f"{value // 1000} thousand", f"{value // 1000}_000"]
        if value % 1_000_000 == 0:
            ways += [f"{value // 1_000_000}M", f"{value // 1_000_000} million"]
        if re.fullmatch(r"[1-9]0+", str(value)):
            ways += [f"{str(value)[0]}e{len(str(value)) - 1}"]
    return rng.choice(ways)


def whole_chinese(rng: random.Random, value: int) -> str:
    """A whole number, with 万 too."""
    if value <= 10:
        return rng.choice([str(value), str(value), "两" if value == 2 else _HAN[value]])
    ways = [str(value)] * 2
    if value % 10_000 == 0:
        ways += [f"{value // 10_000}万", f"{value // 10_000} 万"]
    elif value >= 1000 and value % 1000 == 0:
        ways += [f"{value // 1000}k", f"{value // 1000}千" if value < 10_000 else str(value)]
    return rng.choice(ways)


def decimal(rng: random.Random, value: float) -> str:
    """0.5, .5, 1e-3."""
    shown = f"{value:g}"
    ways = [shown] * 4
    if shown.startswith("0."):
        ways.append(shown[1:])
    if value == int(value):
        ways.append(f"{value:.1f}")
    return rng.choice(ways)


_SHARES = {0.5: ("half", "one half", "a half"), 0.25: ("a quarter", "one quarter", "1/4"), 0.75: ("three quarters", "3/4"),
           0.1: ("a tenth", "one tenth", "1/10"), 0.2: ("a fifth", "one fifth", "1/5"),
           1 / 3: ("a third", "one third", "1/3"),
           2 / 3: ("two thirds", "2/3")}  # fmt: skip
_SHARES_CHINESE = {
    0.5: ("一半",),
    0.25: ("四分之一",),
    0.1: ("十分之一",),
    1 / 3: ("三分之一",),
    2 / 3: ("三分之二",),
    0.2: ("五分之一",),
}


def share(rng: random.Random, value: float) -> str:
    """A share of something: a half, 50%, 0.5."""
    words = list(_SHARES.get(value, ()))
    if value in {1 / 3, 2 / 3}:
        return rng.choice(words)
    percent = f"{value * 100:g}"
    return rng.choice(
        [*words, f"{percent}%", f"{percent} %", f"{percent} percent", f"{percent} per cent", f"{value:g}"]
    )


def share_chinese(rng: random.Random, value: float) -> str:
    """一半, 50%."""
    words = list(_SHARES_CHINESE.get(value, ()))
    return rng.choice(words if value in {1 / 3, 2 / 3} else [*words, f"{value * 100:g}%", f"{value * 100:g}%"])


def chance(rng: random.Random, value: float) -> str:
    """A probability: 0.05, 5%."""
    return rng.choice([decimal(rng, value), decimal(rng, value), f"{value * 100:g}%", f"{value * 100:g} percent"])


def expand(rng: random.Random, words: str, slots: Slots) -> str:
    """The words, one of each `{a|b}`, with their numbers."""
    while match := re.search(r"\{([^{}]*)\}", words):
        words = words[: match.start()] + rng.choice(match[1].split("|")) + words[match.end() :]
    for name, value in slots.items():
        words = words.replace(f"<{name}>", value)
    return re.sub(r"  +", " ", words).strip()


@dataclass(frozen=True)
class Language:
    """How requests begin, go on and end."""

    openings: tuple[str, ...]
    nouns: tuple[str, ...]
    talk: tuple[str, ...]
    """Small talk behind, which asks for nothing."""


def put_together(
    rng: random.Random, noun: str, parts: list[tuple[Part, Slots]], way: Language
) -> tuple[str, list[str]]:
    """An English request: the noun with what is said of it; and the words of each part."""
    said: list[str] = []

    def words(part: Part, slots: Slots, *kinds: str) -> str:
        kind = rng.choice([kind for kind in kinds if getattr(part, kind)] or ["nouns", "verbs", "clauses"])
        chosen = getattr(part, kind) or part.clauses or part.nouns or part.verbs
        said.append(expand(rng, rng.choice(chosen), slots))
        return said[-1]

    opening = expand(rng, rng.choice(way.openings), {})
    form = rng.randrange(6)
    if form == 0:  # a list behind a colon
        sign = rng.choice([", ", "; ", ", and ", " and "])
        text = f"{opening} {noun}: " + sign.join(words(part, slots, "nouns", "clauses") for part, slots in parts)
    elif form == 1:  # bullets
        sign = rng.choice(["- ", "* ", "• "])
        text = f"{opening} {noun}\n" + "\n".join(
            f"{sign}{words(part, slots, 'nouns', 'clauses')}" for part, slots in parts
        )
    elif form == 2:  # with ... and ...
        kept = [(part, slots) for part, slots in parts if part.nouns]
        rest = [(part, slots) for part, slots in parts if not part.nouns]
        link = rng.choice(["with", "having", "using", "with"])
        text = f"{opening} {noun}" + (
            f" {link} " + _listed(rng, [words(p, s, "nouns") for p, s in kept]) if kept else ""
        )
        text += "".join(f". {_begun(words(part, slots, 'clauses'))}" for part, slots in rest)
    elif form == 3:  # that ... and ...
        kept = [(part, slots) for part, slots in parts if part.verbs]
        rest = [(part, slots) for part, slots in parts if not part.verbs]
        link = rng.choice(["that", "which", "that"])
        text = f"{opening} {noun}" + (
            f" {link} " + _listed(rng, [words(p, s, "verbs") for p, s in kept]) if kept else ""
        )
        text += "".join(f". {_begun(words(part, slots, 'clauses', 'nouns'))}" for part, slots in rest)
    elif form == 4:  # sentences
        first, *rest = parts
        text = f"{opening} {noun}"
        text += f" with {words(*first, 'nouns')}" if first[0].nouns else f" that {words(*first, 'verbs')}"
        link = rng.choice([". ", ". ", "; ", ". Also, ", ", and ", ". Please note: "])
        text += "".join(
            f"{link}{_begun(words(p, s, 'clauses')) if '.' in link else words(p, s, 'clauses')}" for p, s in rest
        )
    else:  # in brackets
        first, *rest = parts
        text = f"{opening} {noun}"
        text += f" that {words(*first, 'verbs')}" if first[0].verbs else f" with {words(*first, 'nouns')}"
        text += f" ({', '.join(words(p, s, 'nouns', 'clauses') for p, s in rest)})" if rest else ""
    talk = rng.choice(way.talk) if rng.random() < 0.35 else ""
    sign = "" if text.endswith((".", ")")) and not talk else rng.choice([".", "", "."])
    return text + (f". {talk}" if talk else sign), said


def _listed(rng: random.Random, words: list[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    sign = rng.choice([" and ", ", and ", " and ", " as well as ", " plus "])
    return ", ".join(words[:-1]) + sign + words[-1]


def _begun(words: str) -> str:
    return words[:1].upper() + words[1:]


def put_together_chinese(
    rng: random.Random, noun: str, parts: list[tuple[Part, Slots]], way: Language
) -> tuple[str, list[str]]:
    """A Chinese request."""
    said = [expand(rng, rng.choice(part.chinese), slots) for part, slots in parts]
    opening = rng.choice(way.openings)
    sign = rng.choice(["，", "，", "；", ", ", "。", "、"])
    text = f"{opening}{noun}" + rng.choice(["：", "，", ": "]) + sign.join(said)
    talk = rng.choice(way.talk) if rng.random() < 0.3 else ""
    return text + (f"。{talk}" if talk else rng.choice(["", "。"])), said


def spoilt(rng: random.Random, text: str) -> str:
    """Typing as it comes: capitals, spaces, missing marks."""
    if rng.random() < 0.15:
        text = text.lower()
    if rng.random() < 0.05:
        text = text.upper() if "\n" not in text and not re.search(r"\d[kM]|[γλβα]", text) else text
    if rng.random() < 0.1:
        text = text.replace(" = ", "=").replace(": ", ":", 1)
    if rng.random() < 0.1:
        text = text.replace(", ", ",  ")
    return text


def chosen(rng: random.Random, parts: list[Part], most: int) -> list[tuple[Part, Values, Slots]]:
    """Some parts that go together, with their numbers."""
    out: list[tuple[Part, Values, Slots]] = []
    groups: set[str] = set()
    for part in rng.sample(parts, len(parts)):
        if len(out) < most and not (part.group and part.group in groups):
            groups.add(part.group or part.name)
            values, slots = part.make(rng)
            out.append((part, values, slots))
    return out


def judged(sentence: Sentence, found: Values, unread: list[str], defaults: Values) -> Iterator[tuple[str, str, str]]:
    """Where a plan differs from what was said: which field, how, and whether the words are named as not understood."""
    left = " ".join(unread).lower()
    for name in sorted({*sentence.plan, *found}):
        wanted, got = sentence.plan.get(name, defaults.get(name)), found.get(name, defaults.get(name))
        if _equal(wanted, got):
            continue
        words = sentence.words.get(name, "")
        tokens: list[str] = [
            token
            for token in re.findall(r"[a-z\d.]+|[\u4e00-\u9fff]{1,2}", words.lower())
            if len(token) > 1 or token.isdigit()
        ]
        told = any(token in left for token in tokens)
        yield name, f"{wanted!r} -> {got!r}", "told" if told else "silent"


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float) and not isinstance(one, bool):
        return abs(one - other) <= 1e-3 * max(abs(one), abs(other), 1e-9)
    if isinstance(one, str) and isinstance(other, str) and "(" in one:
        return [float(n) for n in re.findall(r"[\d.]+(?:e-?\d+)?", one)] == [
            float(n) for n in re.findall(r"[\d.]+(?:e-?\d+)?", other)
        ] and one.split("(")[0] == other.split("(")[0]
    return bool(one == other)
