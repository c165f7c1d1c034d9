"""Runs of a comparison that a change points to by other words: "the latter", "the others", "add RND to PPO"."""

from __future__ import annotations

import re

from copilot.codegen.change.parts import AWAY
from copilot.codegen.change.whom import OWN, Excepted
from copilot.codegen.names.literal import agent_mentions, component_mentions
from copilot.codegen.request.clauses import clause
from copilot.codegen.request.reading import Reading
from copilot.codegen.spec import ComparisonSpec, ExperimentSpec
from copilot.core.catalogue import Catalogue
from copilot.core.errors import InvalidRequest

_FIRST = re.compile(r"(?<![a-z])the (?:former|first(?: one| run| agent)?)(?![a-z])|前者|第一个")
_LAST = re.compile(
    r"(?<![a-z])the (?:latter|last(?: one| run| agent)?|second(?: one| run| agent)?)(?![a-z])|后者|最后一个"
)
_ZH_OTHERS = r"(?:几[个组]|[两三]个|算法|智能体|组)?(?=[用取改都加的不保])"
_OTHERS = re.compile(
    r"(?<![a-z])(?:all )?the (?:others|other (?:two|three|ones?|runs?|agents?))(?![a-z])|"
    rf"(?<![a-z])the rest of (?:the runs|them)(?![a-z])|其他的?{_ZH_OTHERS}|其余的?{_ZH_OTHERS}"
)
_DROPPED = re.compile(
    r"(?<![a-z])(?:drop|remove|delete|omit|skip|discard|without|forget|ditch|scrap|get rid of|leave out|take out)\s+"
    r"(?:all )?$|(?:去掉|删掉|删除|移除|不要)\s*$"
)
_STAY = re.compile(r"['’]?s?\s*(?:stay|remain|are|is|keep|unchanged|as)\w*(?![a-z])|(?:都|保持)*不变")
_SWITCH = re.compile(
    r"(?<![a-z])(?:switch|change|move|convert|turn)\w*"
    r"(?: (?:both|all|everything|them|it|each|every run|the runs|the agents?))*"
    r" (?:to|into)\s+$|(?:都|全部?)?(?:换成|换为|改用|改成)\s*$"
)


def by_place(text: str, spec: ComparisonSpec) -> str:
    """The text with the agents that "the former" and "the second one" mean, in the order of the runs."""
    agents = list(dict.fromkeys(run.agent for run in spec.runs.values()))
    if len(agents) < 2:
        return text
    for pattern, agent in ((_FIRST, agents[0]), (_LAST, agents[-1])):
        text = pattern.sub(agent, text)
    return text


def added_to(text: str, spec: ComparisonSpec) -> str:
    """ "Add RND to PPO" as "add RND for PPO": it is of one run alone."""
    agents = "|".join(re.escape(run.agent) for run in spec.runs.values())
    return re.sub(
        rf"(?<![a-z])(add\s[^,;.]{{1,60}}?\s)to\s+(?=(?:the )?(?:{agents})(?!\w))", r"\1for ", text, flags=re.IGNORECASE
    )


def others_apart(text: str, spec: ComparisonSpec, catalogue: Catalogue) -> tuple[Excepted, list[str]] | None:
    """The words without "the others with 1e-3" or "the others stay", and the labels of these; None if they are not there.

    Raises:
        InvalidRequest: the words name nobody else, so that nobody is another.
    """
    found = _OTHERS.search(text.lower())
    if found is None:
        return None
    here = list(dict.fromkeys(run.agent for run in spec.runs.values()))
    named = {mention.name for mention in agent_mentions(Reading(text), catalogue)}
    left = [agent for agent in here if agent not in named]
    stay = _STAY.match(text.lower(), found.end())
    if not stay and (not named & set(here) or not left):
        raise InvalidRequest(
            f"Who {found[0].strip()!r} are is not said; the comparison has the runs {', '.join(spec.runs)}.",
            hint=f'Name them: "lr 1e-4 for {here[0]}".',
        )
    if _DROPPED.search(text.lower(), 0, found.start()):  # "keep PPO, drop the others": who stays says it all
        return None
    labels = [label for agent in left for label in of_agent(agent, spec)]
    own = OWN.match(text, found.end())
    lead = re.search(r"(?:(?<![a-z])(?:for|of|to)|给|对)\s*$", text[: found.start()], re.IGNORECASE)
    if lead and not own:  # "lr 1e-4 for PPO and 1e-3 for the others"
        low, _ = clause(text.lower(), found.start(), found.end())
        words = text[low : lead.start()]
        return Excepted(f"{text[:low]} {text[found.end() :]}", tuple(left), words.strip(" ,;")), labels
    end = own.end() if own and not stay else clause(text.lower(), *found.span())[1]
    return Excepted(
        f"{text[: found.start()]} {text[end:]}", tuple(left), own["words"] if own and not stay else ""
    ), labels


def switches_all(text: str, spec: ComparisonSpec, catalogue: Catalogue) -> bool:
    """Whether the words are "switch to DQN", which is of all runs where these have one agent.

    Raises:
        InvalidRequest: they have several: it is not said which run, and all would be the same.
    """
    reading = Reading(text)
    mentions = agent_mentions(reading, catalogue)
    for mention in mentions if len(mentions) == 1 else []:
        if _SWITCH.search(reading.lower, 0, mention.start) and not of_agent(mention.name, spec):
            agents = list(dict.fromkeys(run.agent for run in spec.runs.values()))
            if len(agents) > 1:
                raise InvalidRequest(
                    f"Which run is to have {mention.name} is not said; the comparison has {', '.join(spec.runs)}.",
                    hint=f'Say "replace {agents[0]} with {mention.name}", or "add {mention.name}".',
                )
            return True
    return False


def concerned(text: str, spec: ComparisonSpec, catalogue: Catalogue) -> list[str]:
    """The runs that a change speaks of: of "ICM instead of RND" those with RND, else all."""
    reading = Reading(text)
    gone = {m.name for m in component_mentions(reading, catalogue) if AWAY.search(reading.lower, 0, m.start)}
    having = [label for label, run in spec.runs.items() if gone & _modules(run)]
    lower = reading.lower
    named = {
        m.name
        for m in component_mentions(Reading(text), catalogue)
        if re.search(r"(?<![a-z])(?:for|of|in)\s+(?:the )?(?:run with )?$|[给对]\s*$", lower[: m.start])
        or re.match(r"['’]s?(?![a-z])|\s*的", lower[m.end :])
    }
    owning = [label for label, run in spec.runs.items() if named & _modules(run)]
    return having or owning or list(spec.runs)


def _modules(run: ExperimentSpec) -> set[str]:
    return {name for module in run.modules.values() for name in (module.name, *module.parts)}


def of_agent(agent: str, spec: ComparisonSpec) -> list[str]:
    """The labels of the runs that an agent has."""
    return [label for label, run in spec.runs.items() if run.agent == agent]
