"""Numbers that a request tells of before it settles on others: "they say 50M steps, but that is crazy; make it 5M"."""

from __future__ import annotations

import itertools
import re

from copilot.codegen.request.numbers import Number
from copilot.codegen.request.reading import Reading
from copilot.codegen.settings.meaning import UNITS

_FAR = 100
_CHANGED = re.compile(
    r"((?<![a-z])(?:cut|change|chang|switch|bump|bring|lower|reduc|rais|increas|decreas|turn|push|shorten|drop|trim|shrink)"
    r"(?:e|es|ed|ing|ting|ping|s)?(?![a-z])[^.;!?\d]{2,48}?|[把将][^，。；\d]{2,20}?)"
    r"(?:(?<![a-z])from|从|由)\s*$"
)
"""Before the first of two numbers: a setting goes from what it is usually to what is wanted."""
_GOING = re.compile(
    r"(?<![a-z])(?:epsilon|exploration|noise|decay\w*|anneal\w*|linear\w*|gradual\w*|schedule\w*|slowly)(?![a-z])|ε|探索|噪声|衰减|退火|"
    r"线性|逐渐"
)
_OVER = re.compile(r"\s*(?:over|within|during|across|in) (?:the )?(?:first )?\d|\s*(?:在|用)")
_TO = re.compile(
    r"\s*(?:(?<![a-z])(?:down |up )?to|->|→|到|至|降到|降为|改到|改成|改为)\s*(?:about |around |just |only )?"
)
_TURN = re.compile(
    r"(?<![a-z])(?:but|however|though|although|yet|crazy|silly|overkill|forever|insane|ridiculous|excessive|unrealistic|pointless|"
    r"impossible|too (?:much|many|long|large|big|slow|high|small|low|few|short|expensive))(?![a-z])|"
    r"但|可是|不过|后来|不够|太[多久大长慢高小少低短贵]|没必要|夸张|还是"
)
"""Why the first is not taken."""
_SO = re.compile(
    r"(?:[,;:.，。；：、–—-]|(?<![a-z])(?:so|but|and|then|hence))\s*(?:(?:so|but|let['’]?s|i['’]?ll|we['’]?ll|i['’]d|please|just|only|"
    r"maybe|rather|make it|make that|make|take|do|say|go with|use|settle (?:for|on)|stick (?:to|with)|try|"
    r"start with|it['’]?s)\s+)*$|"
    r"(?:还是|那就|就|改成|改为|先|所以|只|用|来)[\s,，]*(?:用|跑|训练|设|取|要|来)?\s*$"
)
_SETTLES = re.compile(
    r"(?<![a-z])(?:make it|make that|let['’]?s|go with|settle\w*|stick\w*|rather|take|say|"
    r"so)\s+(?:[a-z]+\s+)?$|(?:还是|那就|改成|改为|就)[^，。]{0,4}$"
)
_ALLOWED = re.compile(
    r"(?<![a-z])only\s+(?:lets?|allows?|permits?|gives?|have|has|got|fits?|can|takes?)(?:\s+[a-z]+){0,4}\s*$|只[能够让给][^，。]{0,6}$"
)
"""What there is room for."""
_ENDS = re.compile(
    r"\s*(?:(?:it is|it['’]s then|then|will do|will have to do|is enough|are enough|is plenty|are plenty|"
    r"suffices?|should (?:do|be "
    r"(?:enough|fine|plenty))|is fine|are fine|is ok(?:ay)?|instead|will suffice)(?![a-z])|就[行够好可]|即可|吧|好了|够了)"
)
"""After the second: it is what is wanted."""


def settled(text: str) -> str:
    """The text with the number that it settles on in the place of the one that it told of first.

    >>> settled("The paper says 50M steps, but that is crazy; make it 5M.")
    'The paper says 5M steps, but that is crazy.'
    """
    text, at = Reading(text).text, 0
    while True:
        for one, two in itertools.pairwise(Reading(text).numbers):
            if one.start < at or one.value == two.value:
                continue
            made = _changed(text, one, two) or _told(text, one, two)
            if made is not None:
                text, at = made, one.start
                break
        else:
            return text


def _changed(text: str, one: Number, two: Number) -> str | None:
    """The text without the first of "cut the epochs from nine to 5"; a schedule goes from one to the other in time."""
    lead = _CHANGED.search(text.lower(), 0, one.start)
    unit = UNITS.match(text.lower(), one.end)
    between = text[unit.end() if unit else one.end : two.start]
    if lead is None or not _TO.fullmatch(between.lower()) or _GOING.search(text.lower(), lead.start(), one.start):
        return None
    if _OVER.match(text.lower(), two.end):
        return None
    return f"{text[: lead.end(1)]} to {text[two.start :]}"


def _told(text: str, one: Number, two: Number) -> str | None:
    """The text with the second number in the place of the first, if it turns from the one to the other."""
    lower = text.lower()
    between = lower[one.end : two.start]
    if two.start - one.end > _FAR or not _TURN.search(between):
        return None
    allowed = _ALLOWED.search(between)
    if not (allowed or _SO.search(between)):
        return None
    unit, other = UNITS.match(lower, one.end), UNITS.match(lower, two.end)
    end = other.end() if other else two.end
    if not (allowed or _SETTLES.search(between) or _ENDS.match(lower, end)):
        return None
    kinds = [match[0].strip(" -个")[:4] if match else "" for match in (unit, other)]
    far = not 0.001 <= abs(two.value / (one.value or 1)) <= 1000
    if (
        far
        or (other and kinds[0] != kinds[1])
        or (not unit and isinstance(one.value, float) != isinstance(two.value, float))
    ):
        return None
    closing = _ENDS.match(lower, end)
    rest = text[closing.end() if closing else end :]
    if allowed:
        return f"{text[: one.start]}{text[two.start : two.end]}{text[one.end :]}"
    start = _SO.search(lower, one.end, two.start)
    said = text[one.end : start.start() if start else two.start]
    return f"{text[: one.start]}{text[two.start : two.end]}{said}{rest}"
