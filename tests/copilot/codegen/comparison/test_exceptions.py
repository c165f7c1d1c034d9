"""What is said of all runs but some is the others'; the excepted have their own value, or what they have anyway."""

from __future__ import annotations

from typing import Any

import pytest

from copilot.codegen import plan
from copilot.codegen.spec import ComparisonSpec
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import InvalidRequest

CATALOGUE = load_catalogue()


def by_agent(request: str, name: str) -> dict[str, Any]:
    """Of each run the value of a setting, that it has not where it is the tuned one or the library's."""
    made = plan(request, CATALOGUE)
    assert isinstance(made.spec, ComparisonSpec)
    assert not any("Not understood" in note for note in made.notes), made.notes
    usual = {
        preset["agent"]: preset["agent_kwargs"] for preset in CATALOGUE.presets if preset["env_id"] == "CartPole-v1"
    }
    return {
        run.agent: run.agent_kwargs[name]
        for run in made.spec.runs.values()
        if name in run.agent_kwargs and run.agent_kwargs[name] != usual.get(run.agent, {}).get(name)
    }


@pytest.mark.parametrize(
    ("words", "rates"),
    [
        ("all with lr 2e-4 but PPO with 3e-4", {"PPO": 3e-4, "A2C": 2e-4, "DQN": 2e-4}),
        ("lr 2e-4, PPO 3e-4", {"PPO": 3e-4, "A2C": 2e-4, "DQN": 2e-4}),
        ("lr 2e-4, but PPO with lr 3e-4", {"PPO": 3e-4, "A2C": 2e-4, "DQN": 2e-4}),
        ("lr 2e-4 except for A2C", {"PPO": 2e-4, "DQN": 2e-4}),
        ("lr 2e-4, except A2C", {"PPO": 2e-4, "DQN": 2e-4}),
        ("lr 2e-4 for all but A2C, 50k steps", {"PPO": 2e-4, "DQN": 2e-4}),
        ("50k steps, all but A2C use lr 2e-4", {"PPO": 2e-4, "DQN": 2e-4}),
        ("lr 2e-4 but not for A2C", {"PPO": 2e-4, "DQN": 2e-4}),
        ("lr 2e-4 apart from PPO and A2C", {"DQN": 2e-4}),
        ("everything default except A2C with lr 2e-4", {"A2C": 2e-4}),
        ("lr 2e-4 except A2C, which has 5e-4", {"PPO": 2e-4, "A2C": 5e-4, "DQN": 2e-4}),
        ("16 envs, lr 2e-4 except A2C with 5e-4, 5 seeds", {"PPO": 2e-4, "A2C": 5e-4, "DQN": 2e-4}),
        ("lr 2e-4 except for A2C (5e-4)", {"PPO": 2e-4, "A2C": 5e-4, "DQN": 2e-4}),
        ("学习率2e-4，除了A2C用5e-4", {"PPO": 2e-4, "A2C": 5e-4, "DQN": 2e-4}),
        ("除A2C外学习率都是2e-4", {"PPO": 2e-4, "DQN": 2e-4}),
        ("除了A2C以外，都用2e-4的学习率", {"PPO": 2e-4, "DQN": 2e-4}),
        ("学习率2e-4，A2C除外", {"PPO": 2e-4, "DQN": 2e-4}),
        ("lr 2e-4 for all", {"PPO": 2e-4, "A2C": 2e-4, "DQN": 2e-4}),
        ("lr 2e-4", {"PPO": 2e-4, "A2C": 2e-4, "DQN": 2e-4}),
    ],
)
def test_a_value_of_all_but_some(words: str, rates: dict[str, float]) -> None:
    assert by_agent(f"compare PPO, A2C and DQN on CartPole, {words}", "lr") == rates


def test_all_values_of_the_clause_are_the_others() -> None:
    request = "compare PPO, A2C and DQN on CartPole, 12 envs and lr 2e-4 for all except A2C"
    assert by_agent(request, "lr") == {"PPO": 2e-4, "DQN": 2e-4}
    made = plan(request, CATALOGUE).spec
    assert isinstance(made, ComparisonSpec)
    assert [run.num_envs for run in made.runs.values()] == [12, 16, 12]


@pytest.mark.parametrize("words", ["with RND except for A2C", "all but A2C have RND", "除了A2C都加RND"])
def test_a_module_of_all_but_one(words: str) -> None:
    made = plan(f"compare PPO, A2C and DQN on CartPole, {words}", CATALOGUE).spec
    assert isinstance(made, ComparisonSpec)
    assert [run.agent for run in made.runs.values() if "reward" in run.modules] == ["PPO", "DQN"]


def test_steps_of_all_environments_but_one_and_weights_of_all_modules_but_one() -> None:
    made = plan("compare PPO on CartPole and Acrobot, 70k steps except on Acrobot", CATALOGUE).spec
    assert isinstance(made, ComparisonSpec)
    assert [run.num_train_steps for run in made.runs.values()] == [70_000, 200_000]
    made = plan("compare RND, ICM and RE3 with PPO on DoorKey-5x5, beta 0.1 except ICM with 0.5", CATALOGUE).spec
    assert isinstance(made, ComparisonSpec)
    assert [run.modules["reward"].kwargs["beta"] for run in made.runs.values()] == [0.1, 0.5, 0.1]


def test_what_the_excepted_have_not_must_be_said() -> None:
    with pytest.raises(InvalidRequest, match="What all but A2C have is not clear"):
        plan("compare PPO, A2C and DQN on CartPole, something special except for A2C", CATALOGUE)


def test_an_agent_that_is_named_once_alone_is_no_exception() -> None:
    made = plan("compare PPO and A2C on CartPole, not DQN", CATALOGUE)
    assert isinstance(made.spec, ComparisonSpec)
    assert list(made.spec.runs) == ["PPO", "A2C"]
    assert "Not used, as the request denies it: DQN." in made.notes
