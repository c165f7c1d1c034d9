"""Settings of a module that some runs have: those without it have none of them ("PPO with and without RND, beta 0.1")."""

from __future__ import annotations

from collections.abc import Sequence

from copilot.codegen.comparison.completing import pieces
from copilot.codegen.names.literal import agent_mentions, component_mentions
from copilot.codegen.once import once
from copilot.codegen.request.reading import Reading
from copilot.codegen.settings.values import settable
from copilot.core.catalogue import Catalogue


def without_foreign(texts: Sequence[str], catalogue: Catalogue) -> list[str]:
    """The texts of the runs of a comparison; settings that only a module has stand where there is such a module.

    Args:
        texts: one a run.
        catalogue: the library's components.
    """
    having = [_modules(text, catalogue) for text in texts]
    made = []
    for text, modules in zip(texts, having, strict=True):
        text = Reading(text).text
        own = _of_agents(text, catalogue)
        for piece in reversed(pieces(text, catalogue)):
            owners = _of_modules(catalogue).get(piece.name, frozenset())
            if owners and piece.name not in own and not owners & modules and any(owners & others for others in having):
                text = f"{text[: piece.start].rstrip(' ,')} {text[piece.end :]}"
        made.append(Reading(text).text)
    return made


def _modules(text: str, catalogue: Catalogue) -> frozenset[str]:
    return frozenset(mention.name for mention in component_mentions(Reading(text), catalogue))


@once
def _of_modules(catalogue: Catalogue) -> dict[str, frozenset[str]]:
    """Settings that no environment has, with the modules that have them."""
    own = {parameter["name"] for entry in catalogue.functions for parameter in entry["parameters"]}
    found: dict[str, set[str]] = {}
    for entry in catalogue.components:
        for parameter in entry["parameters"] if entry["primitive"] != "agent" else ():
            if settable(parameter) and parameter["name"] not in own:
                found.setdefault(parameter["name"], set()).add(entry["name"])
    return {name: frozenset(modules) for name, modules in found.items()}


def _of_agents(text: str, catalogue: Catalogue) -> set[str]:
    """The settings of the agents that a text names, of all where it names none, by all names that people have for them."""
    named = {mention.name for mention in agent_mentions(Reading(text), catalogue)}
    entries = [entry for entry in catalogue.of("agent") if entry["name"] in named or not named]
    parameters = [p for entry in entries for p in [*entry["parameters"], *entry["methods"]["train"]]]
    return {name for parameter in parameters for name in (parameter["name"], *parameter.get("aliases", ()))}
