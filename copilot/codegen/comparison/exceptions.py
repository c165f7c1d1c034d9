"""What is said of all runs but some: "lr 1e-3 except for A2C", "all but A2C use 16 envs", "除了A2C用5e-4"."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from copilot.codegen.comparison.completing import STOP, as_in, bare, pieces
from copilot.codegen.names.environments import Mention
from copilot.codegen.names.literal import agent_mentions, component_mentions
from copilot.codegen.patterns import COMMA
from copilot.codegen.request.numbers import find_numbers
from copilot.codegen.request.reading import Reading
from copilot.codegen.settings.lists import LINK, switch_mentions
from copilot.core.catalogue import Catalogue
from copilot.core.errors import InvalidRequest

_ALL = (
    r"(?P<for>(?:for|in|to|with|on)\s+)?(?<![a-z])(?P<all>(?:all|every(?:one|body|thing)?|each|both)"
    r"(?: of them| the runs| runs| the agents| agents)?)"
)
_EXCEPT = re.compile(
    rf"(?:[,，]\s*)?(?:(?:{_ALL})\s*,?\s*)?(?<![a-z])(?:(?P<but>but)|except(?:ing)?(?: that| only)?|apart from|aside from|"
    r"other than|excluding|with the exception of|only not|but not|not)(?![a-z])\s*"
    r"(?:(?:for|with|in|on|of)(?![a-z])\s*)?(?:the )?$|(?P<zh>(?:[,，]\s*)?除了?)\s*$"
)
"""Before the names that are excepted; "but" is one behind "all" alone."""
_NOT = re.compile(r"(?:(?<![a-z])but\s+)?(?<![a-z])not\s+(?:(?:for|with|in|on|of)\s+)?(?:the )?$")
_OUTSIDE = re.compile(r"\s*(?:之外|以外|外)[，,]?\s*|(?=\s*[都均])")
_EXCEPTED = re.compile(r"\s*(?:除外|(?:is |are )?(?:excepted|excluded)(?![a-z]))")
_HAS = re.compile(
    r"\s*(?:[,，]\s*)?(?:(?:which|that|who)\s+)?(?:(?:should |shall )?(?:ha(?:s|ve)|gets?|uses?|takes?|needs?|is|runs?|"
    r"trains?|with|at|using)(?![a-z])|[:：(（=]|的|[用是为取跑])\s*"
)
_END = re.compile(r"[,，、)）](?!\d{3}(?!\d))|[;!?\n]|\.(?!\d)|[。；！？]|(?<![a-z])(?:and|on|over)(?![a-z])")
_WITH = re.compile(r"(?:(?<![a-z])(?:with|using|plus|no|without)(?![a-z])|[+加带用不])\s*(?:the |an? )?$")


@dataclass(frozen=True)
class _Group:
    """Names that are excepted, and where the words begin and end that say so."""

    start: int
    end: int
    names: list[str]
    before: bool
    """Whether what they have not may follow: "all but A2C use ..."."""


@dataclass(frozen=True)
class _Said:
    """What is said: spans to cut out, the words of all others, and those of the excepted."""

    spans: list[tuple[int, int]]
    common: list[str]
    own: list[str]


def denied_as_excepted(text: str, catalogue: Catalogue) -> str:
    """The text with "except for" in the place of the "but not for" before an agent that it has named already."""
    text = Reading(text).text
    mentions = agent_mentions(Reading(text), catalogue)
    for index, mention in reversed(list(enumerate(mentions))):
        again = any(other.name == mention.name for other in mentions[:index])
        lead = _NOT.search(text.lower(), 0, mention.start) if again else None
        if lead and COMMA.split(text[: lead.start()])[-1].strip():
            text = f"{text[: lead.start()].rstrip(' ,，')} except for {text[mention.start :]}"
    return text


def excepted(text: str, mentions: Sequence[Mention], catalogue: Catalogue) -> tuple[str, dict[str, list[str]]]:
    """The text without what it says of all but some of the names, and the words of each.

    Args:
        text: a request that lists the names.
        mentions: all places where it names agents, or environments, or modules of one kind.
        catalogue: the library's components.

    Raises:
        InvalidRequest: it is not clear what the excepted have not.
    """
    names = list(dict.fromkeys(mention.name for mention in mentions))
    own: dict[str, list[str]] = {}
    for group in reversed(_groups(text, mentions)):
        if not set(group.names) < set(names):
            continue
        said = _said(text, group, catalogue)
        if not said.common and not said.own:
            words = text[group.start : group.end].strip(" ,，")
            raise InvalidRequest(
                f"What all but {' and '.join(group.names)} have is not clear: {words!r}.",
                hint='Say it of each run: "lr 1e-3 for PPO and 7e-4 for A2C".',
            )
        for name in names:
            own.setdefault(name, []).extend(said.own if name in group.names else said.common)
        for start, end in sorted(said.spans, reverse=True):
            text = f"{text[:start].rstrip()} , {text[end:].lstrip()}"
    return (Reading(re.sub(r"(?:\s*,\s*)+", ", ", text)).text.strip(" ,") if own else text), own


def _groups(text: str, mentions: Sequence[Mention]) -> list[_Group]:
    found: list[_Group] = []
    for index, mention in enumerate(mentions):
        if not any(other.name == mention.name for other in mentions[:index]):
            continue
        lead = _EXCEPT.search(text.lower(), 0, mention.start)
        if lead and lead["but"] and not lead["all"]:
            lead = None
        last = mention
        for one, two in itertools.pairwise(mentions[index:]):
            if not re.fullmatch(LINK, text[one.end : two.start].lower()):
                break
            last = two
        outside = _OUTSIDE.match(text, last.end) if lead and lead["zh"] else None
        behind = _EXCEPTED.match(text.lower(), last.end) if lead is None else None
        if lead is None and behind is None:
            continue
        end = outside.end() if outside else behind.end() if behind else last.end
        names = [m.name for m in mentions if mention.start <= m.start <= last.start]
        before = bool(outside or (lead and lead["all"] and not lead["for"]))
        before = before or _alone(text, lead.start() if lead else mention.start)
        start = lead.start() if lead else len(text[: mention.start].rstrip(" ,，"))
        found.append(_Group(start, end, names, before and not behind))
    return found


def _alone(text: str, start: int) -> bool:
    """Whether a sentence begins here."""
    return not text[:start].strip() or bool(re.search(r"[.;!?:。；！？：]\s*$", text[:start]))


def _said(text: str, group: _Group, catalogue: Catalogue) -> _Said:
    """What all but the group have: behind its names, else before them; and what these have instead."""
    if group.before:
        stop = STOP.search(text, group.end)
        high = stop.start() if stop else len(text)
        comma = COMMA.search(text, group.end + 2)
        high = min(high, comma.start()) if comma and find_numbers(text[group.end : comma.start()]) else high
        spans = _valued(text, group.end, high, catalogue)
        if spans:
            return _Said([(group.start, group.end), *spans], [text[a:b] for a, b in spans], [])
    has = _HAS.match(text.lower(), group.end)
    end = _END.search(text, has.end()) if has else None
    last = (end.start() if end else len(text)) if has else group.end
    words = text[has.end() : last] if has else ""
    own = [words.strip()] if has and find_numbers(words) else []
    marks = [m.end() for p in (STOP, COMMA) for m in p.finditer(text, 0, group.start)]
    spans = _valued(text, max(marks, default=0), group.start, catalogue)
    if not own:
        return _Said([(group.start, group.end), *spans], [text[a:b] for a, b in spans], [])
    if bare(own[0]):
        last_said = next((text[a:b] for a, b in reversed(spans) if find_numbers(text[a:b])), None)
        if last_said is None:
            return _Said([], [], [])
        own = [as_in(last_said, own[0])]
    mine = {piece.name for piece in pieces(own[0], catalogue)}
    spans = [(a, b) for a, b in spans if {piece.name for piece in pieces(text[a:b], catalogue)} & mine]
    return _Said([(group.start, last), *spans], [text[a:b] for a, b in spans], own)


def _valued(text: str, low: int, high: int, catalogue: Catalogue) -> list[tuple[int, int]]:
    """Where values, modules and switches stand between two places of a text that is as `Reading` has it."""
    spans = [(piece.start, piece.end) for piece in pieces(text, catalogue)]
    named = [(mention.start, mention.end) for mention in component_mentions(Reading(text), catalogue)]
    for start, end in (*named, *switch_mentions(text, catalogue)):
        lead = _WITH.search(text.lower(), 0, start)
        spans.append((lead.start() if lead else start, end))
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if low <= start and end <= high and (not kept or kept[-1][1] <= start):
            kept.append((start, end))
    return kept
