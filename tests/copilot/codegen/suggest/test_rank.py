"""Distinct, gravest and cheapest first, and what fits into a budget."""

from __future__ import annotations

from copilot.codegen.suggest.finding import Proposal
from copilot.codegen.suggest.rank import choose
from copilot.core.catalogue import load_catalogue
from tests.copilot.codegen.suggest.real import DQN, PPO

CATALOGUE = load_catalogue()


def longer(steps: int) -> object:
    return PPO.model_copy(update={"num_train_steps": steps})


def proposal(topic: str, steps: int, rank: float = 0.0) -> Proposal:
    return Proposal(topic, topic, "why", longer(steps), (), rank)  # type: ignore[arg-type]


def titles(*proposals: Proposal, budget: float | None = None) -> list[str]:
    return [one.proposal.title for one in choose(proposals, CATALOGUE, (), budget)]


def test_rank_counts_and_of_equals_the_cheaper() -> None:
    assert titles(proposal("low", 1000, 1), proposal("high", 1000, 30)) == ["high", "low"][:1]  # one plan, once
    assert titles(proposal("dear", 10**6), proposal("cheap", 10**4)) == ["cheap", "dear"]
    assert titles(proposal("cheap", 10**4, 10), proposal("dear", 10**6, 20)) == ["dear", "cheap"]


def test_one_of_a_topic_and_five_at_most() -> None:
    assert titles(proposal("a", 1000, 2), proposal("a", 2000, 1)) == ["a"]
    assert len(titles(*(proposal(str(i), 1000 * (i + 1)) for i in range(9)))) == 5


def test_what_fits_comes_first_and_what_is_hopeless_is_left_whole() -> None:
    dear = Proposal("dqn", "DQN, 3 seeds", "why", DQN.model_copy(update={"seeds": [1, 2, 3]}), (), 50.0)
    found = choose([dear, proposal("cheap", 10**4)], CATALOGUE, (), 20.0)
    assert [one.proposal.title for one in found] == ["cheap", "DQN, 3 seeds"]
    assert found[1].cost.seconds > 20 and found[1].proposal.spec.seeds == [1, 2, 3]


def test_seeds_are_cut_before_steps() -> None:
    whole = Proposal("ppo", "PPO, 3 seeds", "why.", PPO.model_copy(update={"seeds": [1, 2, 3]}), (), 50.0)
    one_seed = choose([proposal("ppo", 100_000)], CATALOGUE)[0].cost.seconds
    (found,) = choose([whole], CATALOGUE, (), 1.5 * one_seed)
    assert found.proposal.title == "PPO (1 seed)" and found.proposal.spec.seeds == [1]
    (shorter,) = choose([whole], CATALOGUE, (), 0.7 * one_seed)
    assert shorter.proposal.spec.num_train_steps < 100_000  # type: ignore[union-attr]
    assert "of the steps, to fit" in shorter.proposal.why
