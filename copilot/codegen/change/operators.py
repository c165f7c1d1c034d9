"""Changes that no "by" announces: "lr *= 0.5", "gamma 0.005 lower", "0.005 more gamma", "raise gamma 0.005", "折扣低0.005".

And parts of what the plan has: "use 50% of the steps", "a third as many", "一半的步数". Only a change of a plan is read so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from copilot.codegen.change.deltas import BASE, DOWN, NO_STEP, STEPS, UP, ZH_DOWN, ZH_UP, Change, is_part
from copilot.codegen.request.clauses import clause
from copilot.codegen.request.numbers import Number, find_numbers, parse_number
from copilot.codegen.settings.mentions import Named

_OPERATOR = re.compile(
    r"\s*(?:(?P<times>\*=?|[×✕]=?|x=?(?=\s?[\d.])|times(?=\s+[\d.])|乘以?上?)|(?P<over>/=|÷=?|除以|divided by|/)|"
    r"(?P<up>\+=)|(?P<down>[-−]=))\s*"
)
_SELF = re.compile(r"\s*(?::?=|:|->|→|to|becomes?|改成|改为|变为|设为)\s*")
_BE = re.compile(r"\s*(?:(?:is|are|be|should|must|shall|to|a|an|set|goes?|about|around)\s+)*")
_LARGER = r"more|higher|larger|bigger|greater|longer"
_LESS = r"less|lower|smaller|fewer|shorter"
_BEHIND = re.compile(
    rf"\s*(?:(?P<up>{_LARGER})|(?P<down>{_LESS}))(?![a-z])(?:\s+than\s+(?:{BASE})(?:\s+now| before)?)?"
)
_MORE_OF = re.compile(rf"\s+(?:(?P<up>{_LARGER})|(?P<down>{_LESS}))(?:\s+of)?\s+(?:the )?")
_ZH_STEP = re.compile(
    r"\s*(?:比(?:现在|原来|目前|当前|之前|原先)的?)?\s*(?:再|要|应该?|都|也)*"
    r"(?:(?P<up>高|大|长|多|升|加|增)|(?P<down>低|小|短|少|降|减))(?:了|大约|约|上|个)*\s*"
)
_ENDS = re.compile(
    r"\s*(?:(?:env\w*|copies|steps|epochs|个|步|轮)(?![a-z])(?:并行)?(?:环境)?)?\s*"
    r"(?:$|[,;.!?)，。；！、]|(?:and|but|please|then|also|too|now|instead|again)(?![a-z])|并|然后|吧)"
)
_FIRST = (
    r"(?:^|[,;.!:，。；、]|(?<![a-z])(?:and|then|please|now|also|but|just|should|we|let us|let['’]s|to|can you|could you)\s|"
    r"(?=[\u4e00-\u9fff]))"
)
_VERB = rf"(?:(?P<up>{UP}|{ZH_UP})|(?P<down>(?!divid){DOWN}|{ZH_DOWN}))"
_VERB_BEFORE = re.compile(
    rf"{_FIRST}\s*{_VERB}\s*(?:(?:the|its|our|my)\s+)?(?:(?:number|amount|value) of\s+)?(?:the\s+)?$"
)
_VERB_BEHIND = re.compile(rf"\s*(?:(?:is|are|be|should|must|shall)\s+)*{_VERB}\s+")
_LONGER = re.compile(
    rf"{_FIRST}\s*{_VERB}\s+(?P<what>(?:the )?(?:training|run|it|length|budget)(?: (?:length|time|budget))?\s+)?"
    r"(?:for |another )?$"
)
_GAP = re.compile(r"\s*[个了]?\s*")
_TIMES_BEFORE = re.compile(rf"{_FIRST}\s*(?:(?P<times>multiply|scale)|(?P<over>divide))\s+(?:(?:the|its|our|my)\s+)?$")
_TO_PART = re.compile(
    rf"\s*(?:(?:is|are|be|should)\s+)*(?:(?:{_VERB}|(?P<zh>降|减))\s*)?(?:(?:down|up) )?(?:to(?: only)?|到|至|为|成)\s*"
)
_PREPOSITION = re.compile(r"(?<![a-z])(?:on|with|for|to)\s+$")
_PORTION = re.compile(
    r"(?<![\w.])(?:(?P<percent>\d+(?:\.\d+)?)\s?(?:%|per\s?cent)|(?P<top>\d)\s?/\s?(?P<bottom>\d+)|"
    r"(?:(?P<count>an?|one|two|three|four|nine)[\s-]+)?(?P<part>half|halves|thirds?|quarters?|fourths?|fifths?|tenths?|"
    r"hundredths?))\s+(?:of\s+(?:(?:the|its|their|our|my|these|all)\s+)*|as\s+(?:many|much|large|big|high|small)\s+|"
    r"(?P<long>as\s+long|of\s+the\s+(?:training|length|budget)(?! (?:steps|time ?steps))(?:\s+(?:time|length|budget))?)|"
    r"the\s+)(?:(?:total|current|present|original|previous)\s+)*(?:number of\s+)?(?:the\s+)?|"
    r"(?:(?P<zhpercent>\d+(?:\.\d+)?)\s?%|(?P<zhhalf>一半)|(?P<zhpart>[一二三四五六七八九十百]+分之[一二三四五六七八九十]+))的\s*(?:训练)?"
)
_PARTS = {
    "hal": 2, "thi": 3, "qua": 4, "fou": 4, "fif": 5, "ten": 10, "hun": 100,
}  # fmt: skip
_COUNTS = {"one": 1, "two": 2, "three": 3, "four": 4, "nine": 9}
_PART_BEHIND = re.compile(
    r"\s*(?:(?:to|at|is|be|only|just|down)\s+)*[:=]?\s*(?:(?P<count>an?|one|two|three)[\s-]+)(?P<part>thirds?|quarters?|fourths?|"
    r"fifths?|tenths?|hundredths?|half)"
)
_USE = re.compile(
    r"\s*(?:(?:please|now|then|just|only|use|using|take|train|run|with|on|do|keep|at|it|about|around|roughly|exactly|we|i|"
    r"want|need|should|also|instead|(?<=train )for|(?<=run )for|(?<=it )for|set|cut|to)\s+|"
    r"请|只|用|使用|跑|训练|改成|改为|取|就)*"
)
_AT = re.compile(
    r"\s*(?:[:=]|to|at|is|are|down|改成|改为|变成|变为|降到|降为|减到|减为|减至|缩到|缩短到|为|到|只要|只用|\s)*\s*"
)
_ZH_HALF = re.compile(
    r"\s*(?:改|变|降|减|缩|调|缩短|减少|降低)?(?:成|为|到|至)?(?:原来|现在|目前|当前|原)?的?\s*"
    r"(?:一半|(?P<part>[一二三四五六七八九十百]+分之[一二三四五六七八九十]+))"
)
_WHOLE = frozenset({"num_train_steps", "pretrain_steps", "num_envs", "batch_size", "n_epochs", "num_steps"})
"""Settings that are no parts of something, so that a percentage is one of their present value."""


@dataclass(frozen=True)
class Bare:
    """A number beside a verb that says neither "to" nor "by"."""

    start: int
    end: int
    name: str
    number: int | float
    up: bool
    alone: bool = False
    """Whether nothing but the number is more or less: "cut 50k steps"."""
    part: bool = False
    """Whether it is a percentage behind "to": of the present value, where it is no new one."""


def find_operators(text: str, anchors: Sequence[Named]) -> list[Change]:
    """Signs behind a setting, and numbers beside it that are so much more or less.

    Args:
        text: in small letters.
        anchors: the settings that it names, in order.
    """
    found: list[Change] = []
    numbers = [number for number in find_numbers(text) if not is_part(number) and number.value > 0]
    for anchor in anchors:
        found += _operated(text, anchor, anchors)
        for number in numbers:
            found += _beside(text, anchor, number, anchors)
            verb = (
                _TIMES_BEFORE.search(text, 0, anchor.start) if _GAP.fullmatch(text, anchor.end, number.start) else None
            )
            if verb and _ENDS.match(text, number.end):
                factor = 1 / number.value if verb["over"] else float(number.value)
                found.append(Change(verb.start(verb.lastgroup or 0), number.end, factor=factor, name=anchor.name))
    return found


def _operated(text: str, anchor: Named, anchors: Sequence[Named]) -> Iterator[Change]:
    """ "Lr *= 0.5", "lr x10", "lr = lr / 2", "num_envs += 4", "学习率除以2"."""
    sign = _OPERATOR.match(text, anchor.end)
    number = _number(text, sign.end()) if sign else None
    if sign is None or number is None or number.value <= 0 or NO_STEP.match(text, number.end):
        return
    if sign[0].strip() == "/" and number.value < 2:
        return
    again = [one for one in anchors if one.name == anchor.name and _SELF.fullmatch(text, one.end, anchor.start)]
    start = again[-1].start if again else anchor.start
    if sign["up"] or sign["down"]:
        yield Change(start, number.end, step=number.value if sign["up"] else -number.value, name=anchor.name)
    else:
        factor = 1 / number.value if sign["over"] else float(number.value)
        yield Change(start, number.end, factor=factor, name=anchor.name)


def _number(text: str, at: int) -> Number | None:
    """The number that begins at a place, also right behind a letter ("x10")."""
    found = find_numbers(text[at:])
    if not found or found[0].start:
        return None
    return Number(found[0].value, at, at + found[0].end, found[0].text)


def _beside(text: str, anchor: Named, number: Number, anchors: Sequence[Named]) -> Iterator[Change]:
    """ "Gamma 0.005 lower", "0.005 more gamma", "折扣低0.005"."""
    if anchor.end <= number.start:
        behind, chinese = _BEHIND.match(text, number.end), _ZH_STEP.fullmatch(text, anchor.end, number.start)
        if behind and _BE.fullmatch(text, anchor.end, number.start) and _ENDS.match(text, behind.end()):
            yield _step(anchor, anchor.start, behind.end(), number, up=bool(behind["up"]))
        elif chinese and not NO_STEP.match(text, number.end) and text[number.end : number.end + 1] not in ("点", "些"):
            yield _step(anchor, anchor.start, number.end, number, up=bool(chinese["up"]))
        return
    more = _MORE_OF.fullmatch(text, number.end, anchor.start)
    own = any(not text[one.end : number.start].strip() for one in anchors if one.end <= number.start)
    after = _number(text, anchor.end + len(text[anchor.end :]) - len(text[anchor.end :].lstrip(" =:")))
    if more and not own and after is None:
        yield _step(anchor, number.start, anchor.end, number, up=bool(more["up"]))


def _step(anchor: Named, start: int, end: int, number: Number, *, up: bool) -> Change:
    return Change(start, end, step=number.value if up else -number.value, name=anchor.name)


def find_bare(text: str, anchors: Sequence[Named]) -> list[Bare]:
    """Verbs with a number and neither "to" nor "by": what they mean depends on the present value."""
    found: list[Bare] = []
    for number in find_numbers(text):
        if number.value <= 0 or not _ENDS.match(text, number.end):
            continue
        if is_part(number):
            found += _to_parts(text, number, anchors)
            continue
        for anchor in anchors:
            if anchor.end > number.start:
                continue
            before, behind = None, _VERB_BEHIND.fullmatch(text, anchor.end, number.start)
            if _GAP.fullmatch(text, anchor.end, number.start):
                before = _VERB_BEFORE.search(text, 0, anchor.start)
            verb = before or behind
            if verb:
                start = verb.start(verb.lastgroup or 0) if before else anchor.start
                found.append(Bare(start, number.end, anchor.name, number.value, verb["up"] is not None))
        steps, longer = STEPS.match(text, number.end), _LONGER.search(text, 0, number.start)
        if steps and longer and not text.endswith("to ", 0, number.start):
            up = longer["up"] is not None
            start = longer.start("up" if up else "down")
            found.append(Bare(start, steps.end(), "num_train_steps", number.value, up, alone=not longer["what"]))
    return found


def _to_parts(text: str, number: Number, anchors: Sequence[Named]) -> Iterator[Bare]:
    """ "Reduce the learning rate to 10%", "学习率降到10%"."""
    for anchor in anchors if number.text.rstrip().endswith("%") else []:
        to = _TO_PART.fullmatch(text, anchor.end, number.start) if anchor.end <= number.start else None
        verb = (_VERB_BEFORE.search(text, 0, anchor.start) or to) if to else None
        if to and verb and verb["up"] is None and (verb["down"] or to["zh"]):
            start = verb.start("down") if verb is not to else anchor.start
            yield Bare(start, number.end, anchor.name, number.value, up=False, part=True)


def find_portions(text: str, anchors: Sequence[Named]) -> list[Change]:
    """ "Use 50% of the steps", "a third as many steps", "一半的步数", "steps: 50%": parts of what the plan has."""
    found: list[Change] = []
    for match in _PORTION.finditer(text):
        low, _ = clause(text, match.start(), match.end())
        if not _USE.fullmatch(text, low, match.start()):
            continue
        lead = _PREPOSITION.search(text, low, match.start())
        start = lead.start() if lead else match.start()
        if match["long"]:
            if _ENDS.match(text, match.end()):
                found.append(Change(start, match.end(), factor=_share(match), name="num_train_steps"))
            continue
        anchor = next((one for one in anchors if one.start == match.end()), None)
        if anchor is not None and _ENDS.match(text, anchor.end):
            found.append(Change(start, anchor.end, factor=_share(match), name=anchor.name))
    for anchor in anchors:
        part = _PART_BEHIND.match(text, anchor.end)
        if part and _ENDS.match(text, part.end()):
            factor = _COUNTS.get(part["count"] or "one", 1) / _PARTS[part["part"][:3]]
            found.append(Change(anchor.start, part.end(), factor=factor, name=anchor.name))
        half = _ZH_HALF.match(text, anchor.end)
        if half and anchor.name in _WHOLE:
            factor = float(parse_number(half["part"]) or 0.5) if half["part"] else 0.5
            found.append(Change(anchor.start, half.end(), factor=factor, name=anchor.name))
        for number in find_numbers(text) if anchor.name in _WHOLE else []:
            percent = number.text.rstrip().endswith("%") and anchor.end <= number.start
            if percent and _AT.fullmatch(text, anchor.end, number.start) and _ENDS.match(text, number.end):
                found.append(Change(anchor.start, number.end, factor=float(number.value), name=anchor.name))
    return found


def _share(match: re.Match[str]) -> float:
    if match["percent"] or match["zhpercent"]:
        return float(match["percent"] or match["zhpercent"]) / 100
    if match["top"]:
        return int(match["top"]) / (int(match["bottom"]) or 1)
    if match["zhhalf"]:
        return 0.5
    if match["zhpart"]:
        return float(parse_number(match["zhpart"]) or 1)
    return _COUNTS.get(match["count"] or "one", 1) / _PARTS[match["part"][:3]]
