"""Settings that an agent and its module both have: "lr 1e-4 for both", "lr 1e-4 for PPO but 1e-3 for RND".

The words of each are kept as those of single runs are: a run without the module has none of the module's.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from copilot.codegen.comparison.both_ways import says_both_ways
from copilot.codegen.comparison.completing import Piece, pieces
from copilot.codegen.comparison.shares import Shares, cut_apart, in_turn
from copilot.codegen.names.environments import Mention, environment_mentions
from copilot.codegen.names.literal import agent_mentions, component_mentions
from copilot.codegen.patterns import EDGE
from copilot.codegen.request.numbers import find_numbers
from copilot.codegen.request.reading import Reading
from copilot.codegen.settings.values import Entry, settable
from copilot.codegen.vocabulary import MIXER
from copilot.core.catalogue import Catalogue

_BOTH = re.compile(
    r"(?<![a-z])(?:(?:for|of|in|on|at|to)\s+)?(?:both|each|all|apiece)(?: of (?:them|these|the two|which)| alike)?(?![a-z])"
    r"(?=\s*(?:$|[,.;:)!?=\d，。；：）]|(?:with|us(?:e|es|ing)|ha(?:s|ve|ving)|gets?|at|is|are|shares?|train(?:s|ed)?|learns?|"
    r"should|shall|must|takes?|on|in|over|for|and|but|an?|the|same)(?![a-z])|(?P<name>[a-z])))|"
    r"(?:两者|二者|双方|它们)(?:都|均|各自?)?的?|两个(?:都|均)|(?:都|均)(?=[用为是设取]|\s*[\d.])"
)
_OF_SEVERAL = re.compile(r"(?:env\w*|runs|seeds|copies|workers|networks|layers|tasks|games)\s*,?\s*$")
_PLURAL = re.compile(r"(?<![a-z])(learning rate|lr|batch size|discount|gamma|step size|alpha)s(?![a-z])", re.IGNORECASE)
_IN_TURN = re.compile(r"(?<![a-z])(?:respectively|resp\.?|in that order)(?![a-z])|分别")
_AND = re.compile(r"\s*(?:(?:and|as well as|&|\+|/|和|与|以及)\s*)(?:the )?(?:for )?")
_AGENT = re.compile(r"(?:(?<=for the )|(?<=of the ))(?:agent|learner)(?![a-z'’])|(?<=给)智能体")
_REWARD = re.compile(
    r"(?:(?<=for the )|(?<=of the ))(?:bonus|intrinsic reward|reward module|module|predictor)(?![a-z'’])|(?<=给)内在奖励"
)
_WITHOUT = re.compile(r"(?<![a-z])(?:without|w/o|no|none|does|whether|if)(?![a-z])|[不无没]")
_FOR = re.compile(r"(?<![a-z])(?:for|of|in)\s+(?:the )?$|[给对]\s*$")
_LEAD = re.compile(r"(?<![a-z])(?:(?:for|of|in|on|to)\s+)?(?:both\s+)?(?:the )?$")
_STEP = re.compile(r"(?:[,，、]|\s|and(?![a-z])|with(?![a-z])|an?(?![a-z])|the(?![a-z])|和|与)*")


def of_owners(found: Shares, catalogue: Catalogue) -> Shares:
    """The shares, with what the text says of its only agent and of that agent's modules.

    Args:
        found: what is said of all runs and of single ones.
        catalogue: the library's components.
    """
    mentions = agent_mentions(Reading(found.text), catalogue)
    agents = list(dict.fromkeys(mention.name for mention in mentions))
    modules = _modules(found.text, catalogue)
    if len(agents) != 1:
        return found
    if not modules:
        if len(mentions) > 1 and all(_FOR.search(found.text.lower(), 0, mention.start) for mention in mentions[1:]):
            cut_apart(found, mentions, mentions[:1], catalogue)
        return found
    tasks = {mention.name for mention in environment_mentions(Reading(found.text), catalogue)}
    if len(tasks) < 2 and not says_both_ways(found.text):
        _of_both(found, agents[0], modules, catalogue)
    _of_each(found, agents[0], modules, catalogue)
    return found


def _modules(text: str, catalogue: Catalogue) -> list[str]:
    """The modules that a text names, of each kind one at most; a storage has what the agent has."""
    kinds = {entry["name"]: entry["primitive"] for entry in catalogue.components}
    names = list(dict.fromkeys(mention.name for mention in component_mentions(Reading(text), catalogue)))
    named = [name for name in names if kinds[name] not in ("storage", "policy")]
    several = len({kinds[name] for name in named}) < len(named) or MIXER in named
    return [] if several else named


def _of_both(found: Shares, agent: str, modules: Sequence[str], catalogue: Catalogue) -> None:
    """Settings with "for both" beside them, or behind "both with": of the agent and of each module that has them."""
    for start, end in reversed(_both(found.text, agent, modules, catalogue)):
        text, lower = found.text, found.text.lower()
        low = max([m.end() for m in EDGE.finditer(text, 0, start)], default=0)
        edge = EDGE.search(text, end)
        high = edge.start() if edge else len(text)
        masked = _masked(text, [(start, end)])
        named = pieces(masked, catalogue)
        before = any(low <= number.start < start for number in find_numbers(masked))
        inside = [p for p in named if low <= p.start and p.end <= (end if before else high)]
        if before and lower[low:start].strip() and not inside:
            continue
        if not before and inside:
            inside += _going_on(text, inside[-1].end, [p for p in named if p.start >= inside[-1].end])
        shared = [(piece, _shared(piece, agent, modules, catalogue)) for piece in inside]
        for piece, owners in reversed(shared):
            if not owners:
                continue
            number = find_numbers(text[piece.start : piece.end])[-1].text
            for name, parameter in owners.items():
                words = f"{parameter}={number}"
                found.own[name] = "; ".join(filter(None, [f"{name} with {words}", found.own.get(name, "")]))
        spans = [(piece.start, piece.end) for piece, owners in shared if owners]
        if spans:
            found.text = _without(text, [*spans, (start, end)])


def _both(text: str, agent: str, modules: Sequence[str], catalogue: Catalogue) -> list[tuple[int, int]]:
    """Where words stand for the agent and its module: "both", "PPO and RND" where both are named already."""
    lower = text.lower()
    settings = [piece.start for piece in pieces(_masked(lower, [m.span() for m in _BOTH.finditer(lower)]), catalogue)]
    spans = [
        match.span()
        for match in _BOTH.finditer(lower)
        if (match["name"] is None or match.start("name") in settings)
        and not _OF_SEVERAL.search(lower, 0, match.start())
    ]
    named = _owners(text, agent, modules, catalogue)
    for index, (one, two) in enumerate(itertools.pairwise(named)):
        again = {mention.name for mention in named[:index]} >= {one.name, two.name}
        apart = _IN_TURN.search(lower, one.start) or _IN_TURN.search(lower, 0, one.start)
        if again and not apart and one.name != two.name and _AND.fullmatch(lower, one.end, two.start):
            lead = _LEAD.search(lower, 0, one.start)
            spans.append((lead.start() if lead else one.start, two.end))
    return sorted(spans)


def _masked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """A text of this length, with brackets in the place of the words for both, and settings in the singular."""
    for start, end in spans:
        text = f"{text[:start]}{'(' * (end - start)}{text[end:]}"
    return _PLURAL.sub(r"\1(", text)


def _owners(text: str, agent: str, modules: Sequence[str], catalogue: Catalogue) -> list[Mention]:
    """Where the agent and its modules are named, or spoken of as "the agent" and "the bonus" beside a setting."""
    named = [*agent_mentions(Reading(text), catalogue), *component_mentions(Reading(text), catalogue)]
    kinds = {entry["name"]: entry["primitive"] for entry in catalogue.components}
    rewards = [name for name in modules if kinds[name] == "reward"]
    spoken = [(agent, _AGENT), *((name, _REWARD) for name in rewards)]
    named += [Mention(name, *match.span()) for name, words in spoken for match in words.finditer(text.lower())]
    return sorted((m for m in named if m.name in (agent, *modules)), key=lambda mention: mention.start)


def _going_on(text: str, at: int, following: Sequence[Piece]) -> list[Piece]:
    """Settings that nothing but commas and the like parts from those before: "both with lr 1e-4, batch size 64"."""
    found: list[Piece] = []
    for piece in following:
        if not _STEP.fullmatch(text.lower(), at, piece.start):
            break
        found.append(piece)
        at = piece.end
    return found


def _shared(piece: Piece, agent: str, modules: Sequence[str], catalogue: Catalogue) -> dict[str, str]:
    """How the agent and its modules call a setting; nothing if no module has it."""
    own = _parameter(piece.name, catalogue.component(agent))
    if own is None:
        return {}
    names = [own["name"], *own["aliases"]]
    having = {name: next((n for n in names if _has(catalogue.component(name), n)), None) for name in modules}
    found = {name: said for name, said in having.items() if said is not None}
    return {agent: own["name"], **found} if found else {}


def _parameter(said: str, entry: Entry) -> Entry | None:
    found = [p for p in entry["parameters"] if settable(p) and said in (p["name"], *p["aliases"])]
    return next(iter(sorted(found, key=lambda p: p["name"] != said)), None)


def _has(entry: Entry, name: str) -> bool:
    return any(settable(parameter) and parameter["name"] == name for parameter in entry["parameters"])


def _of_each(found: Shares, agent: str, modules: Sequence[str], catalogue: Catalogue) -> None:
    """Settings of the agent and of its module, in one breath: the second is said as the first is."""
    named = _owners(found.text, agent, modules, catalogue)
    head = [next(mention for mention in named if mention.name == name) for name in (agent, *modules)]
    trial = Shares(found.text)
    if _IN_TURN.search(trial.text.lower()):
        order = _in_order(trial.text, named)
        if order and all(mention not in head for mention in order):
            lead = _LEAD.search(trial.text.lower(), 0, order[0].start)
            trial.text = _without(trial.text, [(lead.start() if lead else order[0].start, order[1].end)])
        in_turn(trial, order or sorted(head, key=lambda mention: mention.start), catalogue)
        named = _owners(trial.text, agent, modules, catalogue)
        head = [next(mention for mention in named if mention.name == name) for name in (agent, *modules)]
    cut_apart(trial, named, head, catalogue)
    told = len(pieces("; ".join([trial.text, *trial.own.values()]), catalogue))
    away = _WITHOUT.search(found.text.lower())  # one run has no module: its words must not stay in the text of all
    if agent not in trial.own and not away and told <= len(pieces(found.text, catalogue)):
        return  # what is said of a module is read with its name in any case
    found.text = trial.text
    for name, words in trial.own.items():
        words = words if name == agent or name in words else f"{name}: {words}"
        found.own[name] = "; ".join(filter(None, [found.own.get(name, ""), _PLURAL.sub(r"\1", words)]))


def _in_order(text: str, named: Sequence[Mention]) -> list[Mention]:
    """The two owners that are named last before "respectively": "1e-4 and 1e-3 for PPO and RND respectively"."""
    mark = _IN_TURN.search(text.lower())
    before = [mention for mention in named if mark and mention.end <= mark.start()][-2:]
    if len(before) < 2 or not _AND.fullmatch(text.lower(), before[0].end, before[1].start):
        return []
    return before


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in sorted(spans, reverse=True):
        text = f"{text[:start].rstrip()} {text[end:].lstrip()}"
    return Reading(re.sub(r"(?:\s*,\s*){2,}", ", ", text)).text.strip(" ,")
