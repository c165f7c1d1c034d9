"""Q-learning: what goes together is rendered as Python, what does not is refused."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from copilot.codegen.authoring.agent.render_q import q_module
from copilot.codegen.authoring.spec import AgentSpec, Learner, Term
from copilot.core.errors import InvalidRequest


def source_of(**fields: Any) -> str:
    plan = Learner(family="q_learning", terms=[Term(name="q")], **fields)
    return q_module(AgentSpec(name="Own", env_id="CartPole-v1", agent="DQN", body=plan), plan, "About.")


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        (
            {"targets": "expected", "greedy": 0.1},
            "self.epsilon * next_q.mean(-1) + (1.0 - self.epsilon) * next_q.amax(-1)",
        ),
        ({"targets": "max", "gap": 0.9}, "return targets - lost  # arXiv 1512.04860, equation 9"),
        ({"targets": "mellowmax", "target_network": False}, "next_q = self.policy.q_values(batch.next_observations)"),
        ({"error": "categorical", "bins": 21}, "projected(following[rows, best], moved, atoms)"),
        ({"error": "implicit"}, "taus[..., None] * self.steps"),
        ({"noisy": True}, 'epsilon_schedule: str = "0.0"'),
        (
            {"heads": 4, "subset": 2, "targets": "max"},
            "combined(self.policy.all_targets(batch.next_observations), self.subset)",
        ),
        ({"averaged": 3}, "older.load_state_dict(newer.state_dict())"),
    ],
)
def test_a_plan_becomes_python(fields: dict[str, Any], shown: str) -> None:
    text = source_of(**fields)
    ast.parse(text)
    assert shown in text


@pytest.mark.parametrize(
    "fields",
    [
        {"error": "quantile", "targets": "soft"},
        {"error": "categorical", "heads": 3},
        {"heads": 3, "targets": "munchausen"},
        {"heads": 3, "subset": 4, "targets": "max"},
        {"target_network": False, "tau": 0.01},
    ],
)
def test_what_does_not_go_together_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        source_of(**fields)
