"""Numbers that state no setting: what is not wanted, and how many environments only evaluate."""

from __future__ import annotations

import re

from copilot.codegen.settings.settings import Settings

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
