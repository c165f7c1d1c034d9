"""Request -> plan: what code reads, what the model adds with evidence, what presets and defaults fill in."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from copilot.codegen.model import add
from copilot.codegen.names import EXAMPLE, read_agent, read_components, read_environment
from copilot.codegen.reading import MAX_CHARS, Reading
from copilot.codegen.settings import Settings, read_tag
from copilot.codegen.spec import ExperimentSpec, Module, Plan
from copilot.core.catalogue import Catalogue
from copilot.core.errors import InvalidRequest, SpaceMismatch
from copilot.models.chat import Chat

DEFAULT_AGENT = "PPO"
DEFAULT_ENVS = 8
DEFAULT_STEPS = 100_000
Entry = dict[str, Any]


def plan(request: str, catalogue: Catalogue, chat: Chat | None = None) -> Plan:
    """Understand a request.

    Args:
        request: in the user's words, English or Chinese.
        catalogue: the library's components.
        chat: may add what code left unread, with the request's words as evidence; None leaves that open.

    Raises:
        UnknownName: an agent, environment, component or setting that does not exist.
        SpaceMismatch: agent, module and environment do not fit.
        InvalidRequest: nothing to train, values outside their range, or contradictions.
    """
    if len(request) > MAX_CHARS:
        raise InvalidRequest(
            f"The request has {len(request)} characters; expected at most {MAX_CHARS}.",
            hint=f'Say it shortly: "{EXAMPLE}".',
        )
    reading = Reading(request)
    notes: list[str] = []
    tag = read_tag(reading)
    env_id = read_environment(reading, catalogue)
    named = read_agent(reading, catalogue)
    modules, mixed = read_components(reading, catalogue)
    if env_id is None:
        raise _nothing_to_train_on(named)
    agent = named or DEFAULT_AGENT
    if named is None:
        notes.append(f"No agent is named; {agent} is taken.")
    environment = _fit(agent, env_id, catalogue)
    if environment["requires"] and find_spec(environment["requires"]) is None:
        notes.append(f"{env_id} needs packages that are not installed here: pip install -e '.[envs]'.")
    settings = Settings(reading, catalogue, agent, modules)
    stated = settings.read()
    notes += settings.notes
    if tag:
        stated.run["tag"] = tag
    if chat is not None:
        notes += add(settings, catalogue, chat)
    kept = _modules(settings, agent, environment, catalogue, notes)
    if mixed:
        kept["reward"] = kept["reward"].model_copy(update={"parts": mixed})
    if stated.agent.get("pretraining") and "reward" not in kept:
        raise InvalidRequest(
            "Pre-training needs an intrinsic reward, and the request names none.", hint="Leave pre-training out."
        )
    spec = _complete(agent, env_id, settings, kept, catalogue, notes)
    unread = reading.unread()
    if unread:
        notes.append(f"Not understood and left out: {', '.join(repr(words) for words in unread)}.")
    return Plan(spec=spec, notes=notes)


def _nothing_to_train_on(agent: str | None) -> InvalidRequest:
    missing = "environment" if agent else "environment and no agent"
    return InvalidRequest(
        f"The request names no {missing}; expected at least what to train on.",
        hint=f'A request names an agent and an environment, and any settings: "{EXAMPLE}".',
    )


def _fit(agent: str, env_id: str, catalogue: Catalogue) -> Entry:
    """The environment's entry, if the agent can see and act in it."""
    environment = catalogue.environment(env_id) or {}
    if environment.get("action_space") is None or environment.get("observation_space") is None:
        raise InvalidRequest(
            f"{env_id} needs a package that is not installed here; its spaces are not known.",
            hint="Choose another environment.",
        )
    entry = catalogue.component(agent)
    for what in ("action", "observation"):
        kind = environment[f"{what}_space"]
        if kind not in entry[f"{what}_spaces"]:
            fits = [
                other["name"]
                for other in catalogue.of("agent")
                if environment["action_space"] in other["action_spaces"]
                and environment["observation_space"] in other["observation_spaces"]
            ]
            raise SpaceMismatch(
                f"{agent} takes {' or '.join(entry[f'{what}_spaces'])} {what} spaces; that of {env_id} is {kind}.",
                hint=f"Agents that would fit {env_id}: {', '.join(fits) or 'none in this version'}.",
            )
    return environment


def _modules(
    settings: Settings, agent: str, environment: Entry, catalogue: Catalogue, notes: list[str]
) -> dict[str, Module]:
    """The modules that change something; one that the agent uses anyway is only noted."""
    kept = {}
    combines = catalogue.component(agent)["combines"]
    _refuse_excluded(settings.modules, catalogue)
    for primitive, (name, _) in settings.modules.items():
        entry = catalogue.component(name)
        if name not in combines.get(primitive, []):
            allowed = ", ".join(combines.get(primitive, [])) or "none"
            raise InvalidRequest(f"{agent} does not work with {name}; its choices for {primitive}: {allowed}.")
        for what in ("observation", "action"):
            kinds = entry[f"{what}_spaces"]
            if kinds and environment[f"{what}_space"] not in kinds:
                fits = [other for other in combines[primitive] if _suits(catalogue.component(other), environment)]
                raise SpaceMismatch(
                    f"{name} takes {' or '.join(kinds)} {what} spaces; that of {environment['id']} is "
                    f"{environment[f'{what}_space']}.",
                    hint=f"{primitive} modules that would fit: {', '.join(fits) or 'none in this version'}.",
                )
        fitting = [other for other in combines[primitive] if _suits(catalogue.component(other), environment)]
        kwargs = settings.stated.modules.get(primitive, {})
        if fitting == [name]:
            for key, value in kwargs.items():
                settings.stated.agent.setdefault(key, value)
            notes.append(f"{name} is what {agent} uses on {environment['id']} anyway.")
        else:
            kept[primitive] = Module(name=name, kwargs=kwargs)
    return kept


def _refuse_excluded(modules: dict[str, tuple[str, int]], catalogue: Catalogue) -> None:
    """A module may leave no place for another."""
    for name, _ in modules.values():
        for primitive in catalogue.component(name)["excludes"]:
            if primitive in modules:
                other = modules[primitive][0]
                raise InvalidRequest(f"{name} does not work beside {other}.", hint=f"Leave {other} out.")


def _suits(entry: Entry, environment: Entry) -> bool:
    return all(
        not entry[key] or environment[single] in entry[key]
        for key, single in (("observation_spaces", "observation_space"), ("action_spaces", "action_space"))
    )


def _weigh(modules: dict[str, Module], betas: dict[str, float]) -> tuple[dict[str, Module], list[str]]:
    """The weight that was measured for the intrinsic reward, where the request names none; and words for it."""
    reward = modules.get("reward")
    if reward is None or reward.name not in betas or "beta" in reward.kwargs:
        return modules, []
    beta = betas[reward.name]
    weighed = reward.model_copy(update={"kwargs": {**reward.kwargs, "beta": beta}})
    return {**modules, "reward": weighed}, [f"beta={beta} of {reward.name}"]


def _complete(
    agent: str, env_id: str, settings: Settings, modules: dict[str, Module], catalogue: Catalogue, notes: list[str]
) -> ExperimentSpec:
    """Fill what the request leaves open from the preset, else from the library's defaults."""
    stated = settings.stated
    tuned = catalogue.preset(agent, env_id)
    base = tuned or {"num_envs": DEFAULT_ENVS, "num_train_steps": DEFAULT_STEPS, "agent_kwargs": {}, "train_kwargs": {}}
    run = {"num_envs": base["num_envs"], "num_train_steps": base["num_train_steps"], **stated.run}
    agent_kwargs, train_kwargs = {**base["agent_kwargs"], **stated.agent}, {**base["train_kwargs"], **stated.train}
    modules, weighed = _weigh(modules, tuned["betas"] if tuned else {})
    open_run = [f"{name}={base[name]}" for name in ("num_envs", "num_train_steps") if name not in stated.run]
    if tuned:
        taken = [
            f"{key}={value!r}"
            for group, given in (("agent_kwargs", stated.agent), ("train_kwargs", stated.train))
            for key, value in base[group].items()
            if key not in given
        ]
        notes.append(
            f"Taken from the tuned settings of {agent} on {env_id}: {', '.join([*open_run, *taken, *weighed])}."
        )
    else:
        listed = f"; {', '.join(open_run)}" if open_run else ""
        notes.append(f"There are no tuned settings of {agent} on {env_id}; the library's defaults are taken{listed}.")
    return ExperimentSpec(
        agent=agent,
        env_id=env_id,
        **run,
        env_kwargs=tuned["env_kwargs"] if tuned else {},
        agent_kwargs=agent_kwargs,
        modules=modules,
        train_kwargs=train_kwargs,
    )
