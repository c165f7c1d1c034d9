"""What a request denies is cut out of it, and nothing else."""

from __future__ import annotations

import pytest

from copilot.codegen import plan
from copilot.codegen.request.denials import cut_denied
from copilot.codegen.spec import ComparisonSpec, ExperimentSpec
from copilot.core.catalogue import load_catalogue


@pytest.mark.parametrize(
    "text",
    [
        "PPO on CartPole (not Acrobot!)",
        "PPO on CartPole, not on Acrobot",
        "PPO on CartPole instead of Acrobot",
        "PPO在CartPole上训练（不是Acrobot）",
        "PPO在CartPole上训练，不是Acrobot",
        "不要在Acrobot上，用PPO训练CartPole",
    ],
)
def test_an_environment_that_is_denied_is_none(text: str) -> None:
    made = plan(text, load_catalogue())
    assert isinstance(made.spec, ExperimentSpec)
    assert made.spec.env_id == "CartPole-v1"
    assert "Not used, as the request denies it: Acrobot-v1." in made.notes


def test_two_environments_are_a_comparison_of_one_agent() -> None:
    made = plan("PPO on CartPole and on Acrobot", load_catalogue())
    assert isinstance(made.spec, ComparisonSpec)
    assert [run.env_id for run in made.spec.runs.values()] == ["CartPole-v1", "Acrobot-v1"]
    assert not any("No agent is named" in note for note in made.notes)


@pytest.mark.parametrize(
    ("text", "rest", "names"),
    [
        ("PPO, not A2C, on CartPole", "PPO,  , on CartPole", ["A2C"]),
        ("PPO with and without RND", "PPO with and without RND", []),
        ("PPO not on Acrobot", "PPO not on Acrobot", []),
    ],
)
def test_agents_and_components(text: str, rest: str, names: list[str]) -> None:
    assert cut_denied(text, load_catalogue()) == (rest, [f"Not used, as the request denies it: {n}." for n in names])
