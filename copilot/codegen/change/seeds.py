"""Seeds that a change adds, takes out or exchanges: "drop seed 2", "also seed 7", "replace 5 by 9", "two seeds fewer".

A count beside such a word is of those that come or go: "add 5 seeds" to three are eight.
"""

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
_N = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|twenty|[一二两三四五六七八九十]+)"
_SEEDS = r"(?:random )?seeds?(?![a-z])(?!\s*\d)"
_OF_SEEDS = r"(?:the |our |my )?(?:number of |count of )?(?:the )?(?:random )?seeds?(?: count)?"
_ZH_SEEDS = r"\s*[个组颗]\s*(?:不同的?|独立的?)?(?:随机)?种子"
_ZH_COUNT = r"(?:随机)?种子(?:的?数量?|数目|个数)?"
_EXTRA = r"(?:more|additional|extra|further|new|other)"
_COME = re.compile(
    rf"(?<![\w.])(?P<a>{_N})\s+{_EXTRA}\s+{_SEEDS}|(?<![\w.])(?P<b>{_N})\s+{_SEEDS}\s+(?:more|extra|on top)(?![a-z])|"
    rf"(?<![a-z])(?:add|append|include|plus|another|additional|extra)\s+(?:another |an? (?:extra|additional) )?"
    rf"(?P<c>{_N})\s+(?:{_EXTRA}\s+)?{_SEEDS}|"
    rf"(?<![a-z])(?:(?:one )?more|another|an? (?:additional|extra|further))\s+seed(?![a-z])(?!\s*\d)|"
    rf"(?<![a-z])(?:increase|raise|extend|grow|bump(?: up)?)\s+{_OF_SEEDS}\s+by\s+(?P<d>{_N})(?![\w.%])|"
    rf"{_OF_SEEDS}\s*(?:\+=?|plus)\s*(?P<e>\d+)(?![\w.])|"
    rf"(?:(?:再|多|额外|另外)(?:再|多)?(?:加上?|增加|添加|补|跑|来|训练|用)?|加上?|增加|添加|补上?)了?\s*(?P<f>{_N}){_ZH_SEEDS}|"
    rf"{_ZH_COUNT}\s*(?:再|要)?(?:加|多|增加)\s*(?P<g>{_N})\s*[个组颗]?(?![\w.])",
    re.IGNORECASE,
)
_EXTRAS = re.compile(rf"{_EXTRA}|another|by|plus|on top|[+多]|额外|另外", re.IGNORECASE)
_GO = re.compile(
    rf"(?<![\w.])(?P<a>{_N})\s+(?:fewer|less)\s+{_SEEDS}|(?<![\w.])(?P<b>{_N})\s+{_SEEDS}\s+(?:fewer|less)(?![a-z])|"
    rf"(?<![a-z])(?:drop|remove|delete|take away|take out|kill|lose|cut|subtract)\s+(?P<c>{_N})\s+"
    rf"(?:of (?:the|our) )?{_SEEDS}|"
    rf"(?<![a-z])(?:reduce|lower|decrease|cut|shrink)\s+{_OF_SEEDS}\s+by\s+(?P<d>{_N})(?![\w.%])|"
    rf"{_OF_SEEDS}\s*(?:[-−]=|minus)\s*(?P<e>\d+)(?![\w.])|"
    rf"(?:少(?:跑|用|训练|来)?|减少?|减掉|去掉|删掉?|砍掉?)了?\s*(?P<f>{_N}){_ZH_SEEDS}|"
    rf"{_ZH_COUNT}\s*(?:再|要)?(?:减少?|少)\s*(?P<g>{_N})\s*[个组颗]?(?![\w.])",
    re.IGNORECASE,
)
_TIMES = re.compile(
    rf"(?<![a-z])(?:(?P<twice>doubl(?:e|ing)|twice(?: as many)?|two times(?: as many)?)|"
    rf"(?P<triple>triple|three times(?: as many)?)|"
    rf"(?P<half>halve|half(?: as many| of)?))\s+{_OF_SEEDS}(?![a-z])|"
    rf"{_ZH_COUNT}\s*(?:要|再)?(?:(?P<zhtwice>翻倍|加倍|翻一番)|(?P<zhhalf>减半|砍半))",
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
    for match in found(_TIMES):
        half, twice = match["half"] or match["zhhalf"], match["twice"] or match["zhtwice"]
        if half and len(made) % 2:
            raise InvalidRequest(
                f"The plan has {len(made)} seeds, which cannot be halved.", hint='Say how many: "2 seeds".'
            )
        count = len(made) // 2 if half else len(made) * (2 if twice else 3)
        made = made[:count] if half else [*made, *_free(made, count - len(made))]
    for match in found(_GO):
        made = made[: max(0, len(made) - _count(match))]
    for match in found(_COME):
        alone = made == [1] and not _EXTRAS.search(match[0])  # nobody chose it: "add 3 seeds" are three in all
        made += _free(made, max(1, _count(match) - alone))
    for pattern in (_ADD, _TOO):
        for match in found(pattern):
            made += [int(number) for number in re.findall(r"\d+", match[0])]
    if kept == text:
        return None, text
    if not made:
        raise InvalidRequest("That leaves no seed.", hint=f"The seeds are {_listing(seeds)}: keep one of them.")
    return list(dict.fromkeys(made)), kept


def _count(match: re.Match[str]) -> int:
    """How many come or go; "another seed" is one."""
    return int(parse_number(next((number for number in match.groups() if number), "1")) or 0)


def _free(seeds: Sequence[int], count: int) -> list[int]:
    """The smallest seeds that are not there yet."""
    last = len(seeds) + count + max(seeds, default=0)
    return [seed for seed in range(1, last + 1) if seed not in seeds][:count]


def _require(seeds: Sequence[int], named: Sequence[int]) -> None:
    if missing := [seed for seed in named if seed not in seeds]:
        raise InvalidRequest(
            f"There is no seed {_listing(missing)} in the plan.", hint=f"Its seeds are {_listing(seeds)}."
        )


def _listing(seeds: Sequence[int]) -> str:
    return ", ".join(map(str, seeds))
