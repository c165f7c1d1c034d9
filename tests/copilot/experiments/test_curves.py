"""Curves and scores out of rows of metrics."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from copilot.experiments import curves
from tests.copilot.experiments.fakes import rows


def test_rows_that_are_no_rows_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "metrics.jsonl").write_text('{"kind": "eval"}\n[1]\n\n{"kind": "ev', encoding="utf-8")
    assert curves.read(tmp_path) == [{"kind": "eval"}]
    assert curves.read(tmp_path / "missing") == curves.read(None) == []


def test_a_curve_has_the_rewards_of_its_kind_alone() -> None:
    sent: list[dict[str, Any]] = [
        {"kind": "train", "step": 100, "episode_reward": None},
        {"kind": "train", "step": 200, "episode_reward": 1},
        {"kind": "eval", "step": 200, "episode_reward": 9.0},
        {"kind": "train", "episode_reward": 3.0},
        {"kind": "train", "step": 300, "episode_reward": True},
        {"kind": "train", "step": 400, "episode_reward": 2.0},
        {"kind": "train", "step": 400, "episode_reward": 2.5},
    ]
    assert curves.curve(sent, "train") == [(200, 1.0), (400, 2.5)]
    assert curves.learning_curve(sent) == ("train", [(200, 1.0), (400, 2.5)]), "one evaluation shows no learning"
    assert curves.learning_curve(rows(1.0, 2.0)) == ("eval", [(1000, 1.0), (2000, 2.0)])
    assert curves.learning_curve([]) == ("eval", [])


def test_fine_tuning_begins_a_new_curve() -> None:
    assert curves.curve([*rows(1.0, 2.0, 3.0), *rows(7.0, 8.0)], "eval") == [(1000, 7.0), (2000, 8.0)]


def test_the_score_is_the_last_evaluation_and_nothing_else() -> None:
    metrics = curves.latest([*rows(5.0, kind="train"), *rows(1.0, 2.0)])
    assert metrics == {
        "step": 1000,
        "episode_reward": 5.0,
        "total_time": 0.1,
        "eval": {"step": 2000, "episode_reward": 2.0, "total_time": 0.1},
    }
    assert (curves.score(metrics), curves.training_score(metrics)) == (2.0, 5.0)
    assert curves.score({"episode_reward": 5.0}) is None
    assert curves.score({"eval": "no figures"}) is curves.training_score({}) is None


@pytest.mark.parametrize(
    ("values", "expected"),
    [([], ""), ([1.0], ""), ([0.0, 1.0], "▁█"), ([3.0, 3.0, 3.0], "▁▁▁"), ([0, 1, 2, 3, 4, 5, 6, 7], "▁▂▃▄▅▆▇█")],
)
def test_a_sparkline_goes_from_least_to_largest(values: list[float], expected: str) -> None:
    assert curves.sparkline(list(enumerate(values))) == expected


def test_a_long_curve_is_averaged_into_its_width() -> None:
    bars = curves.sparkline([(step, float(step)) for step in range(1000)], width=10)
    assert len(bars) == 10
    assert list(bars) == sorted(bars)


def test_metrics_are_the_same_but_for_the_time_they_took() -> None:
    ours, theirs = rows(1.0, 2.0), [{**row, "total_time": 9.0, "fps": 3} for row in rows(1.0, 2.0)]
    assert curves.first_difference(ours, theirs) is None
    assert curves.first_difference(ours, rows(1.0, 2.5)) == "episode_reward of eval at step 2000: 2.0 now, 2.5 before"
    assert curves.first_difference(ours, ours[:1]) == "2 rows of metrics now, 1 before"
    assert curves.first_difference([], []) == "neither sent metrics"
