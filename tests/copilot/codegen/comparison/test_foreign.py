"""What only a module has, a run without that module has not."""

from __future__ import annotations

import pytest

from copilot.codegen import plan
from copilot.codegen.spec import ComparisonSpec
from copilot.core.catalogue import load_catalogue

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    "request_text",
    [
        "PPO with and without RND on CartPole, beta 0.2, lr 2e-4",
        "PPO with and without RND (beta 0.2) on CartPole, lr 2e-4",
        "PPO with RND (beta 0.2) and without it on CartPole, lr 2e-4",
        "compare PPO+RND and PPO on CartPole, beta 0.2, lr 2e-4",
        "Does RND help PPO on CartPole? Use beta 0.2 and lr 2e-4",
        "PPO在CartPole上加RND和不加RND对比，beta 0.2，学习率2e-4",
        "比较加了RND的PPO和普通PPO，CartPole，beta 0.2，学习率2e-4",
    ],
)
def test_the_weight_is_where_the_bonus_is(request_text: str) -> None:
    made = plan(request_text, CATALOGUE)
    assert isinstance(made.spec, ComparisonSpec)
    assert not any("Not understood" in note for note in made.notes), made.notes
    runs = list(made.spec.runs.values())
    assert [run.agent_kwargs["lr"] for run in runs] == [2e-4, 2e-4]
    assert [run.modules["reward"].kwargs["beta"] if run.modules else None for run in runs] == [0.2, None]


def test_of_a_storage_and_of_three_runs() -> None:
    made = plan("DQN with and without prioritized replay on CartPole, alpha 0.7", CATALOGUE).spec
    assert isinstance(made, ComparisonSpec)
    assert [run.modules["storage"].kwargs["alpha"] if run.modules else None for run in made.runs.values()] == [
        0.7,
        None,
    ]
    made = plan("PPO on DoorKey-5x5 with RND, ICM and no bonus, beta 0.2", CATALOGUE).spec
    assert isinstance(made, ComparisonSpec)
    assert [run.modules["reward"].name if run.modules else None for run in made.runs.values()] == ["RND", "ICM", None]
