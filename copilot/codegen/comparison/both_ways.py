""" "With and without X" of a comparison: X and nothing, or of a switch, X and its opposite; and what an axis is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from copilot.codegen.names.environments import Mention
from copilot.codegen.names.literal import component_mentions
from copilot.codegen.request.reading import Reading
from copilot.codegen.settings.advantage import ESTIMATION
from copilot.codegen.settings.lists import LINK, switch_mentions
from copilot.codegen.vocabulary import RECURRENT
from copilot.core.catalogue import Catalogue

_BOTH_WAYS = re.compile(
    r"(?<![a-z])with(?: and | or |/| vs\.? | versus | & |, )without(?![a-z])|"
    r"[有带加用](?:和|与|、|/|或)?(?:没有?|无|不[带加用使]+用?)|使用(?:和|与|、|/)不使用|是否(?:使用|"
    r"加上?|带|用)|(?:有无)"
)
_TO_THING = re.compile(
    r"\s*(?:an? |the |any |its |using |adding |intrinsic reward |exploration bonus |bonus |奖励|模块|内在奖励)*"
)
_AND_NOT = re.compile(
    r"(?:\s*(?:bonus|reward|module|intrinsic reward|奖励|模块|的))*\s*,?\s*"
    r"(?:and|or|vs\.?|versus|against|compared (?:to|with)|和|与|对比|跟|、|[，,]\s*(?:另|而)?一[个组次])"
    r"\s*(?:(?:once |then )?without(?: it| one| any(?: bonus)?| the bonus| the module| that)?|"
    r"no (?:intrinsic reward|exploration bonus|bonus|reward|module)|none|not|"
    r"(?:没有|不[加带用使]用?|无)(?:它|奖励)?(?=[a-z]*))"
    r"(?:(?<![a-z])|(?![a-z]))"
)
_WITH_BEFORE = re.compile(
    r"(?:(?<![a-z])(?:once )?(?:with|using)\s+(?:an? |the )?(?:intrinsic reward |bonus )?|[有带加用]上?\s*)$"
)
_IT = re.compile(r"\s*(?:it|them|the (?:bonus|intrinsic reward|module)|它)(?![a-z])")
_END = re.compile(r"(?=\s*(?:$|[,;.?!，。；？！]|(?:on|in|for|over|each|at)(?![a-z])))")
_DOES = re.compile(
    r"(?<![a-z])(?:do(?:es)?|did|would|will|whether|if|can|could)\s+(?:(?:adding|using|an?|the|intrinsic|reward|bonus)\s+)*$"
)
_HELP = re.compile(
    r"(?:\s+(?:bonus|reward|module|really|actually|even|still|at all))*\s+(?:helps?|matters?|improves?|make (?:a |any )?"
    r"difference|is worth it|pays? off)(?![a-z])"
)
_STOP = re.compile(r"[,;.?!，。；？！]|(?<![a-z])(?:on|in|for|over|each|at)(?![a-z])")
_BY_VALUE = (
    (ESTIMATION, "without GAE"),
    (re.compile(r"(?<![a-z])entropy (?:bonus|term|regulari[sz]ation)(?![a-z])|熵(?:奖励|正则化?|项)"), "ent_coef=0"),
    (re.compile(r"(?<![a-z])frame[\s-]?stack(?:ing)?(?![a-z])|叠帧|堆叠帧"), "frame_stack=1"),
)
"""What is off at one of its values."""


@dataclass(frozen=True)
class Axis:
    """A span of the text, and what may stand there; spans of several places change together."""

    spans: list[tuple[int, int]]
    choices: list[list[str]]
    """For each choice the text in the place of each span."""


def says_both_ways(text: str) -> bool:
    """Whether a text says "with and without"."""
    return bool(_BOTH_WAYS.search(text.lower()))


def in_both_ways(text: str) -> str:
    """The words from "with and without" to the end of what is meant; nothing if they are not there."""
    match = _BOTH_WAYS.search(text.lower())
    end = _STOP.search(text.lower(), match.end()) if match else None
    return text[match.start() : end.start() if end else len(text)].strip() if match else ""


def both_ways(reading: Reading, catalogue: Catalogue, own: list[tuple[int, int]]) -> list[Axis]:
    """ "With and without X": X and nothing, or of a switch, X and its opposite."""
    text, lower = reading.text, reading.lower
    named = component_mentions(Reading(text), catalogue)
    components = [(m.start, m.end, "") for m in named]
    memory = [(m.start(), m.end(), "") for word in RECURRENT for m in Reading(text).find(word)]
    named = [*named, *(Mention("a memory", start, end) for start, end, _ in memory)]
    switches = [(start, end, f"no {text[start:end]}") for start, end in switch_mentions(text, catalogue)]
    by_value = [(*match.span(), off) for words, off in _BY_VALUE for match in words.finditer(lower)]
    things = sorted([*components, *memory, *switches, *by_value])
    axes: list[Axis] = []
    for match in _BOTH_WAYS.finditer(lower):
        reach = _TO_THING.match(lower, match.end())
        at = reach.end() if reach else match.end()
        for start, end, off in things:
            if match.end() <= start <= at and free(match.start(), end, [*own, *spans_of(axes)]):
                rest = re.match(r"\s*(?:bonus|reward|module|policy|network|奖励|模块)", lower[end:])
                end += rest.end() if rest else 0
                words, off, end = _with_those_behind(text, (start, _bracketed(lower, end), off), switches)
                axes.append(_once(named, (match.start(), end), start, [_on(words, off), off]))
                break
    axes += _helpful(lower, [*components, *switches], named, [*own, *spans_of(axes)]) if not axes else []
    axes += _with_and_without_it(reading, components or [thing for thing in things if thing[2]], own, axes)
    for start, end, off in things:
        if any(is_link(lower[before:start]) for _, before, _ in things if before <= start):
            continue  # the last of a list
        end = _bracketed(lower, end)
        denied = _AND_NOT.match(lower, end)
        before = _WITH_BEFORE.search(lower, 0, start)
        first = before.start() if before else start
        if denied and free(first, denied.end(), [*own, *spans_of(axes)]):
            last = denied.end()
            again = next((m for m in named if 0 <= m.start - last <= 2 and _same(named, m, start)), None)
            last = again.end if again else last  # "with RND versus without RND"
            word = re.match(rf"\s*(?:the )?{re.escape(lower[start:end])}(?![a-z])", lower[last:])
            last += word.end() if word else 0
            axes.append(_once(named, (first, last), start, [_on(text[start:end], off), off]))
    return axes


def _bracketed(lower: str, end: int) -> int:
    """Where a bracket ends that stands right behind a thing and is about it: "RND (beta 0.1)"."""
    bracket = re.match(r"\s*\([^()]*\)", lower[end:])
    return end + bracket.end() if bracket else end


def _helpful(
    lower: str, things: Sequence[tuple[int, int, str]], named: Sequence[Mention], taken: Sequence[tuple[int, int]]
) -> list[Axis]:
    """ "Does RND help?", where it is named once: one run with it and one without."""
    for start, end, off in things:
        if lower.count(lower[start:end]) > 1:
            continue
        again = [m for m in named if _same(named, m, start)]
        lead, rest = _DOES.search(lower, 0, start), _HELP.match(lower, end)
        if lead and rest and len(again) < 2 and not _BOTH_WAYS.search(lower) and free(lead.start(), end, taken):
            if any(start != other and _same(named, m, other) for m in named for other, _, _ in things):
                continue  # two modules: which of them is there without the other is not said
            words = _on(lower[start:end], off)
            return [Axis([(lead.start(), rest.end())], [[words], [off]])]
    return []


def _with_those_behind(
    text: str, thing: tuple[int, int, str], switches: Sequence[tuple[int, int, str]]
) -> tuple[str, str, int]:
    """The words of a switch and of those in a list with it ("with and without X and Y"), their opposites, where they end."""
    start, end, off = thing
    offs = [off]
    for first, last, other in sorted(switches):
        if (
            thing in switches
            and first >= end
            and re.fullmatch(r"\s*(?:,|and|&|和|与|及|、)?\s*(?:the )?", text[end:first])
        ):
            offs.append(other)
            end = last
    return text[start:end], ", ".join(offs), end


def _on(words: str, off: str) -> str:
    """What says that a thing is there; what is off at a value is as it is usually."""
    return "" if "=" in off else f"with {words}"


def _same(named: Sequence[Mention], mention: Mention, start: int) -> bool:
    return any(mention.name == other.name for other in named if other.start == start)


def _once(named: Sequence[Mention], span: tuple[int, int], start: int, words: list[str]) -> Axis:
    """The axis of a component, which is nowhere else: "a curiosity bonus helps? Run it with and without ICM"."""
    others = [(m.start, m.end) for m in named if _same(named, m, start) and not span[0] <= m.start < span[1]]
    return Axis([span, *others], [[choice, *("" for _ in others)] for choice in words])


def _with_and_without_it(
    reading: Reading, components: list[tuple[int, int, str]], own: list[tuple[int, int]], axes: list[Axis]
) -> list[Axis]:
    """ "With and without it", of the only component that is named elsewhere."""
    match = _BOTH_WAYS.search(reading.lower)
    it = (_IT.match(reading.lower, match.end()) or _END.match(reading.lower, match.end())) if match else None
    if (
        match is None
        or it is None
        or len(components) != 1
        or not free(match.start(), it.end(), [*own, *spans_of(axes)])
    ):
        return []
    start, end, off = components[0]
    return [Axis([(start, end), (match.start(), it.end())], [[_on(reading.text[start:end], off), ""], [off, ""]])]


def free(start: int, end: int, taken: Sequence[tuple[int, int]]) -> bool:
    """Whether a span overlaps none of the others."""
    return all(end <= first or last <= start for first, last in taken)


def spans_of(axes: Sequence[Axis]) -> list[tuple[int, int]]:
    """All spans of some axes."""
    return [span for axis in axes for span in axis.spans]


def is_link(between: str) -> bool:
    """Whether nothing but the links of a list stands there."""
    return bool(re.fullmatch(LINK, between.lower()))
