"""Settings by name: a parameter's name or one of its phrases beside a value."""

from __future__ import annotations

import re
from dataclasses import dataclass

from copilot.codegen.request.clauses import clause, denied
from copilot.codegen.request.foreign import foreign_names
from copilot.codegen.request.numbers import Number
from copilot.codegen.request.reading import phrase_pattern
from copilot.codegen.settings.counts import is_bare, of_something_else, of_the_run, read_counts, unit_after
from copilot.codegen.settings.intervals import counted_in
from copilot.codegen.settings.meaning import UNITS
from copilot.codegen.settings.settings import Settings
from copilot.codegen.settings.whose import beside_its_module, tell_whose
from copilot.codegen.vocabulary import BONUS_WEIGHT, COUNTED, ENV_SPOKEN, OPPOSITES, SPOKEN

JOIN = (
    r"(?:=|:|(?<![a-z])(?:of|to|is|at|as|be|equals?|are|was|should|shall|will|must|set|fixed|held|kept|down|up|from|"
    r"starting|"
    r"starts?|begins?|only|just|about|around|exactly|value|goes|go|over|for)(?![a-z])|"
    r",?\s*(?<![a-z])(?:take|use|pick|choose|let['’]?s (?:say|use|take)|go with|let it be|make it|say|try)(?![a-z])|"
    r"各|设置为|设为|设成|改为|改成|等于|"
    r"调到|调为|调成|直接|先|定|帮我|设(?=\s*[\d.])|给(?=\s*[\d.])|开(?=\s*[\d.])|"
    r"降到|降为|降低到|降至|升到|提高到|增加到|减到|减为|固定为|固定|定为|变为|变成|为|是|取|用|到|选|就|只|[\s\"'`(])*"
)
GAP = (
    r"(?:parallel|training|train|total|vectori[sz]ed|different|environment|copies|of|as|for|the|"
    r"并行的?|同步的?|训练|的|个|多|条|[\s-])*"
)
_NO = r"(?:(?<![a-z])(?:instead of|rather than|no|without|not|don't|do not|disable|disabled|false|off)|不要?|禁用|关闭|无)"
_REMOVED_BEFORE = re.compile(
    r"(?:(?<![a-z])(?:remove|drop|delete|get rid of|disable|turn off|switch off|take out|take away|leave out|omit|stop|skip|"
    r"abandon|undo|cancel)|去掉|移除|删除|删掉|取消|关掉|关闭|停用|撤销)\s*(?:the |its |any )?$"
)
_REMOVED_AFTER = re.compile(
    r"\s*(?:back |again )?(?:out|off|away)(?![a-z])|\s*(?:都|也)?(?:去掉|删掉|关掉|关闭|取消|移除|不要了?)"
)
_WORDS = frozenset(
    {
        "size",
        "out",
        "low",
        "high",
        "count",
        "flat",
        "height",
        "width",
        "delay",
        "c",
        "p",
        "g",
        "natural",
        "layouts",
        "double",
        "clip",
        "actors",
    }
)
"""Names of settings that are words like others: of an experiment without the setting they name nothing."""
_OF_SEVERAL = frozenset({"lr", "size", "low", "high", "count", "p", "c", "k", "temperature", "eps", "tau", "discount"})
"""Own names that other words make the name of another setting: the lr "for the critic"."""
_KINDS = (("num_envs", r"env|copies|worker|环境"), ("seed", r"seed|种子"), ("steps", r"step|frame|[步帧]"))
_OF_STEPS = ("step", "interval", "freq", "length", "capacity", "storage", "delay", "tau")
_LENGTH = 1000
_OPENS = re.compile(
    r"(?:^|[,;.?!、。？！:/|+()（]|(?<![a-z])(?:for|about|around|over|of|to|than|just|only|maybe|make|it|that)|训练|跑|共|练|到|为)\s*$"
)
_CLOSES = re.compile(
    r"\s*(?:$|[,;.、。:/|+()）!&]|(?:should|please|plz|pls|is|will|total|overall|with|on|max|tops|would|instead|now|then|"
    r"this|as|too|in|at|go|ok|okay|thanks|thank|thx|cheers|each|apiece|enough)(?![a-z])|吧|就|够|即可)"
)
_EACH_OF = re.compile(r"(?<![a-z])each of (?:the |its |my |our )?$")
_CRITIC_BEFORE = re.compile(
    r"(?:(?<![a-z])(?:critic|value|q)(?:['’]s)?(?: net(?:work)?(?:['’]s)?)?|评论家|价值)(?:网络)?的?[\s-]*$"
)
_CRITIC_AFTER = re.compile(r"\s*(?:of|for) the (?:critic|value|q)(?![a-z])")
_SIZE = re.compile(
    r"(?<![\w.])(\d{2,3})\s?(?:[x×*乘]|by)\s?(\d{2,3})(?![\w.])(?:\s*(?:pixels?|images?|pictures?|像素|图像))*"
)


@dataclass(frozen=True)
class Named:
    """Where a setting is named."""

    name: str
    start: int
    end: int


def named(settings: Settings) -> list[Named]:
    """All places, in order; of phrases that overlap the longest."""
    claimed = bytearray(len(settings.reading.text))
    found = []
    for phrase, name in _spoken(settings):
        for match in settings.reading.find(phrase):
            if name == "beta" and _compound(settings.reading.lower, match.start(), phrase):
                continue
            if not any(claimed[match.start() : match.end()]):
                claimed[match.start() : match.end()] = b"\1" * (match.end() - match.start())
                meant = beside_its_module(settings, phrase, match.start()) or _critics(settings, name, match) or name
                found.append(Named(meant, match.start(), match.end()))
    return sorted(found, key=lambda mention: mention.start)


def _critics(settings: Settings, name: str, match: re.Match[str]) -> str | None:
    """The critic's own, where there is such a setting: "critic 学习率: 2e-3", "learning rate of the critic"."""
    own = f"critic_{name}"
    text = settings.reading.lower
    if own not in settings.owners["agent"]:
        return None
    said = _CRITIC_BEFORE.search(text, 0, match.start()) or _CRITIC_AFTER.match(text, match.end())
    return own if said else None


def _compound(text: str, at: int, phrase: str) -> bool:
    """Whether a Chinese word for a weight is the end of another's name: the 系数 of 岭系数 is not the bonus's."""
    before = text[at - 1 : at] if at else ""
    return (
        not phrase.isascii()
        and len(phrase) == 2
        and "\u4e00" <= before <= "\u9fff"
        and before not in "的励其总把将用加为"
    )


def _spoken(settings: Settings) -> list[tuple[str, str]]:
    """Phrases and whom they name, the longest first; of equals a parameter's own name, then this experiment's."""
    ranked = [
        (9, phrase, name)
        for name, phrases in settings.all_phrases().items()
        for phrase in phrases
        if phrase not in _WORDS or settings.param(name)
    ]
    for rank, group in enumerate(settings.owners.values()):
        for name, param in group.items():
            foreign = foreign_names().get(name, ())
            if name == "num_envs" and "num_actors" in settings.owners["agent"]:
                foreign = tuple(phrase for phrase in foreign if phrase not in foreign_names()["num_actors"])
            elif name == "num_envs":
                foreign = (*foreign, "parallel actors", "actors", "actor processes", "rollout workers")
            phrases = (*SPOKEN.get(name, ()), *ENV_SPOKEN.get(name, ()), *foreign, *param["aliases"])
            ranked += [(rank, name, name), *((rank + 1, phrase, name) for phrase in phrases)]
    if "reward" in settings.modules:
        ranked += [(9, phrase, "beta") for phrase in BONUS_WEIGHT]
    return [(phrase, name) for _, phrase, name in sorted(ranked, key=lambda row: (-len(row[1]), row[0], row[1]))]


def read_named(settings: Settings, *, explicit: bool, last: bool = False) -> None:
    """Take numbers beside names; explicit ones stand behind a sign ("lr=1e-3").

    Names of what the experiment has not are passed over, as other words may say what is meant ("the critic, 5 epochs"),
    until nothing else can tell.

    Raises:
        UnknownName: explicit, or the last time, a number beside the name of a setting that the experiment has not.
    """
    mentions = named(settings)
    for counted in (False, True):
        for mention in mentions:
            free = settings.reading.free(mention.start, mention.end)
            here = explicit or last or settings.param(mention.name) is not None
            if (mention.name in COUNTED) == counted and free and here:
                _numbered(settings, mention, explicit=explicit)


def read_own_names(settings: Settings) -> None:
    """Take numbers right behind a setting's own name, which needs no other words: "kappa 1e-5"."""
    for mention in named(settings):
        own = settings.reading.lower[mention.start : mention.end].replace(" ", "_") == mention.name
        if not own or mention.name in _OF_SEVERAL or mention.name in settings.owners["run"]:
            continue
        joint = re.compile(r"[\s=:]?|\s+of\s+" if "_" in mention.name else r"[\s=:]?")
        numbers = [n for n in settings.reading.numbers if n.start > mention.end]
        number = next((n for n in numbers if joint.fullmatch(settings.reading.lower, mention.end, n.start)), None)
        if number is None or not settings.reading.free(mention.start, mention.end) or not settings.param(mention.name):
            continue
        if _counts(settings, mention, number) and not mention.name.endswith("_interval"):
            settings.put_number(mention.name, number, mention.start)
            settings.reading.take(mention.start, number.end)
            tell_whose(settings, settings.reading.lower[mention.start : mention.end], mention.name)


def read_worded(settings: Settings) -> None:
    """Switches, names among choices, and None, beside the name of a setting."""
    for mention in named(settings):
        if settings.reading.free(mention.start, mention.end):
            _worded(settings, mention)


def read_steps(settings: Settings) -> None:
    """Numbers of steps, updates or frames that are no length of training; one without a setting stays unread."""
    reading = settings.reading
    for count in read_counts(reading):
        number, name = count.number, count.name
        settings.apart.add(number.start)
        schedule = [param["name"] for _, param in settings.schedules[:1]] if name == "schedule" else []
        if schedule and number.value >= 1:
            settings.stated.horizons[schedule[0]] = int(number.value)
        elif name is not None and settings.param(name) is not None:
            counted_in(settings, name, number)
            settings.put_number(name, number, number.start)
        else:
            continue
        others = any(count.start <= n.start < count.end for n in reading.numbers if n is not number)
        reading.take(number.start if others else count.start, count.end)


def read_observations(settings: Settings) -> None:
    """What is seen: states, or pictures of "64x64"; where all are pictures, that they are wanted needs no setting."""
    reading, env = settings.reading, settings.owners["env"]
    if settings.environment["observation_space"] == "Box3":
        for found in [found for phrase in ENV_SPOKEN["from_pixels"] for found in reading.find(phrase)]:
            reading.take(found.start(), found.end())
    for name in OPPOSITES.keys() & env.keys():
        for found in [found for phrase in OPPOSITES[name] for found in reading.find(phrase)]:
            settings.put(name, False)
            reading.take(found.start(), found.end())
    size = _SIZE.search(reading.lower)
    if size and "from_pixels" in env and reading.free(size.start(), size.end()):
        for name, value in (("height", int(size[1])), ("width", int(size[2])), ("from_pixels", True)):
            settings.put(name, value)
        reading.take(size.start(), size.end())


def _numbered(settings: Settings, mention: Named, *, explicit: bool) -> None:
    lower = settings.reading.lower
    after, before = _after(settings, mention, explicit), None if explicit else _before(settings, mention)
    if lower[: mention.end].endswith(" of"):
        before = None
    number = (before or after) if mention.name in COUNTED else (after or before)
    if number is None:
        return
    start, end = min(number.start, mention.start), max(number.end, mention.end)
    if mention.name == "num_train_steps" and 0 < number.value < 1:
        return
    copies = mention.name == "num_envs" and _EACH_OF.search(lower, 0, start)  # "64 steps from each of 16 environments"
    if mention.name in settings.owners["run"] and not copies and of_something_else(lower, start, end):
        return
    bare = is_bare(lower[mention.start : mention.end])
    unit = mention.name == "num_train_steps" and bare and number.start < mention.start
    if unit and (number.start in settings.apart or not of_the_run(settings.reading, start, end)):
        return
    if not explicit and not _counts(settings, mention, number):
        return
    end = max(end, counted_in(settings, mention.name, number))
    settings.put_number(mention.name, number, mention.start)
    settings.reading.take(start, end)
    tell_whose(settings, settings.reading.lower[mention.start : mention.end], mention.name)


def _counts(settings: Settings, mention: Named, number: Number) -> bool:
    """Whether the word after the number is no other thing's: the 3 of "seed, 3 environments" is no seed."""
    if number.start < mention.start:
        return True
    unit = UNITS.match(settings.reading.lower, number.end)
    kind = next((name for name, words in _KINDS if unit and re.search(words, unit[0])), None)
    if kind is None or kind == mention.name:
        return True
    return kind == "steps" and any(part in mention.name for part in _OF_STEPS)


def _after(settings: Settings, mention: Named, explicit: bool) -> Number | None:
    lead = r"\s*[=:]\s*" if explicit else JOIN
    match = re.compile(lead).match(settings.reading.lower, mention.end)
    end = match.end() if match else -1
    return next((number for number in settings.reading.numbers if number.start == end), None)


def _before(settings: Settings, mention: Named) -> Number | None:
    reading = settings.reading
    for number in reversed(reading.numbers):
        if number.end <= mention.start and mention.start - number.end < 48:
            between = range(number.end, mention.start)
            gap = "".join(reading.lower[i] if reading.free(i, i + 1) else " " for i in between)
            return number if re.fullmatch(GAP, gap) else None
    return None


def _worded(settings: Settings, mention: Named) -> None:
    param = settings.param(mention.name)
    if param is None:
        return
    reading = settings.reading
    rest = reading.lower[mention.end : mention.end + 40]
    lead = reading.lower[max(0, mention.start - 24) : mention.start]
    if param["type"] == "bool":
        off = re.search(_NO + r"[\s:=]*(?:the |any )?$", lead) or re.match(JOIN + _NO + r"(?![a-z])", rest)
        off = off or _REMOVED_BEFORE.search(lead) or _REMOVED_AFTER.match(rest)
        value = re.match(JOIN + r"(true|false|on|off)(?![a-z])", rest)
        around = reading.lower[slice(*clause(reading.lower, mention.start, mention.end))]
        if not off and not value and denied(around):
            return  # "without terminating on life loss": what the clause denies, its words tell
        settings.put(mention.name, not off, mention.start)
        negated = len(off[0]) if off and off.re.pattern.endswith("$") else 0
        reading.take(mention.start - negated, mention.end + (value.end() if value else 0))
    for choice in param["choices"] or []:
        spoken = phrase_pattern(choice)
        after = re.match(JOIN + spoken.pattern, rest)
        before = re.search(spoken.pattern + r"[\s-]*$", lead)
        if after or before:
            settings.put(mention.name, choice, mention.start)
            start = mention.start - (len(before[0]) if before else 0)
            reading.take(start, mention.end + (after.end() if after else 0))
    none = re.match(JOIN + r"(?:none|null|off|disabled|无|关闭)(?![a-z])", rest)
    without = re.search(_NO + r"[\s:=]*(?:the |any )?$", lead)
    if (none or without) and "None" in param["type"] and not _after(settings, mention, False):
        settings.put(mention.name, None, mention.start)
        start = mention.start - (len(without[0]) if without else 0)
        reading.take(start, mention.end + (none.end() if none else 0))


def read_length(settings: Settings) -> None:
    """Steps that nothing else counts are the length of training, if none is given otherwise; else a large bare number."""
    reading = settings.reading
    if "num_train_steps" in settings.stated.run:
        _take_again(settings, settings.stated.run["num_train_steps"])
        return
    free = [number for number in reading.numbers if number.start not in settings.apart]
    steps = []
    for number in free:
        unit, end = unit_after(reading.lower, number.end)
        if unit == "steps" and not of_something_else(reading.lower, number.start, end):
            steps.append(number)
    large = [number for number in steps if number.value >= _LENGTH]
    if len(large) == 1:
        _take_length(settings, large[0])
        return
    alone = [number for number in free if number.value >= _LENGTH and _stands_alone(settings, number)]
    if len(alone) == 1 and not steps:
        _take_length(settings, alone[0])


def _take_again(settings: Settings, steps: int) -> None:
    """Take the length of training where the request says it once more: "50k steps, that is 50000 in all"."""
    for number in settings.reading.numbers:
        unit, end = unit_after(settings.reading.lower, number.end)
        if (
            number.value == steps
            and number.start not in settings.apart
            and (unit == "steps" or _stands_alone(settings, number))
        ):
            settings.reading.take(number.start, end)


def _take_length(settings: Settings, number: Number) -> None:
    settings.put_number("num_train_steps", number)
    settings.reading.take(number.start, unit_after(settings.reading.lower, number.end)[1])


def _stands_alone(settings: Settings, number: Number) -> bool:
    """Whether nothing but the marks of a list, or what has been read, stands around a number."""
    reading = settings.reading
    lead, rest = reading.lower[: number.start], reading.lower[number.end :]
    before, after = len(lead.rstrip()), number.end + len(rest) - len(rest.lstrip())
    opens = _OPENS.search(lead) or (before > 0 and not reading.free(before - 1, before))
    closes = _CLOSES.match(rest) or (after < len(reading.text) and not reading.free(after, after + 1))
    return bool(opens and closes)
