"""Settings that a change keeps, as values: "switch to TD3, keep the batch size", "步数不变"; and those that phases share."""

from __future__ import annotations

import re

from copilot.codegen.change.present import current
from copilot.codegen.fit import known_environment
from copilot.codegen.names.environments import environment_mentions
from copilot.codegen.names.literal import agent_mentions
from copilot.codegen.request.clauses import clause
from copilot.codegen.request.reading import Reading
from copilot.codegen.settings.lists import setting_mentions
from copilot.codegen.settings.mentions import Named, named
from copilot.codegen.settings.settings import Settings
from copilot.codegen.spec import ExperimentSpec, Spec
from copilot.core.catalogue import Catalogue
from copilot.core.errors import InvalidRequest

_BEFORE = re.compile(
    r"(?:(?<![a-z])(?:keep(?:ing)?|retain(?:ing)?|leave|leaving|(?:(?:with|at|use|using|for|on)\s+)?(?:exactly )?the same|"
    r"same)\s+(?:(?:the|its|my|our|same|number of|amount of)\s+)*|保持|保留|沿用|维持)\s*$"
)
_BEHIND = re.compile(
    r"\s*(?:(?:as (?:it is|they are|is|before|now|it was)|the same|unchanged)|(?:stays?|remains?|kept|keeps)(?: (?:the same|"
    r"as (?:it is|they are|before|now)|unchanged))?)(?![a-z])|\s*(?:都|也|保持|维持)*(?:不变|照旧|一样)"
)
_ALSO = re.compile(r"\s*(?:,|、|&|and|as well as|和|与|及)\s*(?:(?:the|its|number of)\s+)*")
_ZH_PHASE = r"(?:预训练|微调)(?:阶段|时|期间|中)?"
_PHASE = rf"(?:the )?(?:(?:pre[\s-]?|fine[\s-]?)(?:train|tun)\w*|training)(?: phase| stage)?(?![a-z])|{_ZH_PHASE}"
_ONE_PHASE = re.compile(
    rf"(?<![a-z])(?:only|just|alone)\s+(?:for|in|during|while|when)\s+(?:{_PHASE})|"
    rf"(?:(?<![a-z])(?:for|in|during|while|when)\s+)(?:{_PHASE})\s*(?:only|alone)(?![a-z])|"
    rf"(?:只|仅)(?:在|对|给)?(?:{_PHASE})"
)
_IN_PHASE = re.compile(_PHASE)
_FOR_BOTH = re.compile(r"(?<![a-z])(?:for|of|in) (?:both|all|each|everything)(?![a-z])|两者|都用|都改")
_OF_PHASES = frozenset({"num_train_steps", "pretrain_steps", "beta", "seed", "pretraining"})


def pinned(text: str, spec: ExperimentSpec, catalogue: Catalogue) -> str:
    """The text with "batch_size=64" in the place of "keep the batch size", where it names another agent or environment."""
    agents = [mention.name for mention in agent_mentions(Reading(text), catalogue)]
    tasks = [mention.name for mention in environment_mentions(Reading(text), catalogue)]
    if not {*agents, *tasks} - {spec.agent, spec.env_id}:
        return text
    agent = next((name for name in agents if name != spec.agent), spec.agent)
    known = {p["name"] for p in catalogue.component(agent)["parameters"]}
    known |= {p["name"] for p in catalogue.component(agent)["methods"]["train"]}
    modules = {primitive: (module.name, -1000) for primitive, module in spec.modules.items()}
    settings = Settings(Reading(text), catalogue, spec.agent, modules, known_environment(spec.env_id, catalogue))
    made = settings.reading.text
    for first, start, end in reversed(_kept(settings.reading.lower, named(settings))):
        values = {name: current(name, spec, catalogue) for name in first if name != "seed"}  # seeds stay anyway
        if all(name in known | {"num_envs"} and isinstance(value, int | float) for name, value in values.items()):
            told = ", ".join(f"{name}={value}" for name, value in values.items())
            made = f"{made[:start]} {told} {made[end:]}"
    return made


def _kept(lower: str, mentions: list[Named]) -> list[tuple[list[str], int, int]]:
    """Lists of settings that stay as they are, each with where its words begin and end."""
    lists: list[list[Named]] = []
    for mention in mentions:
        if lists and _ALSO.fullmatch(lower, lists[-1][-1].end, mention.start):
            lists[-1].append(mention)
        else:
            lists.append([mention])
    found = []
    for one in lists:
        before, behind = _BEFORE.search(lower, 0, one[0].start), _BEHIND.match(lower, one[-1].end)
        if before or behind:
            start, end = before.start() if before else one[0].start, behind.end() if behind else one[-1].end
            if not re.search(r"\d", lower[end : clause(lower, start, end)[1]]):  # "keep the batch size at 64"
                found.append(([mention.name for mention in one], start, end))
    return found


def refuse_one_phase(text: str, spec: Spec, catalogue: Catalogue) -> None:
    """Pre-training and fine-tuning have the same settings, but for their lengths.

    Raises:
        InvalidRequest: the words give one of them a setting of its own.
    """
    runs = [spec] if isinstance(spec, ExperimentSpec) else list(spec.runs.values())
    said = _ONE_PHASE.search(text.lower())
    if said is None or all(run.pretrain_steps is None for run in runs):
        return
    names = [name for name, _, _ in setting_mentions(text, catalogue) if name not in _OF_PHASES]
    if names:
        raise InvalidRequest(
            f"{said[0].strip()!r}: both phases have the same {names[0]}; only their lengths differ.",
            hint=f'For both: "{names[0]} ..."; or train twice, with a plan for each.',
        )


def of_both_phases(text: str, spec: ExperimentSpec, catalogue: Catalogue) -> list[str]:
    """A note on settings that are told of one phase and are those of both: "fine-tune with lr 1e-4"."""
    if spec.pretrain_steps is None:
        return []
    lower = text.lower()
    own = {p["name"] for module in spec.modules.values() for p in catalogue.component(module.name)["parameters"]}
    shared = {p["name"] for p in catalogue.component(spec.agent)["parameters"]} | {"num_envs"}
    names = [
        name
        for name, start, end in setting_mentions(text, catalogue)
        if name in shared - _OF_PHASES
        and _IN_PHASE.search(lower, *clause(lower, start, end))
        and not (name in own and any(module.name.lower() in lower for module in spec.modules.values()))
    ]
    return (
        [f"Both phases have the same settings: {', '.join(dict.fromkeys(names))} of both is changed."] if names else []
    )


def of_agent_alone(text: str, spec: ExperimentSpec, catalogue: Catalogue) -> list[str]:
    """A note on "lr 1e-4 for both" in a plan with a bonus: each has such a setting, and the agent's alone is set."""
    if not _FOR_BOTH.search(text.lower()):
        return []
    agent = {p["name"] for p in catalogue.component(spec.agent)["parameters"]}
    names = list(dict.fromkeys(name for name, _, _ in setting_mentions(text, catalogue)))
    return [
        f'Set for {spec.agent} alone: {module.name} has its own {name}; say "{module.name} {name} ..." as well.'
        for module in spec.modules.values()
        for name in names
        if name in agent and name in {p["name"] for p in catalogue.component(module.name)["parameters"]}
    ]
