"""A value that one run has by another's is a number in the plan, with a sentence on where it comes from."""

from __future__ import annotations

import pytest

from copilot.codegen import plan
from copilot.codegen.comparison.relations import relations
from copilot.codegen.spec import ComparisonSpec, ExperimentSpec
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import InvalidRequest

CATALOGUE = load_catalogue()
TUNED = {preset["agent"]: preset for preset in CATALOGUE.presets if preset["env_id"] == "CartPole-v1"}
STEPS = {agent: preset["num_train_steps"] for agent, preset in TUNED.items()}
RATES = {agent: preset["agent_kwargs"].get("lr") for agent, preset in TUNED.items()}


def runs(request: str) -> dict[str, ExperimentSpec]:
    made = plan(request, CATALOGUE)
    assert isinstance(made.spec, ComparisonSpec)
    assert not any("Not understood" in note for note in made.notes), made.notes
    return {run.agent: run for run in made.spec.runs.values()}


@pytest.mark.parametrize(
    ("words", "factor"),
    [
        ("PPO twice as long as A2C", 2),
        ("PPO with twice as many steps as A2C", 2),
        ("PPO trains three times longer than A2C", 3),
        ("PPO has half the steps of A2C", 0.5),
        ("PPO with the same number of steps as A2C", 1),
        ("PPO with as many steps as A2C", 1),
        ("PPO的步数是A2C的两倍", 2),
        ("PPO的步数是A2C的一半", 0.5),
        ("PPO的步数与A2C相同", 1),
    ],
)
def test_steps_of_one_by_those_of_another(words: str, factor: float) -> None:
    found = runs(f"compare PPO, A2C and DQN on CartPole, {words}")
    assert found["PPO"].num_train_steps == factor * STEPS["A2C"]
    assert (found["A2C"].num_train_steps, found["DQN"].num_train_steps) == (STEPS["A2C"], STEPS["DQN"])


@pytest.mark.parametrize(
    ("words", "factor"),
    [
        ("lr as in A2C", 1),
        ("the same lr as A2C", 1),
        ("PPO with the same lr as A2C", 1),
        ("PPO's lr is half of A2C's", 0.5),
        ("PPO with half the lr of A2C", 0.5),
        ("PPO with 10x the lr of A2C", 10),
        ("PPO用A2C的学习率", 1),
        ("PPO的学习率是A2C的两倍", 2),
    ],
)
def test_rates_of_one_by_those_of_another(words: str, factor: float) -> None:
    found = runs(f"compare PPO and A2C on CartPole, {words}")
    assert found["PPO"].agent_kwargs["lr"] == pytest.approx(factor * RATES["A2C"])
    assert found["A2C"].agent_kwargs["lr"] == RATES["A2C"]


def test_of_a_value_that_is_said() -> None:
    found = runs("compare PPO and A2C on CartPole, A2C 50k steps, PPO twice as many steps as A2C")
    assert (found["PPO"].num_train_steps, found["A2C"].num_train_steps) == (100_000, 50_000)
    found = runs("compare PPO with lr 1e-4 and A2C with the same lr as PPO on CartPole")
    assert found["A2C"].agent_kwargs["lr"] == found["PPO"].agent_kwargs["lr"] == 1e-4


def test_of_several_and_of_each_environment() -> None:
    found = runs("compare PPO, A2C and DQN on CartPole, PPO and DQN with the same number of envs as A2C")
    assert [run.num_envs for run in found.values()] == [TUNED["A2C"]["num_envs"]] * 3
    made = plan("compare PPO and A2C on CartPole and Acrobot, PPO with the same steps as A2C", CATALOGUE).spec
    assert isinstance(made, ComparisonSpec)
    steps = {(run.agent, run.env_id): run.num_train_steps for run in made.runs.values()}
    assert all(steps["PPO", task] == steps["A2C", task] for task in ("CartPole-v1", "Acrobot-v1"))


@pytest.mark.parametrize(
    "request_text",
    [
        "PPO on CartPole with the same lr as A2C",
        "PPO on CartPole, lr as in A2C",
        "PPO on CartPole with A2C's learning rate",
        "PPO on CartPole with the lr of A2C",
        "PPO训练CartPole，学习率和A2C一样",
    ],
)
def test_one_experiment_takes_a_value_of_an_agent_that_it_does_not_run(request_text: str) -> None:
    made = plan(request_text, CATALOGUE)
    assert isinstance(made.spec, ExperimentSpec)
    assert (made.spec.agent, made.spec.agent_kwargs["lr"]) == ("PPO", RATES["A2C"])
    assert any("that of A2C on CartPole-v1, where nothing else is said of it" in note for note in made.notes)


@pytest.mark.parametrize(
    ("request_text", "words"),
    [
        ("PPO on CartPole with the same settings as A2C", "Which settings are those of A2C is not clear"),
        ("PPO on CartPole with the same clip range as A2C", "A2C has no value of clip_range"),
    ],
)
def test_what_cannot_be_taken_is_refused(request_text: str, words: str) -> None:
    with pytest.raises(InvalidRequest, match=words):
        plan(request_text, CATALOGUE)


@pytest.mark.parametrize(
    "text",
    [
        "compare PPO and A2C on CartPole with the same lr",
        "is PPO better than A2C on CartPole with lr 1e-4",
        "Does PPO take twice as long as A2C to solve CartPole?",
        "Does PPO learn twice as fast as A2C on CartPole?",
        "compare PPO and A2C on CartPole, double the lr of A2C",
        "compare PPO and A2C on CartPole, A2C with lr 1e-4",
        "compare PPO with A2C on CartPole, twice the usual learning rate",
        "比较PPO和A2C在CartPole上，A2C的学习率是1e-4",
    ],
)
def test_other_words_name_no_relation(text: str) -> None:
    assert relations(text, CATALOGUE)[1] == []
