"""Off-policy actor-critics: what goes together is rendered as Python, what does not is refused."""

from __future__ import annotations

import ast

import pytest

from copilot.codegen.authoring.agent.render_continuous import describe, module
from copilot.codegen.authoring.spec import AgentSpec, Continuous, Fall, Optimizer
from copilot.core.errors import InvalidRequest


def source_of(plan: Continuous) -> str:
    spec = AgentSpec(name="Own", env_id="Pendulum-v1", agent=plan.base, body=plan)
    return module(spec, plan)[0]


@pytest.mark.parametrize(
    ("plan", "shown"),
    [
        (
            Continuous(base="TD3", combined="mixed", share=0.6),
            "share * values.amin(0) + (1.0 - share) * values.mean(0)",
        ),
        (Continuous(base="SAC", combined="bound"), "values.mean(0) - pessimism * values.std(0, unbiased=False)"),
        (Continuous(base="SAC", critics=10, subset=2), "th.randperm(len(values)"),
        (Continuous(base="SAC", quantiles=25, dropped=2), "pooled[:, : pooled.shape[1] - dropped * len(quantiles)]"),
        (Continuous(base="TD3", cloning=2.5, scaled=True), "self.cloning_coef / q.abs().mean().detach()"),
        (Continuous(base="SAC", weighted=1.0), "(advantages / temperature).exp().clamp(max=cap).detach()"),
        (Continuous(base="DDPG", drifting=True), "OrnsteinUhlenbeckNoise()"),
        (Continuous(base="TD3", optimizer=Optimizer(name="AdamW", fall=Fall(shape="cosine"))), "th.optim.AdamW"),
        (Continuous(base="TD3", reset_every=100, reset_by="updates"), "if self.turn(self.reset_every):"),
    ],
)
def test_a_plan_becomes_python(plan: Continuous, shown: str) -> None:
    text = source_of(plan)
    ast.parse(text)
    assert shown in text
    assert describe(plan).endswith(".")


@pytest.mark.parametrize(
    "plan",
    [
        Continuous(base="SAC", critics=2, subset=3),
        Continuous(base="SAC", quantiles=5, dropped=5),
        Continuous(base="TD3", weighted=1.0),
        Continuous(base="SAC", weighted=1.0, quantiles=5),
    ],
)
def test_what_does_not_go_together_is_refused(plan: Continuous) -> None:
    with pytest.raises(InvalidRequest):
        source_of(plan)
