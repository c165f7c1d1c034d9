"""Words that change a value by a part or a step: "by 10%", "20% more", "10% of the default", "4 more environments"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from copilot.codegen.patterns import BEGINS
from copilot.codegen.request.clauses import clause, sentence
from copilot.codegen.request.numbers import Number, find_numbers
from copilot.codegen.settings.mentions import Named
from copilot.core.errors import InvalidRequest

UP = (
    r"increas\w*|rais(?:e[sd]?|ing)|bump\w*|boost\w*|extend\w*|lengthen\w*|grow\w*|grew|enlarg\w*|prolong\w*|expand\w*|"
    r"rises?|up"
)
DOWN = (
    r"reduc\w*|lower(?:s|ed|ing)?|decreas\w*|shrink\w*|shrunk|cut(?:s|ting)?|drop(?:s|ped|ping)?|trim\w*|shorten\w*|"
    r"diminish\w*|lessen\w*|divid\w*|falls?|down"
)
ZH_UP = r"增加|提高|提升|调高|加大|延长|扩大|增大|上调|升高|上升|调大"
ZH_DOWN = r"降低|减少|减小|调低|下调|缩短|缩小|下降|调小|削减"
_DIRECTION = re.compile(
    rf"(?<![a-z])(?:(?P<up>{UP})|(?P<down>{DOWN})|(?P<times>multipl\w*|scal(?:e[sd]?|ing)(?! (?:up|down))))(?![a-z])|"
    rf"(?P<zhup>{ZH_UP})|(?P<zhdown>{ZH_DOWN})"
)
VERB_BEFORE = re.compile(rf"{BEGINS}(?:{UP}|{DOWN}|multiply|scale|{ZH_UP}|{ZH_DOWN})\s*$")
_UNSAID = re.compile(r"(?<![a-z])(?:chang\w*|adjust\w*|alter\w*|modif\w*|tweak\w*)(?![a-z])")
_ABOUT = r"(?:(?:about|around|roughly|approximately|another|exactly|only|just|an? (?:additional|extra|further))\s+)*"
_BY = re.compile(rf"(?<![a-z])by\s+{_ABOUT}$")
NO_STEP = re.compile(
    r"\s*(?:[a-z]+ )?(?:per|each|every|at (?:each|every))(?![a-z])|\s*(?:x|×|by|times)(?![a-z])|\s*倍|-fold"
)
"""After a number behind "by" that is a rate, a size or a factor."""
_ZH_BY = re.compile(rf"(?:(?P<up>{ZH_UP})|(?P<down>{ZH_DOWN}))(?:了|大约|约|个|上)*\s*$")
_ZH_MORE = re.compile(
    r"(?:(?P<up>再(?:多)?(?:训练|跑|练)|多(?:训练|跑|练)?|再?加)|(?P<down>少(?:训练|跑|练)?|减))(?:了|大约|约|上)*\s*$"
)
_ZH_PART = re.compile(r"(?:(?<!最)(?P<up>高|大|长|多)|(?<!最)(?P<down>低|小|短|少))(?:了|大约|约|出)*\s*$")
_ZH_OF = re.compile(r"(?:到|为|至|成|是|用)?\s*(?:默认|原来|原有|原先|现在|当前|目前|原)(?:值|的值|取值)?的?\s*$")
_SIGNED = re.compile(r"\s*(?:(?P<up>\+|plus|加|up)|(?P<down>[-−–]|minus|减|down)|(?P<times>[*×]|times))\s*")
"""Between a setting and by how much it changes."""
_MORE = r"more|higher|larger|bigger|longer|greater|stronger|additional|extra|further"
_LESS = r"less|lower|smaller|shorter|fewer|weaker"
BASE = (
    r"(?:(?:the|its|their|our|my)\s+)?(?:default|current|present|old|original|previous|usual|standard|tuned|"
    r"existing|initial)s?(?![a-z])(?:\s+(?:value|one|setting)s?(?![a-z]))?|(?:its|their) values?(?![a-z])|"
    r"(?:what|that which) (?:it|they) (?:is|are|was|were)|"
    r"(?:now|before|it (?:is|was)|they (?:are|were))(?![a-z])"
)
_PART = re.compile(
    rf"\s*(?:(?P<up>{_MORE})|(?P<down>{_LESS}|off(?: of)?))(?![a-z])(?:\s+than\s+(?:{BASE})(?:\s+now| before)?)?"
)
_OF = re.compile(rf"\s*(?:of\s+)?(?:{BASE})(?:\s+now| before)?(?![a-z])")
_COUNT_MORE = re.compile(
    rf"\s*(?:(?P<up>more|additional|extra|further)|(?P<down>fewer|less))\s+{_ABOUT}(?:of the )?(?:training )?"
)
_UNIT_MORE = re.compile(
    r"\s*(?:(?P<up>more|longer|extra|on top)|(?P<down>less|fewer|shorter))(?![a-z])(?! (?:often|than))"
)
_ADD = re.compile(
    rf"(?<![a-z])(?:(?P<up>add|another|additional|extra)|(?P<down>take away|subtract|drop|remove|cut|lose))\s+"
    rf"{_ABOUT}(?:more )?$"
)
STEPS = re.compile(r"\s*(?:more )?(?:training |time ?)?(?:steps|步)")
_ONE = re.compile(r"(?<![\w.])(?:1|one)(?: (?:more|fewer|less|additional|extra|further))?\s*$")
_TO_WORDS = re.compile(r"(?<![a-z])to (?:only )?(?:about )?$")
_PARTS = re.compile(r"%|per\s?cent|half|third|quarter|fourth|fifth|tenth|hundredth|分之|一半")
_LONGER_WHAT = re.compile(
    r"\s+(?!(?:with|on|for|than|and|but|training|runs?|please|using|now|in|at|then|instead|to|too|as|by|over|per)(?![a-z]))[a-z]"
)
_LENGTHS = frozenset({"longer", "shorter"})


@dataclass(frozen=True)
class Change:
    """What words from `start` to `end` do to a value: it is multiplied, and something is added."""

    start: int
    end: int
    factor: float = 1.0
    step: float = 0.0
    name: str | None = None
    """What is changed, where the words themselves tell."""
    before: bool = False
    """Whether the setting stands before them, if one stands on either side."""
    near: bool = False
    """Whether only a setting right beside them is meant, else the length of training."""
    sure: bool = True
    """Whether nothing else can be meant, so that without a setting the words make no sense."""


def find_deltas(text: str, mentions: Sequence[Named], *, adding: bool = True) -> list[Change]:
    """All changes by a part or a step; without `adding` those alone that no first request would say of what it names.

    Raises:
        InvalidRequest: whether more or less is wanted is not said.
    """
    lower = text.lower()
    found = [
        _by(lower, number) or _signed(lower, number, mentions) or _part(lower, number, mentions)
        for number in find_numbers(text)
    ]
    found += [_count(lower, number, mentions) for number in find_numbers(text)] if adding else []
    return [change for change in found if change is not None]


def direction(text: str, at: int) -> str | None:
    """How the nearest verb before a place in its sentence changes things: "up", "down" or "times"."""
    low, _ = sentence(text, at, at)
    verbs = list(_DIRECTION.finditer(text, low, at))
    return (verbs[-1].lastgroup or "").removeprefix("zh") if verbs else None


def _by(text: str, number: Number) -> Change | None:
    """ "By 10%" and "by 50k" behind a verb of change."""
    lead = text[: number.start]
    english, chinese = _BY.search(lead), _ZH_BY.search(lead)
    if not (english or chinese) or NO_STEP.match(text, number.end):
        return None
    if chinese and text.startswith("一半", number.start):
        return Change(chinese.start(), number.start + 2, factor=0.5 if chinese["down"] else 1.5, before=True)
    if chinese:
        return _changed(
            number, chinese.start(), number.end, down=bool(chinese["down"]), tenths=text[number.end :][:1] == "成"
        )
    way = direction(text, number.start)
    low, _ = clause(text, number.start, number.end)
    if way is None and _UNSAID.search(text, low, number.start):
        raise InvalidRequest(
            f"Whether {number.text!r} is to be added or taken away is not said.", hint='Say "increase" or "reduce".'
        )
    if way is None or english is None:
        return None
    if way == "times":
        return Change(english.start(), number.end, factor=float(number.value), before=True)
    if way == "down" and re.search(r"divid\w*[^,;.]*$", text[low : number.start]):
        return Change(english.start(), number.end, factor=1 / (number.value or 1), before=True)
    base = _OF.match(text, number.end)
    return _changed(number, english.start(), base.end() if base else number.end, down=way == "down")


def _signed(text: str, number: Number, mentions: Sequence[Named]) -> Change | None:
    """ "Lr +50%", "lr -10%", "lr * 0.5", "环境数加 4" right behind a setting."""
    for mention in mentions:
        first = number.start + (number.text[:1] in "+-−")
        said = _SIGNED.fullmatch(text, mention.end, first) if mention.end <= number.start else None
        whole = said is not None and (said["down"] not in (None, "减") or said["up"] == "up")
        if said is None or (whole and not is_part(number)):
            continue  # a negative number is a value itself
        if said["times"]:
            return Change(said.start(), number.end, factor=float(number.value), before=True)
        value = Number(abs(number.value), number.start, number.end, number.text)
        return _changed(value, said.start(), number.end, down=bool(said["down"]))
    return None


def _part(text: str, number: Number, mentions: Sequence[Named]) -> Change | None:
    """ "20% more", "10% of the default", and "reduce the learning rate 10%"."""
    if not is_part(number):
        return None
    lead, more, of = text[: number.start], _PART.match(text, number.end), _OF.match(text, number.end)
    if more:
        made = _changed(number, number.start, more.end(), down=bool(more["down"]))
        long = bool({more["up"], more["down"]} & _LENGTHS) and not _LONGER_WHAT.match(text, more.end())
        return Change(made.start, made.end, made.factor, near=long)
    if of or (chinese_of := _ZH_OF.search(lead)):
        start, end = (number.start, of.end()) if of else (chinese_of.start() if chinese_of else 0, number.end)
        return Change(start, end, factor=float(number.value), before=of is None, sure=False)
    if not re.search(r"[\d%]", number.text):
        to = _TO_WORDS.search(lead)  # "lower it to a tenth"
        if to and direction(text, to.start()) in ("up", "down"):
            return Change(to.start(), number.end, factor=float(number.value), before=True)
    if chinese := _ZH_PART.search(lead):
        return _changed(number, chinese.start(), number.end, down=bool(chinese["down"]))
    behind = any(not text[mention.end : number.start].strip() for mention in mentions if mention.end <= number.start)
    way = direction(text, number.start) if behind else None
    return _changed(number, number.start, number.end, down=way == "down") if way in ("up", "down") else None


def _count(text: str, number: Number, mentions: Sequence[Named]) -> Change | None:
    """ "4 more environments", "another 50k steps", "50k steps longer", "再多训练 5 万步"."""
    if is_part(number) or not isinstance(number.value, int) or number.value < 1:
        return None
    lead = text[: number.start]
    more = _COUNT_MORE.match(text, number.end)
    at = more.end() if more else number.end
    name, end = _unit(text, at, mentions)
    if name is None:
        return None
    said = more or _UNIT_MORE.match(text, end) or _ADD.search(lead) or _ZH_MORE.search(lead)
    if said is None:
        return None
    step = -number.value if said["down"] else number.value
    start = said.start() if said.end() == number.start else number.start
    return Change(start, max(end, said.end()), step=step, name=name)


def _unit(text: str, at: int, mentions: Sequence[Named]) -> tuple[str | None, int]:
    """The setting that counts what is named right behind a number, and where its words end."""
    steps = STEPS.match(text, at)
    gap = re.compile(r"\s*(?:parallel |并行的?|个|轮)*\s*")
    for mention in mentions:
        many = (
            _ONE.search(text, 0, at)
            or text[mention.start : mention.end][-1:] == "s"
            or not text[mention.start : mention.end].isascii()
        )
        if mention.start >= at and gap.fullmatch(text, at, mention.start) and many and "step" not in mention.name:
            return mention.name, mention.end
    return ("num_train_steps", steps.end()) if steps else (None, at)


def is_part(number: Number) -> bool:
    """Whether a number is told as a part of something."""
    return bool(_PARTS.search(number.text.lower()))


def _changed(number: Number, start: int, end: int, *, down: bool, tenths: bool = False) -> Change:
    """The change by a number: a part of the value, or a step."""
    if number.value <= 0:
        raise InvalidRequest(
            f"A change by {number.text} makes no sense; expected more than 0.", hint="Say by how much."
        )
    sign = -1 if down else 1
    if is_part(number) or tenths:
        part = number.value / (10 if tenths else 1)
        return Change(start, end + tenths, factor=1 + sign * part, before=True)
    return Change(start, end, step=sign * number.value, before=True)
