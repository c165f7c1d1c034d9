"""A word that names a setting of the agent and one of a module is the agent's, unless the words give it to the module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from copilot.codegen import plan
from copilot.codegen.request.reading import Reading
from copilot.codegen.settings.settings import Settings
from copilot.codegen.settings.stating import read_settings
from copilot.codegen.settings.values import coerce, settable
from copilot.codegen.spec import ComparisonSpec, ExperimentSpec
from copilot.core.catalogue import Entry, load_catalogue
from copilot.core.errors import CopilotError

CATALOGUE = load_catalogue()
AMOUNTS = (0.9, 0.5, 7)


def alike() -> Iterator[tuple[Entry, Entry, Entry, Entry]]:
    """An agent, its parameter, a module and the parameter of that by whose name people call the agent's, or the reverse."""
    for agent in CATALOGUE.of("agent"):
        for primitive, names in agent["combines"].items():
            for module in map(CATALOGUE.component, names) if primitive != "policy" else ():
                for own in filter(settable, agent["parameters"]):
                    for other in filter(settable, module["parameters"]):
                        if own["name"] != other["name"] and other["name"] in own["aliases"]:
                            yield agent, own, module, other


def test_these_words_name_two_settings_and_no_parameter_of_an_agent_is_an_alias_of_a_modules() -> None:
    assert {(own["name"], other["name"]) for _, own, _, other in alike()} == {
        ("discount", "gamma"),
        ("temperature", "alpha"),
    }
    for agent in CATALOGUE.of("agent"):
        for names in agent["combines"].values():
            for module in map(CATALOGUE.component, names):
                for own in agent["parameters"]:
                    assert not any(
                        own["name"] in other["aliases"] and own["name"] != other["name"]
                        for other in module["parameters"]
                    )


def fitting(own: Entry, other: Entry) -> float:
    """A value that both take."""
    for value in AMOUNTS:
        try:
            coerce(own, value), coerce(other, value)
        except CopilotError:
            continue
        return value
    raise AssertionError((own, other))


@pytest.mark.parametrize(
    ("agent", "own", "module", "other"),
    [pytest.param(*case, id=f"{case[0]['name']}-{case[2]['name']}-{case[3]['name']}") for case in alike()],
)
def test_it_is_the_agents_unless_the_words_give_it_to_the_module(
    agent: Entry, own: Entry, module: Entry, other: Entry
) -> None:
    said, value, primitive = other["name"], fitting(own, other), module["primitive"]
    for text, owner in (
        (f"{agent['name']} with {module['name']} on the task, {said} {value}", "agent"),
        (f"{agent['name']} with {said}={value} and {module['name']}", "agent"),
        (f"{agent['name']} and {module['name']} with {said} {value}", primitive),
        (f"{agent['name']} and {module['name']} ({said}={value})", primitive),
        (f"{agent['name']} on the task, {said} {value} for {module['name']}", primitive),
    ):
        reading, end = Reading(text), text.index(module["name"]) + len(module["name"])
        for name in (agent["name"], module["name"]):
            reading.take(text.index(name), text.index(name) + len(name))
        task = CATALOGUE.environment("CartPole-v1") or {}
        settings = Settings(reading, CATALOGUE, agent["name"], {primitive: (module["name"], end)}, task)
        stated = read_settings(settings)
        assert stated.of(owner) == {own["name"] if owner == "agent" else said: value}, text
        assert any(repr(said) in note for note in settings.notes), text
        assert not stated.of(primitive if owner == "agent" else "agent"), text


def spec(request: str) -> ExperimentSpec:
    made = plan(request, CATALOGUE).spec
    assert isinstance(made, ExperimentSpec)
    return made


@pytest.mark.parametrize(
    ("request_text", "discount", "gamma"),
    [
        ("PPO with RND on CartPole, gamma 0.95", 0.95, None),
        ("PPO gamma 0.95 with RND on CartPole", 0.95, None),
        ("PPO with RND on CartPole --gamma 0.97", 0.97, None),
        ("PPO with RND and gamma 0.95 on CartPole", 0.95, None),
        ("PPO 加 RND，CartPole，gamma 0.95", 0.95, None),
        ("PPO with RND with gamma 0.9 on CartPole", 0.99, 0.9),
        ("PPO on CartPole with RND whose gamma is 0.9", 0.99, 0.9),
        ("PPO with RND on CartPole, the gamma of RND is 0.9", 0.99, 0.9),
        ("PPO 训练 CartPole，RND 的 gamma 0.9", 0.99, 0.9),
        ("PPO with RND on CartPole, RND's gamma 0.9 and the agent's gamma 0.95", 0.95, 0.9),
    ],
)
def test_the_discount_and_the_gamma_of_a_bonus(request_text: str, discount: float, gamma: float | None) -> None:
    made = spec(request_text)
    assert made.agent_kwargs["discount"] == discount
    assert made.modules["reward"].kwargs.get("gamma") == gamma


def test_a_comparison_of_a_bonus_has_one_discount() -> None:
    made = plan("compare PPO and PPO+RND on CartPole with gamma 0.95, 3 seeds", CATALOGUE).spec
    assert isinstance(made, ComparisonSpec)
    assert [run.agent_kwargs["discount"] for run in made.runs.values()] == [0.95, 0.95]
    assert not any(module.kwargs for run in made.runs.values() for module in run.modules.values())


@pytest.mark.parametrize(
    ("request_text", "kwargs"),
    [
        ("PPO on CartPole. RND has learning rate 1e-4 and batch size 64", {"lr": 1e-4, "batch_size": 64}),
        ("PPO on CartPole with RND, which has lr 1e-4 and batch size 64", {"lr": 1e-4, "batch_size": 64}),
        ("PPO on CartPole with RND and lr 1e-4", {}),
        ("PPO on CartPole with RND, lr 1e-4 and batch size 64", {}),
        ("PPO on CartPole with RND, the learning rate of RND is 1e-4", {"lr": 1e-4}),
    ],
)
def test_what_a_module_has_goes_on_behind_an_and(request_text: str, kwargs: dict[str, float]) -> None:
    assert spec(request_text).modules["reward"].kwargs == kwargs
