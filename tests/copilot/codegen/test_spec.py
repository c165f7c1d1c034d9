"""The shape of plans: what is taken, and errors that name the field, what stands there and what was expected."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from copilot.codegen import ComparisonSpec, ExperimentSpec, load_spec
from copilot.core.errors import CopilotError, FileProblem, InvalidRequest

EXPERIMENT: dict[str, Any] = {
    "kind": "experiment",
    "agent": "PPO",
    "env_id": "CartPole-v1",
    "num_envs": 8,
    "num_train_steps": 1e5,
    "seeds": [3, 1],
}
COMPARISON: dict[str, Any] = {
    "kind": "comparison",
    "title": "PPO and A2C",
    "runs": {"PPO": EXPERIMENT, "A2C": {**EXPERIMENT, "agent": "A2C"}},
}


def test_a_plan_file_and_its_text_are_read_with_and_without_notes(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text(json.dumps({"spec": EXPERIMENT, "notes": ["x"]}), encoding="utf-8-sig")
    wanted = ExperimentSpec(agent="PPO", env_id="CartPole-v1", num_envs=8, num_train_steps=100_000, seeds=[3, 1])
    assert load_spec(file) == load_spec(str(file)) == load_spec(json.dumps(EXPERIMENT)) == wanted
    assert load_spec(wanted.model_dump_json()) == wanted
    compared = load_spec(json.dumps(COMPARISON))
    assert isinstance(compared, ComparisonSpec)
    assert compared.seeds == [3, 1]
    assert list(compared.runs) == ["PPO", "A2C"]
    assert load_spec(compared.model_dump_json()) == compared


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"num_envs": 0}, ["num_envs is 0", "expected at least 1"]),
        ({"num_envs": True}, ["num_envs is True", "whole number"]),
        ({"num_envs": "8"}, ["num_envs is '8'", "whole number"]),
        ({"num_train_steps": 1.5}, ["num_train_steps is 1.5"]),
        ({"seeds": []}, ["seeds is []", "at least 1"]),
        ({"seeds": [1, 1]}, ["1 twice", "different"]),
        ({"seeds": [-1]}, ["seeds.0 is -1"]),
        ({"seeds": [2**32]}, ["seeds.0 is 4294967296"]),
        ({"eval_episodes": 0}, ["eval_episodes is 0"]),
        ({"pretrain_steps": 5}, ["pretrain_steps needs an intrinsic reward", "modules.reward"]),
        ({"agent": 3}, ["agent is 3", "string"]),
        ({"num_env": 3}, ["no field num_env", "num_envs"]),
        ({"modules": {"reward": {"name": "RND", "kwarg": {}}}}, ["no field modules.reward.kwarg"]),
        ({"kind": "experimant"}, ["'experimant'", "'experiment'"]),
        ({"kind": None}, ["None", "'experiment'"]),
    ],
)
def test_a_wrong_field_is_named_with_what_stands_there(change: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(InvalidRequest) as caught:
        load_spec(json.dumps({**EXPERIMENT, **change}))
    assert caught.value.hint
    for word in words:
        assert word in f"{caught.value.message} {caught.value.hint}"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"runs": {"PPO": EXPERIMENT}}, ["runs", "at least 2"]),
        ({"runs": {"PPO": EXPERIMENT, "A2C": {**EXPERIMENT, "seeds": [1]}}}, ["'A2C'", "[1]", "the same"]),
        ({"runs": {"PPO": EXPERIMENT, "A2C": {**EXPERIMENT, "num_envs": -1}}}, ["runs.A2C.num_envs is -1"]),
        ({"runs": {"PPO": EXPERIMENT, " ": EXPERIMENT}}, ["label"]),
    ],
)
def test_a_wrong_comparison(change: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(InvalidRequest) as caught:
        load_spec(json.dumps({**COMPARISON, **change}))
    for word in words:
        assert word in caught.value.message


def test_a_missing_field() -> None:
    with pytest.raises(InvalidRequest, match="the field env_id is missing"):
        load_spec(json.dumps({key: value for key, value in EXPERIMENT.items() if key != "env_id"}))


@pytest.mark.parametrize("text", ["{", "[]", '{"spec": 3}', "[1]"])
def test_what_is_no_plan(text: str) -> None:
    with pytest.raises(InvalidRequest):
        load_spec(text)


@pytest.mark.parametrize("name", ["missing.json", "", "a\0b", "folder"])
def test_a_file_that_cannot_be_read(name: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(CopilotError) as caught:
        load_spec(str(tmp_path / name) if name else name)
    assert isinstance(caught.value, FileProblem)
