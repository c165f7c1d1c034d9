"""Lines for people: columns that hold with Chinese signs, times, progress that is not too much."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from copilot.cli import experiment_view as view
from copilot.experiments import Compared, Experiment, Group, Run, Update
from tests.copilot.experiments.fakes import HOST, SPEC, VERSIONS, draft


def kept(*runs: Run, **changes: Any) -> Experiment:
    return Experiment("ppo-cartpole-1", 1, 0.0, draft(**changes), VERSIONS, HOST, runs)


def run(number: int = 1, **changes: Any) -> Run:
    return replace(Run(number, "ppo-cartpole-1", "PPO", number), **changes)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0.04, "0.0 s"), (8.24, "8.2 s"), (42.0, "42 s"), (61.0, "1 min"), (3599.0, "1 h 0 min"), (7500.0, "2 h 5 min")],
)
def test_durations(seconds: float, expected: str) -> None:
    assert view.duration(seconds) == expected


def test_columns_count_what_a_terminal_shows() -> None:
    assert view.width("倒立摆 A") == 8
    assert view.padded("倒立", 6) == "倒立  "
    assert view.cut("倒立摆实验", 7) == "倒立摆…"
    assert view.cut("abc", 3) == "abc"


def test_lists_line_up() -> None:
    lines = list(view.listed([kept(run(), title="倒立摆"), kept(run(), run(2, status="ok"), title="x" * 99)]))
    assert lines[0].endswith("queued       1 queued          倒立摆")
    assert lines[1].endswith("interrupted  1 queued, 1 ok    " + "x" * 59 + "…")


def test_a_table_shows_what_has_not_begun() -> None:
    lines = list(view.shown(kept(run(), run(2, label="异步优势", status="interrupted")), None))
    assert "PPO          1  queued" in lines
    assert "异步优势     2  interrupted" in lines


def test_metrics_are_shown_but_for_the_evaluation_which_the_table_has() -> None:
    metrics = {"step": 2048, "entropy": 0.685302, "fps": 1031.14, "tag": "x", "total_time": 9.0, "eval": {"step": 1}}
    lines = list(view.shown(kept(run(status="ok", metrics=metrics)), None))
    assert "  PPO seed 1: step 2,048, entropy 0.6853, fps 1031" in lines


def test_progress_is_told_at_the_ends_and_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("copilot.cli.experiment_view.time.monotonic", lambda: now)
    progress = view.Progress(kept(spec=SPEC), 2)
    going = run(status="running")
    row = {"kind": "train", "step": 500, "episode_reward": 21.0}
    assert progress.line(Update(going)) == "PPO seed 1: started"
    assert progress.line(Update(going, row)) is None, "a moment after it began"
    now = 110.0
    assert progress.line(Update(going, row)) == "PPO seed 1: step 500 of 2,000, reward 21.00, about 1 min left"
    assert progress.line(Update(going, row)) is None
    now = 120.0
    shown = progress.line(Update(going, {"kind": "eval", "step": 1000, "episode_reward": 30.0}))
    assert shown == "PPO seed 1: step 1,000 of 2,000, evaluation 30.00, about 1 min left"
    ended = run(status="ok", wall_s=20.0, metrics={"eval": {"episode_reward": 31.5}})
    assert progress.line(Update(ended)) == "PPO seed 1: ok in 20 s, evaluation 31.50 (1 of 2 done, about 20 s left)"
    assert progress.line(Update(run(2, status="oom"))) == "PPO seed 2: oom (2 of 2 done)"


def test_steps_given_to_the_script_count(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("copilot.cli.experiment_view.time.monotonic", lambda: now)
    progress = view.Progress(kept(args=("--num-train-steps", "100")), 1)
    now = 30.0
    assert progress.line(Update(run(), {"step": 50})) == "PPO seed 1: step 50 of 100, about 30 s left"
    now = 60.0
    assert view.Progress(kept(spec=None), 1).line(Update(run(), {"loss": 1.0})) is None


def test_a_comparison_in_lines() -> None:
    row = {"iqm": 40.0, "low": 39.0, "high": 41.0, "mean": 40.0}
    table = {
        "groups": {"PPO": row, "异步": {**row, "iqm": 38.5}},
        "improvement": [{"x": "PPO", "y": "异步", "probability": 0.75, "low": 0.5, "high": 1.0}],
    }
    groups = tuple(Group(name, "x-1", name, "CartPole-v1", (1, 2), (1.0, 2.0), "eval", ()) for name in ("PPO", "异步"))
    found = Compared("eval", groups, {"CartPole-v1": table}, table, ("/out/scores.png", "/out/scores.svg"), ())
    assert list(view.compared_lines(found))[:4] == [
        "CartPole-v1 (last evaluation)",
        "  PPO     2 runs  IQM     40.00  95 % 39.00 to 41.00",
        "  异步    2 runs  IQM     38.50  95 % 39.00 to 41.00",
        "  PPO better than 异步: probability 0.75 (95 % 0.50 to 1.00)",
    ]
    assert list(view.compared_lines(found))[-3:] == ["figures in /out:", "  scores.png", "  scores.svg"]
