"""The command line's contract: exit codes, one JSON object, no traceback for a user's mistake."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from copilot.cli import main, output
from copilot.cli.commands import cli
from copilot.cli.models import models
from copilot.cli.sessions import sessions
from copilot.cli.suggest import suggest
from copilot.core import paths
from copilot.core.errors import SandboxUnavailable
from copilot.core.settings import load_settings

ROOT = Path(__file__).resolve().parents[3]
CONTRACT = {"ask", "search", "ingest", "generate", "run", "models", "sessions", "suggest", "doctor"}


@pytest.fixture
def runner() -> CliRunner:
    cli.add_command(models)
    cli.add_command(sessions)
    cli.add_command(suggest)
    return CliRunner()


def test_the_contract_s_commands_exist(runner: CliRunner) -> None:
    assert set(cli.commands) >= CONTRACT
    for name in CONTRACT:
        assert runner.invoke(cli, [name, "--help"]).exit_code == 0


def test_every_answering_command_takes_json() -> None:
    answering = {name: command for name, command in cli.commands.items() if name in CONTRACT}
    for group in (models, sessions):
        answering.pop(str(group.name), None)
        answering |= {f"{group.name} {name}": command for name, command in group.commands.items()}
    for name, command in answering.items():
        assert any("--json" in option.opts for option in command.params), name


def test_wrong_usage_is_2(runner: CliRunner) -> None:
    assert runner.invoke(cli, ["nonsense"]).exit_code == 2
    assert runner.invoke(cli, ["search", "x", "-k", "0"]).exit_code == 2
    assert runner.invoke(cli, ["run", "x.py", "--time-limit", "-1"]).exit_code == 2


@pytest.mark.parametrize("ended", [click.Abort, KeyboardInterrupt])
def test_ctrl_c_before_a_command_has_begun_is_130(monkeypatch: pytest.MonkeyPatch, ended: type[BaseException]) -> None:
    def interrupted(**_: object) -> None:
        raise ended

    monkeypatch.setattr(cli, "main", interrupted)
    with pytest.raises(SystemExit) as leave:
        main()
    assert leave.value.code == 130


@pytest.mark.parametrize(("args", "code"), [(["--version"], 0), (["nonsense"], 2), (["models", "use", "smolm"], 3)])
def test_the_console_script_keeps_the_exit_codes(monkeypatch: pytest.MonkeyPatch, args: list[str], code: int) -> None:
    monkeypatch.setattr(sys, "argv", ["rllte-copilot", *args])
    with pytest.raises(SystemExit) as leave:
        main()
    assert (leave.value.code or 0) == code


def test_a_mistyped_command_is_told_the_nearest(runner: CliRunner) -> None:
    assert "Did you mean 'ask'?" in runner.invoke(cli, ["aks"]).output


@pytest.mark.parametrize("args", [["doctor"], ["models", "list"], ["search", "x"]])
def test_a_broken_settings_file_is_an_error_object(runner: CliRunner, args: list[str]) -> None:
    paths.config_file().write_text("model = ")
    done = runner.invoke(cli, [*args, "--json"])
    assert done.exit_code == 3
    error = json.loads(done.stdout)["error"]
    assert error["kind"] == "file_problem"
    assert "config.toml" in error["message"]


@pytest.mark.parametrize("piped", [b"", b" \n", b"word " * 2000], ids=["nothing", "blank", "long"])
def test_a_piped_question_is_read_as_it_comes(runner: CliRunner, piped: bytes) -> None:
    done = runner.invoke(cli, ["ask", "-", "--no-model", "--json"], input=piped)
    assert done.exit_code == 3
    assert json.loads(done.stdout)["error"]["kind"] == "invalid_request"


def test_bytes_that_are_no_text_reach_the_assistant_as_text(runner: CliRunner, tmp_path: Path) -> None:
    piped = b"Train PPO on CartPole-v1 \xff for 5000 steps"
    done = runner.invoke(cli, ["generate", "-", "--no-model", "--json", "-o", str(tmp_path)], input=piped)
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["spec"]["num_train_steps"] == 5000


def test_models_use_keeps_the_other_settings(runner: CliRunner) -> None:
    paths.config_file().write_text('threads = 2\nembedder = "all-minilm-l6-v2"\n')
    done = runner.invoke(cli, ["models", "use", "smollm2-135m", "--json"])
    assert done.exit_code == 0, done.output
    text = paths.config_file().read_text()
    assert 'model = "smollm2-135m"' in text
    assert "threads = 2" in text
    assert runner.invoke(cli, ["models", "use", "smolm", "--json"]).exit_code == 3


def test_models_use_none_and_the_nearest_of_a_mistyped_name(runner: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    assert runner.invoke(cli, ["models", "use", "none"]).exit_code == 0
    assert load_settings().model == "none"
    error = json.loads(runner.invoke(cli, ["models", "use", "smolm2-135m", "--json"]).stdout)["error"]
    assert error["kind"] == "unknown_name"
    assert "'smollm2-135m'" in error["hint"]
    assert json.loads(runner.invoke(cli, ["models", "pull", "--json"]).stdout)["error"]["kind"] == "no_model"
    monkeypatch.setenv("RLLTE_COPILOT_MODEL", "qwen2.5-coder-0.5b")
    done = runner.invoke(cli, ["models", "use", "smollm2-135m"])
    assert "RLLTE_COPILOT_MODEL is qwen2.5-coder-0.5b, and wins" in done.stderr


def test_models_use_says_what_is_wrong_with_the_file(runner: CliRunner) -> None:
    paths.config_file().write_text("model = ")
    done = runner.invoke(cli, ["models", "use", "smollm2-135m", "--json"])
    assert done.exit_code == 3
    assert json.loads(done.stdout)["error"]["kind"] == "file_problem"
    assert paths.config_file().read_text() == "model = "


def test_models_list_says_which_weights_are_not_pinned(runner: CliRunner) -> None:
    rows = json.loads(runner.invoke(cli, ["models", "list", "--json"]).stdout)["models"]
    unpinned = ["instructor-base", "instructor-large", "instructor-xl", "vicuna-7b-v1.5"]
    assert [row["name"] for row in rows if not row["pinned"]] == unpinned
    lines = runner.invoke(cli, ["models", "list"]).stdout.splitlines()
    assert [line.split()[0] for line in lines if "not pinned" in line] == unpinned


def test_models_list_names_size_and_licence(runner: CliRunner) -> None:
    rows = json.loads(runner.invoke(cli, ["models", "list", "--json"]).stdout)["models"]
    assert {"qwen2.5-coder-1.5b", "qwen2.5-coder-0.5b", "smollm2-135m", "vicuna-7b-v1.5", "all-minilm-l6-v2"} <= {
        row["name"] for row in rows
    }
    for row in rows:
        assert row["licence"]
        assert len(row["sha256"]) == 64 or not row["pinned"]


FOLDER = 'kind = "embedder"\nembedding = {{ folder = "{}" }}\n'
REMOTE = """
kind = "embedder"
[embedding]
base_url = "http://gpu.lab.invalid:8000"
model = "lab/embed"
"""


def test_a_profile_of_one_s_own_is_listed_and_chosen(
    runner: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths.profiles_dir().mkdir()
    (paths.profiles_dir() / "mine.toml").write_text(FOLDER.format(tmp_path))
    lines = runner.invoke(cli, ["models", "list"]).stdout.splitlines()
    assert [line.split()[0] for line in lines if "your own" in line] == ["mine"]
    done = runner.invoke(cli, ["models", "use", "mine"])
    assert done.exit_code == 0
    assert "ingest --rebuild" in done.stderr
    assert load_settings().embedder == "mine"
    assert "ingest --rebuild" not in runner.invoke(cli, ["models", "use", "mine"]).stderr
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert "-m pip install" in runner.invoke(cli, ["models", "use", "mine"]).stderr
    error = json.loads(runner.invoke(cli, ["models", "pull", "mine", "--json"]).stdout)["error"]
    assert error["kind"] == "invalid_request"
    assert str(tmp_path) in error["message"]


def test_an_ingestion_by_a_server_elsewhere_says_first_that_text_leaves(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server is a fake that gives every text the same vector."""
    paths.profiles_dir().mkdir()
    (paths.profiles_dir() / "far.toml").write_text(REMOTE)
    monkeypatch.setenv("RLLTE_COPILOT_EMBEDDER", "far")
    said: list[str] = []
    monkeypatch.setattr(output, "say", said.append)
    sent: list[int] = []

    def asked(self: Any, texts: list[str]) -> dict[str, Any]:
        if texts != ["rllte"]:  # the first, of no user's, is how the dimension is known
            sent.append(len(said))
        return {"data": [{"index": index, "embedding": [1.0, 2.0]} for index in range(len(texts))]}

    monkeypatch.setattr("copilot.models.embedding_server.ServedEmbedder._asked", asked)
    monkeypatch.setattr("copilot.knowledge.files.shipped", lambda: {"corpus/README.md": ROOT / "corpus" / "README.md"})
    assert runner.invoke(cli, ["ingest", "--json"]).exit_code == 0
    assert [line for line in said if "Text leaves this machine" in line and "gpu.lab.invalid:8000" in line] == said[:1]
    assert sent
    assert min(sent) >= 1, "it was said before the first text went"
    said.clear()
    assert runner.invoke(cli, ["ingest", "--json"]).exit_code == 0
    assert not [line for line in said if "leaves" in line]


IGNORES = """
import signal, time
for number in range(1, 65):
    try: signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError): pass
print("on", flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_run_that_is_asked_to_end_leaves_its_record_and_nothing_else(
    tmp_path: Path, number: signal.Signals, times: int
) -> None:
    (tmp_path / "ignores.py").write_text(IGNORES)
    mark = f"asked-{os.getpid()}-{number}-{times}"
    command = [sys.executable, "-m", "copilot.cli", "run", "ignores.py", "-o", "runs", "--", mark]
    env = {**os.environ, "PYTHONPATH": str(paths.project_root())}
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        preexec_fn=_heard,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "on\n"
        for _ in range(times):
            process.send_signal(number)
        assert process.wait(30) == 128 + number
    [record] = tmp_path.glob("runs/*/result.json")
    assert json.loads(record.read_text())["status"] == "cancelled"
    assert (record.parent / "box").stat().st_uid == os.getuid()
    left = [path for path in Path("/proc").glob("[0-9]*/cmdline") if mark in _cmdline(path)]
    assert not left


def _heard() -> None:
    """As from a terminal: under nohup or in a shell's background the tests themselves ignore signals, and so would this."""
    for number in output.SIGNALS:
        signal.signal(number, signal.SIG_DFL)


def _cmdline(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except OSError:
        return ""


def test_a_limit_that_is_no_number_is_said(runner: CliRunner, tmp_path: Path) -> None:
    for value in ("inf", "nan"):
        done = runner.invoke(cli, ["run", "x.py", "--time-limit", value, "--json"])
        assert done.exit_code in {2, 3}
        assert "Traceback" not in done.output
        assert done.exception is None or isinstance(done.exception, SystemExit)


@pytest.mark.parametrize(
    ("fault", "code", "kind"),
    [(PermissionError(13, "Permission denied", "/x"), 3, "file_problem"), (KeyError("tokens"), 1, "internal")],
)
def test_what_nobody_foresaw_is_an_error_object_too(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch, fault: Exception, code: int, kind: str
) -> None:
    def broken() -> None:
        raise fault

    monkeypatch.setattr("copilot.cli.commands.load_settings", broken)
    done = runner.invoke(cli, ["doctor", "--json"])
    assert done.exit_code == code
    assert json.loads(done.stdout)["error"]["kind"] == kind


@pytest.mark.parametrize(("option", "weaker"), [([], False), (["--weaker-sandbox"], True)])
def test_run_takes_the_weaker_sandbox_only_where_it_is_asked_to(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, option: list[str], weaker: bool
) -> None:
    """What runs is a fake; what follows -- is the script's, whatever it says."""
    asked: list[object] = []

    def refuse(*_: object, **given: object) -> None:
        asked.append(given["weaker"])
        raise SandboxUnavailable("not run", hint="")

    monkeypatch.setattr("copilot.sandbox.run_script", refuse)
    script = tmp_path / "x.py"
    script.write_text("pass")
    assert runner.invoke(cli, ["run", *option, str(script), "--", "--weaker-sandbox"]).exit_code == 3
    assert asked == [weaker]
    assert "hides less" in " ".join(runner.invoke(cli, ["run", "--help"]).output.split())
