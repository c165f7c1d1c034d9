"""Diagnostics, answers and errors go where the contract says."""

import json

import pytest

from copilot.cli import output
from copilot.core.errors import NoModel


def test_an_error_is_a_sentence_and_a_hint_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leave, output.reporting(False):
        raise NoModel("The weights are not here.", hint="rllte-copilot models pull")
    assert leave.value.code == 3
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines() == ["Error: The weights are not here.", "  rllte-copilot models pull"]


def test_with_json_it_is_one_object_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit), output.reporting(True):
        raise NoModel("The weights are not here.", hint="pull")
    captured = capsys.readouterr()
    assert json.loads(captured.out) == {
        "error": {"kind": "no_model", "message": "The weights are not here.", "hint": "pull"}
    }
    assert captured.err == ""


def test_ctrl_c_is_130(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leave, output.reporting(False):
        raise KeyboardInterrupt
    assert leave.value.code == 130
    assert "Cancelled" in capsys.readouterr().err


def test_progress_in_a_pipe_ends_at_100(capsys: pytest.CaptureFixture[str]) -> None:
    report = output.progress_bar()
    for done in range(5):
        report("pulling", done, 4)
    assert capsys.readouterr().err.splitlines()[-1] == "pulling: 100%"
