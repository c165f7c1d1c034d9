"""Scripts of comparisons and of several seeds: formatted, checked, and they run; figures are there for what ran."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from copilot.codegen import ComparisonSpec, ExperimentSpec, Module, check, render
from copilot.codegen.script.render_comparison import function_names
from copilot.core.catalogue import load_catalogue

CATALOGUE = load_catalogue()
PPO = ExperimentSpec(
    agent="PPO",
    env_id="CartPole-v1",
    num_envs=2,
    num_train_steps=128,
    seeds=[1, 2],
    eval_episodes=1,
    train_kwargs={"num_eval_episodes": 1},
    agent_kwargs={"num_steps": 32, "hidden_dim": 16, "feature_dim": 16},
)
LONG = "a run with a label that is long enough to need a line of its own " * 2


def other(**changes: Any) -> ExperimentSpec:
    return PPO.model_copy(update=changes)


RND = {"reward": Module(name="RND")}
SPECS: dict[str, ComparisonSpec | ExperimentSpec] = {
    "seeds": PPO,
    "pre-training": other(seeds=[1], pretrain_steps=64, modules={**RND, "encoder": Module(name="VanillaMlpEncoder")}),
    "pre-training, seeds": other(pretrain_steps=64, modules=RND),
    "agents": ComparisonSpec(title="Compare agents", runs={"PPO": PPO, "A2C": other(agent="A2C")}),
    "tasks, pre-training, episodes, no figures": ComparisonSpec(
        title="Compare much",
        runs={
            "PPO": PPO,
            "PPO on FrozenLake": other(env_id="FrozenLake-v1", num_envs=4, eval_episodes=2),
            LONG.strip(): other(pretrain_steps=64, modules=RND, num_train_steps=64),
        },
        plots=False,
    ),
    "phases": ComparisonSpec(
        title="Compare phases",
        runs={"pre-trained": other(pretrain_steps=256, modules=RND), "from scratch": PPO},
    ),
    "tasks": ComparisonSpec(title="Compare tasks", runs={"CartPole": PPO, "FrozenLake": other(env_id="FrozenLake-v1")}),
}


def execute(script: str, monkeypatch: pytest.MonkeyPatch, folder: Path, *options: str) -> None:
    """Run a script in this process, in a folder of its own."""
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", ["train.py", *options])
    names: dict[str, Any] = {"__name__": "script"}
    exec(compile(script, "train.py", "exec"), names)
    names["main"]()


@pytest.mark.parametrize("name", SPECS)
def test_it_passes_the_checks_and_is_formatted(name: str, tmp_path: Path) -> None:
    script = render(SPECS[name], CATALOGUE)
    assert [item for item in check(script, CATALOGUE) if not item.ok] == []
    assert script == render(SPECS[name], CATALOGUE)
    ruff = shutil.which("ruff") or str(Path(sys.executable).with_name("ruff"))
    (tmp_path / "train.py").write_text(script, encoding="utf-8")
    for command in (["format", "--check"], ["check"]):
        options = [*command, "--isolated", "--no-cache", "--line-length", "100", str(tmp_path / "train.py")]
        done = subprocess.run([ruff, *options], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", SPECS)
def test_it_runs(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = SPECS[name]
    execute(render(spec, CATALOGUE), monkeypatch, tmp_path)
    said = capsys.readouterr().out
    runs = spec.runs.values() if isinstance(spec, ComparisonSpec) else [spec]
    assert sum("mean reward of" in line for line in said.splitlines()) == sum(len(run.seeds) for run in runs)
    assert ("IQM" in said) == (name != "pre-training")
    drawn = sorted(path.relative_to(tmp_path / "logs").as_posix() for path in tmp_path.rglob("*.svg"))
    assert len(drawn) == len([*tmp_path.rglob("*.png")])
    if name == "agents":
        assert drawn == ["curves.svg", "improvement.svg", "scores.svg"]
        assert "P(PPO > A2C): " in said
    elif name == "phases":
        assert drawn == ["curves.svg", "improvement.svg", "scores.svg"]
        assert "P(pre-trained > from scratch): " in said
    elif name == "tasks":
        assert "P(" not in said
        assert {"CartPole-v1/scores.svg", "FrozenLake-v1/scores.svg"} <= set(drawn)
    else:
        assert drawn == []


def test_one_run_of_a_comparison_is_what_it_is_among_the_others(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = render(SPECS["agents"], CATALOGUE)
    execute(script, monkeypatch, tmp_path, "--num-train-steps", "64")
    together = [line for line in capsys.readouterr().out.splitlines() if line.startswith("A2C, seed 2: mean")]
    execute(script, monkeypatch, tmp_path, "--num-train-steps", "64", "--run", "A2C", "--seed", "2")
    said = capsys.readouterr().out.splitlines()
    assert together == [line for line in said if "mean reward of" in line]
    assert not any("IQM" in line for line in said)


def test_the_curve_of_a_pre_trained_run_is_that_of_fine_tuning(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["train.py", "--seed", "1"])
    names: dict[str, Any] = {"__name__": "script"}
    exec(compile(render(SPECS["phases"], CATALOGUE), "train.py", "exec"), names)
    curves: dict[str, list[tuple[list[int], list[float]]]] = {}
    names["plot"] = lambda iqm, better, found, folder: curves.update(found)
    names["main"]()
    assert capsys.readouterr().out
    assert set(curves) == {"pre-trained", "from scratch"}
    assert all(steps and max(steps) <= 128 for found in curves.values() for steps, _ in found)  # of 256 before none


def test_functions_have_names_of_their_own() -> None:
    names = function_names(["PPO", "ppo", "PPO + RND", "学习率", "lr=0.001", "x" * 90])
    assert list(names.values()) == [
        "train_ppo", "train_ppo_2", "train_ppo_rnd", "train_run", "train_lr_0_001", "train_" + "x" * 24,
    ]  # fmt: skip
