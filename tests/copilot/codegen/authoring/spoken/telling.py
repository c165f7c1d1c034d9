"""How people tell a value, a list of wishes, and a request: the words around what is asked for, each time other ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

SMALL = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_CHINESE = "零一二三四五六七八九十"


@dataclass(frozen=True)
class Said:
    """One wish: what it asks for, as a phrase of a list, and as a sentence of its own."""

    fields: dict[str, Any]
    phrase: str
    clause: str
    noun: bool = True
    """Whether the phrase may stand behind "with"."""


@dataclass(frozen=True)
class Request:
    """A sentence, and the fields of the plan that it says."""

    text: str
    fields: dict[str, Any] = field(default_factory=dict)


def whole(rng: Random, value: int, *, zh: bool = False) -> str:
    """A whole number: digits, words, thousands."""
    if zh:
        if value >= 10_000 and value % 10_000 == 0 and rng.random() < 0.5:
            return f"{value // 10_000}万"
        return _CHINESE[value] if 2 < value <= 10 and rng.random() < 0.25 else str(value)
    if value >= 1_000_000 and value % 1_000_000 == 0 and rng.random() < 0.5:
        return rng.choice([f"{value // 1_000_000}M", f"{value // 1_000_000} million", f"{value:,}"])
    if value >= 1000 and value % 1000 == 0 and rng.random() < 0.5:
        return rng.choice([f"{value // 1000}k", f"{value // 1000} thousand", f"{value:,}"])
    return SMALL[value] if value <= 12 and rng.random() < 0.3 else str(value)


def real(rng: Random, value: float, *, percent: bool = False) -> str:
    """A number: 0.05, .05, 5e-2, 5 %."""
    text = f"{value:g}" if value >= 1e-3 or rng.random() < 0.6 else f"{value:.6f}".rstrip("0")
    if percent and round(value * 100, 6).is_integer() and rng.random() < 0.2:
        return f"{round(value * 100)}{rng.choice(['%', ' %', ' percent'])}"
    if text.startswith("0.") and rng.random() < 0.1:
        return text[1:]
    return text


def told(rng: Random, nouns: list[str], value: str, fields: dict[str, Any], *, zh: bool = False) -> Said:
    """A value with its noun, before or after it."""
    noun = rng.choice(nouns)
    if zh:
        form = rng.choice(["{n}{v}", "{n}为{v}", "{n}是{v}", "{n}={v}", "{n}：{v}", "{n}取{v}", "{n}设为{v}", "{n}用{v}",
                           "{n}设成{v}", "{n} {v}", "{n}等于{v}"])  # fmt: skip
        form = "{n}={v}" if noun.isascii() and form == "{n}{v}" else form
        text = form.format(n=noun, v=value)
        return Said(fields, text, text)
    phrase = rng.choice(["{n} {v}", "a {n} of {v}", "{n} = {v}", "{n}={v}", "{n}: {v}", "{n} of {v}", "{v} as the {n}",
                         "the {n} set to {v}", "{n} ({v})", "a {n} equal to {v}", "{n} {v}", "{n} is {v}",
                         "the {n} at {v}", "{v} for the {n}"])  # fmt: skip
    clause = rng.choice(["the {n} is {v}", "the {n} should be {v}", "set the {n} to {v}", "use {v} as the {n}",
                         "use a {n} of {v}", "I want a {n} of {v}", "{n}: {v}", "let the {n} be {v}",
                         "take {v} for the {n}", "its {n} must be {v}", "make the {n} {v}", "{n} = {v}",
                         "the {n} equals {v}", "please keep the {n} at {v}", "give it a {n} of {v}"])  # fmt: skip
    return Said(fields, phrase.format(n=noun, v=value), clause.format(n=noun, v=value))


def corrected(rng: Random, wrong: str, right: str, *, zh: bool = False) -> str:
    """A value that is first said wrong."""
    if zh:
        return f"{wrong}，不对，{right}"
    return rng.choice([f"{wrong}, no, {right}", f"{wrong}... no, make that {right}", f"{wrong}, sorry, {right}",
                       f"{wrong} (no, {right})"])  # fmt: skip


_OPENINGS = (
    "Write {}", "write {}", "Please write {}", "I need {}", "hi! could you write me {}?", "Can you implement {}?",
    "Give me {}", "I'd like {}", "I want {}", "We want to try {}", "Implement {} please", "New reward module: {}",
    "Could I get {}?", "My supervisor asked for {}", "{}", "Build {} for me", "please make {}",
    "Hello, I am looking for {}", "add {}", "Let's have {}", "Reward: {}", "I would love to have {}",
)  # fmt: skip
_OPENINGS_ZH = ("写一个内在奖励：{}", "帮我写一个奖励模块，{}", "请实现一个内在奖励：{}", "我想要一个探索奖励：{}",
                "奖励模块：{}", "内在奖励，{}", "想做一个奖励：{}", "新的奖励模块：{}")  # fmt: skip
_ENDS = ("", "", "", "", " Thanks!", " thanks in advance", " It is for my thesis.", " That's all.",
         " I hope this helps exploration.", " Because exploration is hard here.")  # fmt: skip
_ENDS_ZH = ("", "", "", "谢谢！", "因为探索很难。")


def request(rng: Random, head: str, wishes: list[Said], fields: dict[str, Any], *, zh: bool = False) -> Request:
    """A whole request: the head, then wishes in a list, in brackets, as bullets, in sentences."""
    said = dict(fields)
    for wish in wishes:
        for name, value in wish.fields.items():
            said[name] = [*said.get(name, []), *value] if isinstance(value, list) else value
    if zh:
        text = rng.choice(["，", "；", "，"]).join([head, *(wish.phrase for wish in wishes)])
        end = rng.choice(_ENDS_ZH)
        return Request(rng.choice(_OPENINGS_ZH).format(text) + "。" + end, said)
    opening = rng.choice(_OPENINGS)
    text = _joined(rng, head, wishes, opening)
    if rng.random() < 0.08:
        text = text.lower()
    if rng.random() < 0.05:
        text = text.replace(", ", ",", 1)
    if rng.random() < 0.05:
        text = text.replace(" ", "  ", 3)
    return Request(text.strip(), said)


def _joined(rng: Random, head: str, wishes: list[Said], opening: str) -> str:
    end = rng.choice(_ENDS)
    style = rng.choice(["with", "list", "brackets", "sentences", "sentences", "bullets", "mixed", "semicolons", "and"])
    phrases = [wish.phrase for wish in wishes]
    if not wishes:
        return _closed(opening.format(head)) + end
    if style == "with" and wishes[0].noun:
        return _closed(opening.format(f"{head} with {_and(phrases)}")) + end
    if style == "brackets":
        return _closed(opening.format(f"{head} ({', '.join(phrases)})")) + end
    if style == "sentences":
        return _closed(opening.format(head)) + " " + " ".join(f"{_upper(wish.clause)}." for wish in wishes) + end
    if style == "bullets":
        sign = rng.choice(["- ", "* ", "• "])
        return opening.format(head).rstrip("?. ") + ":\n" + "\n".join(sign + phrase for phrase in phrases)
    if style == "mixed" and len(wishes) > 1:
        first = _closed(opening.format(f"{head}, {phrases[0]}"))
        return first + " " + _upper(_and([wish.clause for wish in wishes[1:]])) + "." + end
    if style == "semicolons":
        return _closed(opening.format("; ".join([head, *phrases]))) + end
    if style == "and":
        return _closed(opening.format(f"{head}, {_and(phrases)}")) + end
    return _closed(opening.format(", ".join([head, *phrases]))) + end


def _closed(text: str) -> str:
    return text if text.endswith(("?", "!", ".")) else text + "."


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _and(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
