"""Generalised advantage estimation is off where its lambda is 1, and on where that is less."""

from __future__ import annotations

import pytest

from copilot.codegen import plan
from copilot.codegen.spec import ComparisonSpec, ExperimentSpec
from copilot.core.catalogue import load_catalogue

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("request_text", "value"),
    [
        ("PPO on CartPole without GAE", 1.0),
        ("PPO on CartPole, no generalised advantage estimation", 1.0),
        ("PPO on CartPole, GAE off", 1.0),
        ("PPO在CartPole上不用GAE", 1.0),
        ("PPO on CartPole with GAE", 0.95),
        ("A2C on Acrobot with GAE", 0.95),
        ("A2C on Acrobot", None),
        ("PPO on CartPole with GAE 0.9", 0.9),
        ("A2C on Acrobot with GAE lambda 0.9", 0.9),
        ("A2C on Acrobot with GAE(0.9)", 0.9),
    ],
)
def test_with_and_without(request_text: str, value: float | None) -> None:
    made = plan(request_text, CATALOGUE)
    assert isinstance(made.spec, ExperimentSpec)
    assert made.spec.agent_kwargs.get("gae_lambda") == value
    assert not any("Not understood" in note or "CAREFUL" in note for note in made.notes), made.notes


@pytest.mark.parametrize(
    "request_text",
    [
        "PPO and A2C on Acrobot, with and without GAE",
        "compare PPO and A2C on Acrobot with and without generalized advantage estimation",
        "比较PPO和A2C在Acrobot上用和不用GAE",
    ],
)
def test_two_arms_for_each_agent(request_text: str) -> None:
    made = plan(request_text, CATALOGUE).spec
    assert isinstance(made, ComparisonSpec)
    found = [(run.agent, run.agent_kwargs["gae_lambda"]) for run in made.runs.values()]
    assert found == [("PPO", 0.94), ("PPO", 1.0), ("A2C", 0.95), ("A2C", 1.0)]


def test_an_agent_without_it_is_told_so() -> None:
    made = plan("DQN on CartPole without GAE", CATALOGUE)
    assert any("GAE" in note for note in made.notes)
