"""Every number of every component can be asked for, in three wordings and more in each language."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from copilot.codegen.request.reading import Reading
from copilot.codegen.settings.keywords import group_pattern, lines
from copilot.codegen.settings.settings import Settings
from copilot.codegen.settings.stating import read_settings
from copilot.codegen.settings.values import coerce, settable
from copilot.core.catalogue import Entry, load_catalogue
from copilot.core.errors import CopilotError

CATALOGUE = load_catalogue()
LEFT_OUT = {"num_train_steps", "num_envs", "seed"}
WITHOUT_EFFECT = {"num_workers", "fetch_every", "num_learners"}
OF_THE_AGENT = {"num_outputs", "rollout_envs", "storage_size"}
"""Of policies and rollout storages: they follow from the agent's own settings."""
ENVIRONMENTS = ("CartPole-v1", "Pendulum-v1", "Breakout-v5", "rllte/BitFlipping-v0", "cheetah_run")
VALUES = {"storage_size": (3000, 7, 37, 2), "capacity": (3000, 7, 37, 2), "eps": (3e-4, 0.3)}
"""Where only some sizes are the setting's: an epsilon of 0.3 is PPO's or that of exploration."""
AMBIGUOUS = {
    ("DrQv2", "stddev_clip"), ("TruncatedNormalNoise", "sigma"), ("E3B", "ridge"), ("GIRM", "lambd"),
    ("PrioritizedReplayStorage", "beta_steps"), ("REVD", "episode_length"), ("HerReplayStorage", "num_goals"),
}  # fmt: skip
"""Some of whose words mean another setting where they stand alone."""


def suits(entry: Entry, env: Entry) -> bool:
    kinds = (("observation_spaces", "observation_space"), ("action_spaces", "action_space"))
    return all(not entry[many] or env[one] in entry[many] for many, one in kinds)


def home(entry: Entry) -> tuple[str, str] | None:
    """An agent that takes the component, and an environment that suits both."""
    for agent in [entry] if entry["primitive"] == "agent" else CATALOGUE.of("agent"):
        if agent is not entry and entry["name"] not in agent["combines"].get(entry["primitive"], []):
            continue
        for env_id in ENVIRONMENTS:
            env = CATALOGUE.environment(env_id)
            if env is not None and suits(agent, env) and suits(entry, env):
                return agent["name"], env_id
    return None


def a_value(parameter: Entry) -> float | None:
    for value in VALUES.get(parameter["name"], (7, 37, 2, 0.3, 0.07, 1.5)):
        whole = "int" in parameter["type"].split(" | ")
        try:
            coerce(parameter, value)
        except CopilotError:
            continue
        if value != parameter["default"] and (isinstance(value, float) != whole):
            return value
    return None


def wordings(entry: Entry, name: str, latin: bool) -> Iterator[str]:
    """Words of one language in the order of the table, of each pattern the first few."""
    own = [line for line in lines().get(name, []) if entry["name"] in line.owners]
    for line in own or [line for line in lines().get(name, []) if not line.owners]:
        for pattern in line.patterns if line.value is None else ():
            groups = [[w.rstrip("*") for w in group if w.isascii() == latin] for group in pattern]
            for words in itertools.islice(itertools.product(*groups), 2):
                yield (" " if latin else "").join(dict.fromkeys(words))
    yield name


def cases() -> Iterator[tuple[str, str, str, Any]]:
    for entry in CATALOGUE.components:
        place = home(entry)
        if place is None:
            continue
        for parameter in entry["parameters"]:
            name = parameter["name"]
            number = settable(parameter) and parameter["type"] != "bool" and not parameter["choices"]
            skipped = (
                LEFT_OUT | WITHOUT_EFFECT | (OF_THE_AGENT if entry["primitive"] in {"policy", "storage"} else set())
            )
            if not number or name in skipped or a_value(parameter) is None:
                continue
            yield entry["name"], entry["primitive"], name, a_value(parameter)


@pytest.mark.parametrize(("component", "primitive", "name", "value"), list(cases()))
def test_it_can_be_asked_for(component: str, primitive: str, name: str, value: float) -> None:
    entry = CATALOGUE.component(component)
    agent, env_id = home(entry) or ("", "")
    for latin in (True, False):
        found = dict.fromkeys(wordings(entry, name, latin))
        right = [words for words in found if asked(words, value, agent, env_id, entry, name) == value]
        assert name in right
        if (component, name) not in AMBIGUOUS:
            assert len(right) >= min(len(found), 3), set(found) - set(right)


def asked(words: str, value: float, agent: str, env_id: str, entry: Entry, name: str) -> Any:
    """What the words state of the setting, after the component that has it."""
    owner = entry["primitive"]
    lead = "" if owner == "agent" else entry["name"]
    agents = CATALOGUE.component(agent)["parameters"]
    also = owner != "agent" and any(
        name in parameter["aliases"] for parameter in agents
    )  # what a comma gives the agent
    reading = Reading(f"{lead}{' with' if also else ','} {words} {value}")
    reading.take(0, len(lead))
    modules = {} if owner == "agent" else {owner: (entry["name"], len(lead))}
    settings = Settings(reading, CATALOGUE, agent, modules, CATALOGUE.environment(env_id) or {})
    try:
        stated = read_settings(settings)
    except CopilotError:
        return None
    return stated.of(owner).get(name, stated.agent.get(name))


def test_endings_and_spellings() -> None:
    pattern = group_pattern(("normaliz*", "neighbor"))
    assert pattern.search("normalised observations") and pattern.search("five neighbours")
    assert not pattern.search("abnormalities")
