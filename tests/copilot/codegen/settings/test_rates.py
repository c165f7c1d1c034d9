"""A learning rate for each network is refused of an agent that has one, and taken of one that has two."""

from __future__ import annotations

import pytest

from copilot.codegen import plan
from copilot.codegen.spec import ExperimentSpec
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import InvalidRequest

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    "words",
    [
        "learning rate 3e-4 for the policy and 1e-3 for the value function",
        "3e-4 for the policy and 1e-3 for the value function",
        "learning rates of 3e-4 (actor) and 1e-3 (critic)",
        "actor lr 3e-4 and critic lr 1e-3",
        "lr 3e-4 for policy, 1e-3 for value",
        "策略学习率 3e-4，价值网络学习率 1e-3",
        "学习率：策略 3e-4，价值网络 1e-3",
    ],
)
@pytest.mark.parametrize("agent", ["PPO on CartPole", "SAC on Pendulum"])
def test_two_rates_of_an_agent_that_has_one_are_refused(agent: str, words: str) -> None:
    with pytest.raises(InvalidRequest, match=r"two learning rates, .*3e-4.* has one, lr"):
        plan(f"{agent}, {words}", CATALOGUE)


@pytest.mark.parametrize(
    ("request_text", "rates"),
    [
        ("DDPG on Pendulum, learning rate 5e-4 for the policy and 2e-3 for the value function", (5e-4, 2e-3)),
        ("DDPG on Pendulum: lr 5e-4 for the actor, 2e-3 for the critic", (5e-4, 2e-3)),
        ("PPO on CartPole, lr 3e-4 for the policy", (3e-4, None)),
        ("PPO on CartPole, lr 3e-4 for the policy and the value network", (3e-4, None)),
        ("PPO on CartPole, value loss weight 0.01, lr 3e-4, policy clip 0.02", (3e-4, None)),
    ],
)
def test_one_rate_and_an_agent_of_two(request_text: str, rates: tuple[float, float | None]) -> None:
    spec = plan(request_text, CATALOGUE).spec
    assert isinstance(spec, ExperimentSpec)
    assert (spec.agent_kwargs["lr"], spec.agent_kwargs.get("critic_lr")) == rates
