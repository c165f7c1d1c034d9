"""Numbers that state no setting: what is not wanted, and how many environments only evaluate."""

from __future__ import annotations

import re

from copilot.codegen.request.numbers import parse_number
from copilot.codegen.settings.settings import Settings
from copilot.core.errors import InvalidRequest

_NO_NUMBER = re.compile(
    r"(?:(?<![a-z])(?:not|no|without|never|instead of|rather than|(?:any|every)thing but|all but)|n['’]t|不要?|不是|"
    r"(?<![分特区类级])别)"
    r"(?:\s*(?:use|want|take|用|设为))?\s*$"
)
_EVALUATED_ON = (
    re.compile(
        r"(?:(?<![a-z])(?:evaluat|test)\w*(?: (?:it|them|the agent|the policy))?(?: (?:after )?every \d+ [a-z]+)? "
        r"(?:on|in|with|over|using) |(?:评估|测试)(?:时|用|在|使用)*\s*)(?P<number>\d+|one|two|three|four|five|eight|ten)"
        r"(?:\s*个)?\s*(?:(?:parallel|separate|different|extra|other|eval\w*|test) )*"
        r"(?:env(?:ironment)?s?(?![a-z])|(?:并行)?环境)"
    ),
    re.compile(r"(?:在|用)\s*(?P<number>\d+)\s*个?(?:并行)?环境[上里中]?[做进行]*(?=评估|测试)"),
)
"""Environments that evaluation is said to have."""


_N = r"(?P<number>\d+(?:\.\d+)?|one|two|three|four|five|six|eight|ten|[一两二三四五六八十])"
_RATIO = (
    re.compile(
        rf"{_N}\s+(?:(?:gradient|optimi[sz]ation|learning|training|critic)\s+)*(?:steps?|updates?)\s+"
        r"(?:per|for each|for every|each|every|in each|at each|at every)\s+"
        r"(?:(?:env(?:ironment)?|time|training)[\s-]*)?(?:steps?|"
        r"timesteps?|frames?|interaction)(?![a-z])"
    ),
    re.compile(
        rf"(?<![a-z])(?:gradient[\s_]steps|utd(?:[\s_]ratio)?|update[\s-]to[\s-]data(?:[\s-]ratio)?|replay ratio)\s*"
        rf"(?:=|:|of|is|at|to)?\s*{_N}(?![\w.]*\w)"
        r"(?!\s*(?:(?:gradient|policy|learning) |updates?|steps?|per(?![a-z])|/|:))"
    ),
    re.compile(rf"每(?:个|一)?(?:环境)?步(?:做|进行|执行)?(?:梯度)?更新\s*{_N}\s*次"),
    re.compile(rf"每(?:个|一)?(?:环境)?步(?:做|进行|执行)?\s*{_N}\s*次(?:梯度)?更新"),
)
"""How many updates one step of the environments has."""
_EXACT = 1e-9


def read_denied(settings: Settings) -> None:
    """Numbers that are not wanted ("not 16") state nothing."""
    reading = settings.reading
    for number in reading.numbers:
        negation = _NO_NUMBER.search(reading.lower, 0, number.start)
        if negation:
            reading.take(negation.start(), number.end)
            settings.notes.append(f"Not set, as the request denies it: {number.text!r}.")


def read_evaluated_on(settings: Settings) -> None:
    """Environments that only evaluate: how many there are is no setting, and not the number that trains."""
    for match in (found for pattern in _EVALUATED_ON for found in pattern.finditer(settings.reading.lower)):
        number = next((n for n in settings.reading.numbers if n.start == match.start("number")), None)
        if number is not None:
            settings.notes.append(f"Not set, as evaluation has its own: {number.text!r} environments to evaluate on.")
            settings.reading.take(number.start, match.end())
            settings.unset.add(number.start)


def read_ratio(settings: Settings) -> None:
    """Take how many updates one step of the environments has, of an agent that makes one in so many steps.

    Raises:
        InvalidRequest: more than one, or a part that is no whole number of steps.
    """
    reading = settings.reading
    found = [match for pattern in _RATIO for match in pattern.finditer(reading.lower)]
    for match in found if "update_every_steps" in settings.owners["agent"] else ():
        if not reading.free(*match.span()):
            continue
        ratio = float(parse_number(match["number"]) or 0)
        every = round(1 / ratio) if ratio else 0
        if not every or abs(every * ratio - 1) > _EXACT:
            raise InvalidRequest(
                f"The request asks for {match[0]!r}; {settings.agent} makes one update in update_every_steps steps.",
                hint='The most is "update every step"; leave the rest out.',
            )
        if not match[0].startswith("gradient"):  # of "gradient_steps=1" is not said in how many steps
            settings.put("update_every_steps", every)
        reading.take(*match.span())
