"""Runs wherever they were kept: a run folder, a folder of several, rllte's own logs, a kept experiment."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from copilot.assistant.finished import keep_plan, kept_speeds, load_runs
from copilot.codegen import ComparisonSpec, ExperimentSpec
from copilot.core.errors import FileProblem, InvalidRequest, UnknownName
from copilot.core.types import RunResult
from copilot.experiments import Draft, Experiments

PPO = ExperimentSpec(agent="PPO", env_id="CartPole-v1", num_envs=8, num_train_steps=1000, seeds=[3])


def rows(*steps: int, kind: str = "train") -> str:
    return "".join(
        json.dumps({"kind": kind, "step": step, "episode_reward": 1.5 * step, "fps": 900.0}) + "\n" for step in steps
    )


def run_folder(folder: Path, text: str, status: str = "ok", plan: Any = PPO) -> Path:
    folder.mkdir(parents=True)
    (folder / "metrics.jsonl").write_text(text)
    (folder / "result.json").write_text(json.dumps({"status": status, "wall_s": 12.5}))
    (folder / "log.txt").write_text("step 1\nlast line\n")
    if plan is not None:
        (folder / "plan.json").write_text(json.dumps({"spec": plan.model_dump(), "notes": []}))
    return folder


def test_a_run_folder_as_the_sandbox_leaves_it(tmp_path: Path) -> None:
    box = run_folder(tmp_path / "run", rows(100, 200), "timeout") / "box" / "logs"
    box.mkdir(parents=True)
    (box / "metrics.jsonl").write_text(rows(100, 200))  # what the program itself wrote is not read twice
    (record,) = load_runs(str(tmp_path / "run"))
    assert (record.label, record.seed, record.status, record.step, record.wall_s) == ("PPO", 3, "timeout", 200, 12.5)
    assert record.spec == PPO and "last line" in record.log
    assert load_runs(str(tmp_path / "run" / "metrics.jsonl")) == [record]


def test_arguments_of_the_script_change_its_plan(tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "run", rows(100))
    (folder / "args.json").write_text(json.dumps(["--seed", "7", "--num-train-steps=4096", "--num-envs", "2", "--x"]))
    (record,) = load_runs(str(folder))
    assert record.spec is not None and record.seed == 7
    assert (record.spec.num_train_steps, record.spec.num_envs, record.spec.seeds) == (4096, 2, [7])


def test_a_folder_of_several_with_one_plan_above_them(tmp_path: Path) -> None:
    for seed in (1, 2):
        folder = run_folder(tmp_path / "runs" / f"run-{seed}", rows(100 * seed), plan=None)
        (folder / "args.json").write_text(json.dumps(["--seed", str(seed)]))
    (tmp_path / "plan.json").write_text(PPO.model_dump_json())
    records = load_runs(str(tmp_path / "runs"))
    assert [(one.seed, one.step) for one in records] == [(1, 100), (2, 200)]
    assert all(one.spec is not None for one in records)


def test_a_plan_that_is_named_counts_before_one_that_lies_there(tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "run", rows(100))
    other = tmp_path / "other.json"
    other.write_text(PPO.model_copy(update={"agent": "A2C"}).model_dump_json())
    assert load_runs(str(folder), other)[0].label == "A2C"
    other.write_text("{}")
    with pytest.raises(InvalidRequest):
        load_runs(str(folder), other)


def test_the_runs_of_a_comparison_that_one_process_made(tmp_path: Path) -> None:
    both = ComparisonSpec(
        title="x", runs={"a": PPO.model_copy(update={"seeds": [1, 2]}), "b": PPO.model_copy(update={"seeds": [1, 2]})}
    )
    folder = run_folder(tmp_path / "run", rows(100, 200) + rows(100, 210) + rows(100, 220) + rows(100, 230), plan=both)
    found = [(one.label, one.seed, one.step) for one in load_runs(str(folder))]
    assert found == [("a", 1, 200), ("a", 2, 210), ("b", 1, 220), ("b", 2, 230)]
    (folder / "args.json").write_text(json.dumps(["--run", "b", "--seed", "2"]))
    assert [(one.label, one.seed) for one in load_runs(str(folder))] == [("b", 2)]


def test_broken_lines_and_files_of_a_run_are_left_out(tmp_path: Path) -> None:
    folder = run_folder(
        tmp_path / "run", "{broken\n" + rows(100) + '{"a": [1]}\n' + '{"kind": "train", "step": 1e999}\n'
    )
    (folder / "result.json").write_text("{")
    (record,) = load_runs(str(folder))
    assert record.step == 100 and record.status == "ok"


def test_what_is_no_run_says_what_was_expected(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileProblem, match=r"holds no run: expected a metrics\.jsonl"):
        load_runs(str(tmp_path / "empty"))
    with pytest.raises(FileProblem, match="There is no run"):
        load_runs(str(tmp_path / "absent"))
    store = Experiments(tmp_path / "experiments.sqlite", tmp_path / "kept")
    with pytest.raises(UnknownName, match="run folder or experiment"):
        load_runs("ppo-cartpole-7", store=store)
    store.close()


def test_a_kept_experiment_and_its_speed(tmp_path: Path) -> None:
    store = Experiments(tmp_path / "experiments.sqlite", tmp_path / "kept")
    spec = PPO.model_copy(update={"seeds": [1, 2]})
    draft = Draft(
        "PPO on CartPole", "print()", (("PPO", 1), ("PPO", 2)), spec.model_dump(), args=("--num-train-steps", "500")
    )
    kept = store.create(draft, {"rllte": "0.1.0"}, {})
    folder = store.begin(kept.runs[0]) / "run-1"
    run_folder(folder, rows(100, 400), plan=None)
    log = str(folder / "log.txt")
    store.finish(kept.runs[0], RunResult("ok", 0, None, 9.0, 100.0, {"fps": 750.0}, [], log, {}))
    (record,) = load_runs(kept.id, store=store)  # the second has not begun
    assert (record.label, record.seed, record.step, record.wall_s) == ("PPO", 1, 400, 9.0)
    assert record.spec is not None and (record.spec.num_train_steps, record.spec.seeds) == (500, [1])
    assert [(speed.steps_per_s, speed.spec.agent) for speed in kept_speeds(store)] == [(750.0, "PPO")]
    store.close()


def test_the_plan_of_a_generated_script_is_kept_beside_its_run(tmp_path: Path) -> None:
    out, folder = tmp_path / "out", tmp_path / "run"
    out.mkdir(), folder.mkdir()
    (out / "plan.json").write_text("{}")
    keep_plan(out / "mine.py", ["--seed", "3"], folder)
    assert not (folder / "plan.json").exists()
    keep_plan(out / "train.py", ["--seed", "3"], folder)
    assert (folder / "plan.json").read_text() == "{}" and json.loads((folder / "args.json").read_text()) == [
        "--seed",
        "3",
    ]
    keep_plan(out / "train.py", [], tmp_path / "absent")  # nothing is raised
