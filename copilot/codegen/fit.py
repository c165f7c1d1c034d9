"""Whether agent, modules and environment go together; each refusal names what would fit."""

from __future__ import annotations

from typing import Any

from copilot.codegen.settings.values import Entry
from copilot.core.catalogue import Catalogue
from copilot.core.errors import InvalidRequest, SpaceMismatch, UnknownName


def known_environment(env_id: str, catalogue: Catalogue) -> Entry:
    """The environment's entry, with its spaces.

    Raises:
        UnknownName: there is none.
        InvalidRequest: its spaces are not known, as a package is missing.
    """
    environment = catalogue.environment(env_id)
    if environment is None:
        raise UnknownName("environment", env_id, [entry["id"] for entry in catalogue.environments])
    if environment.get("action_space") is None or environment.get("observation_space") is None:
        raise InvalidRequest(
            f"{env_id} needs a package that is not installed here; its spaces are not known.",
            hint="Choose another environment.",
        )
    return environment


def observed(environment: Entry, env_kwargs: dict[str, Any]) -> Entry:
    """The entry with the observation space that these arguments of the maker bring about."""
    if env_kwargs.get("from_pixels"):
        return {**environment, "observation_space": "Box3"}
    return {**environment, "observation_space": "Dict"} if env_kwargs.get("fully_numerical") else environment


def suits(entry: Entry, environment: Entry) -> bool:
    """Whether a component takes the environment's spaces."""
    return all(
        not entry[key] or environment[single] in entry[key]
        for key, single in (("observation_spaces", "observation_space"), ("action_spaces", "action_space"))
    )


def fit_agent(agent: str, environment: Entry, catalogue: Catalogue) -> None:
    """Whether the agent can see and act in the environment.

    Raises:
        SpaceMismatch: it cannot; the hint names agents that can.
    """
    entry, env_id = catalogue.component(agent, "agent"), environment["id"]
    for what in ("action", "observation"):
        kind = environment[f"{what}_space"]
        if kind not in entry[f"{what}_spaces"]:
            fits = [other["name"] for other in catalogue.of("agent") if suits(other, environment)]
            raise SpaceMismatch(
                f"{agent} takes {' or '.join(entry[f'{what}_spaces'])} {what} spaces; that of {env_id} is {kind}.",
                hint=f"Agents that would fit {env_id}: {', '.join(fits) or 'none in this version'}.",
            )


def fit_module(primitive: str, name: str, agent: str, environment: Entry, catalogue: Catalogue) -> None:
    """Whether the agent takes the module and the module the environment's spaces.

    Raises:
        InvalidRequest: the agent does not work with it.
        SpaceMismatch: it does not take the spaces; the hint names modules that do.
    """
    combines = catalogue.component(agent)["combines"].get(primitive, [])
    if name not in combines:
        raise InvalidRequest(
            f"{agent} does not work with {name}; its choices for {primitive}: {', '.join(combines) or 'none'}."
        )
    entry = catalogue.component(name)
    for what in ("observation", "action"):
        kinds = entry[f"{what}_spaces"]
        if kinds and environment[f"{what}_space"] not in kinds:
            fits = [other for other in combines if suits(catalogue.component(other), environment)]
            raise SpaceMismatch(
                f"{name} takes {' or '.join(kinds)} {what} spaces; that of {environment['id']} is "
                f"{environment[f'{what}_space']}.",
                hint=f"{primitive} modules that would fit: {', '.join(fits) or 'none in this version'}.",
            )


def refuse_excluded(modules: dict[str, str], catalogue: Catalogue) -> None:
    """A module may leave no place for another.

    Args:
        modules: names by primitive.

    Raises:
        InvalidRequest: it does.
    """
    for name in modules.values():
        for primitive in catalogue.component(name)["excludes"]:
            if primitive in modules:
                other = modules[primitive]
                raise InvalidRequest(f"{name} does not work beside {other}.", hint=f"Leave {other} out.")
