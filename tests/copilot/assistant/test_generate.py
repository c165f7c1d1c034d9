"""Scripts are written beside, never over, what is there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from copilot.assistant.generate import generate
from copilot.codegen import load_spec
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import FileProblem, SpaceMismatch
from copilot.core.events import Planned


def test_no_request_destroys_the_user_s_own_script(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("precious = 1\n")
    for steps in (1000, 2000, 3000):
        list(generate(f"Train PPO on CartPole-v1 for {steps} steps", tmp_path, load_catalogue(), None))
    kept = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert kept["train.py.bak"] == "precious = 1\n"
    assert "3_000" in kept["train.py"] or "3000" in kept["train.py"]
    assert set(kept) == {
        "train.py", "train.py.bak", "train.py.bak.1", "train.py.bak.2", "plan.json", "plan.json.bak", "plan.json.bak.1",
    }  # fmt: skip


def test_the_plan_is_kept_and_rendered_again_to_the_same_script(tmp_path: Path) -> None:
    catalogue = load_catalogue()
    list(generate("Train PPO on CartPole-v1 with RND over 2 seeds", tmp_path / "a", catalogue, None))
    list(generate("", tmp_path / "b", catalogue, None, load_spec(tmp_path / "a" / "plan.json")))
    assert (tmp_path / "a" / "train.py").read_text() == (tmp_path / "b" / "train.py").read_text()
    first, second = (load_spec(tmp_path / name / "plan.json") for name in "ab")
    assert first == second


def test_a_plan_is_checked_before_a_script_is_written(tmp_path: Path) -> None:
    plan = {"kind": "experiment", "agent": "DQN", "env_id": "Pendulum-v1", "num_envs": 1, "num_train_steps": 10}
    with pytest.raises(SpaceMismatch, match="DQN"):
        list(generate("", tmp_path, load_catalogue(), None, load_spec(json.dumps(plan))))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("folder", ["file", "file/below"])
def test_a_folder_that_cannot_be_made_is_named_with_what_to_do(tmp_path: Path, folder: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FileProblem, match=r"Cannot write .*/train\.py") as caught:
        list(generate("PPO on CartPole-v1", tmp_path / folder, load_catalogue(), None))
    assert "-o" in caught.value.hint


def test_a_plan_keeps_the_words_of_its_entries_through_a_change(tmp_path: Path) -> None:
    catalogue, plan = load_catalogue(), tmp_path / "plan.json"
    list(generate("PPO on CartPole with lr 1e-4, 4 envs", tmp_path, catalogue, None))
    assert json.loads(plan.read_text())["evidence"] == {
        "agent": "PPO", "env_id": "on CartPole", "num_envs": "4 envs", "agent_kwargs.lr": "with lr 1e-4",
    }  # fmt: skip
    events = list(generate("use 16 environments", tmp_path, catalogue, None, load_spec(plan), plan))
    planned = next(event for event in events if isinstance(event, Planned))
    assert planned.read == ["num_envs = 16, for “use 16 environments”"]
    assert planned.evidence == {
        "agent": "PPO", "env_id": "on CartPole", "agent_kwargs.lr": "with lr 1e-4", "num_envs": "use 16 environments",
    }  # fmt: skip
    assert json.loads(plan.read_text())["evidence"] == planned.evidence
