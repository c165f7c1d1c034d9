"""A name says what is special about an algorithm."""

from __future__ import annotations

import pytest

from copilot.codegen.authoring.agent.names import agent_name
from copilot.codegen.authoring.spec import Continuous, Learner, Term


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (Continuous(base="TD3", combined="mixed"), "MixedTD3"),
        (Continuous(base="SAC", critics=10), "EnsembleSAC"),
        (Continuous(base="TD3", cloning=1.0), "CloningTD3"),
        (Learner(family="q_learning", terms=[Term(name="q")], noisy=True, dueling=True), "DuelingNoisyDQN"),
        (Learner(family="q_learning", terms=[Term(name="q")], error="implicit"), "ImplicitQuantileDQN"),
        (Learner(family="actor_critic", terms=[Term(name="clip")], advantages="rank"), "RankPPO"),
        (Learner(family="actor_critic", terms=[Term(name="gradient")], baseline="group"), "GroupRelativeActorCritic"),
        (Learner(family="actor_critic", terms=[Term(name="clip")]), "OwnPPO"),
    ],
)
def test_what_is_special_is_named(body: Learner | Continuous, name: str) -> None:
    assert agent_name(body) == name
