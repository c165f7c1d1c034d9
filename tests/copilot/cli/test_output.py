"""Diagnostics, answers and errors go where the contract says."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from copilot.cli import output
from copilot.cli.render import show_answer
from copilot.core import paths
from copilot.core.errors import NoModel
from copilot.core.events import Failed, Token


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


def test_an_answer_that_breaks_off_ends_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    events = iter([Token("PPO cl"), Failed("model_unreachable", "The engine stopped.", "Ask again.")])
    with pytest.raises(SystemExit) as leave, output.reporting(False):
        show_answer(events, False)
    assert leave.value.code == 3
    captured = capsys.readouterr()
    assert captured.out == "PPO cl\n"
    assert captured.err == "Error: The engine stopped.\n  Ask again.\n"


def test_ctrl_c_is_130(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leave, output.reporting(False):
        raise KeyboardInterrupt
    assert leave.value.code == 130
    assert "Cancelled" in capsys.readouterr().err


def test_a_stream_that_cannot_show_a_character_shows_another() -> None:
    code = (
        "from copilot.cli import output\n"
        "with output.reporting(False): output.answer('loss \\u2713 \\u4e2d'); output.emit({'x': '\\u2713'})\n"
        "output.say('\\u4e2d')"
    )
    env = {**os.environ, "PYTHONIOENCODING": "ascii:strict", "PYTHONPATH": str(paths.project_root())}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=False)
    assert (done.returncode, done.stdout.splitlines()) == (0, [b"loss ? ?", b'{"x": "\\u2713"}'])
    assert done.stderr == b"\\u4e2d\n"


@pytest.fixture
def heard() -> Iterator[None]:
    """Python's own handlers: under nohup or in a shell's background the tests themselves ignore signals."""
    handlers = {
        signal.SIGINT: signal.default_int_handler,
        signal.SIGTERM: signal.SIG_DFL,
        signal.SIGHUP: signal.SIG_DFL,
    }
    kept = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("heard")
def test_signals_cancel_once_and_then_interrupt(capsys: pytest.CaptureFixture[str]) -> None:
    before = [signal.getsignal(number) for number in output.SIGNALS]
    calls: list[int] = []
    with output.cancelling(lambda: calls.append(1), False) as came:
        signal.raise_signal(signal.SIGTERM)
        assert (calls, came) == ([1], [signal.SIGTERM])
    with pytest.raises(SystemExit) as leave, output.cancelling(lambda: calls.append(2), False):
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGINT)
    assert leave.value.code == 128 + signal.SIGTERM
    assert calls == [1, 2, 2]
    assert "Cancelled" in capsys.readouterr().err
    assert [signal.getsignal(number) for number in output.SIGNALS] == before


def test_a_signal_that_was_ignored_before_stays_ignored() -> None:
    kept = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with output.cancelling(lambda: pytest.fail("cancelled"), False):
            signal.raise_signal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, kept)


def test_progress_in_a_pipe_ends_at_100(capsys: pytest.CaptureFixture[str]) -> None:
    report = output.progress_bar()
    for done in range(5):
        report("pulling", done, 4)
    assert capsys.readouterr().err.splitlines()[-1] == "pulling: 100%"
