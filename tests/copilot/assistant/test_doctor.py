"""The doctor looks, and does not take the settings' word for it."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from copilot.assistant import doctor
from copilot.assistant.doctor import Finding
from copilot.core.settings import Settings
from copilot.sandbox import SandboxReport


def found(name: str, settings: Settings) -> Finding:
    return next(finding for finding in doctor.examine(settings) if finding.name == name)


def test_a_server_that_does_not_answer_is_broken() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
        finding = found("model", Settings(base_url=address))
    assert finding.state == "broken"
    assert address in finding.detail
    assert "RLLTE_COPILOT_BASE_URL" in finding.remedy


def test_a_data_folder_that_cannot_be_made_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("RLLTE_COPILOT_HOME", str(tmp_path / "file"))
    finding = found("disk", Settings())
    assert finding.state == "broken"
    assert "RLLTE_COPILOT_HOME" in finding.remedy


def test_the_weaker_sandbox_is_named_where_it_would_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reports are fakes; what they rest on has tests of its own."""
    monkeypatch.setattr("copilot.sandbox.probe", lambda weaker=False: REPORTS[weaker])
    finding = found("sandbox", Settings())
    assert (finding.state, "--weaker-sandbox" in finding.remedy) == ("broken", True)
    assert "install it" in finding.remedy
    finding = found("sandbox", Settings(weaker_sandbox=True))
    assert finding.state == "ok"
    assert "tier B, WEAKER" in finding.detail
    monkeypatch.setattr("copilot.sandbox.probe", lambda weaker=False: REPORTS[False])
    for settings in (Settings(), Settings(weaker_sandbox=True)):
        finding = found("sandbox", settings)
        assert (finding.state, finding.remedy) == ("broken", "install it")


REPORTS = {
    False: SandboxReport(False, "none", detail="no bubblewrap", remedy="install it"),
    True: SandboxReport(True, "B", ["Landlock ABI 7"]),
}
