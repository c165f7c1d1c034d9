"""Schedules have the values that their text says, at every step, and refuse what they cannot read."""

import pytest

from rllte.core.errors import ParameterError
from rllte.core.schedules import parse_schedule, schedule


@pytest.mark.parametrize(
    ("text", "step", "value"),
    [
        ("0.2", 0, 0.2),
        ("constant(0.2)", 10**9, 0.2),
        ("linear(1.0, 0.1, 100000)", 0, 1.0),
        ("linear(1.0, 0.1, 100000)", 50_000, 0.55),
        ("linear(1.0, 0.1, 100000)", 100_000, 0.1),
        ("linear(1.0, 0.1, 100000)", 10**9, 0.1),
        ("step_linear(1.0, 0.5, 100, 0.1, 200)", 50, 0.75),
        ("step_linear(1.0, 0.5, 100, 0.1, 200)", 100, 0.5),
        ("step_linear(1.0, 0.5, 100, 0.1, 200)", 200, 0.3),
        ("step_linear(1.0, 0.5, 100, 0.1, 200)", 300, 0.1),
        (" linear ( 0 , 1 , 1e1 ) ", 5, 0.5),
    ],
)
def test_values(text: str, step: int, value: float) -> None:
    assert schedule(text, step) == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("linear(1.0, 0.1)", "no schedule"),
        ("cosine(1.0, 0.1, 10)", "no schedule"),
        ("linear(1.0, low, 10)", "no schedule"),
        ("", "no schedule"),
        ("linear(1.0, 0.1, 0)", "more than 0"),
        ("linear(1.0, 0.1, -5)", "more than 0"),
        ("constant(nan)", "not finite"),
        ("linear(1.0, inf, 10)", "not finite"),
    ],
)
def test_what_is_no_schedule_is_refused(text: str, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        parse_schedule(text)


def test_steps_are_counted_from_zero() -> None:
    with pytest.raises(ParameterError, match="0 or more"):
        schedule("0.2", -1)
