"""Steps from the usual value: "gamma 0.001 above the default", "4 more epochs than usual", "比默认多 4 个"; and "lr x10"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from copilot.codegen.change.deltas import Change
from copilot.codegen.change.factors import USUALLY
from copilot.codegen.request.clauses import clause
from copilot.codegen.request.numbers import Number, find_numbers, parse_number
from copilot.codegen.settings.mentions import Named

_USUAL = rf"(?:the |its |their )?(?:{USUALLY})s?(?: (?:value|one|setting|number)s?)?(?![a-z])(?: of \w+(?![a-z]))?"
_MORE = r"above|over|beyond|higher than|more than|larger than|bigger than|greater than|longer than"
_LESS = r"below|under|lower than|less than|fewer than|smaller than|shorter than"
_FROM = re.compile(rf"\s*(?:(?P<up>{_MORE})|(?P<down>{_LESS}))\s+{_USUAL}")
"""Behind a number: "0.001 above the default"."""
_COUNT = re.compile(r"\s*(?:(?P<up>more|additional|extra)|(?P<down>fewer|less))\s+")
_THAN = re.compile(rf"\s*(?:than|over|compared (?:to|with))\s+{_USUAL}")
_STEPS = re.compile(r"(?:training |env(?:ironment)? |time ?)?(?:steps|步)(?![a-z])")
_SUM = re.compile(rf"(?:{_USUAL}|默认值?)\s*(?:(?P<up>plus|加上?)|(?P<down>减去?))?\s*$")
"""Before a number: "the default + 4"."""
_ZH = re.compile(
    r"(?:比|较)(?:默认|通常|平时|标准|原来)(?:的?值|设置|情况)?(?:的)?(?:要|再)?(?:(?P<up>多|高|大|长)|(?P<down>少|低|小|短))(?:了|出)?\s*$"
)
_ZH_UNIT = re.compile(r"\s*(?:(?P<copies>个?(?:并行)?环境)|(?P<steps>步)|[个轮次])?")
_ZH_COPIES = re.compile(r"(?:并行)?环境(?:的?数量?)?$")
_TIMES = re.compile(
    r"\s*(?:x|×|\*)\s?(?P<by>\d+(?:\.\d+)?)(?!\.?\w)(?=\s*(?:$|[,;.)，。；]|(?:and|on|for|with|in)(?![a-z])))"
)
_FOLD = re.compile(r"(?<![\w.])(?P<by>\d+(?:\.\d+)?)x\s+(?:the |its )?$")
_SHARE = re.compile(r"\s*of (?:the |all (?:the )?|its )(?:number of )?")
_WITH = re.compile(r"(?:^|[,;.(]|(?<![a-z])(?:use|using|with|for|only|just|run|train|take|on|and)(?![a-z]))\s*$")
_WITHIN = re.compile(
    r"(?<![a-z])(?:eps|epsilon|explor|warm|random|anneal|decay|pre-?train|first|last|after|over|every|linear|fall|schedule)"
)
"""Words of what a part of the steps may be else: of a schedule."""


def find_beyond(text: str, mentions: Sequence[Named], *, first: bool) -> list[Change]:
    """All steps from the usual value, of a text in small letters.

    Args:
        text: in small letters.
        mentions: of its settings.
        first: whether it is a request, in which multiples of a setting are multiples of the usual value, too.
    """
    found: list[Change | None] = []
    for number in find_numbers(text):
        found += [
            _above(text, number),
            _more(text, number, mentions),
            _sum(text, number, mentions),
            _chinese(text, number),
        ]
        found.append(_share(text, number, mentions) if first else None)
    found += [_times(text, mention) for mention in mentions] if first else []
    return [change for change in found if change is not None]


def _step(number: Number, match: re.Match[str]) -> float:
    return -number.value if match["down"] else number.value


def _above(text: str, number: Number) -> Change | None:
    behind = _FROM.match(text, number.end)
    if behind is None:
        return None
    if _percent(number):
        part = -number.value if behind["down"] else number.value
        return Change(number.start, behind.end(), factor=1 + part, before=True)
    return Change(number.start, behind.end(), step=_step(number, behind), before=True)


def _more(text: str, number: Number, mentions: Sequence[Named]) -> Change | None:
    """ "4 more epochs than usual": what is counted stands between."""
    more = None if _percent(number) else _COUNT.match(text, number.end)
    if more is None:
        return None
    steps = _STEPS.match(text, more.end())
    counted = next((m for m in mentions if m.start == more.end()), None)
    end = steps.end() if steps else counted.end if counted else 0
    than = _THAN.match(text, end)
    name = "num_train_steps" if steps else counted.name if counted else None
    return Change(number.start, than.end(), step=_step(number, more), name=name) if than else None


def _sum(text: str, number: Number, mentions: Sequence[Named]) -> Change | None:
    """ "The default + 4", "the default gamma minus 0.01"."""
    signed = number.text[:1] in "+-−" or number.text.startswith(("minus", "negative"))
    named = next((m for m in mentions if m.end <= number.start and not text[m.end : number.start].strip()), None)
    before = None if _percent(number) else _SUM.search(text, 0, named.start if named else number.start)
    if before is None or not (signed or before["up"] or before["down"]):
        return None
    value = -abs(number.value) if before["down"] else number.value
    return Change(before.start(), number.end, step=value, name=named.name if named else None, before=True)


def _chinese(text: str, number: Number) -> Change | None:
    before = _ZH.search(text, 0, number.start)
    if before is None or text.startswith("倍", number.end):
        return None
    if _percent(number) or text.startswith("成", number.end):
        tenths = not _percent(number)
        part = (-1 if before["down"] else 1) * number.value / (10 if tenths else 1)
        return Change(before.start(), number.end + tenths, factor=1 + part, before=True)
    unit = _ZH_UNIT.match(text, number.end)
    copies = _ZH_COPIES.search(text, 0, before.start())
    name = "num_envs" if copies or (unit and unit["copies"]) else "num_train_steps" if unit and unit["steps"] else None
    start = copies.start() if copies else before.start()
    return Change(start, unit.end() if unit else number.end, step=_step(number, before), name=name, before=True)


def _times(text: str, mention: Named) -> Change | None:
    """ "Lr x10", "10x lr"."""
    for match, start in ((_TIMES.match(text, mention.end), mention.end), (_FOLD.search(text, 0, mention.start), 0)):
        factor = parse_number(match["by"]) if match else None
        if match and factor:
            return Change(start or match.start(), match.end(), factor=float(factor), before=bool(start))
    return None


def _share(text: str, number: Number, mentions: Sequence[Named]) -> Change | None:
    """ "Use 50% of the steps"."""
    of = _SHARE.match(text, number.end) if _percent(number) else None
    if of is None or not _WITH.search(text, 0, number.start):
        return None
    low, high = clause(text, number.start, number.end)
    named = any(mention.start == of.end() for mention in mentions)
    if not named or _WITHIN.search(text, low, high):
        return None
    return Change(number.start, of.end(), factor=float(number.value))


def _percent(number: Number) -> bool:
    return number.text.rstrip().endswith(("%", "cent", "percent"))
