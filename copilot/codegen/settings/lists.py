"""Lists of values for one setting: "learning rates 1e-4, 3e-4 and 1e-3", "4, 8 and 16 environments"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from copilot.codegen.names.tasks import arguments
from copilot.codegen.once import once
from copilot.codegen.request.numbers import Number, find_numbers
from copilot.codegen.request.reading import Reading, phrase_inner
from copilot.codegen.settings.settings import spoken_phrases
from copilot.codegen.settings.values import coerce, settable
from copilot.codegen.vocabulary import BONUS_WEIGHT, ENV_SPOKEN
from copilot.core.catalogue import Catalogue
from copilot.core.errors import CopilotError

LINK = (
    r"\s*(?:(?:,|/|、|&|(?<![a-z])(?:and|or|vs\.?|versus|against|with|to|than|as well as|compared (?:with|to)|"
    r"is better than|better than|worse than|faster than|beats?|outperforms?)(?![a-z])|和|与|跟|及|以及|还是|"
    r"或|对比|相比|比)\s*)+"
)
"""What stands between the items of a list."""
_SURE = re.compile(r"(?<![a-z])(?:and|or|vs\.?|versus|against)(?![a-z])|[/、&和与或]|还是|对比")
_LAST = re.compile(r"(?<![a-z])(?:and|or)(?![a-z])|[和与或]|还是")
"""What stands before the last item of a list."""
_JOIN = r"(?:\s|=|:|sweep|grid|of|at|in|over|across|from|among|values?|with|for|[\[({]|为|是|用|取|分别为?|设为)*"
_EACH = re.compile(r"(?:each|different|various|several|sweep|try|分别|不同)")
_BRACKET = re.compile(
    r"(?:[=:∈]|(?<![a-z])(?:in|of|over|from|among|values?|sweep|grid|search|scan)(?![a-z])|\s)*\s*[\[({]\s*$"
)
"""Between a setting's name and values that stand in brackets: they are several, whatever the request asks."""
_OTHERWISE = re.compile(r"(?<![a-z])(?:vs\.?|versus|or|against|once|another|then)(?![a-z])|对比|还是")
_MEASURED = r"(?:[个组种]|条)?(?:并行)?(?:环境)?"
_APART = r"[\s_·-]+"
_FAR = 60
_ALIKE = 1000
"""Values of one setting differ by no more than this factor."""
_OF_LAYERS = frozenset({"hidden_dim", "feature_dim"})
"""Settings of which several numbers may be one for each layer."""
_SIZES = re.compile(r"layers\s+(?:of|with)\s*$|层\s*$")


_PLURAL = re.compile(r"(?<![a-z])(?!seeds|steps|layers|stages)[a-z]{3,}s (?:of|at)\s*$")
_BOUNDS = re.compile(r"(?:(?<![a-z])(?:between|from)|在)\s*$")
_MEASURE = re.compile(
    r"\s*(?:组|种|颗|次(?!更新)|个(?:种子|实验)|seeds?|runs?|times|experiments?|mini[\s-]?batches)(?![a-z])"
)


@dataclass(frozen=True)
class ValueList:
    """The span of a list with its setting's name, and the text for each value."""

    start: int
    end: int
    texts: list[str]


def value_lists(text: str, catalogue: Catalogue, asked: bool) -> list[ValueList]:
    """All lists of two values or more beside the name of one setting."""
    lower = text.lower()
    before, after = _patterns(catalogue)
    found = []
    for run in _runs(lower, find_numbers(text), before if asked else None, after if asked else None):
        made = _values(text, run, before, after, catalogue, asked)
        if made is not None:
            found.append(made)
    return found


def _values(
    text: str,
    run: list[Number],
    before: re.Pattern[str],
    after: re.Pattern[str],
    catalogue: Catalogue,
    asked: bool,
) -> ValueList | None:
    """What a run of numbers is, if it is several values for one setting."""
    lower = text.lower()
    lead = before.search(lower, 0, run[0].start)
    rest = after.match(lower, run[-1].end)
    if len(run) > 1 and ((lead and rest) or _MEASURE.match(lower, run[-1].end)):
        run = run[:-1]  # the last is of what follows: "lr 1e-3 and 8 environments"
        rest = None
    name = lead or rest
    bounds = _BOUNDS.search(lower[: run[0].start])
    if bounds or len(run) < 2 or len({number.value for number in run}) < 2 or _SIZES.search(lower, 0, run[0].start):
        return None
    bracket = bool(lead and _BRACKET.fullmatch(lower, lead.end("name"), run[0].start))
    bracket = bracket and re.match(r"\s*[\])}]", lower[run[-1].end :]) is not None
    inside = lower[run[0].end : run[-1].start]
    again = asked and bool(lead and lead["name"] in inside)
    sure = bracket or again or bool(_SURE.search(inside))
    unit = after.match(lower, run[0].end)
    if name is None and unit:  # "once with 4 environments and once with 16"
        return ValueList(run[0].start, run[-1].end, [f"{number.text} {unit['name']}" for number in run])
    if name is None:
        several = asked or _PLURAL.search(lower[: run[0].start])
        if not several or not (sure or len(run) > 2):
            return None
        asked_of = _asked_of(text, run[0].start, catalogue) if asked else ""
        return ValueList(run[0].start, run[-1].end, [f"{asked_of} {n.text}".strip() for n in run])
    phrase = name["name"]
    plural = bool(lead) and _is_plural(phrase, catalogue)
    many = len(run) > 2 and (asked or (_alike(run) and _parameter(phrase, catalogue) not in _OF_LAYERS))
    if not (sure or plural or many):
        return None
    single = phrase[:-1] if plural else phrase
    if not plural and lead and not (asked or bracket) and not _in_range(single, run, catalogue):
        return None
    if not lead and not _alike(run):
        return None  # "1.2e6 / 20 environments"
    if not lead:
        return ValueList(run[0].start, name.end("name"), [f"{number.text} {phrase}" for number in run])
    closing = re.match(r"\s*[\])}]", text[run[-1].end :])
    end = run[-1].end + (closing.end() if closing else 0)
    return ValueList(lead.start("name"), end, [f"{single} {number.text}" for number in run])


def _alike(run: list[Number]) -> bool:
    """Whether numbers may be values of one setting."""
    values = [abs(number.value) or 1 for number in run]
    return max(values) / min(values) <= _ALIKE and len(set(values)) == len(values)


def _runs(
    lower: str, numbers: list[Number], before: re.Pattern[str] | None, after: re.Pattern[str] | None
) -> list[list[Number]]:
    """Numbers that nothing but links parts, or links and the name of the setting once more."""
    runs: list[list[Number]] = []
    for number in numbers:
        last = runs[-1][-1] if runs else None
        between = lower[last.end : number.start] if last else ""
        lead = before.search(lower, 0, runs[-1][0].start) if before and runs else None
        unit = after.match(lower, last.end) if after and last else None
        first = after.match(lower, runs[-1][0].end) if after and runs else None
        own = after.match(lower, number.end) if after and first else None
        closed = runs and len(runs[-1]) > 1 and _LAST.search(lower[runs[-1][0].end : runs[-1][-1].start])
        if (first and own and first["name"] != own["name"]) or (closed and between.strip() in {",", "、"}):
            runs.append([number])  # "once with 4 environments and once with 16, 50k steps"
            continue
        again = after.match(lower, number.end) if after and unit and lead is None else None
        if unit and again and unit["name"] == again["name"]:
            between = lower[unit.end("name") : number.start]
        bare = _unsaid(between, lower, runs[-1][0].start) if last and before else between
        if bare != between:
            between = bare
        elif lead and lead["name"] in between:
            between = re.sub(_JOIN + "$", " ", between.replace(lead["name"], " "))
        elif unit and not lead and not again and _OTHERWISE.search(between):
            between = lower[unit.end("name") : number.start]
        if last and re.fullmatch(
            rf"\s*{_MEASURED}\s*(?:(?:,|/|、|&|\||(?<![a-z])(?:and|or|vs\.?|versus|against|(?:once|another|then)(?: "
            rf"with| at)?)(?![a-z])|[和与或]|还是|对比)\s*)+",
            between,
        ):
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def _asked_of(text: str, at: int, catalogue: Catalogue) -> str:
    """The setting that the sentence before asks for: "does the learning rate matter? 1e-4, 3e-4 and 1e-3"."""
    before = [found for found in setting_mentions(text[:at], catalogue) if at - found[2] < _FAR]
    if not before or find_numbers(text[before[-1][2] : at]):
        return ""
    return text[before[-1][1] : before[-1][2]]


def _unsaid(between: str, lower: str, at: int) -> str:
    """The words between two numbers without those that stand before the first: of "n = 3 versus n = 5" the second "n ="."""
    words = re.search(r"(?:[^\W\d]+[\s=:]+){1,4}$", lower[:at])
    for start in range(len(words[0]) if words else 0):
        said = words[0][start:] if words else ""
        if (start == 0 or (words and not words[0][start - 1].isalnum())) and said.strip() and between.endswith(said):
            return re.sub(r"(?<![a-z])(?:with|to)\s*$", "and", between[: len(between) - len(said)])
    return between


@once
def _phrases(catalogue: Catalogue) -> dict[str, str]:
    """Parameter by phrase, in small letters."""
    found = {phrase.lower(): name for name, phrases in spoken_phrases(catalogue).items() for phrase in phrases}
    found |= {phrase: name for name, phrases in ENV_SPOKEN.items() for phrase in phrases}
    return found | dict.fromkeys(BONUS_WEIGHT, "beta")


def switch_mentions(text: str, catalogue: Catalogue) -> list[tuple[int, int]]:
    """Where something is named that can be on or off."""
    switches = {
        parameter["name"]
        for entry in [*catalogue.components, *catalogue.functions]
        for parameter in [*entry["parameters"], *entry.get("methods", {}).get("train", [])]
        if parameter["type"] == "bool" and settable(parameter)
    } | {p["name"] for entry in catalogue.environments for p in arguments(entry["id"]) if p["type"] == "bool"}
    reading = Reading(text)
    found = []
    for phrase, name in sorted(_phrases(catalogue).items(), key=lambda row: -len(row[0])):
        for match in reading.find(phrase) if name in switches else ():
            reading.take(match.start(), match.end())
            found.append((match.start(), match.end()))
    return sorted(found)


def setting_mentions(text: str, catalogue: Catalogue) -> list[tuple[str, int, int]]:
    """Where settings are named: which, and from where to where; the longest phrase at each place, in order."""
    reading = Reading(text)
    found = []
    for phrase, name in sorted(_phrases(catalogue).items(), key=lambda row: (-len(row[0]), row[1])):
        for match in list(reading.find(phrase)):
            reading.take(match.start(), match.end())
            found.append((name, match.start(), match.end()))
    return sorted(found, key=lambda row: row[1])


def _is_plural(phrase: str, catalogue: Catalogue) -> bool:
    """Whether several values may follow: of "learning rates", not of "n_steps", which is no plural of `n_step`."""
    one = _parameter(phrase[:-1], catalogue) if phrase.endswith("s") else None
    return one is not None and not ("_" in phrase and _parameter(phrase, catalogue) not in (None, one))


def _parameter(phrase: str, catalogue: Catalogue) -> str | None:
    plain = re.sub(_APART, " ", phrase)
    return next((name for known, name in _phrases(catalogue).items() if re.sub(_APART, " ", known) == plain), None)


@once
def _patterns(catalogue: Catalogue) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A setting's name that ends before a place, and one that begins after it."""
    phrases = sorted(_phrases(catalogue), key=len, reverse=True)
    inner = "|".join(map(phrase_inner, phrases))
    name = rf"(?:(?<![a-z0-9_])|(?=[\u4e00-\u9fff]))(?P<name>(?:{inner})s?)(?![a-z0-9_])"
    return re.compile(name + _JOIN + "$"), re.compile(
        rf"[\s-]*(?:parallel |training |different )*(?P<name>{inner})(?![a-z0-9_])"
    )


def _in_range(phrase: str, run: list[Number], catalogue: Catalogue) -> bool:
    name = _parameter(phrase, catalogue)
    entries = (p for entry in catalogue.components for p in entry["parameters"] if p["name"] == name and settable(p))
    parameter = next(entries, None)
    if parameter is None:
        return True
    try:
        for number in run:
            coerce(parameter, number.value)
    except CopilotError:
        return False
    return True
