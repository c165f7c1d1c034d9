"""`rllte-copilot experiment`: one JSON object each, exit codes, errors with the next step, nothing deleted unasked."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from copilot.cli.experiments import experiment
from copilot.core.errors import SandboxUnavailable
from tests.copilot.experiments.fakes import SPEC, FakeSandbox


@pytest.fixture(autouse=True)
def sandbox(monkeypatch: pytest.MonkeyPatch) -> FakeSandbox:
    fake = FakeSandbox()
    monkeypatch.setattr("copilot.experiments.runner.run_script", fake)
    return fake


@pytest.fixture
def plan(tmp_path: Path) -> str:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(SPEC), encoding="utf-8")
    return str(path)


def call(*args: str, **given: Any) -> Result:
    return CliRunner().invoke(experiment, args, **given)


def data(*args: str, code: int = 0) -> dict[str, Any]:
    done = call(args[0], "--json", *args[1:])
    assert done.exit_code == code, done.output
    assert done.stdout.count("\n") == 1
    return dict(json.loads(done.stdout))


def test_where_nothing_is_kept_it_is_said_beside_the_answer() -> None:
    done = call("list")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "experiment run PLAN" in done.stderr
    assert data("list") == {"experiments": []}


def test_a_run_tells_its_progress_and_then_what_came_out(plan: str) -> None:
    done = call("run", plan, "--title", "倒立摆：三个种子", "--jobs", "1")
    assert done.exit_code == 0, done.output
    assert "PPO seed 1: started" in done.stderr
    assert "PPO seed 3: ok in 1.5 s, evaluation 40.00 (3 of 3 done)" in done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "ppo-cartpole-1: 倒立摆：三个种子"
    assert lines[1].startswith("ok, ")
    assert any(line.startswith("PPO     2  ok           1.5 s           40.00  ▁█ 20.0 to 40.0") for line in lines)
    assert call("list").stdout.split()[0] == "ppo-cartpole-1"
    assert call("show", "1").stdout == done.stdout


def test_the_json_of_a_run_is_that_of_show(plan: str, sandbox: FakeSandbox) -> None:
    ran = data("run", plan, "--seeds", "2-3", "--time-limit", "9", "--memory-limit", "512", "--", "--num-envs", "2")
    assert ran == data("show", ran["id"])
    assert [run["seed"] for run in ran["runs"]] == [2, 3]
    one = ran["runs"][0]
    assert (one["status"], one["score"], one["reason"]) == ("ok", 40.0, None)
    assert one["curve"] == {"kind": "eval", "points": [[1000, 20.0], [2000, 40.0]]}
    assert Path(one["metrics_file"]).is_file() and Path(one["log"]).is_file() and Path(one["artifacts"][0]).is_file()
    assert ran["limits"] == {"time_s": 9.0, "memory_mb": 512, "gpu": False}
    assert (ran["args"], ran["status"], ran["count"], ran["reproduction"]) == (["--num-envs", "2"], "ok", 2, None)
    assert ["--seed", "2", "--num-envs", "2"] in [call["args"] for call in sandbox.calls]
    assert data("list") == {
        "experiments": [
            {key: ran[key] for key in ("id", "title", "status", "count", "counts", "created", "origin")},
        ]
    }


def test_a_failed_run_says_why_and_is_exit_code_3(plan: str, sandbox: FakeSandbox) -> None:
    sandbox.status_of = lambda args: "error" if args[-1] != "2" else "ok"
    done = call("run", plan)
    assert done.exit_code == 3
    assert "PPO seed 1, PPO seed 3: began" in done.stdout
    assert data("show", "1")["runs"][0]["reason"] == "began"
    assert data("run", "--resume", "1", code=3)["error"]["kind"] == "invalid_request"
    sandbox.status_of = lambda args: "ok"
    assert data("run", "--resume", "1", "--failed")["status"] == "ok"


def test_an_interrupted_run_is_kept_and_resumed(plan: str, sandbox: FakeSandbox) -> None:
    def interrupt(args: Any) -> str:
        os.kill(os.getpid(), signal.SIGINT)
        return "wait"

    sandbox.status_of = interrupt
    done = call("run", plan, "--jobs", "1", "--json")
    assert done.exit_code == 130, done.output
    assert json.loads(done.stdout)["counts"] == {"interrupted": 1, "queued": 2}
    assert "experiment run --resume ppo-cartpole-1" in done.stderr
    sandbox.status_of = lambda args: "ok"
    assert data("run", "--resume", "1")["counts"] == {"ok": 3}


def test_where_nothing_can_be_run_the_rest_is_kept(plan: str, sandbox: FakeSandbox) -> None:
    sandbox.status_of = lambda args: SandboxUnavailable("Nothing was run.", hint="Install it.")
    error = data("run", plan, code=3)["error"]
    assert error == {"kind": "sandbox_unavailable", "message": "Nothing was run.", "hint": "Install it."}
    assert data("show", "1")["status"] == "interrupted"


def test_a_repetition_says_whether_the_same_came_out(plan: str, sandbox: FakeSandbox) -> None:
    data("run", plan)
    again = data("rerun", "1")
    assert (again["origin"], again["id"]) == ("ppo-cartpole-1", "ppo-cartpole-2")
    assert (again["reproduction"]["expected"], again["reproduction"]["identical"]) == (True, True)
    assert "metrics identical in all 3 runs" in call("show", "2").stdout
    sandbox.rows_of = lambda args: []
    assert "metrics identical in 0 of 3 runs, though they should be" in call("rerun", "1").stdout


def test_export_names_its_files(plan: str, tmp_path: Path, sandbox: FakeSandbox) -> None:
    sandbox.rows_of = lambda args: []
    data("run", plan)
    written = data("export", "1", "-o", str(tmp_path / "out"))
    assert (written["id"], written["path"]) == ("ppo-cartpole-1", str(tmp_path / "out"))
    assert {"README.md", "train.py", "plan.json", "results.json"} <= set(written["files"])
    assert data("export", "1", "-o", str(tmp_path / "out"), code=3)["error"]["kind"] == "file_problem"


def test_comparing_what_has_not_run_is_told(plan: str, sandbox: FakeSandbox) -> None:
    sandbox.status_of = lambda args: "oom"
    data("run", plan)
    assert "no run has finished" in data("compare", "1", code=3)["error"]["message"]
    assert data("compare", "nothing", code=3)["error"]["kind"] == "unknown_name"


def test_deleting_asks_first(plan: str) -> None:
    data("run", plan)
    data("rerun", "1")
    assert data("delete", "1", code=3)["error"]["hint"] == "Give --yes."
    assert data("delete", "1", "ppo-cartpole-3", "--yes", code=3)["error"]["kind"] == "unknown_name"
    assert data("delete", "1", "2", "--yes") == {"deleted": ["ppo-cartpole-1", "ppo-cartpole-2"]}
    assert data("list") == {"experiments": []}


@pytest.mark.parametrize(
    "args",
    [
        ["run"],
        ["run", "plan.json", "--resume", "1"],
        ["run", "plan.json", "--failed"],
        ["run", "--resume", "1", "--seeds", "2"],
        ["run", "plan.json", "--jobs", "0"],
        ["show"],
        ["compare"],
        ["export", "1"],
        ["delete"],
    ],
)
def test_wrong_usage_is_exit_code_2(args: list[str]) -> None:
    assert call(*args).exit_code == 2


def test_words_are_sent_to_generate() -> None:
    error = data("run", "train PPO on CartPole", code=3)["error"]
    assert error["kind"] == "file_problem"
    assert "generate 'train PPO on CartPole'" in error["hint"]
