"""Rows of metrics: what is kept of them, and one process that trained several seeds."""

from __future__ import annotations

import pytest

from copilot.codegen.spec import Module
from copilot.codegen.suggest.records import RunRecord, Series, deviation, median, segments, slope, trained
from tests.copilot.codegen.suggest.real import PPO


def rows(*steps: int) -> list[dict[str, object]]:
    return [{"kind": "train", "step": step, "episode_reward": float(step)} for step in steps]


def test_rows_without_a_number_are_left_out_of_a_series() -> None:
    record = RunRecord("a", 1, PPO, "ok", [*rows(1), {"kind": "train", "step": 2, "episode_reward": None}, *rows(3)])
    assert record.series("episode_reward").values == [1.0, 3.0]
    assert record.nulls() == ["episode_reward"]
    assert record.series("absent").values == []


def test_the_score_is_the_last_evaluation_s_and_else_that_of_training() -> None:
    record = RunRecord("a", 1, PPO, "ok", [*rows(1, 2), {"kind": "eval", "step": 2, "episode_reward": 9.0}])
    assert record.score == 9.0
    assert RunRecord("a", 1, PPO, "ok", rows(1, 2)).score == 2.0
    assert RunRecord("a", 1, PPO, "ok").score is None


def test_steps_that_begin_anew_are_another_training() -> None:
    assert [len(part) for part in segments([*rows(1, 2, 3), *rows(1, 2)])] == [3, 2]
    record = RunRecord("a", None, PPO.model_copy(update={"seeds": [4, 9]}), "ok", [*rows(1, 2, 3), *rows(1, 2)], 10.0)
    assert [(one.seed, one.step, one.wall_s) for one in trained(record)] == [(4, 3, 5.0), (9, 2, 5.0)]


def test_of_two_phases_the_second_is_judged() -> None:
    spec = PPO.model_copy(update={"modules": {"reward": Module(name="RND")}, "pretrain_steps": 3, "seeds": [4, 9]})
    both = [*rows(1, 2, 3), *rows(1, 5), *rows(1, 2, 3), *rows(1, 7)]
    assert [(one.seed, one.step) for one in trained(RunRecord("a", None, spec, "ok", both))] == [(4, 5), (9, 7)]
    alone = RunRecord("a", 9, spec, "ok", both[5:])
    assert [(one.seed, one.step) for one in trained(alone)] == [(9, 7)]


def test_numbers() -> None:
    assert median([3, 1, 2]) == 2 and median([1, 2, 3, 4]) == 2.5
    assert deviation([1.0]) == 0.0 and deviation([1, 3]) == pytest.approx(2**0.5)
    assert slope(Series([0, 1, 2], [1, 3, 5])) == pytest.approx(2.0)
    assert slope(Series([1, 1], [0, 5])) == 0.0
    assert Series([0, 10, 20, 30], [0, 1, 2, 3]).part(0.9, 1.0) == [3]
