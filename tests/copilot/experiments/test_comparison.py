"""What is compared with what; the statistics themselves run in the real sandbox."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from copilot.core import paths
from copilot.core.errors import CopilotError, InvalidRequest
from copilot.core.types import RunResult
from copilot.experiments import Experiment, Experiments, Group, Runner, compare
from copilot.experiments.comparison import gather
from tests.copilot.experiments.fakes import HOST, SPEC, VERSIONS, FakeSandbox, draft, rows

COMPARISON: dict[str, Any] = {
    "kind": "comparison",
    "runs": {"PPO": SPEC, "异步 A2C": {**SPEC, "agent": "A2C"}},
}
PAIRS = tuple((label, seed) for label in ("PPO", "异步 A2C") for seed in (1, 2, 3))


def scores(args: Any) -> list[dict[str, Any]]:
    """100 times the seed, 5 more for PPO."""
    seed = int(args[args.index("--seed") + 1])
    return [*rows(1.0, kind="train"), *rows(10.0, 100.0 * seed + 5.0 * ("PPO" in args))]


def finished(store: Experiments, patch: pytest.MonkeyPatch, sandbox: FakeSandbox, **changes: Any) -> Experiment:
    patch.setattr("copilot.experiments.runner.run_script", sandbox)
    kept = store.create(draft(**changes), VERSIONS, HOST)
    list(Runner(store, kept, [], weaker=False).run(kept.runs, 2))
    return store.get(kept.id)


def both(store: Experiments, patch: pytest.MonkeyPatch) -> Experiment:
    return finished(store, patch, FakeSandbox(scores), spec=COMPARISON, pairs=PAIRS, labelled=True)


def test_labels_are_groups_with_scores_and_curves(store: Experiments, monkeypatch: pytest.MonkeyPatch) -> None:
    groups, basis, notes = gather([both(store, monkeypatch)])
    assert basis == "eval"
    assert groups[0] == Group(
        name="PPO",
        experiment="ppo-a2c-cartpole-1",
        label="PPO",
        environment="CartPole-v1",
        seeds=(1, 2, 3),
        scores=(105.0, 205.0, 305.0),
        curve_kind="eval",
        curves=tuple(((1000, 10.0), (2000, last)) for last in (105.0, 205.0, 305.0)),
    )
    assert groups[1].scores == (100.0, 200.0, 300.0)
    [note] = notes
    assert note.startswith("Fewer than 5 runs each (PPO, 异步 A2C): the intervals are rough, ")


def test_the_same_label_of_two_experiments_is_told_apart(store: Experiments, monkeypatch: pytest.MonkeyPatch) -> None:
    twice = [finished(store, monkeypatch, FakeSandbox()) for _ in range(2)]
    assert [group.name for group in gather(twice)[0]] == ["PPO (ppo-cartpole-1)", "PPO (ppo-cartpole-2)"]
    other = finished(store, monkeypatch, FakeSandbox(), spec={**SPEC, "env_id": "Acrobot-v1"})
    assert [group.name for group in gather([twice[0], other])[0]] == ["PPO", "PPO"]


def test_what_was_never_evaluated_is_compared_by_training_and_said(
    store: Experiments, monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluated = finished(store, monkeypatch, FakeSandbox(scores))
    trained = finished(store, monkeypatch, FakeSandbox(lambda args: rows(3.0, 4.0, kind="train")))
    groups, basis, notes = gather([evaluated, trained])
    assert basis == "train"
    assert {group.curve_kind for group in groups} == {"train"}, "one kind for all"
    assert [group.scores for group in groups] == [(1.0, 1.0, 1.0), (4.0, 4.0, 4.0)]
    assert "last training episodes" in notes[0]


def test_runs_without_an_end_or_score_are_left_out_and_counted(
    store: Experiments, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox = FakeSandbox(status_of=lambda args: "oom" if args[-1] == "3" else "ok")
    groups, _, notes = gather([finished(store, monkeypatch, sandbox)])
    assert groups[0].seeds == (1, 2)
    assert notes[0] == "PPO of ppo-cartpole-1: 1 runs not finished or without score: left out."


def test_nothing_to_compare_is_told(store: Experiments, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidRequest, match=r"no run has finished \(ppo-cartpole-1: 3 queued\)") as caught:
        gather([store.create(draft(), VERSIONS, HOST)])
    assert "--resume ppo-cartpole-1" in caught.value.hint
    silent = finished(store, monkeypatch, FakeSandbox(lambda args: []))
    with pytest.raises(InvalidRequest, match="no run sent a reward"):
        gather([silent])


def test_numbers_and_figures_are_those_of_the_library(
    store: Experiments, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Two environments, so that an aggregate over both is made as well; a label that hardly any font draws."""
    one = both(store, monkeypatch)
    runs = {label: {**run, "env_id": "Acrobot-v1"} for label, run in COMPARISON["runs"].items()}
    sandbox = FakeSandbox(scores)
    two = finished(store, monkeypatch, sandbox, spec={**COMPARISON, "runs": runs}, pairs=PAIRS, labelled=True)
    found = compare([one, two], tmp_path / "figures", readable=[paths.library_dir()], weaker=False)
    for env in ("CartPole-v1", "Acrobot-v1"):
        table = found.environments[env]
        assert list(table["groups"]) == ["PPO", "异步 A2C"]
        assert table["groups"]["PPO"]["iqm"] == pytest.approx(205.0)
        assert table["groups"]["PPO"]["low"] == pytest.approx(105.0)
        [pair] = table["improvement"]
        assert (pair["x"], pair["y"], pair["probability"]) == ("PPO", "异步 A2C", pytest.approx(6 / 9))
        assert 0 <= pair["low"] <= pair["probability"] <= pair["high"] <= 1
    assert found.overall is not None
    assert found.overall["groups"]["PPO"]["iqm"] == pytest.approx(105 / 205)
    names = {Path(path).name for path in found.figures}
    kinds = ("scores", "improvement", "learning_curves")
    assert names == {f"{n}-{kind}.{suffix}" for n in (1, 2) for kind in kinds for suffix in ("png", "svg")} | {
        "overall.png",
        "overall.svg",
    }
    for path in found.figures:
        content = Path(path).read_bytes()
        assert content.startswith(b"\x89PNG") if path.endswith("png") else b"<svg" in content
    assert json.loads(json.dumps(found.to_json()))["groups"][0]["scores"] == [105.0, 205.0, 305.0]
    assert list(paths.runs_dir().iterdir()) == [], "its own run is tidied away"


def test_no_text_of_a_record_becomes_code(store: Experiments, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    label = "'''); open('/box/out', 'w') #\n\\"
    made: list[str] = []

    def ended(script: Path, *_: Any, **__: Any) -> RunResult:
        made.append(script.read_text(encoding="utf-8"))
        return RunResult("error", 1, None, 0.1, 1.0, {}, [], str(tmp_path / "log.txt"), {})

    one = finished(store, monkeypatch, FakeSandbox(), pairs=((label, 1),))
    monkeypatch.setattr("copilot.experiments.comparison.run_script", ended)
    with pytest.raises(CopilotError, match="ended with error"):
        compare([one], tmp_path, readable=[], weaker=False)
    scope: dict[str, Any] = {}
    [line] = [line for line in made[0].splitlines() if line.startswith("INPUT = ")]
    exec(line, scope)
    assert json.loads(scope["INPUT"])[0]["label"] == label
