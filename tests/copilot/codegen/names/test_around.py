"""Words around a name: curiosity at large, and the algorithm of a paper."""

from __future__ import annotations

import pytest

from copilot.codegen import ExperimentSpec, plan
from copilot.core.catalogue import load_catalogue


def made(request: str) -> ExperimentSpec:
    spec = plan(request, load_catalogue()).spec
    assert isinstance(spec, ExperimentSpec)
    return spec


def bonus(request: str) -> list[str]:
    reward = made(request).modules["reward"]
    return reward.parts or [reward.name]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("two curiosity bonuses, RE3 and E3B,", ["E3B", "RE3"]),
        ("curiosity (RE3)", ["RE3"]),
        ("a curiosity bonus such as RND", ["RND"]),
        ("curiosity-driven exploration. Use E3B", ["E3B"]),
        ("curiosity and RE3", ["ICM", "RE3"]),
        ("RE3 and curiosity", ["ICM", "RE3"]),
        ("a curiosity bonus", ["ICM"]),
    ],
)
def test_curiosity_at_large_is_none_of_the_bonuses_that_are_named(words: str, expected: list[str]) -> None:
    assert bonus(f"PPO on MiniGrid-DoorKey-8x8-v0 with {words}") == expected


@pytest.mark.parametrize(
    "request_", ["reproduce the DrQ-v2 paper on finger spin", "复现一下DrQ-v2的论文，任务选finger spin"]
)
def test_a_paper_that_is_reproduced_names_its_algorithm(request_: str) -> None:
    assert made(request_).agent == "DrQv2"


def test_a_paper_whose_part_is_meant_names_no_algorithm() -> None:
    assert made("PPO on Pong with the residual network of the IMPALA paper").agent == "PPO"
