"""Values that one run has by another's: "PPO twice as long as A2C", "the same lr as A2C", "PPO的步数是A2C的两倍"."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from copilot.codegen.change.factors import find_factors
from copilot.codegen.change.present import current, usual
from copilot.codegen.names.environments import Mention
from copilot.codegen.names.literal import agent_mentions
from copilot.codegen.patterns import EDGE, POSSESSIVE
from copilot.codegen.request.reading import Reading
from copilot.codegen.settings.lists import LINK, setting_mentions
from copilot.codegen.spec import ExperimentSpec
from copilot.core.catalogue import Catalogue
from copilot.core.errors import InvalidRequest

_SAME = re.compile(
    r"(?<![a-z])(?:(?:exactly |also )?(?:the |an? )?(?:same|identical|equal)|"
    r"as (?:many|much|large|big|high|small|few|low|long))(?![a-z])|(?:相同|一样|一致|相等)的?"
)
_ASKS = re.compile(r"(?<![a-z])(?:do(?:es)?|did|is|are|was|were|whether|if|why|how|see)(?![a-z])|是否|会不会|吗")
"""Who asks whether one is twice as long as the other sets nothing."""
_HALF = re.compile(r"一半")
_MARK = re.compile(
    r"(?<![a-z])(?P<word>as|than|like|to|from|of)(?:\s+(?:in|for|with|by|that of|those of|the one of|the|used (?:by|for|"
    r"in)))*\s*$|"
    r"(?:与|和|跟|同|像|按|照)\s*$"
)
_TAKES = re.compile(
    r"(?:(?<![a-z])(?:with|us(?:e|es|ing)|tak(?:e|es|ing)|ha(?:s|ve)|gets?|is|at|by|borrow(?:s|ing)?|copy|copies)(?![a-z])|采用|使用|[用取是为])"
    r"\s*(?:the )?$"
)
_LONG = re.compile(
    r"(?<![a-z])(?:as long|longer|shorter|training time|budget|length)(?![a-z])|训练(?:时间|时长|长度)|时长"
)
_VERBS = re.compile(
    r"(?:['’]s|的|\s|(?<![a-z])(?:with|ha(?:s|ve|ving)|gets?|uses?|using|takes?|trains?|trained|training|runs?|running|should|"
    r"shall|is|are|at|for|to|be|the|an?|its|on|and|both|learns?|goes)(?![a-z])|[是为用取跑练]|训练)*"
)
_LEAD = re.compile(
    r"(?:(?<![a-z])(?:and|but|with|ha(?:s|ve)|gets?|uses?|using|takes?|train(?:s|ed)?|runs?|for|is|are|at|to|be|the|of|by|its)"
    r"(?![a-z])\s*|[是为用取跑练但]\s*)+$"
)
_ALL_SETTINGS = re.compile(
    r"(?<![a-z])(?:settings|hyper-?parameters|config\w*|values|defaults)(?![a-z])|超参数?|设置|配置"
)


@dataclass(frozen=True)
class Relation:
    """A value that is another agent's, or a multiple of it."""

    who: tuple[str, ...]
    """The agents that have it; none: all but the other."""
    name: str
    factor: float
    whose: str
    words: str


def relations(text: str, catalogue: Catalogue) -> tuple[str, list[Relation]]:
    """The text without such words, and what they say.

    Raises:
        InvalidRequest: it is not clear which settings are another agent's.
    """
    text, found = Reading(text).text, list[Relation]()
    at = len(text)
    while True:
        mentions = agent_mentions(Reading(text), catalogue)
        whose = next((m for m in reversed(mentions) if m.end <= at), None)
        if whose is None or len({mention.name for mention in mentions} | {r.whose for r in found}) < 2:
            return text, found[::-1]
        at = whose.start
        span = _relation(text, whose, mentions, catalogue)
        if span is not None:
            start, end, said = span
            found += said
            text = Reading(f"{text[:start].rstrip()} {text[end:].lstrip()}").text
            at = min(at, start)


def _relation(
    text: str, whose: Mention, mentions: Sequence[Mention], catalogue: Catalogue
) -> tuple[int, int, list[Relation]] | None:
    """From where to where a value is said to be that of an agent, and what is said."""
    lower = text.lower()
    low = max([m.end() for m in EDGE.finditer(text, 0, whose.start)], default=0)
    edge = EDGE.search(text, whose.end)
    high = edge.start() if edge else len(text)
    before = [m for m in mentions if low <= m.start and m.end <= whose.start and m.name != whose.name]
    after = next((m.start for m in mentions if whose.end <= m.start < high), high)
    first = before[-1].end if before else low
    mark, possessive = _MARK.search(lower, first, whose.start), POSSESSIVE.match(lower, whose.end)
    factors = [
        (c.start, c.end, c.factor, c.name) for c in find_factors(lower, ()) if first <= c.start and c.end <= after
    ]
    factors += [(*m.span(), 0.5, None) for m in _HALF.finditer(text, first, after) if not factors]
    same = _SAME.search(lower, first, after)
    settings = [m for m in setting_mentions(text, catalogue) if first <= m[1] and m[2] <= after]
    bounds = [*((a, b) for a, b, _, _ in factors), *((a, b) for _, a, b in settings), *([same.span()] if same else [])]
    if not (mark or possessive) or not bounds:
        return None
    if _ASKS.search(lower, low, before[-1].start if before else first):
        return None
    numbers = [n.start for n in Reading(text).numbers if first <= n.start < after]
    if not all(any(a <= number < b for a, b, _, _ in factors) for number in numbers):
        return None
    opens = min([whose.start, *(a for a, _ in bounds), *([mark.start()] if mark else [])])
    adjacent = before and _VERBS.fullmatch(lower, first, opens)
    others = {mention.name: mention for mention in mentions if mention.name != whose.name}
    alone = len(others) == 1 and [mention.name for mention in mentions].count(whose.name) == 1
    who = before[-1] if adjacent else next(iter(others.values())) if alone else None
    if not _says(lower, whose, mark, possessive, factors, same, settings, who):
        return None
    long = any(name for _, _, _, name in factors) or _LONG.search(lower, first, after)
    names = list(dict.fromkeys(name for name, _, _ in settings)) or (["num_train_steps"] if long else [])
    if not names:
        _refuse_all_settings(text, whose, (first, after), opens)
        return None
    start, end = opens, max([whose.end, *(b for _, b in bounds), *([possessive.end()] if possessive else [])])
    group = _with_those_before(lower, before, mentions) if adjacent else [who] if who else []
    if adjacent and all(any(m.name == one.name for m in mentions if m.start < group[0].start) for one in group):
        start = group[0].start
    lead = _LEAD.search(lower, low, start)
    start = lead.start() if lead else start
    words = " ".join(text[(group[0].start if adjacent else start) : end].split())
    factor = factors[0][2] if factors else 1.0
    agents = tuple(mention.name for mention in group)
    return start, end, [Relation(agents, name, factor, whose.name, words) for name in names]


def _refuse_all_settings(text: str, whose: Mention, bounds: tuple[int, int], opens: int) -> None:
    """ "The same settings as A2C" names none."""
    if _ALL_SETTINGS.search(text.lower(), *bounds):
        raise InvalidRequest(
            f"Which settings are those of {whose.name} is not clear: {text[opens : whose.end]!r}.",
            hint=f'Name them: "the same learning rate as {whose.name}".',
        )


def _with_those_before(lower: str, before: Sequence[Mention], mentions: Sequence[Mention]) -> list[Mention]:
    """The last of some agents, and those that stand in a list with it, all of them named before: "PPO and DQN with"."""
    group = [before[-1]]
    for one, two in reversed(list(itertools.pairwise(before))):
        again = all(any(m.name == each.name for m in mentions if m.start < one.start) for each in (one, two))
        if not again or not re.fullmatch(LINK, lower[one.end : two.start]):
            break
        group.insert(0, one)
    return group


def _says(
    lower: str,
    whose: Mention,
    mark: re.Match[str] | None,
    possessive: re.Match[str] | None,
    factors: Sequence[tuple[int, int, float, str | None]],
    same: re.Match[str] | None,
    settings: Sequence[tuple[str, int, int]],
    who: Mention | None,
) -> bool:
    """Whether the words around an agent's name make a value of its value."""
    word = mark["word"] if mark else None
    if factors:
        return word in ("as", "than") or (who is not None and bool(possessive or word == "of"))
    if same:
        return word in ("as", "to", "like", "of") or bool(mark and word is None)
    beside = any(mark and not lower[end : mark.start()].strip(" ") for _, _, end in settings)
    if word in ("as", "like", "from") and beside:
        return True
    if word == "of" and beside:
        return bool(_TAKES.search(lower, 0, settings[-1][1])) and who is not None
    owned = possessive and any(not lower[possessive.end() : start].strip() for _, start, _ in settings)
    return bool(owned and _TAKES.search(lower, 0, whose.start) and who is not None)


def resolved(
    made: Sequence[ExperimentSpec], found: Sequence[Relation], catalogue: Catalogue
) -> list[tuple[dict[str, int | float], list[str]]]:
    """For each run the values that it has by another's, and a sentence on each.

    Raises:
        InvalidRequest: the other has no such value, or several.
    """
    more: list[tuple[dict[str, int | float], list[str]]] = [({}, []) for _ in made]
    for relation in found:
        named = {spec.agent for spec in made}
        for spec, (values, notes) in zip(made, more, strict=True):
            if spec.agent not in relation.who if relation.who else spec.agent == relation.whose:
                continue
            others = [one for one in made if one.agent == relation.whose and one.env_id == spec.env_id]
            having = {
                _value(relation, one, catalogue) for one in others or [usual(relation.whose, spec.env_id, catalogue)]
            }
            if len(having) > 1:
                raise InvalidRequest(
                    f"{relation.words!r}: {relation.whose} has several values for {relation.name}.",
                    hint="Name the value itself.",
                )
            value = having.pop() * relation.factor
            whole = float(value).is_integer() or relation.name in ("num_train_steps", "num_envs")
            values[relation.name] = round(value) if whole and value >= 1 else float(f"{value:.12g}")
            usually = "" if relation.whose in named else ", where nothing else is said of it"
            times = "" if relation.factor == 1 else f"{relation.factor:.6g} times "
            notes.append(
                f"{relation.name}={values[relation.name]}: {times}that of {relation.whose} on {spec.env_id}{usually}."
            )
    return more


def _value(relation: Relation, spec: ExperimentSpec, catalogue: Catalogue) -> int | float:
    entry = catalogue.component(relation.whose)
    alias = next((p["name"] for p in entry["parameters"] if relation.name in p["aliases"]), relation.name)
    name = alias if not any(p["name"] == relation.name for p in entry["parameters"]) else relation.name
    value = current(name, spec, catalogue)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidRequest(
            f"{relation.words!r}: {relation.whose} has no value of {relation.name} to take.",
            hint="Name the value itself.",
        )
    return value
