"""Diagnostics, answers and errors go where the contract says."""

import fcntl
import json
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
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


@pytest.mark.parametrize("total", [0, 7, 12_345, 3 * 2**30])
@pytest.mark.parametrize(
    "label", ["ingesting", "embedding a long file", "a name of a file that is longer than any terminal " * 3]
)
def test_a_progress_bar_is_as_wide_as_its_terminal(label: str, total: int) -> None:
    for width in (*range(81), 200):
        assert {len(output.bar_line(label, done, total, width)) for done in (0, total // 3, total)} == {width}


def test_a_progress_bar_says_what_there_is_room_for() -> None:
    assert output.bar_line("ingesting", 5, 10, 39) == "ingesting [########........]  50%  5/10"
    assert output.bar_line("embedding a long file", 512, 704, 39).split() == [
        "embedding",
        "a",
        "long",
        "file",
        "73%",
        "512/704",
    ]
    assert output.bar_line("pulling", 2**20, 2**21, 26).endswith("50%     1.0/2.0 MiB")


def test_a_progress_bar_stays_in_one_line_of_a_narrow_terminal() -> None:
    main, other = pty.openpty()
    fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 40, 0, 0))
    code = "from copilot.cli import output\nbar = output.progress_bar()\nfor n in range(11): bar('ingesting', n, 10)"
    env = {**os.environ, "PYTHONPATH": str(paths.project_root())}
    subprocess.run([sys.executable, "-c", code], env=env, stderr=other, check=True)
    os.close(other)
    written = os.read(main, 1 << 16).decode()
    os.close(main)
    *lines, end = written.split("\r")[1:]
    assert (len(lines), end) == (11, "\n"), "one line, written over, and ended"
    assert {len(line) for line in lines} == {39}
