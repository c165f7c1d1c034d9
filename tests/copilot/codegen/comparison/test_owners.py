"""A setting that an agent and its module both have is whose the words say: of both, of each its own, of one alone."""

from __future__ import annotations

from typing import Any

import pytest

from copilot.codegen import plan
from copilot.codegen.spec import ComparisonSpec, ExperimentSpec
from copilot.core.catalogue import load_catalogue

CATALOGUE = load_catalogue()
START = "PPO with RND on DoorKey-5x5"


def both(words: str, name: str = "lr", other: str = "") -> tuple[Any, Any]:
    """The value of the agent, and that of its module."""
    made = plan(words if "DoorKey" in words else f"{START}, {words}", CATALOGUE)
    assert isinstance(made.spec, ExperimentSpec), made.spec
    assert not any("Not understood" in note for note in made.notes), made.notes
    return made.spec.agent_kwargs.get(name), made.spec.modules["reward"].kwargs.get(other or name)


@pytest.mark.parametrize(
    "words",
    [
        "lr 1e-4 for both",
        "lr 1e-4 for both of them",
        "lr 1e-4 for all",
        "each with lr 1e-4",
        "both with lr 1e-4 and batch size 96",
        "both use lr=1e-4, 16 envs",
        "both learning rates 1e-4",
        "learning rate of both 1e-4",
        "batch size 96 and lr 1e-4 for both",
        "lr 1e-4 for PPO as well as RND",
        "lr 1e-4 for both PPO and RND",
        "学习率两者都用 1e-4",
        "学习率都是1e-4",
        "两者的学习率均为1e-4，3个种子",
    ],
)
def test_of_both(words: str) -> None:
    assert both(words) == (1e-4, 1e-4)


def test_of_both_all_settings_and_each_by_its_name() -> None:
    assert both("both with lr 1e-4, batch size 96, 3 seeds", "batch_size") == (96, 96)
    assert both("lr 1e-4 and batch size 96 for both", "batch_size") == (96, 96)
    assert both("gamma 0.95 for both, 50k steps", "discount", "gamma") == (0.95, 0.95)


@pytest.mark.parametrize(
    "words",
    [
        "lr 1e-4 for PPO but 1e-3 for RND",
        "lr 1e-4 for PPO and 1e-3 for RND",
        "lr 1e-3 for RND and 1e-4 for PPO",
        "lr 1e-4 (PPO) and 1e-3 (RND)",
        "lr: PPO 1e-4, RND 1e-3",
        "lr 1e-4, 1e-3 for RND",
        "lr 1e-4 and 1e-3 for PPO and RND respectively",
        "lr 1e-3 and 1e-4 for RND and PPO, respectively",
        "learning rates of 1e-4 for the agent and 1e-3 for RND",
        "lr 1e-4 for the agent and 1e-3 for the bonus",
        "PPO's lr is 1e-4 and RND's 1e-3",
        "PPO uses lr 1e-4, RND 1e-3",
        "for PPO lr 1e-4, for RND lr 1e-3",
        "for RND lr 1e-3, for PPO lr 1e-4",
        "PPO (lr 1e-4), RND (lr 1e-3) on DoorKey-5x5",
        "RND (lr 1e-3), PPO (lr 1e-4) on DoorKey-5x5",
        f"{START}. RND: beta 0.5, lr 1e-3; PPO: lr 1e-4, 4 epochs",
        "PPO学习率1e-4，RND学习率1e-3",
        "PPO的学习率为1e-4，RND的为1e-3",
        "学习率PPO用1e-4，RND用1e-3",
        "学习率分别为1e-4和1e-3",
    ],
)
def test_of_each_its_own(words: str) -> None:
    assert both(words) == (1e-4, 1e-3)


@pytest.mark.parametrize(
    ("words", "values"),
    [
        (f"{START}. RND: beta 0.5, PPO: lr 1e-4", (1e-4, None)),
        (f"{START}. PPO: lr 1e-4, RND: beta 0.5", (1e-4, None)),
        ("lr 1e-4 for PPO", (1e-4, None)),
        ("lr 1e-4 for RND", (None, 1e-4)),
        ("lr 1e-4", (1e-4, None)),
        ("normalise both observations and rewards, lr 1e-4", (1e-4, None)),
        ("3 seeds, each with lr 1e-4", (1e-4, None)),
        ("RND的beta 0.5，PPO的学习率1e-4", (1e-4, None)),
        ("lr 1e-4 and batch size 64 for RND", (None, 1e-4)),
    ],
)
def test_of_one_alone(words: str, values: tuple[float | None, float | None]) -> None:
    assert both(words) == values


def rates(request: str) -> list[tuple[float | None, float | None]]:
    made = plan(request, CATALOGUE)
    assert isinstance(made.spec, ComparisonSpec)
    assert not any("Not understood" in note for note in made.notes), made.notes
    runs = made.spec.runs.values()
    return [
        (run.agent_kwargs.get("lr"), run.modules["reward"].kwargs.get("lr") if "reward" in run.modules else None)
        for run in runs
    ]


@pytest.mark.parametrize(
    ("request_text", "found"),
    [
        (
            "PPO with and without RND on DoorKey-5x5, lr 1e-4 for PPO and 1e-3 for RND",
            [(1e-4, 1e-3), (1e-4, None)],
        ),
        ("PPO with and without RND on DoorKey-5x5, lr 1e-4 for both", [(1e-4, None), (1e-4, None)]),
        ("PPO with RND on DoorKey-5x5 and CartPole, lr 1e-4 for both", [(1e-4, None), (1e-4, None)]),
        ("compare PPO and A2C with RND on DoorKey-5x5, lr 1e-4 for both", [(1e-4, None), (1e-4, None)]),
        (
            "compare PPO and A2C with RND on DoorKey-5x5, PPO lr 1e-4, A2C lr 8e-4, RND lr 1e-3",
            [(1e-4, 1e-3), (8e-4, 1e-3)],
        ),
        (
            "compare PPO and A2C with RND on DoorKey-5x5, lr 1e-4 for PPO, 8e-4 for A2C and 1e-3 for RND",
            [(1e-4, 1e-3), (8e-4, 1e-3)],
        ),
        (
            "compare RND and ICM with PPO on DoorKey-5x5, lr 1e-4 for PPO, lr 1e-3 for RND and 5e-4 for ICM",
            [(1e-4, 1e-3), (1e-4, 5e-4)],
        ),
        ("compare PPO with lr 1e-4 and PPO with lr 1e-3 on DoorKey-5x5", [(1e-4, None), (1e-3, None)]),
    ],
)
def test_in_a_comparison(request_text: str, found: list[tuple[float | None, float | None]]) -> None:
    assert rates(request_text) == found
