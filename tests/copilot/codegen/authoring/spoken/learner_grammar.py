"""Sentences from a small grammar: alternatives in brackets, values by name, numbers and lists as people write them."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
CHINESE = "零一两三四五六七八九十"


@dataclass
class Fact:
    """Something that a request says of its plan."""

    fields: dict[str, Any]
    text: str
    about: frozenset[str] = field(default_factory=frozenset[str])
    """What no second fact of the same request may be about."""


def expand(rng: random.Random, text: str) -> str:
    """One of the sentences of a text with alternatives: "[a|the] cat[ sat|]"."""
    inner = re.compile(r"\[([^\[\]]*)\]")
    while match := inner.search(text):
        text = text[: match.start()] + rng.choice(match[1].split("|")) + text[match.end() :]
    return text


def say(rng: random.Random, text: str, **values: str) -> str:
    """A sentence of a text, with values in place of $names."""
    out = expand(rng, text)
    return re.sub(r"\$([a-z]+)", lambda match: values[match[1]], out)


def number(rng: random.Random, value: float, *, share: bool = False) -> str:
    """A number in one of the ways in which it is written."""
    if float(value).is_integer() and abs(value) >= 1:
        whole = int(value)
        forms = [str(whole)] * 3
        if whole >= 10_000 and whole % 1000 == 0:
            forms += [f"{whole // 1000}k", f"{whole:,}"]
        return rng.choice(forms)
    plain = f"{value:.10f}".rstrip("0")
    plain = plain + "0" if plain.endswith(".") else plain
    forms = [plain] * 3
    if 0 < abs(value) < 0.01:
        forms = (
            [plain, f"{value:.0e}".replace("e-0", "e-")] if f"{value:.0e}" and float(f"{value:.0e}") == value else forms
        )
        forms += forms[1:] * 2
    if 0.01 <= value < 1 and rng.random() < 0.3:
        forms.append(plain[1:])
    if share and value * 100 == int(value * 100):
        forms.append(f"{int(value * 100)}%")
    return rng.choice(forms)


def count(rng: random.Random, value: int, *, chinese: bool = False) -> str:
    """A count, in digits or words."""
    if chinese:
        return rng.choice([str(value), CHINESE[value] if value <= 10 else str(value)])
    return rng.choice([str(value), WORDS[value] if value <= 12 else str(value)])


def listed(rng: random.Random, sizes: Sequence[int], *, chinese: bool = False) -> str:
    """Numbers in a row."""
    words = [str(size) for size in sizes]
    if chinese:
        return (
            rng.choice(["、", "，", "-", ", ", "/", " "]).join(words)
            if len(words) < 3 or rng.random() < 0.7
            else ("、".join(words[:-1]) + "和" + words[-1])
        )
    if rng.random() < 0.3 and len(words) > 1:
        return ", ".join(words[:-1]) + rng.choice([" and ", ", and ", " and then "]) + words[-1]
    if rng.random() < 0.1:
        return rng.choice(["({})", "[{}]"]).format(", ".join(words))
    return rng.choice([", ", " ", "-", "/", "x", " then ", " -> "]).join(words)


NOUN_NUMBER = (
    "[$k|a $k|the $k] [of|=|at|is|:|set to|should be|] $n", "$k=$n", "$k ($n)", "$k: $n", "$n [as|for] [the |]$k",
    "$k $n", "$k of $n", "a $k of $n",
)  # fmt: skip
NOUN_NUMBER_CHINESE = ("$k[为|取|是|用|设为|设成|等于|=|：| |] $n", "$k$n", "$k（$n）")


def valued(rng: random.Random, nouns: Sequence[str], value: str, *, chinese: bool = False) -> str:
    """A noun and its number, in one of the orders."""
    form = rng.choice(NOUN_NUMBER_CHINESE if chinese else NOUN_NUMBER)
    text = say(rng, form, k=rng.choice(nouns), n=value)
    return re.sub(r" +([:,])", r"\1", re.sub(r" +", " ", text))


def compose(rng: random.Random, intro: str, facts: Sequence[str], *, chinese: bool = False) -> str:
    """A request from its beginning and what is said after it."""
    if chinese:
        style = rng.random()
        if style < 0.15:
            return f"{intro}：\n" + "\n".join(f"- {fact}" for fact in facts)
        between = rng.choice(["，", "；", "。", "，"])
        return intro + rng.choice(["，", "：", "，要求"]) + between.join(facts) + rng.choice(["。", ""])
    style = rng.random()
    if style < 0.12:
        return f"{intro}:\n" + "\n".join(f"- {fact}" for fact in facts)
    if style < 0.2:
        return f"{intro}: " + "; ".join(facts) + "."
    if style < 0.35:
        return f"{intro}. " + ". ".join(fact[0].upper() + fact[1:] for fact in facts) + "."
    if style < 0.45:
        return f"{intro} (" + ", ".join(facts) + ")"
    if style < 0.55:
        return f"{intro}, " + ", ".join(facts) + rng.choice([" please", "", " - thanks!"])
    text = (
        ", ".join(facts[:-1]) + rng.choice([" and ", ", and ", ", plus "]) + facts[-1] if len(facts) > 1 else facts[0]
    )
    return intro + rng.choice([" with ", " with ", ": ", ", with ", " - "]) + text + rng.choice([".", "", ""])
