"""Numbers by what the words around them mean: the setting of which the clause says most (`keywords`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from copilot.codegen.request.clauses import clause, sentence
from copilot.codegen.request.numbers import Number
from copilot.codegen.settings.counts import of_something_else, unit_after
from copilot.codegen.settings.intervals import counted_in
from copilot.codegen.settings.keywords import Line, group_pattern, lines
from copilot.codegen.settings.settings import Settings
from copilot.codegen.settings.values import Entry, coerce
from copilot.codegen.settings.whose import told_apart
from copilot.codegen.vocabulary import FILLER
from copilot.core.errors import CopilotError

UNITS = re.compile(
    r"[\s-]*((?:time|env(?:ironment)?|gradient|training|random)?[\s-]*steps?|timesteps?|frames?|environments?|envs?|seeds?|"
    r"episodes?|epochs?|passes|updates?|iterations?|transitions?|neighbou?rs?|actors?|models?|goals?|"
    r"pixels?|bits?|critics?|games?|runs?|times|percent|workers?|copies)(?![a-z])|"
    r"\s*([步帧]|个?(?:并行)?环境|[个颗]?(?:随机)?种子|[个]?(?:回合|局)|[轮遍]|次(?:更新|迭代)?|[个条]?(?:样本|转移|近邻|"
    r"邻居|目标|像素|"
    r"模型|演员)|条|位|像素|比特)"
)
"""What is counted, right after a number."""
_COUNTED_IN = (
    (r"step|frame|[步帧]", r"step|freq|interval|length|delay|storage_size"),
    (r"update|iteration|更新|迭代|[轮次]", r"freq|interval"),
    (r"episode|回合|局", r"interval|episodes"),
    (r"transition|转移|样本|条", r"storage_size|batch|steps"),
    (r"env|环境", r"num_envs"),
    (r"times|[遍次轮]", r"epochs|repeat"),
)
"""What settings are counted in, by parts of their names."""
_SMALL_STORAGE = 20
_MODEST, _LARGE = 100, 10_000
"""A setting of a default up to the first is nothing of the second, unless its name stands right beside the number."""
_FAR = 70
_SUPPORT = re.compile(
    r"(?<![a-z])(?:networks?|nets?|functions?|rate|update[sd]?|loss|weight(?:ed)?|once|steps?)(?![a-z])|网络|函数|更新|"
    r"一次|[才率器]"
)
"""Words that say nothing of their own beside a setting."""
_LEADS_ON = re.compile(
    r"(?:,?\s*(?:and )?(?<![a-z])(?:clip(?:ped|ping)?|cut off|cut|limited|capped|bounded|truncated)"
    r"(?: (?:to|at|by|within|off at))*|裁剪到?|截断到?)\s*$"
)
"""Words that belong to the number after them: "noise 0.1 clipped to 0.25"."""
_LAYERS = re.compile(r"[\s-]*(?:hidden )?layers?(?! (?:of|with|size))(?![a-z])|\s*层")
_NO_INTERVAL = re.compile(r"env|环境|seed|种子|actor|worker|copies|model|critic|goal|pixel|bit|像素|比特")
"""What nothing is counted in that happens every so often."""
_BACK = re.compile(r"(?<![a-z])(?:it|its|them|those|these|that one|each of them)(?![a-z])|其|它|里面?")


@dataclass(frozen=True)
class Slot:
    """A setting with the words that may ask for it."""

    owner: str | None
    """Whose it is where the words tell; else the place in the text does."""
    entry: Entry
    line: Line


@dataclass(frozen=True)
class _Match:
    groups: int
    far: int
    slot: Slot
    number: Number
    spans: tuple[tuple[int, int], ...]


def slots(settings: Settings) -> Iterator[Slot]:
    """All settings of the experiment with their lines."""
    for name in dict.fromkeys(name for owner, group in settings.owners.items() for name in group):
        if name in {"num_train_steps", "seed"}:
            continue
        having = [owner for owner, group in settings.owners.items() if name in group]
        special = [line for line in lines().get(name, ()) if line.owners]
        named = {component for line in special for component in line.owners}
        for line in lines().get(name, ()):
            for owner in having:
                component = settings.component(owner)
                if component in line.owners or (not line.owners and component not in named):
                    yield Slot(owner if line.owners else None, settings.owners[owner][name], line)


def read_meant(settings: Settings, least: int, *, wide: bool = False) -> None:
    """Take the numbers around which the words of one setting stand.

    Args:
        settings: of the experiment.
        least: groups of words that have to be there.
        wide: the words may stand in the sentence before the clause, if one of them stands in the clause.

    Raises:
        InvalidRequest: a value outside its range.
    """
    known = list(slots(settings))
    while found := _best(settings, known, least, wide=wide):
        number, slot = found.number, found.slot
        name = slot.entry["name"]
        end = counted_in(settings, name, number)
        meant, owner = told_apart(settings, name, found.spans)
        settings.put_number(meant, number, min([number.start, *(s for s, _ in found.spans)]), owner or slot.owner)
        settings.reading.take(number.start, end)
        for start, end in [*found.spans, *_other_words(settings, found)]:
            settings.reading.take(start, end)


def refuse_out_of_range(settings: Settings) -> None:
    """Refuse a number that stands right beside the word for a setting, and that this setting cannot be.

    It has been left unread, as nothing can be it: "0 neighbours" would be passed over as if nothing were said.

    Raises:
        InvalidRequest: its value is outside its range.
    """
    text = settings.reading.lower
    for number in settings.reading.numbers:
        for slot in slots(settings):
            numeric = not (slot.entry["type"] == "bool" or slot.entry["choices"] or slot.line.value is not None)
            if not numeric or settings.has(slot.entry["name"]) or _fits(slot.entry, number):
                continue
            for match in _matches(settings, slot, number, wide=False):
                beside = [span for span in match.spans if 0 <= span[0] - number.end <= 1 and text[number.end] in " -"]
                if beside and number.start not in settings.apart:
                    settings.put_number(slot.entry["name"], number, number.start, slot.owner)


def _other_words(settings: Settings, found: _Match) -> Iterator[tuple[int, int]]:
    """Words of the clause that speak of the same setting: the "loss" of "a loss weight"."""
    low, high = window(settings, found.number)
    for group in {group for pattern in found.slot.line.patterns for group in pattern}:
        for match in group_pattern(group).finditer(settings.reading.lower, low, high):
            if settings.reading.free(*match.span()):
                yield match.span()
    for match in _SUPPORT.finditer(settings.reading.lower, low, high):
        if settings.reading.free(*match.span()):
            yield match.span()


def _best(settings: Settings, known: list[Slot], least: int, *, wide: bool) -> _Match | None:
    found = [
        match
        for number in settings.reading.numbers
        if number.start not in settings.apart or unit_after(settings.reading.lower, number.end)[0]
        for slot in known
        if slot.line.value is None and not settings.has(slot.entry["name"]) and _fits(slot.entry, number)
        for match in _matches(settings, slot, number, wide=wide)
        if match.groups >= least
    ]
    return min(found, key=lambda match: (-match.groups, match.far), default=None)


def _fits(entry: Entry, number: Number) -> bool:
    if entry["type"] == "bool" or entry["choices"]:
        return False
    large = isinstance(entry["default"], float) and abs(entry["default"]) <= _MODEST and abs(number.value) >= _LARGE
    if large or (entry["name"] == "update_every_steps" and number.value > _LARGE):
        return False  # "alpha=auto, 300k" is no temperature
    if entry["name"] in {"storage_size", "beta_steps"} and number.value < _SMALL_STORAGE:
        return False
    try:
        coerce(entry, number.value)
    except CopilotError:
        return False
    return True


def _matches(settings: Settings, slot: Slot, number: Number, *, wide: bool) -> Iterator[_Match]:
    text = settings.reading.lower
    low, high = window(settings, number)
    first = sentence(text, number.start, number.end)[0] if wide else low
    unit = UNITS.match(text, number.end)
    if (
        unit
        and of_something_else(settings.reading.lower, number.start, unit.end())
        and "_interval" not in slot.entry["name"]
    ):
        every = True
    else:
        every = False
    if slot.entry["name"] == "hidden_dim" and _LAYERS.match(text, number.end):
        return  # "3 hidden layers" are no width
    for pattern in slot.line.patterns:
        if slot.line.without and group_pattern(slot.line.without).search(text, low, high):
            continue
        spans = [_nearest(settings, group, first, high, number) for group in pattern]
        if any(span is None for span in spans):
            continue
        held = [span for span in spans if span is not None]
        passes = unit and re.search(r"epoch|pass", unit[0])  # unlike steps they say what they are of
        inside = [
            span for span in held if span[0] >= low and not (wide and unit and not passes and span[0] < unit.end())
        ]
        free = [span for span in inside if settings.reading.free(*span)]
        if unit and re.search(r"step|frame|[步帧]", unit[0]) and len(pattern) > 1 and _inside(free, unit):
            continue  # "20k steps with OU exploration": the other words are somebody's name, and steps are steps
        interval = slot.entry["name"].endswith("_interval")
        if interval and unit and _NO_INTERVAL.search(unit[0]):
            continue
        if not free or (unit and not interval and not _says_unit(unit, slot, pattern, text)):
            continue
        if unit and slot.entry["name"] == "storage_size" and "step" in unit[0] and not _own(text, number, free):
            continue  # "with a replay buffer; I want 3M steps of it"
        if every and not any(re.search(r"every|每|per", "/".join(group)) for group in pattern):
            continue
        far = sum(max(number.start - span[1], span[0] - number.end, 0) for span in held) // len(held)
        if far <= _FAR or wide:
            yield _Match(len(set(held)) if len(pattern) > 1 else 1, far, slot, number, tuple(free))


def _inside(spans: list[tuple[int, int]], match: re.Match[str]) -> bool:
    return all(match.start() <= start and end <= match.end() for start, end in spans)


def _own(text: str, number: Number, spans: list[tuple[int, int]]) -> bool:
    """Whether one of the words, and no mere "of", stands in the number's own clause."""
    low, high = clause(text, number.start, number.end)
    return any(low <= start and end <= high and text[start:end] not in {"of", "only"} for start, end in spans)


def _says_unit(unit: re.Match[str], slot: Slot, pattern: tuple[tuple[str, ...], ...], text: str) -> bool:
    """Whether the word right after the number is one of the pattern's, as "models" of an ensemble's size."""
    said, name = text[unit.start() : unit.end()], slot.entry["name"]
    if any(re.search(kind, said) and re.search(names, name) for kind, names in _COUNTED_IN):
        return True
    return any(group_pattern(group).search(said) for group in pattern)


def _nearest(settings: Settings, group: tuple[str, ...], low: int, high: int, number: Number) -> tuple[int, int] | None:
    """The nearest of a group's words, one that nobody has taken before others."""
    spans = [match.span() for match in group_pattern(group).finditer(settings.reading.lower, low, high)]
    apart = [span for span in spans if span[1] <= number.start or number.end <= span[0]]
    return min(
        apart,
        key=lambda span: (not settings.reading.free(*span), max(number.start - span[1], span[0] - number.end)),
        default=None,
    )


def window(settings: Settings, number: Number) -> tuple[int, int]:
    """The words that may speak of a number: its clause, up to the numbers beside it."""
    text = settings.reading.lower
    low, high = clause(text, number.start, number.end)
    others = f"{text[low : number.start]} {text[number.end : high]}"
    alone = low and not UNITS.match(text, number.end)
    if alone and all(word in FILLER for word in re.findall(r"[a-z]+|[\u4e00-\u9fff]", others)):
        return clause(text, max(low - 2, 0), max(low - 2, 0))[0], high  # "smaller batches, 64"
    if low and _BACK.search(text, low, high):
        first = sentence(text, number.start, number.end)[0]
        return max(first, clause(text, max(low - 2, 0), max(low - 2, 0))[0]), high
    for other in settings.reading.all_numbers:
        if other.start in settings.unset:
            continue
        if other.end <= number.start:
            unit = UNITS.match(text, other.end)
            low = max(low, min(unit.end(), number.start) if unit else other.end)
        elif other.start >= number.end:
            clipped = _LEADS_ON.search(text, number.end, other.start)
            high = min(high, clipped.start() if clipped else other.start)
    return low, high
