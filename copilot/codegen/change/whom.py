"""Of whom a change is: "for all but A2C", "halve PPO's lr but not RND's", "leave DQN alone", "除了 A2C", "A2C 不变".

What is excepted is cut out of the words, so that no reader takes its name for one that is wanted, or to be taken out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from copilot.codegen.change.factors import FACTOR
from copilot.codegen.names.environments import Mention, environment_mentions
from copilot.codegen.names.literal import agent_mentions, component_mentions
from copilot.codegen.patterns import POSSESSIVE
from copilot.codegen.request.clauses import clause, sentence
from copilot.codegen.request.numbers import find_numbers
from copilot.codegen.request.reading import Reading
from copilot.codegen.settings.lists import setting_mentions
from copilot.codegen.spec import ComparisonSpec, ExperimentSpec
from copilot.core.catalogue import Catalogue
from copilot.core.errors import InvalidRequest

Labels = Callable[[str], list[str]]

_AND = re.compile(
    r"\s*(?:run|runs|['’]s|的)?\s*(?:,|、|&|(?<![a-z])(?:and|or|nor)(?![a-z])|和|与|及|跟|以及)\s*(?:and\s+)?"
    r"(?:(?:the|for|of|in|to)\s+)*"
)
_WHOM = r"(?:(?:that|those|the (?:one|run|lr|learning rate)|for|of|in|to|on|the|run|runs|with)\s+)*"
_ALL = (
    r"(?:(?:(?:for|to|in|of|on)\s+)?(?:all|everything|everybody|every(?: other)? (?:run|agent|one|arm)|each|"
    r"any(?:thing|one)?)"
    r"(?:\s+(?:the\s+)?(?:runs|agents|arms|others?|of them))?\s+)"
)
_EXCEPT = re.compile(
    rf"[,;(]?\s*(?:{_ALL}but|{_ALL}?(?<![a-z])(?:except(?:ing)?|excluding|save for|other than|apart from|aside from|"
    rf"with the exception of|exclude))\s+(?:not\s+)?{_WHOM}$"
)
_NOT = re.compile(
    rf"[,;(]?\s*(?:(?<![a-z])(?:but|and|while|yet)\s+)?(?<![a-z])(?:not|never)\s+"
    rf"(?P<of>(?:that |those )?(?:for|of|in|to|on) )?{_WHOM}$"
)
_TOUCH = re.compile(
    r"[,;(]?\s*(?:(?<![a-z])(?:but|and)\s+)?(?<![a-z])(?:do not|don['’]?t|without)\s+"
    r"(?:touch|chang|alter|modify)(?:e|ing)?\s+(?:the )?$"
)
_LEAVE = re.compile(r"[,;(]?\s*(?:(?<![a-z])(?:but|and)\s+)?(?<![a-z])(?:leave|leaving|keep|keeping|let)\s+(?:the )?$")
_SAME = (
    r"(?:as (?:it|they) (?:is|are|was|were)|as is|as before|the same|unchanged|untouched|alone|"
    r"like (?:it is|this|that|before))"
)
_ALONE = re.compile(rf"\s*(?:runs?\s+)?(?:be\s+)?{_SAME}(?![a-z])")
_STAYS = re.compile(
    rf"\s*(?:runs?\s+)?(?:(?:stays?|remains?|is|are|should (?:stay|be|remain))\s+(?:just\s+)?{_SAME}|"
    r"keeps? (?:its|their|the) (?:own|old)(?: [a-z]+)?)(?![a-z])"
)
_STAYS_ALONE = re.compile(
    rf"\s*(?:run\s+)?(?:(?:stays|remains|is)\s+(?:just\s+)?{_SAME}|keeps (?:its|the) (?:own|old)(?![a-z]))"
)
_BUT = re.compile(
    r"(?:(?<![a-z])(?:all|every\w*|both|others?|each)(?![a-z])|都)[^.;]*\d[^;]*?"
    r"(?P<but>[,，]?\s*(?:(?<![a-z])but(?: for| not)?|但是?))\s*(?:the )?$"
)
_ZH_BEFORE = re.compile(
    r"[，,]?\s*(?:但|而|并)?(?:除了?|不包括|不含|不算|别动|不要?动|不要?改|别改|不影响|除去)\s*(?:了)?\s*$"
)
_ZH_BEHIND = re.compile(r"\s*(?:的)?\s*(?:除外|(?:都|保持|维持|仍然?|还是)*(?:不变|不动|不改|照旧|原样))")
_ZH_OUT = re.compile(
    r"\s*(?:这[个组]|的)?\s*(?:以外|之外|外)?\s*[，,]?\s*(?:其他的?|其余的?|别的|剩下的?)?(?:都|全部?)?"
)
_ALSO = re.compile(r"\s*(?:以外|之外|外)?\s*[，,]?\s*(?:还|也|再|另)")
_BEHIND = re.compile(r"\s*(?:['’]s?(?![a-z])|runs?(?![a-z])|only(?![a-z]))*\)?")
OWN = re.compile(
    r"\s*,?\s*(?:(?:which|that|and that|it)\s+)?(?:(?:should\s+)?(?:with|at|gets?|uses?|has|takes?|is|goes)"
    r"(?![a-z])|:|用|取|则?用|改成|改为)\s*(?P<words>[^;.；。]*(?:\.\d[^;.；。]*)*)"
)
_FOR = re.compile(r"(?:(?<![a-z])(?:for|of|in|only|on)|对|给)\s*(?:the )?(?:run )?$")
_ONLY = re.compile(r"(?<![a-z])(?:only|just|both)\s*$|[只仅](?:把|将|给|对)?\s*$")
_BEGINS = re.compile(r"(?<![a-z])(?:and|for|the|set|make|only|just|both|in|let|now|please)(?![a-z])|[把将给让只]")
_SAYS = re.compile(
    r"\s*(?:runs?\s+)?(?:[:：(]|[用改取加带]|"
    r"(?:both\s+)?(?:with|at|gets?|should|uses?|using|whose|needs?|takes?|to|has|have|on|only|alone)(?![a-z]))"
)
_TAIL = re.compile(r"[\s,;，；]*(?:(?<![a-z])(?:and|but|while|for|let|make)(?![a-z])|和|而|让)?\s*$", re.IGNORECASE)
_FILLER = re.compile(r"(?<![a-z])(?:the|a|an|of|to|is|with|at|it|its|own|lr)(?![a-z])|[\W_]")


@dataclass(frozen=True)
class Group:
    """Names that are listed side by side, from where to where, and where the last of them begins."""

    names: tuple[str, ...]
    start: int
    end: int
    last: int

    def alone(self) -> Group:
        """The last name."""
        return Group(self.names[-1:], self.last, self.end, self.last)


@dataclass(frozen=True)
class Excepted:
    """A change without the words on whom it is not for."""

    text: str
    names: tuple[str, ...]
    own: str = ""
    """What is said of them instead: "all with lr 1e-4 except PPO with 3e-4"."""


def grouped(text: str, mentions: Sequence[Mention]) -> list[Group]:
    """Mentions that are parted by "and" and commas alone, together."""
    groups: list[Group] = []
    for mention in sorted(mentions, key=lambda found: found.start):
        last = groups[-1] if groups else None
        if last is not None and _AND.fullmatch(text.lower(), last.end, mention.start):
            groups[-1] = Group((*last.names, mention.name), last.start, mention.end, mention.start)
        else:
            groups.append(Group((mention.name,), mention.start, mention.end, mention.start))
    return groups


def excepted(text: str, mentions: Sequence[Mention]) -> Excepted | None:
    """The change without what it leaves alone; None if it excepts nobody.

    Args:
        text: the change.
        mentions: all that may be excepted.
    """
    lower = text.lower()
    for group in grouped(text, mentions):
        if _STAYS_ALONE.match(lower, group.end):
            group = group.alone()
        own = OWN.match(text, group.end)
        contrast = _BUT.search(lower, 0, group.start) if own and find_numbers(own["words"]) else None
        span = (contrast.start("but"), group.end) if contrast else _span(lower, group)
        if span is None:
            continue
        start, end = span
        own = OWN.match(text, end) if re.search(r"\w", text[:start]) else None
        words = own["words"].strip() if own and find_numbers(own["words"]) else ""
        rest = f"{text[:start]} {text[own.end() if own and words else end :]}"
        more = excepted(rest, [m for m in _shifted(rest, mentions, text)]) if not words else None
        names = (*group.names, *(more.names if more else ()))
        return Excepted(more.text if more else rest, names, words or (more.own if more else ""))
    return None


def _shifted(rest: str, mentions: Sequence[Mention], text: str) -> list[Mention]:
    """The mentions of a text that are still in what is left of it, at their places there."""
    found: list[Mention] = []
    at = 0
    for mention in sorted(mentions, key=lambda one: one.start):
        place = rest.find(text[mention.start : mention.end], at)
        if place >= 0:
            found.append(Mention(mention.name, place, place + mention.end - mention.start))
            at = place + mention.end - mention.start
    return found


def _span(lower: str, group: Group) -> tuple[int, int] | None:
    """From where to where the words go that except a group."""
    behind = _BEHIND.match(lower, group.end)
    end = behind.end() if behind else group.end
    whose = bool(re.match(r"['’]|\s*的", lower[group.end :]))
    leave, stays = _LEAVE.search(lower, 0, group.start), _STAYS.match(lower, group.end)
    alone = _ALONE.match(lower, end)
    if leave and alone:
        return leave.start(), alone.end()
    if stays:
        return group.start, stays.end()
    touch = _TOUCH.search(lower, 0, group.start)
    if touch:
        return touch.start(), end
    chinese = _ZH_BEHIND.match(lower, group.end)
    if chinese:
        return group.start, chinese.end()
    chinese = _ZH_BEFORE.search(lower, 0, group.start)
    if chinese and not _ALSO.match(lower, group.end):
        out = _ZH_OUT.match(lower, group.end)
        return chinese.start(), out.end() if out else group.end
    out = _EXCEPT.search(lower, 0, group.start)
    if out:
        return out.start(), end
    denied = _NOT.search(lower, 0, group.start)
    if denied and (denied["of"] or whose):
        return denied.start(), end
    return None


def apart_from(text: str, spec: ComparisonSpec, catalogue: Catalogue) -> tuple[Excepted, list[str]] | None:
    """The words on whom a change of a comparison is not for, and the labels of these runs; None if there are none.

    Raises:
        InvalidRequest: nobody is left.
    """
    found = excepted(text, _naming(text, spec, catalogue))
    if found is None:
        return None
    out = [label for label, run in spec.runs.items() if any(_is(name, label, run) for name in found.names)]
    if len(out) == len(spec.runs):
        raise InvalidRequest(
            f"The change leaves out all runs of the comparison: {', '.join(spec.runs)}.",
            hint="Name one that it is for.",
        )
    return found, out


def _is(name: str, label: str, run: ExperimentSpec) -> bool:
    parts = {one for module in run.modules.values() for one in (module.name, *module.parts)}
    return name in (label, run.agent, run.env_id) or name in parts


def _naming(text: str, spec: ComparisonSpec, catalogue: Catalogue) -> list[Mention]:
    """The names in a text that set runs of the comparison apart."""
    runs = list(spec.runs.items())
    found = [
        *agent_mentions(Reading(text), catalogue),
        *environment_mentions(Reading(text), catalogue),
        *component_mentions(Reading(text), catalogue),
    ]
    for label, _ in runs:
        for match in re.finditer(rf"(?<![\w-]){re.escape(label.lower())}(?![\w-])", text.lower()):
            if not any(one.start < match.end() and match.start() < one.end for one in found):
                found.append(Mention(label, *match.span()))
    return [one for one in found if 0 < sum(_is(one.name, label, run) for label, run in runs) < len(runs)]


def completed(own: str, common: str, catalogue: Catalogue) -> str:
    """What is said of the excepted, a bare number with the setting that the others' value has.

    Raises:
        InvalidRequest: it is not clear of which setting it is.
    """
    numbers = find_numbers(own)
    if len(numbers) != 1 or _FILLER.sub("", f"{own[: numbers[0].start]} {own[numbers[0].end :]}".lower()):
        return own
    settings = list(dict.fromkeys(name for name, _, _ in setting_mentions(common, catalogue)))
    if len(settings) != 1:
        raise InvalidRequest(f"Of which setting {own!r} is, is not said.", hint='Name it: "lr 3e-4 for PPO".')
    return f"{settings[0]}={numbers[0].text}"


def cut_excepted(text: str, spec: ExperimentSpec, catalogue: Catalogue) -> str:
    """A change of one run without "but not RND's", where it is the agent's; what is not said of it stays as it is."""
    reading = Reading(text)
    named = [*agent_mentions(Reading(text), catalogue), *component_mentions(Reading(text), catalogue)]
    here = {spec.agent, *(name for module in spec.modules.values() for name in (module.name, *module.parts))}
    found = excepted(reading.text, named)
    if found is None or found.own or not re.search(r"\w", found.text):
        return text
    left = {one.name for one in named if one.name not in found.names} & here
    if spec.agent in found.names and not left:
        return text  # the change would be of nobody
    return found.text


def spoken_of(text: str, mentions: Sequence[Mention]) -> list[tuple[Group, int, int]]:
    """The lists of agents of whom something is said, each with where the words that name them begin and end.

    That is "for PPO and A2C", "PPO and A2C's", and names that begin a sentence: "PPO and A2C with RND", "DQN: lr 1e-4".
    """
    lower = text.lower()
    found = []
    for group in grouped(text, mentions):
        lead = _FOR.search(lower, 0, group.start)
        start = lead.start() if lead else group.start
        only = _ONLY.search(lower, 0, start)
        whose = POSSESSIVE.match(lower, group.end)
        low, _ = sentence(lower, group.start, group.end)
        begins = not re.search(r"\w", _BEGINS.sub("", lower[low : group.start]))
        if lead or whose or (begins and _SAYS.match(lower, group.end)):
            found.append((group, only.start() if only else start, whose.end() if whose else group.end))
    return found


def one_by_one(text: str, mentions: Sequence[Mention], catalogue: Catalogue) -> list[tuple[tuple[str, ...], str]]:
    """ "PPO with RND and A2C with ICM": agents and what is said of them, where the words are nothing but this."""
    groups = grouped(text, mentions)
    if len(groups) < 2 or _tells(text[: groups[0].start], catalogue):
        return []
    ends = [group.start for group in groups[1:]] + [len(text)]
    said = [_TAIL.sub("", text[group.end : end]) for group, end in zip(groups, ends, strict=True)]
    if not _SAYS.match(said[0].lower()) or any(_FOR.search(text.lower(), 0, group.start) for group in groups):
        return []
    return [(group.names, words) for group, words in zip(groups, said, strict=True)]


def says(text: str, group: Group, catalogue: Catalogue) -> bool:
    """Whether the clause of names says anything that may be changed, and does not only speak of them."""
    return _tells(text[slice(*clause(text.lower(), group.start, group.end))], catalogue)


def _tells(words: str, catalogue: Catalogue) -> bool:
    named = find_numbers(words) or setting_mentions(words, catalogue) or component_mentions(Reading(words), catalogue)
    return bool(named or FACTOR.search(words.lower()))


def aside(text: str, group: Group, catalogue: Catalogue) -> bool:
    """Whether the names stand in a clause of their own, and another tells what is to change."""
    low, high = clause(text.lower(), group.start, group.end)
    return _tells(f"{text[:low]} {text[high:]}", catalogue)
