"""An experiment from its plan to its repetition, in the real sandbox, over two tiny seeds."""

from __future__ import annotations

import json
from pathlib import Path

from tests.e2e.conftest import command, one_object

PLAN = {
    "kind": "experiment",
    "agent": "PPO",
    "env_id": "CartPole-v1",
    "num_envs": 4,
    "num_train_steps": 256,
    "seeds": [1, 2],
    "agent_kwargs": {"num_steps": 32, "batch_size": 64},
    "train_kwargs": {"num_eval_episodes": 2, "eval_interval": 1},
}


def test_a_plan_runs_and_comes_out_the_same_again(tmp_path: Path) -> None:
    home, plan = tmp_path / "home", tmp_path / "plan.json"
    plan.write_text(json.dumps(PLAN), encoding="utf-8")
    ran = one_object(command(home, "experiment", "run", str(plan), "--title", "倒立摆", "--json"))
    assert ran["status"] == "ok", [run["reason"] for run in ran["runs"]]
    assert [run["score"] > 0 for run in ran["runs"]] == [True, True]
    assert len(ran["runs"][0]["curve"]["points"]) == 2
    plan.unlink()
    again = one_object(command(home, "experiment", "rerun", ran["id"], "--json"))
    assert again["reproduction"] == {
        "origin": ran["id"],
        "expected": True,
        "identical": True,
        "reasons": [],
        "runs": [{"label": "PPO", "seed": seed, "identical": True, "difference": None} for seed in (1, 2)],
    }
