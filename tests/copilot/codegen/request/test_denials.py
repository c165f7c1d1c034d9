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


@pytest.mark.parametrize(
    ("request_", "reward"),
    [
        ("PPO on Pong. I don't want RND. Use ICM.", "ICM"),
        ("PPO on Pong. I do not want RND, use ICM", "ICM"),
        ("PPO on Pong. We won't need RND; ICM will do", "ICM"),
        ("RND didn't work for us, so PPO with RE3 on Pong", "RE3"),
        ("在Pong上用PPO，我不想用RND，用ICM", "ICM"),
        ("PPO on Pong. I don't want RND.", None),
        ("PPO does not learn on DoorKey-5x5, so add RND", "RND"),
    ],
)
def test_a_module_that_is_not_wanted_in_any_words_is_not_added(request_: str, reward: str | None) -> None:
    spec = plan(request_, load_catalogue()).spec
    assert isinstance(spec, ExperimentSpec)
    assert spec.agent == "PPO"
    assert (spec.modules["reward"].name if "reward" in spec.modules else None) == reward


def test_respectively_and_what_was_never_used_deny_nothing() -> None:
    both = plan("PPO 在 CartPole 上分别用 RND 和 ICM", load_catalogue()).spec
    assert isinstance(both, ComparisonSpec)
    assert {run.modules["reward"].name for run in both.runs.values()} == {"RND", "ICM"}
    assert plan("I have never used SAC, show me it on Pendulum", load_catalogue()).spec.agent == "SAC"  # type: ignore[union-attr]
