"""Whether the numbers of a request are in its plan: one that is in none was understood by nobody, whatever words took it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

from copilot.codegen.authoring.spec import AgentSpec, Distribution, ModuleSpec, Storage
from copilot.codegen.authoring.wording import worded
from copilot.codegen.request.numbers import find_numbers
from copilot.codegen.request.prose import causes, references
from copilot.codegen.request.reading import Reading

_FREE = frozenset({0.0, 1.0, -1.0})
"""Numbers of every range and formula, which tell nothing."""


_SHARES = {
    r"\bhalf of\b|一半": 0.5, r"\b(?:a|one) third\b|三分之一": 1 / 3, r"\btwo thirds\b|三分之二": 2 / 3,
    r"\b(?:a|one) quarter\b|四分之一": 0.25, r"\bthree quarters\b|四分之三": 0.75, r"\b(?:a|one) tenth\b|十分之一": 0.1,
    r"\b(?:a|one) fifth\b|五分之一": 0.2, r"\btwice\b|两倍": 2.0,
}  # fmt: skip


def lost(spec: ModuleSpec | AgentSpec) -> list[str]:
    """The numbers of the request that no field of the plan holds, in the words around them."""
    text = Reading(worded(spec.request)).text
    known = set(_derived(_values(_said(spec)))) | _products(spec.body)
    found = list[str]()
    told = [*references(text), *causes(text.lower())]
    for number in find_numbers(text):
        value = float(number.value)
        if any(start <= number.start < end for start, end in told):
            continue
        if value in _FREE or _of_a_name(text, number.start, number.end):
            continue
        parts = [float(part) for part in re.findall(r"\d+", number.text)] if "," in number.text else []
        if parts and all(any(math.isclose(part, other) for other in known) for part in parts):
            continue  # a Chinese list, "100,400"
        if not any(math.isclose(value, other, rel_tol=1e-3) for other in known):
            found.append(text[max(0, number.start - 12) : number.end + 8].strip())
    for words, value in _SHARES.items():
        match = re.search(words, text.lower())
        if match and not any(math.isclose(value, other, rel_tol=1e-2) for other in known):
            found.append(match[0])
    return found


def _said(spec: ModuleSpec | AgentSpec) -> dict[str, Any]:
    """What the plan holds; of storages and distributions only what a reader set, for a default accounts for no number."""
    if not isinstance(spec.body, Storage | Distribution):
        return spec.model_dump(exclude={"request"})
    return {**spec.model_dump(exclude={"request", "body"}), "body": spec.body.model_dump(exclude_unset=True)}


def _products(body: Any) -> set[float]:
    """Of a rollout of 128 steps in 4 environments: 512 samples, and how many of them the best half are."""
    steps, envs = getattr(body, "storage_size", None), getattr(body, "num_envs", None)
    if not steps or not envs:
        return set()
    return {float(steps * envs), float(round(steps * envs * (body.best or 1.0)))}


def _of_a_name(text: str, start: int, end: int) -> bool:
    """Digits of an identifier (v5, L1, GPT-4), of an image's size, of a reference."""
    before, after = text[:start], text[end:]
    if re.search(r"[A-Za-z_]-?$", before) or (
        re.match(r"-?[A-Za-z_]", after)
        and not re.match(
            r"[- ]?(?:x|k|m|d|nn|st|"
            r"nd|rd|th)\b",
            after,
        )
    ):
        return True
    whole = re.search(r"[\w.-]*$", before)
    token = (whole[0] if whole else "") + text[start:end]
    image = re.search(r"\d{2,}\s*[x×]\s*$", before) or re.match(r"\s*[x×]\s*\d{2,}", after)
    return bool(re.search(r"[A-Za-z]", token) or image)


def _values(data: Any) -> Iterator[float]:
    """All numbers of a plan, those in its schedules too."""
    if isinstance(data, bool):
        return
    if isinstance(data, int | float):
        yield float(data)
    elif isinstance(data, str):
        yield from (float(number) for number in re.findall(r"\d+(?:\.\d+)?", data))
    elif isinstance(data, dict):
        for value in data.values():
            yield from _values(value)
    elif isinstance(data, list):
        yield float(len(data))
        for operation in {value.get("op") for value in data if isinstance(value, dict)}:
            yield float(sum(isinstance(value, dict) and value.get("op") == operation for value in data))
        for value in data:
            yield from _values(value)


def _derived(values: Iterator[float]) -> Iterator[float]:
    """A number in the other ways in which people say it: in percent, about 1, of 255, as a divisor."""
    for value in values:
        yield from (
            value,
            -value,
            1.0 - value,
            1.0 + value,
            value - 1.0,
            100.0 * value,
            255.0 * value,
            100.0 * abs(1.0 - value),
        )
        yield from (value + 1.0, value * math.sqrt(3.0))
        if -20.0 < value <= 0.0:
            yield math.exp(value)  # a deviation whose logarithm is bounded
        if value > 0:
            yield from (1.0 / value, math.log(value), 10.0**-value if value < 9 else value)
