""" "With and without": one run with the thing, one without."""

from __future__ import annotations

import pytest

from copilot.codegen import plan
from copilot.codegen.comparison.both_ways import both_ways, free, is_link
from copilot.codegen.request.reading import Reading
from copilot.codegen.spec import ComparisonSpec, ExperimentSpec
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import InvalidRequest

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("PPO with and without RND", [["with RND"], [""]]),
        ("DQN with double and without double", [["with double"], ["no double"]]),
        ("PPO 有没有 RND", [["with RND"], [""]]),
        ("FrozenLake with and without slipping", [["with slipping"], ["no slipping"]]),
    ],
)
def test_both(text: str, choices: list[list[str]]) -> None:
    assert [axis.choices for axis in both_ways(Reading(text), CATALOGUE, [])] == [choices]


def test_nothing_of_the_kind() -> None:
    assert both_ways(Reading("PPO with RND"), CATALOGUE, []) == []


def test_links_and_spans() -> None:
    assert is_link(" and ") and is_link(" vs. ") and not is_link(" with lr 1e-3 and ")
    assert free(0, 3, [(3, 5)]) and not free(0, 4, [(3, 5)])


def test_what_is_off_at_a_value() -> None:
    made = plan("compare PPO with and without entropy bonus on DoorKey-5x5", CATALOGUE).spec
    assert isinstance(made, ComparisonSpec)
    assert [run.agent_kwargs.get("ent_coef") for run in made.runs.values()] == [None, 0.0]
    assert list(made.runs) == ["default ent_coef", "ent_coef=0.0"]
    made = plan("compare PPO with and without frame stacking on Breakout", CATALOGUE).spec
    assert isinstance(made, ComparisonSpec)
    assert [run.env_kwargs.get("frame_stack") for run in made.runs.values()] == [None, 1]


def test_without_alone_has_one_arm() -> None:
    made = plan("PPO with RND and without entropy bonus on DoorKey-5x5", CATALOGUE).spec
    assert isinstance(made, ExperimentSpec)
    assert made.agent_kwargs["ent_coef"] == 0


@pytest.mark.parametrize("words", ["gradient clipping", "value clipping", "advantage normalization"])
def test_what_cannot_be_off_is_refused_by_its_name(words: str) -> None:
    with pytest.raises(InvalidRequest, match=f"with and without {words}"):
        plan(f"compare PPO on CartPole with and without {words}", CATALOGUE)


@pytest.mark.parametrize(
    "request_text",
    [
        "compare PPO with and without normalised observations and rewards on Pendulum",
        "compare PPO on Pendulum, with and without normalized observations and rewards",
    ],
)
def test_all_switches_of_a_list_are_on_and_off(request_text: str) -> None:
    made = plan(request_text, CATALOGUE).spec
    assert isinstance(made, ComparisonSpec)
    found = [(run.train_kwargs["normalize_obs"], run.train_kwargs["normalize_reward"]) for run in made.runs.values()]
    assert found == [(True, True), (False, False)]


@pytest.mark.parametrize(
    "request_text",
    [
        "Does normalising rewards help PPO on Pendulum?",
        "PPO在Pendulum上，一个用奖励归一化，一个不用",
    ],
)
def test_whether_a_switch_helps(request_text: str) -> None:
    made = plan(request_text, CATALOGUE).spec
    assert isinstance(made, ComparisonSpec)
    assert [run.train_kwargs["normalize_reward"] for run in made.runs.values()] == [True, False]


def test_nothing_else_is_no_run_of_its_own() -> None:
    assert isinstance(plan("PPO with RND and nothing else on CartPole", CATALOGUE).spec, ExperimentSpec)
    assert isinstance(plan("PPO with RND on CartPole, it may help exploration", CATALOGUE).spec, ExperimentSpec)
