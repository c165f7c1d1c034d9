"""What is proposed for goals: plans that fit the task, serve the wish, and can be run as they are."""

from __future__ import annotations

import ast

import pytest

from copilot.codegen import ComparisonSpec, render, validate
from copilot.codegen.suggest import sources
from copilot.codegen.suggest.goals import WANTS, Goal, read_goal
from copilot.codegen.suggest.rank import Experiment, choose
from copilot.codegen.suggest.served import SERVED
from copilot.codegen.suggest.wishes import proposals
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import InvalidRequest, SpaceMismatch

CATALOGUE = load_catalogue()
GOALS = [
    "reach 450 on CartPole as fast as possible",
    "explore DoorKey better",
    "make SAC on Pendulum more stable",
    "I only have 10 minutes of CPU",
    "让 PPO 在 CartPole 上更稳定",
    "用更少的样本解决 Pendulum",
    "a policy that remembers on MiniGrid-MemoryS7-v0",
    "generalise to unseen levels in MiniGrid",
    "LunarLander reward above 200 within 2 hours",
    "improve sample efficiency of DQN",
    "MountainCar never gets up the hill",
    "learn BitFlipping with sparse rewards",
    "play Breakout from few samples in half an hour",
    "walker_walk from pixels",
    "make Acrobot reliable in 50k steps",
    "HalfCheetah faster",
    "FrozenLake",
    "PPG on CartPole",
    "CarRacing with less data",
    "explore with DQN",
]


def chosen(words: str) -> list[Experiment]:
    goal = read_goal(words, CATALOGUE)
    return choose(proposals(goal, CATALOGUE).kept, CATALOGUE, (), goal.budget_s)


@pytest.mark.parametrize("words", GOALS)
def test_each_goal_has_three_to_five_experiments_that_render(words: str) -> None:
    found = chosen(words)
    assert 3 <= len(found) <= 5
    for one in found:
        spec = one.proposal.spec
        assert validate(spec, CATALOGUE) == spec
        ast.parse(render(spec, CATALOGUE))
        assert sources.cite(one.proposal.sources)


def test_every_wish_is_served() -> None:
    assert set(SERVED) == set(WANTS)


def test_exploration_of_doorkey_begins_with_what_was_measured() -> None:
    first = chosen("explore DoorKey better")[0].proposal
    assert first.spec.modules["reward"].name == "RE3"  # type: ignore[union-attr]
    assert first.spec.modules["reward"].kwargs["beta"] == 0.003  # type: ignore[union-attr]
    (citation, *_) = sources.cite(first.sources)
    assert citation.source == "corpus/papers/re3.md"


def test_stability_measures_the_spread_before_it_changes_anything() -> None:
    first = chosen("make SAC on Pendulum more stable")[0].proposal
    assert (first.spec.agent, len(first.spec.seeds)) == ("SAC", 5)  # type: ignore[union-attr]


def test_few_samples_are_off_policy_and_memory_is_recurrent() -> None:
    assert chosen("用更少的样本解决 Pendulum")[0].proposal.spec.agent == "SAC"  # type: ignore[union-attr]
    assert chosen("a policy that remembers on MiniGrid-MemoryS7-v0")[0].proposal.spec.agent == "PPOLSTM"  # type: ignore[union-attr]


def test_goals_with_hindsight() -> None:
    first = chosen("learn BitFlipping with sparse rewards")[0].proposal
    assert first.spec.modules["storage"].name == "HerReplayStorage"  # type: ignore[union-attr]


def test_steps_that_are_named_hold_for_every_plan() -> None:
    base = [one for one in chosen("make Acrobot reliable in 50k steps") if one.proposal.topic != "compare"]
    for one in base:
        runs = one.proposal.spec.runs.values() if isinstance(one.proposal.spec, ComparisonSpec) else [one.proposal.spec]
        assert {run.num_train_steps for run in runs} == {50_000}


def test_a_budget_cuts_seeds_first_and_then_steps() -> None:
    found = chosen("solve Pendulum with SAC in 3 minutes")
    assert all(one.cost.seconds <= 180 for one in found[:3])
    cut = next(one.proposal for one in found if "to fit 3 min" in one.proposal.why)
    assert len(cut.spec.seeds) < 3


def test_what_cannot_be_had_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="600 is wanted; an episode of CartPole-v1 pays at most 500"):
        proposals(read_goal("reach 600 on CartPole", CATALOGUE), CATALOGUE)
    with pytest.raises(SpaceMismatch):
        proposals(read_goal("SAC on CartPole", CATALOGUE), CATALOGUE)
    with pytest.raises(InvalidRequest, match="pays at most 1"):
        proposals(Goal("x", "MiniGrid-DoorKey-6x6-v0", reward=10.0), CATALOGUE)


def test_a_task_that_was_not_named_is_told() -> None:
    assert proposals(read_goal("explore better", CATALOGUE), CATALOGUE).notes == [
        "No environment is named; MiniGrid-DoorKey-6x6-v0 is taken."
    ]
