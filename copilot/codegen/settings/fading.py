"""A bonus whose weight fades: after n updates it is beta * (1 - kappa)^n, so that an end is no rate, and never zero."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from copilot.codegen.request.clauses import clause, denied, sentence
from copilot.codegen.request.numbers import Number
from copilot.codegen.settings.settings import Settings
from copilot.codegen.settings.stated import Fade, Stated
from copilot.codegen.spec import Module
from copilot.core.catalogue import Catalogue
from copilot.core.errors import InvalidRequest

INTRINSIC_STEPS = 64
"""Steps of each environment between two updates of the bonus, for agents with a replay storage."""
_FADES = re.compile(
    r"(?<![a-z])(?:decay\w*|anneal\w*|fad(?:e|es|ed|ing)(?: (?:out|away))?|(?:shrink|fall|drop|declin|diminish|vanish|"
    r"decreas|reduc)(?:e?s|p?ing)|linearly|exponentially|gradually|slowly|goes(?= (?:down|from)))(?![a-z])|"
    r"衰减|递减|退火|逐[渐步]|慢慢|减弱"
)
"""Words of what happens by and by; "decrease the weight to 0.05" only sets it."""
_SETS = re.compile(
    r"(?<![a-z])(?:decrease|reduce|lower|shrink|drop)(?![a-z])(?=[^,;]*(?<![a-z])(?:weight|beta|coefficient)(?![a-z]))|"
    r"(?:权重|系数)[^，。；]{0,6}(?:减小|减少|下降|降低)"
)
"""A smaller weight from the start: "decrease the weight to 0.05" is no rate."""
_OF_THE_BONUS = re.compile(
    r"(?<![a-z])(?:(?:intrinsic|bonus|exploration bonus|curiosity|novelty)(?: rewards?|"
    r" bonus(?:es)?)?(?:['’]?s)?|weight|beta|"
    r"reward weight)(?![a-z])|β|权重|内在奖励|奖励系数|探索奖励|好奇心|奖励"
)
_OF_ANOTHER = re.compile(
    r"(?<![a-z])(?:lr|learning rates?|step size|epsilon|exploration rate|random actions?|noise|entropy|"
    r"temperature|clip\w*|l2|"
    r"regulari\w*|stddev|deviation|priorit\w*|importance|is)(?![a-z])|学习率|探索率|噪声|熵|温度|裁剪|正则|优先|重要性"
)
"""What else fades."""
_ZERO = re.compile(
    r"(?<![a-z])(?:to|towards?|until (?:it is|it reaches)|reach(?:es|ing)?)\s+(?:zero|nothing|nil|"
    r"0(?:\.0+)?(?![\d.]))(?![a-z])|"
    r"[到至为]\s*(?:零|0(?:\.0+)?(?![\d.]))"
)
_TO = re.compile(
    r"(?:->|→|(?<![a-z])(?:to|down to|until(?: it (?:is|reaches))?|towards?|reach(?:es|ing)?|ends? (?:at|in|with)|"
    r"ending (?:at|in|with))(?: (?:a|about|around|only|just))?|[到至为]|降[到至为])\s*$"
)
_FROM = re.compile(
    r"(?:(?<![a-z])(?:from|start(?:s|ing)?(?: (?:at|from|with))?|beginning (?:at|with|from)|begins? (?:at|with|from)|"
    r"initial(?:ly)?)|从|由|自|初始值?为?|开始为?)\s*$"
)
_WEIGHT = re.compile(
    r"(?:(?<![a-z])(?:weight|beta|coefficient|scale)|β|权重|系数)\s*(?:(?:of|is|at)(?![a-z])|[=:为是])?\s*$"
)
_RATE = re.compile(
    r"(?:(?<![a-z])(?:by|rate(?: of)?|factor(?: of)?|kappa(?: of)?)(?: (?:a|about))?[\s=:]*|速率为?|"
    r"每次(?:更新)?(?:衰减|减少|减小|下降)?|(?:以|按)\s*)$"
)
_SHARE = re.compile(r"\s*(?:of (?:its|the) (?:initial|first|start\w*|original)|of what it was|times its)|\s*的?初始")
_SPAN = re.compile(
    r"(?:(?<![a-z])(?:over|within|in|during|after|across)(?: the)?(?: (?:first|course of))?|在|经过|用|前|内)\s*$"
)
_STEPS = re.compile(r"[\s-]*(?:(?:env\w*|time|training)[\s-]*)?(?:steps?|timesteps?|frames?)(?![a-z])|\s*[步帧]")
_UPDATES = re.compile(r"[\s-]*(?:policy )?(?:updates?|iterations?|rollouts?)(?![a-z])|\s*次?更新")


@dataclass(frozen=True)
class _Said:
    first: Number | None
    last: Number | None
    rate: Number | None
    span: Number | None


def read_fading(settings: Settings) -> None:
    """Take from where to where the weight of the bonus goes; the rate is computed when the length of the run is known.

    Raises:
        InvalidRequest: to zero, or to a value that it has not fallen to; in a change, where the length is not known here.
    """
    if "kappa" not in settings.owners.get("reward", {}):
        return
    text = settings.reading.lower
    for low, high in _clauses(settings):
        said = _said(settings, low, high)
        fades = _FADES.search(text, low, high)
        if said.last and not fades and not said.first and _SETS.search(text, low, high):
            settings.put_number("beta", said.last, owner="reward")
            settings.reading.take(low, said.last.end)
        if not fades and not (said.first and said.last):
            continue
        name = settings.component("reward")
        if _ZERO.search(text, low, high) or (said.last and said.last.value == 0):
            raise InvalidRequest(
                f"The weight of {name} is beta * (1 - kappa)^n after n updates: it falls, and never reaches zero.",
                hint='Say what it ends at, for example "the weight decays from 1 to 0.01", or the rate: "kappa 1e-4".',
            )
        _take(settings, said, fades, low, high)


def _clauses(settings: Settings) -> list[tuple[int, int]]:
    """Clauses that speak of the weight of the bonus, and of nothing else that may fade."""
    text, found = settings.reading.lower, []
    words = [m.span() for m in (*_FADES.finditer(text), *_OF_THE_BONUS.finditer(text))]
    for low, high in sorted({clause(text, *span) for span in words}):
        part = text[low:high]
        ours = _OF_THE_BONUS.search(part) or _goes_on(settings, low) or settings.component("reward").lower() in part
        if ours and not _OF_ANOTHER.search(part) and not denied(part):
            found.append((low, high))
    return found


def _goes_on(settings: Settings, at: int) -> bool:
    """Whether the last thing before a place that may fade is the bonus: "weight 0.1, decaying to 0.001"."""
    text, name = settings.reading.lower, re.escape(settings.component("reward").lower())
    first = sentence(text, at, at)[0]
    ours = [m.end() for pattern in (_OF_THE_BONUS, re.compile(name)) for m in pattern.finditer(text, first, at)]
    return bool(ours) and not any(m.end() > max(ours) for m in _OF_ANOTHER.finditer(text, first, at))


def _said(settings: Settings, low: int, high: int) -> _Said:
    """What the numbers of a clause are, by the words before them."""
    text = settings.reading.lower
    numbers = [n for n in settings.reading.numbers if low <= n.start and n.end <= high]
    spans = [n for n in numbers if n.value >= 1 and (_STEPS.match(text, n.end) or _UPDATES.match(text, n.end))]
    rest = [n for n in numbers if n not in spans]

    def first(pattern: re.Pattern[str], among: list[Number]) -> Number | None:
        return next((n for n in among if pattern.search(text, 0, n.start)), None)

    last = first(_TO, rest)
    start = first(_FROM, rest) or (first(_WEIGHT, [n for n in rest if n.end < last.start]) if last else None)
    return _Said(start, last, first(_RATE, rest), first(_SPAN, spans))


def _take(settings: Settings, said: _Said, fades: re.Match[str] | None, low: int, high: int) -> None:
    reading, name = settings.reading, settings.component("reward")
    if said.rate is not None and said.last is None:
        settings.put_number("kappa", said.rate, owner="reward")
        reading.take(said.rate.start, said.rate.end)
        if fades:
            reading.take(*fades.span())
    if said.first is not None:
        settings.put_number("beta", said.first, owner="reward")
        reading.take(said.first.start, said.first.end)
        settled = settings.has("kappa") or said.last or re.search(r"kappa|κ|(?<![a-z])by(?![a-z])|rate", reading.lower)
        if fades and not settled:
            raise InvalidRequest(
                f"The weight of {name} shall fall from {said.first.text}, and nothing says how fast.",
                hint='Say what it ends at, "from 0.1 to 0.001", or the rate per update: "kappa 1e-4".',
            )
    if said.last is None:
        return
    if not settings.whole:
        raise InvalidRequest(
            f"The weight of {name} is beta * (1 - kappa)^n after n updates; an end needs the number of updates.",
            hint='In a change, say the rate: "kappa 1e-4".',
        )
    share = said.last.text.strip().endswith("%") or bool(_SHARE.match(reading.lower, said.last.end))
    unit = "steps" if said.span and _STEPS.match(reading.lower, said.span.end) else "updates"
    length = int(said.span.value) if said.span else None
    settings.stated.fade = Fade(float(said.last.value), share, length, unit)
    for number in (said.last, said.span):
        if number is not None:
            reading.take(number.start, number.end)
            settings.apart.add(number.start)
    for word in (*_FADES.finditer(reading.lower, low, high), *_OF_THE_BONUS.finditer(reading.lower, low, high)):
        reading.take(*word.span())


def faded(
    modules: dict[str, Module],
    stated: Stated,
    effective: dict[str, Any],
    run: dict[str, Any],
    catalogue: Catalogue,
    notes: list[str],
) -> dict[str, Module]:
    """The modules, the bonus with the rate at which its weight gets to the end that the request names.

    Raises:
        InvalidRequest: two answers to how fast, an end that is no fall, or a run whose updates are not known here.
    """
    fade, reward = stated.fade, modules.get("reward")
    if fade is None or reward is None:
        return modules
    beta = next(p["default"] for p in catalogue.component(reward.name)["parameters"] if p["name"] == "beta")
    first = reward.kwargs.get("beta", beta)
    last = fade.last * first if fade.share else fade.last
    if "kappa" in reward.kwargs or not 0 < last < first:
        raise InvalidRequest(
            f"The weight of {reward.name} shall fall from {first:g} to {last:g}"
            + (f", at a rate of {reward.kwargs['kappa']:g}." if "kappa" in reward.kwargs else "."),
            hint='Say an end below the start, or the rate, for example "weight 0.1, kappa 1e-4".',
        )
    updates = _updates(fade, effective, run, reward.name)
    kappa = float(f"{1 - (last / first) ** (1 / updates):.6g}")
    notes.append(
        f"kappa={kappa:g} of {reward.name}: its weight is {first:g} * (1 - kappa)^n after n updates, and {last:.6g} after "
        f"{updates}; it falls exponentially, and goes on falling."
    )
    return {**modules, "reward": reward.model_copy(update={"kwargs": {**reward.kwargs, "kappa": kappa}})}


def _updates(fade: Fade, effective: dict[str, Any], run: dict[str, Any], name: str) -> int:
    """How often the bonus is updated until it shall have its last weight."""
    if fade.length is not None and fade.unit == "updates":
        return fade.length
    steps = fade.length if fade.length is not None else run["num_train_steps"]
    if "num_actors" in effective:
        raise InvalidRequest(
            f"The weight of {name} falls with each update, and how many those actors make is not known beforehand.",
            hint='Say the rate: "kappa 1e-4".',
        )
    each = int(effective.get("num_steps", INTRINSIC_STEPS) * run["num_envs"])
    return max(1, int(steps) // each)
