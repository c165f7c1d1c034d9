"""Runs side by side over a fake sandbox: order, limits, results, cancelling, faults."""

from __future__ import annotations

import pytest

from copilot.core.errors import AlreadyRunning, SandboxUnavailable
from copilot.experiments import Experiments, Runner
from tests.copilot.experiments.fakes import HOST, VERSIONS, FakeSandbox, draft, rows


def started(store: Experiments, sandbox: FakeSandbox, patch: pytest.MonkeyPatch, **changes: object) -> Runner:
    patch.setattr("copilot.experiments.runner.run_script", sandbox)
    return Runner(store, store.create(draft(**changes), VERSIONS, HOST), [], weaker=False)


def test_each_label_and_seed_is_one_run_of_the_script(store: Experiments, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox = FakeSandbox(lambda args: rows(float(args[args.index("--seed") + 1])))
    pairs = (("PPO", 1), ("PPO", 2), ("新 A2C", 1))
    runner = started(store, sandbox, monkeypatch, pairs=pairs, labelled=True, args=("--num-envs", "4"), memory_mb=700)
    updates = list(runner.run(store.get("1").runs, jobs=2))
    assert sorted(call["args"] for call in sandbox.calls) == [
        ["--run", "PPO", "--seed", "1", "--num-envs", "4"],
        ["--run", "PPO", "--seed", "2", "--num-envs", "4"],
        ["--run", "新 A2C", "--seed", "1", "--num-envs", "4"],
    ]
    assert {(call["limits"].memory_mb, call["threads"], call["gpu"]) for call in sandbox.calls} == {(700, 1, False)}
    assert set(sandbox.scripts) == {"# --seed"}
    kept = store.get("1")
    assert kept.status == "ok"
    assert [run.metrics["eval"]["episode_reward"] for run in kept.runs] == [1.0, 2.0, 1.0]
    for run in kept.runs:
        told = [update for update in updates if update.run.number == run.number]
        assert [update.run.status for update in told] == ["running", "running", "ok"]
        assert [update.values is None for update in told] == [True, False, True]


@pytest.mark.parametrize("jobs", [1, 2])
def test_no_more_at_once_than_asked(store: Experiments, monkeypatch: pytest.MonkeyPatch, jobs: int) -> None:
    sandbox = FakeSandbox()
    list(started(store, sandbox, monkeypatch).run(store.get("1").runs, jobs))
    assert sandbox.most_at_once <= jobs
    assert len(sandbox.calls) == 3


def test_a_failing_run_does_not_stop_the_others(store: Experiments, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox = FakeSandbox(status_of=lambda args: "error" if args[-1] == "1" else "ok")
    list(started(store, sandbox, monkeypatch).run(store.get("1").runs, 1))
    assert store.get("1").counts == {"error": 1, "ok": 2}


def test_cancelling_ends_what_runs_and_begins_nothing_else(store: Experiments, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox = FakeSandbox(status_of=lambda args: "wait")
    runner = started(store, sandbox, monkeypatch)
    for update in runner.run(store.get("1").runs, 1):
        if update.values is not None:
            runner.cancel()
    assert store.get("1").counts == {"interrupted": 1, "queued": 2}
    assert store.get("1").runs[0].metrics["eval"]["episode_reward"] == 40.0


def test_a_reader_that_goes_away_ends_the_runs(store: Experiments, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox = FakeSandbox(status_of=lambda args: "wait")
    updates = started(store, sandbox, monkeypatch).run(store.get("1").runs, 2)
    next(updates)
    assert sandbox.waiting.wait(30)
    updates.close()
    assert store.get("1").counts["interrupted"] >= 1
    assert "running" not in store.get("1").counts


def test_what_is_no_runs_fault_is_raised_and_leaves_the_rest(
    store: Experiments, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox = FakeSandbox(status_of=lambda args: SandboxUnavailable("Nothing was run.", hint="Install it."))
    runner = started(store, sandbox, monkeypatch)
    with pytest.raises(SandboxUnavailable, match="Nothing was run"):
        list(runner.run(store.get("1").runs, 1))
    assert store.get("1").counts == {"interrupted": 1, "queued": 2}
    with store.running(store.get("1")):  # it was let go
        pass


def test_one_process_runs_an_experiment(store: Experiments, monkeypatch: pytest.MonkeyPatch) -> None:
    runner = started(store, FakeSandbox(), monkeypatch)
    with store.running(store.get("1")), pytest.raises(AlreadyRunning, match="ppo-cartpole-1"):
        list(runner.run(store.get("1").runs, 1))
    assert store.get("1").counts == {"queued": 3}
