"""Changes by a factor or a step ("double the batch size", "twice as long", "another 50k steps") as absolute ones."""

from __future__ import annotations

import itertools
import re
from typing import Any

from copilot.codegen.request.clauses import clause
from copilot.codegen.request.numbers import find_numbers, parse_number
from copilot.codegen.request.reading import Reading
from copilot.codegen.settings.lists import setting_mentions
from copilot.codegen.spec import ExperimentSpec
from copilot.core.catalogue import Catalogue
from copilot.core.errors import InvalidRequest

_FACTORS = {
    "double": 2.0, "doubled": 2.0, "twice": 2.0, "triple": 3.0, "quadruple": 4.0, "halve": 0.5, "half": 0.5, "halved": 0.5,
    "加倍": 2.0, "翻倍": 2.0, "翻一番": 2.0, "减半": 0.5, "减少一半": 0.5, "缩短一半": 0.5, "降低一半": 0.5, "砍半": 0.5,
    "提高一倍": 2.0, "增加一倍": 2.0, "多一倍": 2.0, "a third of": 1 / 3, "a quarter of": 0.25, "a tenth of": 0.1,
    "a fifth of": 0.2, "by half": 0.5, "in half": 0.5,
}  # fmt: skip
_N = r"\d+(?:\.\d+)?|two|three|four|five|six|eight|ten|twenty|a hundred|[二两三四五六七八九十百]+"
_LESS = r"smaller|less|lower|shorter|fewer|slower|weaker"
_FACTOR = re.compile(
    r"(?<![a-z])(?P<word>doubled?|twice|triple|quadruple|halved?|by half|in half|half|a (?:third|quarter|fifth|tenth) "
    r"of)(?![a-z])"
    r"(?! a (?:million|thousand))(?!-?step)(?! dqn)|"
    rf"(?<![\w.])(?P<times>{_N})\s?(?:x(?![a-z\d])|times (?=as|more|longer|the|larger|bigger|higher|stronger|"
    rf"(?P<less>{_LESS})))|"
    rf"by a factor (?:of )?(?P<factor>{_N})|"
    rf"(?:缩小|减小|降低|缩短|改小|调小|变小|减少|调低|改低)\s*(?P<zhless>{_N})\s*倍|(?:到|"
    rf"为)?\s*(?:原来的?)?\s*(?P<part>[一二两三四五六七八九十百]+分之[一二两三四五六七八九十]+)|"
    rf"(?P<zh>加倍|翻倍|减半|翻一番|减少一半|缩短一半|降低一半|砍半|(?:提高|增加|多)一倍)|(?:原来的|扩大|增大|提高|"
    rf"增加)?\s*(?P<zhtimes>{_N})\s*倍"
)
_DOWN = re.compile(r"(?<![a-z])(?:reduc\w*|lower\w*|decreas\w*|shrink\w*|cut\w*|divid\w*|down|drop)(?![a-z])")
_TAIL = re.compile(
    rf"\s*(?:(?:as (?:many|much|large|big|high|long|strong)|{_LESS}|larger|bigger|higher|stronger)(?: as (?:now|before|"
    rf"it was))?)"
)
_LONG = re.compile(
    r"\s*(?:(?:times )?as long|longer|more training|shorter|(?:of )?(?:the |its |that )?(?:length|duration|"
    r"training(?: time| "
    r"length)?|budget|run(?:time|ning time| length)?|number of (?:time|training )?steps))(?![a-z])"
)
_INSTEAD_OF = re.compile(
    r"\s*(?:[a-z]+\s*){0,2},?\s*(?:instead of|rather than|in place of|and not|not)\s*(?:the )?|"
    r"\s*[个步次轮]?[，,]?\s*(?:而不是|不是)\s*"
)
_TO = re.compile(r"\s*(?:[a-z]+\s*){0,2}(?:to|becomes?|->|→|into)\s*|\s*[个步次轮]?\s*(?:改成|改为|变成|换成)\s*")
_BONUS = re.compile(
    r"(?<![a-z])(?:the |that )?(?:intrinsic |exploration |curiosity )?(?:bonus|reward|curiosity)(?![a-z])(?! "
    r"normali)|(?:内在|探索)?奖励(?!归一)"
)
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
    text = _exchanged(_more_steps(Reading(text).text, spec), spec, catalogue)
    at = 0
    while match := _FACTOR.search(text.lower(), at):
        changed = _applied(text, match, spec, catalogue)
        at = match.end() if changed is None else match.start()
        text = text if changed is None else changed
    return text


def _exchanged(text: str, spec: ExperimentSpec, catalogue: Catalogue) -> str:
    """The text with "n_step=3" in the place of "3 steps instead of 5", where one setting alone is 5."""
    numbers = find_numbers(text)
    for one, two in itertools.pairwise(numbers):
        between = text[one.end : two.start].lower()
        instead, to = _INSTEAD_OF.fullmatch(between), _TO.fullmatch(between)
        if not (instead or to):
            continue
        new, old = (one, two) if instead else (two, one)
        low, high = clause(text.lower(), one.start, two.end)
        if any(low <= start and end <= high for _, start, end in setting_mentions(text, catalogue) if end - start > 5):
            continue
        having = [name for name, value in _chosen(spec).items() if value == old.value and not isinstance(value, bool)]
        if len(having) == 1:
            return f"{text[: one.start]} {having[0]}={new.text} {text[two.end :]}"
    return text


def _chosen(spec: ExperimentSpec) -> dict[str, Any]:
    """The settings of a plan by name."""
    found: dict[str, Any] = {"num_envs": spec.num_envs, "num_train_steps": spec.num_train_steps}
    for kwargs in (spec.train_kwargs, spec.env_kwargs, spec.agent_kwargs, *(m.kwargs for m in spec.modules.values())):
        found |= kwargs
    return found


def _applied(text: str, match: re.Match[str], spec: ExperimentSpec, catalogue: Catalogue) -> str | None:
    """The text after one factor; None if it is no setting's."""
    factor = _factor(match, text.lower())
    if factor <= 0:
        raise InvalidRequest(f"A factor of {factor} makes no sense; expected more than 0.")
    long = _LONG.match(text.lower(), match.end())
    if long:
        return _put(text, match.start(), long.end(), "num_train_steps", factor, spec, catalogue)
    after = [found for found in setting_mentions(text, catalogue) if 0 <= found[1] - match.end() < 40]
    before = [found for found in setting_mentions(text, catalogue) if 0 <= match.start() - found[2] < 24]
    last = match["zh"] or match["zhtimes"] or match["zhless"] or match["part"] or match["factor"] or match["less"]
    near = (
        (before[-1:] or after[:1])
        if last or (match["word"] or "").startswith(("by", "in"))
        else (after[:1] or before[-1:])
    )
    if not near and "reward" in spec.modules and (said := _bonus_near(text, match)):
        near = [("beta", *said)]
    if not near:
        return None
    name, start, end = near[0]
    tail = _TAIL.match(text.lower(), match.end())
    return _put(
        text, min(start, match.start()), max(end, match.end(), tail.end() if tail else 0), name, factor, spec, catalogue
    )


def _bonus_near(text: str, match: re.Match[str]) -> tuple[int, int] | None:
    """Where the clause of a factor speaks of the bonus: "the bonus should be ten times weaker" is about its weight."""
    low, high = clause(text.lower(), *match.span())
    found = _BONUS.search(text.lower(), low, high)
    return found.span() if found else None


def _factor(match: re.Match[str], text: str) -> float:
    said = match["word"] or match["zh"]
    if said:
        return _FACTORS[said]
    number = parse_number(match["times"] or match["factor"] or match["zhless"] or match["part"] or match["zhtimes"])
    factor = float(number or 0)
    smaller = match["less"] or match["zhless"] or (match["factor"] and _DOWN.search(text))
    return 1 / factor if smaller and factor else factor


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
    if name == "beta" and "reward" in spec.modules:
        known = next(
            p["default"] for p in catalogue.component(spec.modules["reward"].name)["parameters"] if p["name"] == name
        )
        return spec.modules["reward"].kwargs.get(name, known)
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
