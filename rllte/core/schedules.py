"""Numbers that change with the environment step, written as a text such as "linear(1.0, 0.1, 100000)"."""

from __future__ import annotations

import functools
import math
import re
from itertools import pairwise

from rllte.core.errors import ParameterError

Knots = tuple[tuple[float, float], ...]
"""(step, value) by rising step: a straight line from each to the next, the first value before and the last after."""

_ARGUMENTS = {"constant": 1, "linear": 3, "step_linear": 5}
_FORMS = '"0.2", "constant(value)", "linear(start, end, steps)" or "step_linear(start, middle, steps, end, steps)"'


def schedule(text: str, step: int) -> float:
    """The value at an environment step.

    Args:
        text: a number or `constant(value)`; `linear(start, end, steps)`; `step_linear(start, middle, steps, end, steps)`,
            two lines one after the other. A line ends at its last value and stays there.
        step: environment steps so far, from 0.

    Raises:
        ParameterError: another text, numbers that are not finite, a line of no length, a step below 0.
    """
    if step < 0:
        raise ParameterError(f"step is {step}; expected a count of environment steps, 0 or more.")
    knots = parse_schedule(text)
    for (begin, first), (end, last) in pairwise(knots):
        if step < end:
            return first + (last - first) * (step - begin) / (end - begin)
    return knots[-1][1]


def parse_schedule(text: str) -> Knots:
    """The corners of a schedule.

    Raises:
        ParameterError: as `schedule`.
    """
    return _knots(str(text))


@functools.lru_cache(maxsize=64)
def _knots(text: str) -> Knots:
    values = _numbers(text)
    if not all(math.isfinite(value) for value in values):
        raise ParameterError(f"The schedule {text!r} has numbers that are not finite.")
    knots = [(0.0, values[0])]
    for value, steps in zip(values[1::2], values[2::2], strict=True):
        if steps <= 0:
            raise ParameterError(f"The schedule {text!r} has a line of {steps:g} steps; expected more than 0.")
        knots.append((knots[-1][0] + steps, value))
    return tuple(knots)


def _numbers(text: str) -> list[float]:
    """The arguments; a bare number is the one of a constant."""
    found = re.fullmatch(r"\s*(\w+)\s*\(([^()]*)\)\s*", str(text))
    name, inside = (found[1], found[2].split(",")) if found else ("constant", [str(text)])
    try:
        values = [float(part) for part in inside]
    except ValueError:
        values = []
    if len(values) != _ARGUMENTS.get(name):
        raise ParameterError(f"{text!r} is no schedule; expected {_FORMS}.")
    return values
