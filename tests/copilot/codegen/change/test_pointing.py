"""Runs that are pointed to by their place, as the others, or by a switch of all."""

from __future__ import annotations

import pytest

from copilot.codegen import ComparisonSpec, edit, plan
from copilot.codegen.change.pointing import added_to, by_place, concerned, of_agent, others_apart, switches_all
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import InvalidRequest

CATALOGUE = load_catalogue()
TWO = plan("compare PPO and A2C on CartPole", CATALOGUE).spec
BONUSES = plan("compare PPO with RND and PPO with ICM on CartPole", CATALOGUE).spec
assert isinstance(TWO, ComparisonSpec) and isinstance(BONUSES, ComparisonSpec)


def test_places_and_names() -> None:
    assert by_place("drop the latter, lr 1e-4 for the first one", TWO) == "drop A2C, lr 1e-4 for PPO"
    assert added_to("add RND to PPO", TWO) == "add RND for PPO"
    assert of_agent("A2C", TWO) == ["A2C"]
    assert concerned("ICM instead of RND", BONUSES, CATALOGUE) == ["RND"]
    assert concerned("beta 0.1 for ICM", BONUSES, CATALOGUE) == ["ICM"]
    assert concerned("beta 0.1", BONUSES, CATALOGUE) == ["RND", "ICM"]


def test_the_others() -> None:
    found = others_apart("PPO with 16 envs, the others with 8", TWO, CATALOGUE)
    assert found is not None
    assert (found[0].text.strip(" ,"), found[0].own, found[1]) == ("PPO with 16 envs", "8", ["A2C"])
    assert others_apart("keep the other settings, 16 envs", TWO, CATALOGUE) is None
    with pytest.raises(InvalidRequest, match="is not said"):
        others_apart("the others with 8 envs", TWO, CATALOGUE)


@pytest.mark.parametrize("words", ["switch to DQN", "switch both to DQN", "都换成DQN"])
def test_a_switch_of_runs_with_several_agents_is_refused(words: str) -> None:
    with pytest.raises(InvalidRequest, match="Which run is to have DQN"):
        switches_all(words, TWO, CATALOGUE)


def test_a_switch_of_runs_with_one_agent_is_of_all_of_them() -> None:
    made = edit("switch to A2C", BONUSES, CATALOGUE).spec
    assert isinstance(made, ComparisonSpec)
    assert [run.agent for run in made.runs.values()] == ["A2C", "A2C"]
    assert not switches_all("replace A2C with DQN", TWO, CATALOGUE)
    for words in ("replace A2C with DQN", "switch A2C to DQN", "把A2C换成DQN"):
        swapped = edit(words, TWO, CATALOGUE).spec
        assert isinstance(swapped, ComparisonSpec)
        assert [run.agent for run in swapped.runs.values()] == ["PPO", "DQN"]


def test_what_stands_beside_a_run_that_goes_or_comes_is_not_lost() -> None:
    made = edit("drop A2C, lr 1e-4, 5 seeds", plan("compare PPO, A2C and DQN on CartPole", CATALOGUE).spec, CATALOGUE)
    assert isinstance(made.spec, ComparisonSpec)
    assert made.spec.seeds == [1, 2, 3, 4, 5]
    assert all(run.agent_kwargs["lr"] == 1e-4 for run in made.spec.runs.values())
    for words in ("add DQN and a purple hat", "drop A2C and a purple hat"):
        assert any("purple" in note for note in edit(words, TWO, CATALOGUE).notes)
    with pytest.raises(InvalidRequest, match="batch_size is 0"):
        edit("add DQN, all with batch size 0", TWO, CATALOGUE)


def test_what_is_said_of_one_run_comes_after_what_is_said_of_all() -> None:
    made = edit("lr 1e-3 for PPO only, and both on Acrobot", TWO, CATALOGUE).spec
    assert isinstance(made, ComparisonSpec)
    assert [run.env_id for run in made.runs.values()] == ["Acrobot-v1", "Acrobot-v1"]
    assert made.runs["PPO"].agent_kwargs["lr"] == 1e-3


@pytest.mark.parametrize("words", ["keep A2C, drop the others", "drop the others, keep A2C", "只保留A2C，去掉其他的"])
def test_the_others_go_where_it_is_said_who_stays(words: str) -> None:
    three = plan("compare PPO, A2C and DQN on CartPole", CATALOGUE).spec
    made = edit(words, three, CATALOGUE).spec
    assert made.kind == "experiment"
    assert made.agent == "A2C"


def test_a_run_that_goes_and_what_is_said_of_the_others_is_done_or_refused() -> None:
    three = plan("compare PPO, A2C and DQN on CartPole", CATALOGUE).spec
    with pytest.raises(InvalidRequest):  # the places of runs were taken for those before one went
        edit("drop PPO, the others with lr 1e-4", three, CATALOGUE)
