"""Costs from measured speeds: of a run like it, of another, of the table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from copilot.codegen.spec import ComparisonSpec
from copilot.codegen.suggest import cost as module
from copilot.codegen.suggest.cost import Speed, duration, estimate, predicted, spoken, table
from copilot.core import paths
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import FileProblem
from tests.copilot.codegen.suggest.real import DQN, PPO, SAC

CATALOGUE = load_catalogue()


def test_the_table_names_where_it_comes_from() -> None:
    data = table()
    assert data["command"].startswith("python -m evals cost") and data["commit"] and data["hardware"]
    rows = data["figures"]["agents"]
    assert {"PPO", "A2C", "DQN", "SAC", "TD3", "DDPG", "PPOLSTM", "PPG", "DAAC", "DrAC", "DrQv2"} <= set(rows)
    assert all(row["call_s"] >= 0 and row["learn_s"] > 0 for kinds in rows.values() for row in kinds.values())


def test_without_a_run_the_table_is_named_as_the_source() -> None:
    found = estimate(PPO, CATALOGUE)
    assert "python -m evals cost" in found.source
    assert found.low < found.seconds < found.high


def test_a_run_s_own_speed_counts_before_the_table() -> None:
    speed = Speed(PPO, 500.0, "the given run of PPO")
    found = estimate(PPO, CATALOGUE, [speed])
    assert found.seconds == pytest.approx(100_000 / 500, rel=0.7)  # and its evaluations
    assert found.source == "the 500 steps a second of the given run of PPO"
    assert found.high / found.seconds < 2


def test_another_agent_is_scaled_from_the_run_by_the_table() -> None:
    slow, fast = (Speed(PPO, rate, "a run") for rate in (500.0, 5000.0))
    dear, cheap = (estimate(DQN, CATALOGUE, [speed]) for speed in (slow, fast))
    assert dear.seconds > 5 * cheap.seconds
    assert "scaled by the table to DQN on LunarLander-v3" in dear.source


def test_of_several_runs_the_most_alike_counts() -> None:
    speeds = [Speed(SAC, 100.0, "other"), Speed(PPO, 4000.0, "alike")]
    assert "alike" in estimate(PPO, CATALOGUE, speeds).source


@pytest.mark.parametrize(
    ("change", "more"),
    [
        ({"seeds": [1, 2, 3]}, 2.9),
        ({"num_train_steps": 400_000}, 3.0),
        ({"agent_kwargs": {**PPO.agent_kwargs, "n_epochs": 40}}, 1.3),
    ],
)
def test_more_work_costs_more(change: dict[str, Any], more: float) -> None:
    assert estimate(PPO.model_copy(update=change), CATALOGUE).seconds > more * estimate(PPO, CATALOGUE).seconds


def test_updates_cost_and_random_steps_do_not() -> None:
    seldom = DQN.model_copy(update={"agent_kwargs": {**DQN.agent_kwargs, "update_every_steps": 8}})
    waiting = DQN.model_copy(update={"agent_kwargs": {**DQN.agent_kwargs, "num_init_steps": 90_000}})
    assert predicted(seldom, CATALOGUE) < predicted(DQN, CATALOGUE) / 2
    assert predicted(waiting, CATALOGUE) < predicted(DQN, CATALOGUE) / 2


def test_a_comparison_costs_all_its_runs() -> None:
    both = ComparisonSpec(title="x", runs={"a": PPO, "b": DQN})
    found = estimate(both, CATALOGUE)
    assert found.runs == 2
    assert found.seconds == pytest.approx(sum(estimate(spec, CATALOGUE).seconds for spec in (PPO, DQN)))


def test_durations() -> None:
    assert [duration(seconds) for seconds in (0.2, 42, 100, 5000, 90_000)] == [
        "1 s",
        "42 s",
        "1.7 min",
        "83 min",
        "25 h",
    ]
    assert spoken(estimate(PPO, CATALOGUE)).startswith("about ")


@pytest.mark.parametrize("text", ["", "{}", json.dumps({"figures": {"agents": {}}})])
def test_a_broken_table_is_an_error_that_says_how_to_write_it(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "costs.json").write_text(text)
    monkeypatch.setattr(paths, "catalogue_file", lambda: tmp_path / "catalogue.json")
    module.table.cache_clear()
    with pytest.raises(FileProblem, match=r"costs\.json cannot be read") as caught:
        table()
    assert "evals cost" in caught.value.hint
    module.table.cache_clear()
