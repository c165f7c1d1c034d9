"""Schedules in words: "epsilon from 1 to 0.05 over the first 10k steps", "the noise stays at 0.2", "in two stages"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from copilot.codegen.request.clauses import sentence
from copilot.codegen.request.numbers import Number
from copilot.codegen.settings.settings import Settings
from copilot.core.errors import InvalidRequest

WORDS = {
    "epsilon_schedule": (
        r"(?<![a-z])(?<!adam )(?<!adam['’]s )(?<!kernel )(?<!rmsprop )(?<!optimizer )(?<!optimiser )"
        r"(?:epsilon(?! of (?:adam|rmsprop|the optimi))|exploration(?! (?:bonus|noise|reward))|"
        r"eps(?=\s+(?:fixed|constant|kept|held|stays)(?![a-z]))|"
        r"eps(?=\s*(?:(?:is|from|decay\w*|anneal\w*|falls?|goes|going|linear\w*|down|:|=)\s*)*[\d.]+\s*"
        r"(?:to|->|→|down to|-)\s*[\d.]+)|random "
        r"actions?)(?![a-z])|(?<!优化器)(?<!优化器 )ε|探索率|"
        r"探索概率|"
        r"探索系数|探索(?=[率从由])"
    ),
    "stddev_schedule": (
        r"(?<![a-z])(?:(?:exploration |action )?noise|std(?:dev)?(?![_ ]?clip)|standard deviation|"
        r"deviation)(?![a-z])|探索噪声|"
        r"动作噪声|"
        r"噪声|标准差"
    ),
}
"""What people call that which follows each schedule."""
_GOING = r"|(?<![a-z])(?:linear(?:ly)?|decay\w*|anneal\w*|from(?=\s+[\d.]))(?![a-z])|线性|衰减|从(?=\s*[\d.])"
"""Words of a schedule where the module that has it is named before."""
_FIXED = re.compile(
    r"(?<![a-z])(?:constant|fixed|stays?|kept|keep|remains?|always|throughout|hold|held)(?![a-z])|固定|恒定|保持|不变|"
    r"始终|常数"
)
_FALL = re.compile(
    r"(?<![a-z])(?:decay\w*|anneal\w*|fall\w*|drop\w*|decreas\w*|linear\w*|goes|going|go|schedule\w*|from|down|reduc\w*|"
    r"shrink\w*|lower\w*|ends?|ending|final|finish\w*|start\w*|begin\w*|fades?|fading)(?![a-z])|"
    r"衰减|退火|下降|降|线性|减|从|由|终|最后|初始|开始"
)
_STEPS = re.compile(
    r"[\s-]*(?:(?:env(?:ironment)?|time|training)[\s-]*)?(?:steps?|timesteps?|frames?|interactions)(?![a-z])|\s*[步帧]"
)
_OF_TRAINING = re.compile(
    r"\s*of (?:the |all |total )*(?:training|run|steps|timesteps|time|frames|budget|total|experiment)(?![a-z])|"
    r"\s*的?(?:总)?(?:训练|步数|时间|进度)(?:过程|时间|步数)?"
)
_START = re.compile(
    r"(?:(?<![a-z])(?:from|starts?(?: (?:at|from|with))?|starting (?:at|from|with)|begin\w*(?: (?:at|from|with))?|"
    r"initial(?:ly)?(?: (?:value|exploration(?: rate)?|epsilon|noise|deviation))?(?: of| at)?)|"
    r"从|由|初始值?为?|开始为?|起始为?)[\s:=]*$"
)
_END = re.compile(
    r"(?:->|→|(?<![a-z])(?:to|down to|until|ends?(?: (?:up )?at| in| with)?|ending (?:at|in)|final(?: (?:value|"
    r"exploration(?: rate)?|epsilon|noise|deviation))?(?: of| at)?|at "
    r"least|minimum(?: of)?|floor(?: of)?|towards)|"
    r"到|至|降为|减为|终值为?|最终为?|最后为?|最小为?)[\s:=]*$"
)
_OVER = re.compile(
    r"(?:(?<![a-z])(?:over|within|in|during|for|across|after|through|takes?|taking)(?: the)?(?: (?:first|following|next|"
    r"initial))?|"
    r"前|在|用|经过|内|历时)\s*$"
)
_THINGS = re.compile(
    r"\s*(?:different )?(?:experiments?|runs?|agents?|games?|seeds?|environments?|envs?|variants?|settings?)(?![a-z])|"
    r"\s*[个组次种]"
)
"""After a number that counts something else."""
_STAGES = re.compile(r"[\s-]*(?:stages?|phases?|parts?|steps? schedule)(?![a-z])|\s*个?(?:阶段|段)")
_LITERAL = re.compile(r"(?:constant|linear|step_linear)\(\s*[\d.eE+-]+(?:\s*,\s*[\d.eE+-]+)*\s*\)")
_FURTHER = re.compile(r"\s*(?:,|;|，|；)?\s*(?:and )?(?:then|afterwards|after that|followed by|再|然后|之后)")
_CLIPPED = re.compile(r"(?<![a-z])(?:clip\w*|cut|target)(?![a-z])|裁剪|截断|目标")
_CLAUSES = re.compile(r"[,，](?!\d{3}(?!\d))|[;；]")


def read_schedules(settings: Settings) -> None:
    """Take what the request says of each schedule.

    Raises:
        InvalidRequest: a value that no probability or deviation has.
    """
    for owner, param in settings.schedules:
        name = param["name"]
        if settings.has(name):
            continue
        words = WORDS.get(name, re.escape(name)) + (_GOING if owner != "agent" else "")
        for match in re.finditer(words, settings.reading.lower):
            if settings.reading.free(*match.span()) and _read(settings, owner, name, match):
                break


def _read(settings: Settings, owner: str, name: str, match: re.Match[str]) -> bool:
    reading = settings.reading
    literal = _LITERAL.search(reading.lower, match.end())
    if literal and literal.start() - match.end() < 16:
        (settings.stated.schedules if owner == "agent" else settings.stated.of(owner))[name] = literal[0]
        reading.take(match.start(), literal.end())
        return True
    low, high = _span(reading.lower, match)
    if _CLIPPED.search(reading.lower, low, high):
        return False
    numbers = [
        n for n in reading.numbers if low <= n.start and n.end <= high and not _STAGES.match(reading.lower, n.end)
    ]
    steps = [n for n in numbers if _counts_steps(reading.lower, n) or (owner == "agent" and _share(reading.lower, n))]
    values = [n for n in numbers if n not in steps and n.value <= 10 and not _THINGS.match(reading.lower, n.end)]
    words = reading.lower[low:high]
    made = _made(reading.lower, words, values, steps)
    if made is None:
        return False
    if name == "epsilon_schedule" and any(not 0 <= n.value <= 1 for n in values):
        wrong = next(n for n in values if not 0 <= n.value <= 1)
        raise InvalidRequest(
            f"epsilon is {wrong.value}; expected a probability from 0 to 1.", hint="For example: 0.05."
        )
    if owner == "agent":
        settings.stated.schedules[name] = made
    else:
        known = next(param["default"] for key, param in settings.schedules if key == owner and param["name"] == name)
        settings.stated.of(owner)[name] = filled(made, known) or known
    end = max([match.end(), *(n.end for n in numbers)])
    if steps:
        unit = _STEPS.match(reading.lower, steps[-1].end) or _OF_TRAINING.match(reading.lower, steps[-1].end)
        end = max(end, unit.end() if unit else 0)
    reading.take(min([match.start(), *(n.start for n in numbers)]), end)
    return True


def _counts_steps(text: str, number: Number) -> bool:
    long = number.value >= 100 and _OVER.search(text, 0, number.start)
    return number.value >= 1 and bool(_STEPS.match(text, number.end) or long)


def _share(text: str, number: Number) -> bool:
    """Whether a number is a part of the whole run: "the first 20% of training"."""
    return 0 < number.value < 1 and bool(_OF_TRAINING.match(text, number.end))


def _length(number: Number) -> int | float | str:
    """The steps, or the part of the run, as it stands in a schedule until the length of the run is known."""
    return number.value if number.value >= 1 else f"{number.value * 100:.12g}%"


def _span(text: str, match: re.Match[str]) -> tuple[int, int]:
    """The words that may speak of the schedule: its clause, and those after it that go on with it."""
    first, last = sentence(text, *match.span())
    marks = [m for m in _CLAUSES.finditer(text, first, last)]
    low = max([first, *(m.end() for m in marks if m.end() <= match.start())])
    high = last
    for mark in marks:
        if mark.start() >= match.end() and not _goes_on(text, mark.start(), last):
            high = mark.start()
            break
    return low, high


def _goes_on(text: str, at: int, last: int) -> bool:
    """Whether the next clause still speaks of the schedule: "then down to 0.01 over ...", "ends at 0.02"."""
    clause = re.split(r"[,，;；]", text[at + 1 : last])[0]
    if _FURTHER.match(text, at):
        return bool(re.search(r"(?<![a-z])(?:to|down|from)(?![a-z])|到|降", clause))
    return bool(
        re.match(
            r"\s*(?:and )?(?:end\w*|decay\w*|down to|fall\w*|anneal\w*|over|within|linear\w*|taking|最终|终值|在前|线性|"
            r"(?:用|经过|历时|耗时|花)\s*[\d一二三四五六七八九十两]+[^,，]*步)",
            clause,
        )
    )


def _made(text: str, words: str, values: list[Number], steps: list[Number]) -> str | None:
    """The schedule; "?" stands for what is not said."""
    if len(values) >= 2 and len(steps) >= 2:
        pairs = [values[0].value, values[1].value, _length(steps[0]), values[-1].value, _length(steps[1])]
        return _written("step_linear", pairs)
    if len(values) == 2:
        first, second = values
        if _END.search(text, 0, first.start) and _START.search(text, 0, second.start):
            first, second = second, first
        return _written("linear", [first.value, second.value, _length(steps[0]) if steps else "?"])
    if len(values) != 1:
        return _written("linear", ["?", "?", _length(steps[0])]) if steps and _FALL.search(words) else None
    value = values[0]
    if _END.search(text, 0, value.start):
        return _written("linear", ["?", value.value, _length(steps[0]) if steps else "?"])
    if _START.search(text, 0, value.start):
        return _written("linear", [value.value, "?", _length(steps[0]) if steps else "?"])
    if steps:
        return None
    if _FIXED.search(words) or not _FALL.search(words):
        return _written("constant", [value.value])
    return None


def _written(kind: str, numbers: Sequence[int | float | str]) -> str:
    shown = [n if isinstance(n, str) else _shown(n, whole=(i + 1) % 2 == 1 and i >= 2) for i, n in enumerate(numbers)]
    return f"{kind}({', '.join(shown)})"


def _shown(value: int | float, *, whole: bool) -> str:
    return str(int(value)) if whole else str(float(value))


def filled(said: str, known: str | None) -> str | None:
    """A schedule with its gaps filled from one that is there; None if that has no such part.

    >>> filled("linear(?, 0.02, 8000)", "linear(1.0, 0.1, 4000)")
    'linear(1.0, 0.02, 8000)'
    """
    if "?" not in said:
        return said
    parts = re.findall(r"[\d.eE+-]+%?|\?", said.partition("(")[2])
    old = re.findall(r"[\d.eE+-]+", (known or "").partition("(")[2])
    if len(old) != len(parts):
        return None
    merged = [mine if mine != "?" else other for mine, other in zip(parts, old, strict=True)]
    return f"{said.partition('(')[0]}({', '.join(merged)})"


def with_length(schedule: str, steps: int) -> str:
    """A schedule with steps in the place of parts of a run of so many.

    >>> with_length("linear(1.0, 0.02, 20%)", 50_000)
    'linear(1.0, 0.02, 10000)'
    """
    return re.sub(r"([\d.]+)%", lambda match: str(max(1, round(float(match[1]) * steps / 100))), schedule)
