"""Changes by a factor or a step ("double the batch size", "twice as long", "another 50k steps") as absolute ones."""

from __future__ import annotations

import re
from typing import Any

from copilot.codegen.lists import setting_mentions
from copilot.codegen.numbers import find_numbers
from copilot.codegen.spec import ExperimentSpec
from copilot.core.catalogue import Catalogue
from copilot.core.errors import InvalidRequest

_FACTORS = {
    "double": 2.0, "twice": 2.0, "triple": 3.0, "quadruple": 4.0, "halve": 0.5, "half": 0.5,
    "加倍": 2.0, "翻倍": 2.0, "翻一番": 2.0, "减半": 0.5,
}  # fmt: skip
_FACTOR = re.compile(
    r"(?<![a-z])(?P<word>double|twice|triple|quadruple|halve|half)(?![a-z])(?! a (?:million|thousand))|"
    r"(?<![\w.])(?P<times>\d+(?:\.\d+)?)\s?(?:x(?![a-z\d])|times (?=as|more|longer|the|larger|bigger|smaller))|"
    r"(?P<zh>加倍|翻倍|减半|翻一番)|(?P<zhtimes>\d+(?:\.\d+)?)\s*倍"
)
_LONG = re.compile(r"\s*(?:(?:times )?as long|longer|more training)(?![a-z])")
_MORE = re.compile(
    r"(?:(?<![a-z])(?:another|additional|extra)|再(?:多)?(?:训练|跑)?|多(?:训练|"
    r"跑))\s*(?P<a>{n})\s*(?:more )?(?:training )?(?:steps|步)|"
    r"(?P<b>{n})\s*(?:more|additional|extra|further) (?:training )?steps"
)


def absolute(text: str, spec: ExperimentSpec, catalogue: Catalogue) -> str:
    """The text with "num_envs=16" in the place of "double the environments".

    Raises:
        InvalidRequest: a factor of what has no number.
    """
    text = _more_steps(text, spec)
    match = _FACTOR.search(text.lower())
    if match is None:
        return text
    said = match["word"] or match["zh"]
    factor = _FACTORS[said] if said else float(match["times"] or match["zhtimes"])
    if factor <= 0:
        raise InvalidRequest(f"A factor of {factor} makes no sense; expected more than 0.")
    long = _LONG.match(text.lower(), match.end())
    if long:
        return _put(text, match.start(), long.end(), "num_train_steps", factor, spec, catalogue)
    after = [found for found in setting_mentions(text, catalogue) if 0 <= found[1] - match.end() < 40]
    before = [found for found in setting_mentions(text, catalogue) if 0 <= match.start() - found[2] < 12]
    near = (before[-1:] or after[:1]) if match["zh"] or match["zhtimes"] else (after[:1] or before[-1:])
    if not near:
        return text
    name, start, end = near[0]
    return _put(text, min(start, match.start()), max(end, match.end()), name, factor, spec, catalogue)


def _more_steps(text: str, spec: ExperimentSpec) -> str:
    for number in find_numbers(text):
        here = re.escape(text[number.start : number.end].lower())
        match = re.search(_MORE.pattern.replace("{n}", here), text.lower())
        if match and number.value >= 1 and isinstance(number.value, int):
            steps = f" num_train_steps={spec.num_train_steps + number.value} "
            return text[: match.start()] + steps + text[match.end() :]
    return text


def _put(text: str, start: int, end: int, name: str, factor: float, spec: ExperimentSpec, catalogue: Catalogue) -> str:
    value = current(name, spec, catalogue)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidRequest(f"{name} is {value} in the plan; there is nothing to multiply.", hint="Name a value.")
    scaled = value * factor
    shown = round(scaled) if isinstance(value, int) and abs(scaled - round(scaled)) < 1e-9 else float(f"{scaled:.12g}")
    return f"{text[:start]} {name}={shown} {text[end:]}"


def current(name: str, spec: ExperimentSpec, catalogue: Catalogue) -> Any:
    """The value that a setting has in the plan: its own, else the library's default."""
    if name in ("num_envs", "num_train_steps", "pretrain_steps", "eval_episodes"):
        return getattr(spec, name)
    entry = catalogue.component(spec.agent)
    owners: list[tuple[dict[str, Any], list[dict[str, Any]]]] = [
        (spec.agent_kwargs, entry["parameters"]),
        (spec.train_kwargs, entry["methods"]["train"]),
        *((module.kwargs, catalogue.component(module.name)["parameters"]) for module in spec.modules.values()),
    ]
    for kwargs, parameters in owners:
        for parameter in parameters:
            if parameter["name"] == name:
                return kwargs.get(name, parameter["default"])
    return None
