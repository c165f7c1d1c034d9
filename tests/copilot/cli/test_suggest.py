"""`suggest`: one JSON object, numbered text, plans on disk, errors with what was expected."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from copilot.assistant import assistant as module
from copilot.cli.suggest import suggest
from copilot.codegen import load_spec
from copilot.core.errors import CorpusEmpty
from tests.copilot.codegen.suggest.real import real


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CliRunner:
    def no_index(_: object) -> None:
        raise CorpusEmpty("nothing")

    monkeypatch.setattr(module.Assistant, "retriever", no_index)
    monkeypatch.setenv("RLLTE_COPILOT_HOME", str(tmp_path / "home"))
    return CliRunner()


def test_json_is_one_object_with_plans(runner: CliRunner, tmp_path: Path) -> None:
    result = runner.invoke(suggest, ["explore DoorKey better", "--json", "-o", str(tmp_path / "plans")])
    assert result.exit_code == 0
    data = json.loads(result.stdout)
    assert 3 <= len(data["experiments"]) <= 5
    for one in data["experiments"]:
        assert load_spec(Path(one["plan"])).model_dump(mode="json") == one["spec"]


def test_text_is_numbered_and_says_how_to_run_it(runner: CliRunner, tmp_path: Path) -> None:
    run = real("ppo_cartpole_lr05")
    assert run.spec is not None
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in run.rows))
    (tmp_path / "plan.json").write_text(run.spec.model_dump_json())
    arguments = ["--from", str(tmp_path / "run"), "--spec", str(tmp_path / "plan.json")]
    result = runner.invoke(suggest, arguments)
    assert result.exit_code == 0
    assert "Seen in the metrics" in result.stdout and "approx_kl is above 0.05" in result.stdout
    assert "1. lr 0.05 -> 0.017, annealed" in result.stdout
    assert "cost: about" in result.stdout and "corpus/guides/training-troubleshooting.md" in result.stdout
    assert "-o DIR" in result.stderr
    written = runner.invoke(suggest, [*arguments, "-o", str(tmp_path / "plans")])
    assert f"rllte-copilot experiment run {tmp_path}/plans/1-lr-0.05-0.017-annealed.json" in written.stdout


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        ([], "invalid_request"),
        (["hello"], "invalid_request"),
        (["--from", "no-such-run-7"], "unknown_name"),
        (["--from", "/no/such/folder"], "file_problem"),
        (["reach 600 on CartPole"], "invalid_request"),
        (["SAC on CartPole"], "space_mismatch"),
    ],
)
def test_what_cannot_be_met_is_3_with_what_was_expected(runner: CliRunner, arguments: list[str], kind: str) -> None:
    result = runner.invoke(suggest, [*arguments, "--json"])
    assert result.exit_code == 3
    error = json.loads(result.stdout)["error"]
    assert error["kind"] == kind and error["message"] and error["hint"]
