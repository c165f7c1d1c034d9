"""What a request lets fall and is constant here: "clip 0.1 linearly annealed" is no schedule of the learning rate."""

from __future__ import annotations

import re

from copilot.codegen.request.clauses import clause, denied
from copilot.codegen.request.numbers import Number
from copilot.codegen.request.reading import phrase_pattern
from copilot.codegen.settings.mentions import Named, named
from copilot.codegen.settings.schedules import WORDS
from copilot.codegen.settings.settings import Settings

_FALLS = re.compile(
    r"(?<![a-z])(?:(?:linear(?:ly)?|gradually|slowly)[\s-]+)?(?:anneal(?:s|ed|ing)?|"
    r"(?<!weight )(?<!weight_)decay(?:s|ed|ing)?|fad(?:es|ing)|schedul(?:e|ed|ing))"
    r"(?:[\s-]+(?:linear(?:ly)?|gradually|slowly|schedule|away))?(?![a-z_])|"
    r"(?<![a-z])(?:goes|falls|drops|shrinks|falling|dropping|decreas(?:es|ing)|linear) (?:linearly|gradually|slowly|"
    r"schedule)(?![a-z])|(?:线性地?|逐渐|逐步|慢慢)?(?:衰减|退火)|(?:线性地?|逐渐|逐步|慢慢)(?:下降|递减|降低|减小|减少)"
)
_RATE = re.compile(r"(?<![a-z])(?:lr|learning[\s_-]rate|step size)(?![a-z])|学习率|学习速率")
_ZH_SHORT = ((re.compile("裁剪|截断"), "clip_range"), (re.compile("熵"), "ent_coef"))
_SHORT = {"epsilon_schedule": r"|(?<![a-z])eps(?![a-z_])"}
_OWN = frozenset({"tau", "critic_target_tau", "critic_weight_decay"})
"""Settings whose own words speak of decay."""
_VALUE = re.compile(r"\s*(?:[=:为是从由]|(?:of|at|is|to|from|starting (?:at|from))(?![a-z]))?\s*")
_GAP = re.compile(
    r"[\s,，]*(?:(?:is|are|be|being|which|that|and|且|并且?|也|都|会|要|则|进行|做|both|all|each)(?![a-z])[\s,，]*)*"
)
_LEAD = re.compile(r"\s*(?:(?:of|for|on|in|the|its|a|both|对|的)(?![a-z])\s*)*")
_LINK = re.compile(r"\s*(?:,|、|&|(?<![a-z])(?:and|as well as)(?![a-z])|和|与|及|以及)\s*(?:the |its )?")
_ALL = re.compile(r"(?<![a-z])(?:both|all|each)(?![a-z])|[都均]|分别")
_OF_ALL = re.compile(r"\s*(?:of|for) (?:both|all|them|the two)(?![a-z])")
_FROM_TO = re.compile(r"\s*(?:(?:goes|going|falls?|falling)\s+)?(?:(?:from|starting (?:at|from))(?![a-z])|从|由)\s*$")
_TO = re.compile(r"\s*(?:->|→|(?:down )?(?:to|towards|until)(?![a-z])|[降减]?[到至为])\s*")
_ZERO = re.compile(r"(?:zero|nothing)(?![a-z])|零")
_OVER = re.compile(r"[\s,，]*(?:(?:over|within|during|across|in)(?: the)?(?: first| whole)?(?![a-z])|在|前)\s*")
_LENGTH = re.compile(
    r"[\s-]*(?:(?:env\w*|time|training)[\s-]*)?(?:steps?|timesteps?|frames?|updates?)(?![a-z])|\s*[步帧]"
)
_TRAINING = re.compile(
    r"(?:of )?(?:training|the run|the course of training|the whole run)(?![a-z])|整个训练(?:过程)?[中里]?"
)


def read_constant(settings: Settings) -> None:
    """Note what is to fall and has no schedule, and take its words, so that they switch on no other schedule."""
    reading = settings.reading
    mentions = [m for m in named(settings) if not _FALLS.fullmatch(reading.lower, m.start, m.end)]
    mentions = sorted([*mentions, *_short(settings, mentions)], key=lambda mention: mention.start)
    for match in list(_FALLS.finditer(reading.lower)):
        if not reading.free(*match.span()) or any(m.start <= match.start() and match.end() <= m.end for m in mentions):
            continue
        if _has_schedule(settings, match):
            continue
        found = _targets(settings, mentions, match)
        fixed = [m for m in found if _is_fixed(settings, m)]
        rates = [m for m in found if _is_rate(settings, m)]
        if fixed:
            _leave_out(settings, match, fixed, rates)
        elif rates:
            _take_rate(settings, match, rates)
        elif found and (told := _of_module(settings, found[0])):
            settings.notes.append(f"CAREFUL: {reading.text[slice(*match.span())]!r} is left out: {told}.")
            reading.take(*match.span())
            _take_names(settings, found[:1])


def _short(settings: Settings, mentions: list[Named]) -> list[Named]:
    """Words that name a setting only where it is to fall: "裁剪线性衰减"."""
    found = []
    for pattern, name in _ZH_SHORT:
        for match in pattern.finditer(settings.reading.lower) if name in settings.owners["agent"] else ():
            if not any(m.start < match.end() and match.start() < m.end for m in mentions):
                found.append(Named(name, *match.span()))
    return found


def _of_module(settings: Settings, mention: Named) -> str | None:
    """What is to be told of a setting that only a module has; None if the agent has it, or nobody."""
    primitive = next((key for key in settings.modules if mention.name in settings.owners[key]), None)
    if primitive is None or mention.name in settings.owners["agent"] or _is_rate(settings, mention):
        return None
    component = settings.component(primitive)
    if "beta_steps" in settings.owners[primitive] and mention.name == "beta":
        return f"beta of {component} rises to 1 anyway, over beta_steps"
    if "kappa" in settings.owners[primitive] and mention.name == "beta":
        return f'beta of {component} falls by a rate, kappa; say from what to what, or "kappa 1e-4"'
    return f"{mention.name} of {component} has no schedule here"


def _has_schedule(settings: Settings, match: re.Match[str]) -> bool:
    """Whether words speak of what has a schedule, of which they do not say how it falls: "epsilon annealed linearly"."""
    reading = settings.reading
    low, high = clause(reading.lower, *match.span())
    for owner, param in settings.schedules:
        words = re.compile(WORDS.get(param["name"], re.escape(param["name"])) + _SHORT.get(param["name"], ""))
        said = words.search(reading.lower, low, high) if owner == "agent" else None
        if said is None or denied(reading.lower[low:high]) or _RATE.search(reading.lower, low, high):
            continue
        reading.take(*said.span())
        reading.take(*match.span())
        if not settings.has(param["name"]):
            settings.notes.append(
                f"{reading.text[slice(*said.span())]!r} falls anyway, by {param['name']}; the request does not say from "
                "what to what."
            )
        return True
    return False


def _is_fixed(settings: Settings, mention: Named) -> bool:
    param = settings.owners["agent"].get(mention.name)
    own = mention.name == "eps" and any(p["name"] == "epsilon_schedule" for _, p in settings.schedules)
    numeric = param is not None and "float" in param["type"] and mention.name not in _OWN and not own
    return numeric and not _is_rate(settings, mention)


def _is_rate(settings: Settings, mention: Named) -> bool:
    return bool(_RATE.search(settings.reading.lower, mention.start, mention.end))


def _value(settings: Settings, mention: Named) -> Number | None:
    """The number right behind the name of a setting."""
    text, numbers = settings.reading.lower, settings.reading.numbers
    end = _VALUE.match(text, mention.end)
    return next((n for n in numbers if end is not None and n.start == end.end()), None)


def _end(settings: Settings, mention: Named) -> int:
    value = _value(settings, mention)
    return value.end if value else mention.end


def _targets(settings: Settings, mentions: list[Named], match: re.Match[str]) -> list[Named]:
    """The settings of which words say that they fall: those right beside them, else those of the same clause."""
    text = settings.reading.lower
    before = [m for m in mentions if m.end <= match.start()]
    after = [m for m in mentions if m.start >= match.end()]
    if _OF_ALL.match(text, match.end()):
        return before[-2:]  # "clip 0.1, lr 2.5e-4, linear annealing of both"
    near = [m for m in before if _GAP.fullmatch(text, _end(settings, m), match.start())]
    behind = [m for m in after[:1] if _LEAD.fullmatch(text, match.end(), m.start)]
    if near and behind and "," not in text[_end(settings, near[-1]) : match.start()]:
        rates = [m for m in (near[-1], behind[0]) if _is_rate(settings, m)]
        near, behind = (near, []) if not rates or rates[0] is near[-1] else ([], behind)
    elif near and behind:
        near = []
    if behind:
        return [*behind, *_joined(settings, behind[0], after[1:], onward=True)]
    if near:
        last = near[-1]
        both = _ALL.search(text, _end(settings, last), match.start())
        return [last, *_joined(settings, last, before[: before.index(last)][::-1], onward=False, valued=bool(both))]
    low, high = clause(text, *match.span())
    inside = [m for m in before[-1:] if low <= m.start] or [m for m in after[:1] if m.end <= high]
    return inside


def _joined(
    settings: Settings, first: Named, others: list[Named], *, onward: bool, valued: bool = False
) -> list[Named]:
    """Further settings of which the same is said: "lr and clip range annealed", "anneal the clip range and the lr"."""
    text, found, at = settings.reading.lower, list[Named](), first
    for other in others:
        left, right = (at, other) if onward else (other, at)
        end = _end(settings, left) if valued or onward else left.end
        if not _LINK.fullmatch(text, end, right.start):
            break
        if onward and _value(settings, other):
            break  # "annealed lr and ent coef 0.01"
        found.append(other)
        at = other
    return found


def _take_rate(settings: Settings, match: re.Match[str], rates: list[Named]) -> None:
    """The learning rate falls: its own words and those of the fall say one thing."""
    reading = settings.reading
    low, high = clause(reading.lower, min(match.start(), rates[0].start), max(match.end(), rates[0].end))
    if "anneal_lr" not in settings.owners["train"] or denied(reading.lower[low:high]):
        return
    if not any(phrase_pattern(phrase).search(match[0]) for phrase in settings.phrases("anneal_lr")):
        settings.put("anneal_lr", True)
        reading.take(*match.span())
    _take_names(settings, rates)


def _take_names(settings: Settings, mentions: list[Named]) -> None:
    """Take the names beside which no value stands; others go with their values."""
    for mention in mentions:
        if not _value(settings, mention):
            settings.reading.take(mention.start, mention.end)


def _leave_out(settings: Settings, match: re.Match[str], fixed: list[Named], rates: list[Named]) -> None:
    reading = settings.reading
    low, high = clause(reading.lower, *match.span())
    off = denied(reading.lower[low:high])
    end = _course(settings, match, fixed)
    said = reading.text[match.start() : end].strip()
    reading.take(*match.span())
    _take_names(settings, [*fixed, *rates])
    if off:
        return
    falls = "anneal_lr" in settings.owners["train"]
    if rates and falls:
        settings.put("anneal_lr", True)
    names = " and ".join(dict.fromkeys(m.name for m in fixed))
    only = "; only the learning rate can fall, by anneal_lr" if falls else ""
    settings.notes.append(f"CAREFUL: {said!r} is left out: {names} of {settings.agent} has no schedule here{only}.")


def _course(settings: Settings, match: re.Match[str], fixed: list[Named]) -> int:
    """Take the numbers of the fall: the first value is the setting's own, the last and the length are left out."""
    reading, text, at = settings.reading, settings.reading.lower, match.end()
    start = next((n for n in reading.numbers if _FROM_TO.fullmatch(text, at, n.start)), None)
    if start is not None:
        settings.put_number(fixed[0].name, start, fixed[0].start, "agent")
        reading.take(at, start.end)
        at = start.end
    to = _TO.match(text, at)
    last = next((n for n in reading.numbers if to and n.start == to.end()), None)
    zero = _ZERO.match(text, to.end()) if to else None
    if last or zero:
        end = last.end if last else zero.end() if zero else at
        reading.take(at, end)
        at = end
    over = _OVER.match(text, at)
    length = next((n for n in reading.numbers if over and n.start == over.end()), None)
    whole = _TRAINING.match(text, over.end()) if over else None
    if length:
        unit = _LENGTH.match(text, length.end)
        if unit:
            reading.take(at, unit.end())
            at = unit.end()
    elif whole:
        reading.take(at, whole.end())
        at = whole.end()
    return at
