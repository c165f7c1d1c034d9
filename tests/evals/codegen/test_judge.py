"""A plan is right if it has the effect that was asked for and no other; a wrong one is told by the field that differs."""

from __future__ import annotations

from typing import Any

import pytest

from copilot.codegen import plan
from copilot.core.catalogue import load_catalogue
from evals.codegen.judge import right, wrong

CATALOGUE = load_catalogue()
EXPECT: dict[str, Any] = {"agent": "DQN", "env_id": "Acrobot-v1", "num_train_steps": 50_000}
REQUEST = "Train DQN on Acrobot-v1 for 50k steps"


def spec(request: str, **changes: Any) -> dict[str, Any]:
    return plan(request, CATALOGUE, None).spec.model_dump(mode="json") | changes


def test_what_was_asked_over_the_preset_is_right() -> None:
    assert wrong(spec(REQUEST), EXPECT, CATALOGUE) == []


def test_a_default_that_is_written_is_the_default() -> None:
    asked = EXPECT | {"agent_kwargs": {"double": True}, "device": "cpu", "seeds": [1]}
    assert right(spec(REQUEST), asked, CATALOGUE)


def test_schedules_are_their_numbers() -> None:
    tuned = spec(REQUEST)
    schedule = tuned["agent_kwargs"]["epsilon_schedule"]
    other = tuned | {"agent_kwargs": tuned["agent_kwargs"] | {"epsilon_schedule": schedule.replace("1.0", "1")}}
    assert other != tuned
    assert right(other, EXPECT, CATALOGUE)


def test_what_a_storage_has_of_the_agent_was_not_asked_for_and_does_not_count() -> None:
    asked = EXPECT | {"modules": {"storage": {"name": "PrioritizedReplayStorage", "kwargs": {}}}}
    made = spec(f"{REQUEST} with prioritised replay")
    assert made["modules"]["storage"]["kwargs"]["batch_size"] == made["agent_kwargs"]["batch_size"]
    assert right(made, asked, CATALOGUE)
    changed = asked | {"modules": {"storage": {"name": "PrioritizedReplayStorage", "kwargs": {"batch_size": 7}}}}
    assert wrong(made, changed, CATALOGUE)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"num_train_steps": 60_000}, "num_train_steps"),
        ({"seeds": [1, 2]}, "seeds"),
        ({"device": "cuda"}, "device"),
        ({"agent_kwargs": {}}, "agent_kwargs"),
        ({"modules": {"storage": {"name": "HerReplayStorage", "kwargs": {}, "parts": []}}}, "modules"),
    ],
)
def test_what_was_not_asked_for_is_wrong(changes: dict[str, Any], field: str) -> None:
    found = wrong(spec(REQUEST, **changes), EXPECT, CATALOGUE)
    assert found
    assert all(one.startswith(field) for one in found)


def test_the_runs_of_a_comparison_are_a_set_whatever_their_labels() -> None:
    one, other = EXPECT, EXPECT | {"agent_kwargs": {"double": False}}
    runs = {"a": spec(REQUEST), "b": spec(REQUEST)}
    runs["b"]["agent_kwargs"] = runs["b"]["agent_kwargs"] | {"double": False}
    made = {"kind": "comparison", "runs": runs}
    assert right(made, {"kind": "comparison", "runs": {"*1": other, "*2": one}}, CATALOGUE)
    assert wrong(made, {"kind": "comparison", "runs": {"*1": one, "*2": one}}, CATALOGUE)
    assert wrong(made, {"kind": "comparison", "runs": {"*1": one}}, CATALOGUE)
    assert wrong(spec(REQUEST), {"kind": "comparison", "runs": {"*1": one}}, CATALOGUE) == [
        "kind: comparison, experiment"
    ]
