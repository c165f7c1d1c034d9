"""Two numbers of steps in one request: "1M steps, 8 envs, 128 steps" are a whole run, and a rollout of each environment."""

from __future__ import annotations

from copilot.codegen.request.numbers import Number
from copilot.codegen.settings.counts import of_something_else, of_the_run, runs_for, unit_after
from copilot.codegen.settings.settings import Settings

_LONG = 10_000
"""No rollout is so long, and no run of an agent that has rollouts is shorter."""


def read_rollout(settings: Settings) -> None:
    """Take the smaller of two numbers of steps, of which nothing says what they count, as that of a rollout."""
    if "num_steps" not in settings.owners["agent"] or settings.has("num_steps"):
        return
    steps = [number for number in settings.reading.numbers if _bare(settings, number)]
    small = [number for number in steps if number.value < _LONG]
    if len(steps) != 2 or len(small) != 1:
        return
    number, text = small[0], settings.reading.lower
    end = unit_after(text, number.end)[1]
    if runs_for(text, number.start) or not of_the_run(settings.reading, number.start, end):
        return
    settings.put_number("num_steps", number, number.start, "agent")
    settings.reading.take(number.start, end)
    settings.notes.append(
        f"num_steps={number.text}: of two numbers of steps the smaller is taken as those of an environment before an update."
    )


def _bare(settings: Settings, number: Number) -> bool:
    text = settings.reading.lower
    unit, end = unit_after(text, number.end)
    return unit == "steps" and number.start not in settings.apart and not of_something_else(text, number.start, end)
