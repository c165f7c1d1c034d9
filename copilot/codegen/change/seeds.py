"""Seeds that a change adds, takes out or exchanges: "drop seed 2", "also seed 7", "replace 5 by 9", "two seeds fewer"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from copilot.codegen.patterns import BEGINS
from copilot.codegen.request.numbers import parse_number
from copilot.core.errors import InvalidRequest

_LISTED = r"(\d+(?:\s*(?:,|、|&|(?<![a-z])and(?![a-z])|和)\s*(?:seeds? |种子)?\d+)*)(?![\w.])"
_SEED = rf"\s*(?:the )?(?:random )?(?:seeds?|种子)\s*{_LISTED}"
_REMOVE = re.compile(
    rf"{BEGINS}(?:remove|drop|delete|skip|without|leave out|omit|exclude|kill|not|no|去掉|删除|删掉|去除|不要|跳过|不用)"
    rf"{_SEED}|"
    rf"{BEGINS}all (?:the )?(?:seeds )?(?:but|except)(?: for)?(?: the)?(?: seeds?)?\s*{_LISTED}(?=\s*(?:seeds?|$|[.,;!]))",
    re.IGNORECASE,
)
_ADD = re.compile(
    rf"{BEGINS}(?:add|also|plus|include|and also|再加上?|加上|增加|添加|另加){_SEED}(?:\s*(?:too|as well))?",
    re.IGNORECASE,
)
_TOO = re.compile(rf"{BEGINS}(?:seeds?|种子)\s*{_LISTED}\s*(?:too|as well|也)(?![a-z])", re.IGNORECASE)
_REPLACE = re.compile(
    rf"{BEGINS}(?:replace|exchange|swap|change|把)\s*(?:seed|种子)\s*(\d+)\s*(?:by|with|for|to|换成|改成)\s*"
    r"(?:seed |种子)?(\d+)",
    re.IGNORECASE,
)
_FEWER = re.compile(
    r"(?<![\w.])(\d+|one|two|three|four|five)\s+(?:(?:fewer|less)\s+seeds?|seeds?\s+(?:fewer|less))(?![a-z])",
    re.IGNORECASE,
)


def changed_seeds(text: str, seeds: Sequence[int]) -> tuple[list[int] | None, str]:
    """The seeds after the change, None if it names none so; and the text without these words.

    Raises:
        InvalidRequest: one to be taken out is not there, or none is left.
    """
    made, kept = list(seeds), text

    def found(pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """What a pattern finds, one by one; it is gone from the text then."""
        nonlocal kept
        while match := pattern.search(kept):
            kept = f"{kept[: match.start()]} {kept[match.end() :]}"
            yield match

    for match in found(_REPLACE):
        _require(made, [int(match[1])])
        made[made.index(int(match[1]))] = int(match[2])
    for match in found(_REMOVE):
        gone = [int(number) for number in re.findall(r"\d+", match[0])]
        _require(made, gone)
        made = [seed for seed in made if seed not in gone]
    for match in found(_FEWER):
        made = made[: -int(parse_number(match[1]) or 0) or None]
    for pattern in (_ADD, _TOO):
        for match in found(pattern):
            made += [int(number) for number in re.findall(r"\d+", match[0])]
    if kept == text:
        return None, text
    if not made:
        raise InvalidRequest("That leaves no seed.", hint=f"The seeds are {_listing(seeds)}: keep one of them.")
    return list(dict.fromkeys(made)), kept


def _require(seeds: Sequence[int], named: Sequence[int]) -> None:
    if missing := [seed for seed in named if seed not in seeds]:
        raise InvalidRequest(
            f"There is no seed {_listing(missing)} in the plan.", hint=f"Its seeds are {_listing(seeds)}."
        )


def _listing(seeds: Sequence[int]) -> str:
    return ", ".join(map(str, seeds))
