"""What the numbers of intervals count: what the request says, else by their size, in the unit of the agent."""

from __future__ import annotations

import math
import re
from typing import Any

from copilot.codegen.request.numbers import Number
from copilot.codegen.settings.counts import unit_after
from copilot.codegen.settings.settings import Settings
from copilot.codegen.settings.stated import Stated
from copilot.codegen.settings.values import Entry

UNSAID = ""
"""The unit of a number of which nothing says what it counts."""
_OF_TARGETS = frozenset({"target_update_freq", "critic_target_update_freq"})
"""Of the agents these count steps, those updates."""
_STEPS_FROM = 1000
"""A number without a unit counts steps from here on: nobody has so many updates or episodes in mind."""


def counted_in(settings: Settings, name: str, number: Number) -> int:
    """Remember what an interval is counted in; where its words end, or those of any other setting's number."""
    text = settings.reading.lower
    unit, end = unit_after(text, number.end)
    if name in _OF_TARGETS and unit is not None:
        settings.stated.units[name] = unit
        return end
    if not name.endswith("_interval"):
        return number.end
    itself = re.search(rf"(?<![a-z_]){name}\W*$", text[: number.start])
    if unit is None and not itself:  # the parameter's own name tells the unit
        unit = "steps" if number.value >= _STEPS_FROM else UNSAID
    if unit is not None:
        settings.stated.units[name] = unit
    return end


def convert_intervals(
    stated: Stated,
    agent_kwargs: dict[str, Any],
    effective: dict[str, Any],
    num_envs: int,
    entry: Entry,
    notes: list[str],
) -> None:
    """Intervals in the unit that the agent counts in; one that cannot be converted is left out, with a note."""
    parameters = [*entry["methods"]["train"], *entry["parameters"]]
    docs = {parameter["name"]: parameter["doc"] for parameter in parameters}
    for name, said in stated.units.items():
        given = stated.train if name in stated.train else stated.agent
        value, unit = given[name], docs[name].split(" between ")[0]
        if said == UNSAID and "steps" not in unit:
            notes.append(f"{name}={value}: the request names no unit; {entry['name']} counts {unit}.")
        if unit.endswith(said):
            continue
        made, why = _converted(value, said, unit, effective, num_envs)
        if made is None:
            del given[name]
            agent_kwargs.pop(name, None)
            notes.append(f"Left out: {name} of {entry['name']} counts {unit}, and the request gives {value} {said}.")
        elif given is stated.train:
            given[name] = made
            notes += [f"{name}={made}: {entry['name']} {why}."] if why else []
        else:
            given[name] = agent_kwargs[name] = effective[name] = made
            notes += [f"{name}={made}: {entry['name']} {why}."] if why else []


def _converted(
    value: int, said: str, unit: str, effective: dict[str, Any], num_envs: int
) -> tuple[int | None, str | None]:
    """The number in the agent's unit, and why; no reason where it is the same."""
    every = effective.get("update_every_steps")
    if said == "steps" and unit == "updates" and "num_steps" in effective:
        each = effective["num_steps"] * num_envs
        told = f"each of {effective['num_steps']} steps in {num_envs} environments"
    elif said == "steps" and unit == "updates" and every:
        each, told = every, f"one every {every} environment steps"
    elif said == "updates" and "steps" in unit and every:
        why = f"counts environment steps, and updates every {every} of them"
        return value * every, why if every > 1 else None
    else:
        return None, None
    why = f"counts updates, {told}; {value} steps are {value / each:.3g} of them, rounded up"
    return math.ceil(value / each), why if each > 1 else None


def too_rare(stated: Stated, effective: dict[str, Any], run: dict[str, Any], entry: Entry) -> list[str]:
    """A sentence for each interval that is longer than the whole run."""
    docs = {parameter["name"]: parameter["doc"] for parameter in entry["methods"]["train"]}
    updates = effective.get("num_steps", math.inf) * run["num_envs"]
    found = []
    for name in (name for name in stated.train if name.endswith("_interval")):
        unit = docs[name].split(" between ")[0]
        each = updates if unit == "updates" else 1 if "steps" in unit else 0
        if each < math.inf and stated.train[name] * each > run["num_train_steps"]:
            found.append(
                f"{name}={stated.train[name]} {unit} are more than the whole run of {run['num_train_steps']} steps."
            )
    return found
