"""Something new is planned, written beside what is there, run, and delivered with what the run showed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from copilot.assistant import create as module
from copilot.assistant.create import create
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import InvalidRequest, SandboxUnavailable
from copilot.core.events import Checked, Planned, Scripted

REQUEST = "write an MLP encoder with two hidden layers of 16 called Tiny"


def test_a_package_is_written_checked_in_the_sandbox_and_described(tmp_path: Path) -> None:
    events = list(create(REQUEST, tmp_path, load_catalogue(), None))
    assert [type(event) for event in events if isinstance(event, Planned | Scripted | Checked)] == [
        Planned,
        Scripted,
        Checked,
    ]
    checked = events[-1]
    assert isinstance(checked, Checked)
    assert all(check.ok for check in checked.checks), checked.checks
    assert {check.name for check in checked.checks} >= {"parses", "names", "conformance", "trains"}
    folder = tmp_path / "tiny"
    assert {path.name for path in folder.iterdir()} == {"tiny.py", "test_tiny.py", "train.py", "plan.json", "README.md"}
    assert re.search(r"\b(\d+) of \1 tests pass", (folder / "README.md").read_text())


def test_what_was_asked_and_is_not_in_it_makes_a_package_fail(tmp_path: Path) -> None:
    checked = list(create(f"{REQUEST} with 77 wobbles", tmp_path, load_catalogue(), None))[-1]
    assert isinstance(checked, Checked)
    failed = [check for check in checked.checks if not check.ok]
    assert [check.name for check in failed] == ["asked"]
    assert "wobbles" in failed[0].detail
    assert "does not pass" in (tmp_path / "tiny" / "README.md").read_text()


def refuse(*args: object, **kwargs: object) -> None:
    raise SandboxUnavailable("Nothing was run.", hint="Install it.")


def test_without_a_sandbox_nothing_runs_and_the_package_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "examine", refuse)
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "train.py").write_text("precious = 1\n")
    checked = list(create(REQUEST, tmp_path, load_catalogue(), None))[-1]
    assert isinstance(checked, Checked)
    assert not checked.checks[-1].ok
    assert "not run" in checked.checks[-1].detail
    assert "does not pass" in (tmp_path / "tiny" / "README.md").read_text()
    assert (tmp_path / "tiny" / "train.py.bak").read_text() == "precious = 1\n"


def test_without_a_model_what_no_family_holds_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="outside of what is rendered") as caught:
        list(create("write a graph neural network encoder", tmp_path, load_catalogue(), None))
    assert "models pull" in caught.value.hint
    assert not list(tmp_path.iterdir())
