"""Bounds where a value is wanted: "lr between 1e-4 and 1e-3", "gamma below 0.99", "at least 4 envs", "不超过 1e-3"."""

from __future__ import annotations

import itertools
import re

from copilot.codegen.request.clauses import clause
from copilot.codegen.request.numbers import Number
from copilot.codegen.settings.counts import of_something_else
from copilot.codegen.settings.mentions import Named, named
from copilot.codegen.settings.settings import Settings
from copilot.core.errors import InvalidRequest

_INCLUSIVE = re.compile(
    r"(?:(?<![a-z])(?:(?:no|not) (?:more|less|fewer|higher|lower|larger|smaller|bigger|greater|longer) than|"
    r"at (?:most|least)|up to|(?:a )?max(?:imum)?(?: of)?|(?:a )?min(?:imum)?(?: of)?|"
    r"not (?:above|below|over|under|exceeding))|[<>]=|=[<>]|≤|≥|"
    r"不(?:超过|大于|高于|多于|低于|小于|少于)|至少|至多|最多|最少|最高|最低|最大|最小)(?:为|是)?\s*$"
)
"""The number itself is within these."""
_STRICT = re.compile(
    r"(?:(?<![a-z])(?:(?:higher|lower|larger|smaller|bigger|greater|less|more|fewer|shorter|longer) than|below|above|under|"
    r"beyond|exceeding|(?:very )?close to|near(?:ly)?|almost)|(?<![<>=-])[<>](?!=)|小于|大于|低于|高于|少于|多于|超过|接近)"
    r"(?: the (?:default|usual)(?: value)?(?: of)?)?\s*$"
)
_BETWEEN = re.compile(
    r"(?:(?<![a-z])(?:between|anywhere from|somewhere (?:from|between)|in the range(?: of| from)?)|介于|在)\s*[\[(]?\s*$"
)
_AND = re.compile(r"\s*(?:,|(?<![a-z])(?:and|to)(?![a-z])|-|–|~|和|与|到|至)\s*")
_ZH_BETWEEN = re.compile(r"\s*(?:之间|范围内?|区间)")
_JOINT = re.compile(
    r"[\s:=是为]*(?:(?:is|of|be|at|with|should be|must be|should stay|stays?|kept?|set to|anything|something|a|the|value|"
    r"应该?|要|取|设|设为|保持)(?![a-z])[\s:=]*)*"
)
_CLIPS = re.compile(r"(?<![a-z])(?:clip\w*|(?:probability |importance |policy )ratios?)(?![a-z])|裁剪|截断")
_OF_OTHERS = re.compile(r"(?<![a-z])(?:reward|value|grad|noise|action)\w*(?![a-z])|奖励|价值|梯度|噪声")
_EXACT = 1e-9
_TAIL = re.compile(
    r"\s*(?:(?:or|and) (?:less|lower|fewer|below|smaller|more|higher|above|larger|greater|longer|shorter)(?![a-z])|"
    r"at (?:most|least)(?! (?:one|once|\d))|max(?:imum)?(?![a-z_ ])|tops(?![a-z])|以[上下内])"
)
"""Behind a value: "8 envs or more", "1e-3 at most"."""
_LENGTH = 1000
_OF_STEPS = frozenset({"num_train_steps"})
"""How long training is said to be at most is how long it is."""
_UNIT = re.compile(r"[\s-]*(?:parallel |different |training |of )*\s*个?")
_OWN_BOUNDS = frozenset(
    {
        "max_grad_norm",
        "clip_range",
        "clip_range_vf",
        "stddev_clip",
        "mrs",
        "max_steps",
        "episode_length",
        "low",
        "high",
        "sm",
    }
    | {"min_cut", "max_cut", "clip_rho", "storage_size", "capacity", "num_init_steps", "delay", "pad", "eval_interval"}
    | {
        "log_interval",
        "save_interval",
        "seed",
        "target_update_freq",
        "update_every_steps",
        "beta_steps",
        "num_eval_episodes",
    }
)
"""Settings that are bounds, or counts of what happens at least or at most so often."""


def read_bounds(settings: Settings) -> None:
    """Take a number that its words allow, with a note; refuse bounds that leave a value open.

    Raises:
        InvalidRequest: a range, or a bound that the value must not be.
    """
    reading = settings.reading
    _clipping(settings)
    for mention in named(settings):
        bounded = settings.param(mention.name) is not None and mention.name not in _OWN_BOUNDS
        if bounded and reading.free(mention.start, mention.end):
            _read(settings, mention)


def _clipping(settings: Settings) -> None:
    """Of the ratio of probabilities that is kept within 1 - c and 1 + c, the c."""
    text, numbers = settings.reading.lower, settings.reading.numbers
    for first, second in itertools.pairwise(numbers) if "clip_range" in settings.owners["agent"] else ():
        low, high = clause(text, first.start, first.start)[0], second.end
        around = first.value < 1 < second.value and abs(first.value + second.value - 2) < _EXACT
        clips = _CLIPS.search(text, max(low - 40, 0), high)
        if (
            around
            and clips
            and _AND.fullmatch(text, first.end, second.start)
            and not _OF_OTHERS.search(text, low, high)
        ):
            settings.put("clip_range", float(f"{(second.value - first.value) / 2:.12g}"), owner="agent")
            settings.reading.take(clips.start(), high)
            return


def _read(settings: Settings, mention: Named) -> None:
    text, numbers = settings.reading.lower, settings.reading.numbers
    behind = next((n for n in numbers if n.start >= mention.end), None)
    before = next((n for n in reversed(numbers) if n.end <= mention.start), None)
    if before is not None and not _UNIT.fullmatch(text, before.end, mention.start):
        before = None
    for number, start in ((behind, mention.end), (before, None)):
        if number is None or (
            start is None and mention.name in _OF_STEPS and not _of_the_run(settings, number, mention)
        ):
            continue
        _refuse_range(settings, mention, number, start)
        for pattern in (_INCLUSIVE, _STRICT):
            lead = pattern.search(text, start or 0, number.start)
            if lead and (start is None or _JOINT.fullmatch(text, start, lead.start())):
                _bound(settings, mention, number, lead)
                return
        joint = start is None or _JOINT.fullmatch(text, start, number.start)
        tail = _TAIL.match(text, number.end if start is not None else mention.end) if joint else None
        if tail:
            _tell(settings, mention, number, (min(mention.start, number.start), tail.end()))
            settings.reading.take(*tail.span())
            return


def _of_the_run(settings: Settings, number: Number, mention: Named) -> bool:
    return number.value >= _LENGTH and not of_something_else(settings.reading.lower, number.start, mention.end)


def _refuse_range(settings: Settings, mention: Named, number: Number, start: int | None) -> None:
    """Two bounds of which a number is one, with words around them that say so."""
    reading, text, numbers = settings.reading, settings.reading.lower, settings.reading.numbers
    at = numbers.index(number)
    for pair in (numbers[at : at + 2], numbers[max(at - 1, 0) : at + 1]):
        first, second = pair[0], pair[-1]
        lead = _BETWEEN.search(text, start or 0, first.start) if _AND.fullmatch(text, first.end, second.start) else None
        if lead is None or (start is not None and not _JOINT.fullmatch(text, start, lead.start())):
            continue
        rest = _ZH_BETWEEN.match(text, second.end)
        if rest or not lead[0].startswith("在"):
            said = reading.text[lead.start() : rest.end() if rest else second.end].strip()
            raise InvalidRequest(
                f"The request gives bounds for {mention.name}, {said!r}, and no value.",
                hint=f'Name one value; or compare some: "compare {mention.name} {first.text} and {second.text}".',
            )


def _bound(settings: Settings, mention: Named, number: Number, lead: re.Match[str]) -> None:
    start, end = min(mention.start, lead.start()), max(mention.end, number.end)
    if lead.re is _STRICT and mention.name not in _OF_STEPS:
        said = settings.reading.text[start:end].strip()
        raise InvalidRequest(
            f"The request gives a bound for {mention.name}, {said!r}, and no value.", hint="Name the value itself."
        )
    settings.put_number(mention.name, number, mention.start)
    _tell(settings, mention, number, (start, end))
    settings.reading.take(start, end)


def _tell(settings: Settings, mention: Named, number: Number, span: tuple[int, int]) -> None:
    said = settings.reading.text[slice(*span)].strip()
    settings.notes.append(f"{mention.name}: the request gives a bound, {said!r}; {number.text} itself is taken.")
