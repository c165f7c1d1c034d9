"""Ways in which people say numbers, lists of them and clauses: random, from a seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_CHINESE = "零一二三四五六七八九十"
GREETINGS = ("", "", "", "", "Hi! ", "Please ", "hey, ", "Could you ", "I want to try something new: ", "Hello, ")
REASONS = (
    "",
    "",
    "",
    "",
    " Thanks!",
    " thanks in advance",
    " because the images are small",
    ", please",
    ". It should be easy to read.",
    " so that training is fast",
    ". I hope that is clear.",
)
REASONS_CHINESE = ("", "", "", "。谢谢", "，谢谢！", "。因为图像比较小", "。")


@dataclass
class Teller:
    """Says things one way or another."""

    random: random.Random
    chinese: bool = False

    def pick(self, *ways: str) -> str:
        """One of some ways."""
        return self.random.choice(ways)

    def chance(self, share: float) -> bool:
        """True so often."""
        return self.random.random() < share

    def count(self, number: int) -> str:
        """A count, in digits or words."""
        if self.chinese:
            small = "两" if number == 2 else _CHINESE[number] if number < 11 else str(number)
            return self.pick(small, small, str(number), f" {number} ")
        return self.pick(_WORDS[number], str(number)) if number < len(_WORDS) else str(number)

    def listed(self, values: Sequence[float], spelt: bool = False) -> str:
        """A list of numbers in any separators."""
        shown = [f"{value:g}" for value in values]
        if len(shown) == 1:
            return shown[0]
        if self.chinese:
            sign = self.pick("、", "、", "，", ", ", "/", " ", "-", ",", "和")
            if sign in {"，", "、"} and self.chance(0.3):
                return f"{sign.join(shown[:-1])}和{shown[-1]}"
            return sign.join(shown)
        if spelt and max(values) < 13 and len(values) > 2 and self.chance(0.1):
            shown = [_WORDS[int(value)] for value in values]
            return f"{', '.join(shown[:-1])} and {shown[-1]}"
        ways = [", ", ", ", ",", "/", " / ", " then ", ", then "]
        ways += [" ", "-"] if len(shown) > 2 else []
        sign = self.random.choice(ways)
        if sign == ", " and self.chance(0.6):
            last = self.pick(" and ", ", and " if len(shown) > 2 else " and ", " & ")
            return ", ".join(shown[:-1]) + last + shown[-1]
        out = sign.join(shown)
        return self.pick("({})", "[{}]").format(out) if sign in {", ", ","} and self.chance(0.15) else out

    def shuffled(self, parts: Sequence[str]) -> list[str]:
        """The same in another order."""
        parts = [part for part in parts if part]
        return self.random.sample(parts, len(parts))

    def joined(self, parts: Sequence[str]) -> str:
        """Clauses one after another."""
        parts = [part for part in parts if part]
        if len(parts) < 2:
            return "".join(parts)
        if self.chinese:
            return self.pick("，", "，", "、", "；").join(parts)
        way = self.pick("and", "and", "comma", "semicolon", "with")
        if way == "comma":
            return ", ".join(parts)
        if way == "semicolon":
            return "; ".join(parts)
        return f"{', '.join(parts[:-1])}{' and ' if way == 'and' else ', and '}{parts[-1]}"

    def typed(self, text: str) -> str:
        """As it is typed: the case, blanks and full stops of people in a hurry."""
        if self.chinese:
            return text.replace(" ", "") if self.chance(0.2) and not _apart(text) else text
        if self.chance(0.12):
            return text.lower()
        if self.chance(0.05):
            return text.upper()
        if self.chance(0.1):
            return text.replace(". ", ".  ").replace(", ", ",")
        return text


def _apart(text: str) -> bool:
    """Whether a blank parts two numbers."""
    return any(text[i - 1].isalnum() and text[i + 1].isalnum() for i in range(1, len(text) - 1) if text[i] == " ")
