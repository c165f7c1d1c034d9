"""Whether a repetition should be identical, and whether it is."""

from __future__ import annotations

from typing import Any

import pytest

from copilot.experiments import Experiment, Experiments, Runner, reproduction
from copilot.experiments.reproduce import reasons
from tests.copilot.experiments.fakes import HOST, VERSIONS, FakeSandbox, draft, rows


def ran(
    store: Experiments, patch: pytest.MonkeyPatch, sandbox: FakeSandbox, versions: dict[str, str] = VERSIONS
) -> Experiment:
    patch.setattr("copilot.experiments.runner.run_script", sandbox)
    kept = store.create(draft(), versions, HOST)
    list(Runner(store, kept, [], weaker=False).run(kept.runs, 2))
    return store.get(kept.id)


def test_the_same_metrics_are_identical(store: Experiments, monkeypatch: pytest.MonkeyPatch) -> None:
    found = reproduction(ran(store, monkeypatch, FakeSandbox()), ran(store, monkeypatch, FakeSandbox()))
    assert (found.origin, found.expected, found.reasons, found.identical) == ("ppo-cartpole-1", True, (), True)
    assert [(run.label, run.seed, run.difference) for run in found.runs] == [("PPO", seed, None) for seed in (1, 2, 3)]
    assert found.to_json()["identical"] is True


def test_a_difference_is_placed_and_a_reason_named(store: Experiments, monkeypatch: pytest.MonkeyPatch) -> None:
    newer = {**VERSIONS, "torch": "2.14.0"}
    other = FakeSandbox(lambda args: rows(20.0, 41.0 if args[-1] == "2" else 40.0))
    found = reproduction(ran(store, monkeypatch, FakeSandbox()), ran(store, monkeypatch, other, newer))
    assert (found.expected, found.reasons, found.identical) == (False, ("torch 2.13.0 -> 2.14.0",), False)
    assert [run.identical for run in found.runs] == [True, False, True]
    assert found.runs[1].difference == "episode_reward of eval at step 2000: 41.0 now, 40.0 before"


def test_runs_that_did_not_end_well_are_no_evidence(store: Experiments, monkeypatch: pytest.MonkeyPatch) -> None:
    failing = FakeSandbox(status_of=lambda args: "error")
    found = reproduction(ran(store, monkeypatch, FakeSandbox()), ran(store, monkeypatch, failing))
    assert (found.runs, found.identical) == ((), None)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, []),
        ({"processor": "B"}, ["processor A -> B"]),
        ({"device": "cuda"}, ["device cpu -> cuda", "on cuda sums are not always taken in the same order"]),
    ],
)
def test_another_machine_is_a_reason(store: Experiments, facts: dict[str, Any], expected: list[str]) -> None:
    origin = store.create(draft(), VERSIONS, HOST)
    assert reasons(origin, VERSIONS, {**HOST, **facts}) == expected
