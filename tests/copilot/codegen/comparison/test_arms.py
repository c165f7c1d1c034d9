"""Arms of a comparison, by their parts in it."""

from __future__ import annotations

from typing import Any

import pytest

from copilot.codegen import plan
from copilot.codegen.comparison.arms import armed
from copilot.codegen.spec import ComparisonSpec, ExperimentSpec
from copilot.core.catalogue import load_catalogue

CATALOGUE = load_catalogue()


def runs(text: str) -> list[ExperimentSpec]:
    spec = plan(text, CATALOGUE).spec
    assert isinstance(spec, ComparisonSpec)
    return list(spec.runs.values())


@pytest.mark.parametrize(
    ("text", "rewards"),
    [
        (
            "Game: Venture. The baseline is PPO without any exploration bonus; the treatment adds RND with an intrinsic "
            "coefficient of 0.25. Both arms: 64 environments, 30M steps, 3 seeds.",
            [None, "RND"],
        ),
        ("The control is A2C; the alternative adds RE3. Both on Pong-v5, 2M steps", [None, "RE3"]),
        (
            "PPO on Pong-v5, ablation, 2M steps: (a) RND alone, (b) ICM alone, (c) the sum of the two.",
            ["RND", "ICM", "Fabric"],
        ),
        ("对照组是 PPO；实验组加 ICM。都在 Pong-v5 上训练 200 万步", [None, "ICM"]),
    ],
)
def test_the_treatment_has_what_it_adds(text: str, rewards: list[str | None]) -> None:
    found: list[Any] = [run.modules["reward"].name if run.modules else None for run in runs(text)]
    assert found == rewards


def test_a_later_arm_is_as_the_first_in_what_it_leaves_out() -> None:
    one, two = runs(
        "Arm A: A2C, MiniGrid FourRooms, 400k steps from scratch. Arm B: the same agent and the same 400k "
        "steps, but preceded "
        "by 1M steps of pre-training on ICM alone."
    )
    assert (one.agent, one.env_id, one.pretrain_steps) == ("A2C", "MiniGrid-FourRooms-v0", None)
    assert (two.agent, two.env_id, two.pretrain_steps) == ("A2C", "MiniGrid-FourRooms-v0", 1_000_000)
    assert {one.num_train_steps, two.num_train_steps} == {400_000}


def test_alternatives_are_several() -> None:
    found = runs(
        "Which augmentation matters? DrQ-v2 on cheetah run, 500k steps; the control condition uses random "
        "shifts with padding "
        "4, the alternatives are random colour jitter and random convolution."
    )
    assert [run.modules["augmentation"].name for run in found] == [
        "RandomShift",
        "RandomColorJitter",
        "RandomConvolution",
    ]


@pytest.mark.parametrize(
    "text", ["The baseline is PPO on CartPole", "PPO with a baseline of 3 runs", "The treatment is RND"]
)
def test_one_arm_compares_nothing(text: str) -> None:
    assert armed(text) == text
