"""The doctor looks, and does not take the settings' word for it."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from copilot.assistant import doctor
from copilot.assistant.doctor import Finding
from copilot.core import paths
from copilot.core.settings import Settings
from copilot.models.route import Route
from copilot.sandbox import SandboxReport


def found(name: str, settings: Settings) -> Finding:
    return next(finding for finding in doctor.examine(settings) if finding.name == name)


@pytest.mark.parametrize(
    ("part", "setting", "variable"),
    [("model", "base_url", "RLLTE_COPILOT_BASE_URL"), ("reranker", "reranker_url", "RLLTE_COPILOT_RERANKER_URL")],
)
def test_a_server_that_does_not_answer_is_broken(part: str, setting: str, variable: str) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
        finding = found(part, Settings(**{setting: address}))
    assert finding.state == "broken"
    assert address in finding.detail
    assert variable in finding.remedy


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


def profile(text: str) -> Settings:
    """The settings that name a user's profile of that text."""
    paths.profiles_dir().mkdir()
    (paths.profiles_dir() / "mine.toml").write_text(text)
    return Settings(embedder="mine")


SERVED = """
kind = "embedder"
[embedding]
base_url = "{}"
model = "lab/embed"
"""


@pytest.mark.parametrize(
    ("address", "leaves"), [("http://127.0.0.1:8000", False), ("http://gpu.lab.invalid:8000", True)]
)
def test_a_server_of_embeddings_elsewhere_is_named_as_text_that_leaves(
    monkeypatch: pytest.MonkeyPatch, address: str, leaves: bool
) -> None:
    """The server's answer is a fake."""
    answer = {"data": [{"index": 0, "embedding": [1.0, 2.0, 2.0]}]}
    monkeypatch.setattr("copilot.models.embedding_server.ServedEmbedder._asked", lambda self, texts: answer)
    finding = found("embedder", profile(SERVED.format(address)))
    assert (finding.state, "3 dimensions" in finding.detail) == ("ok", True)
    assert address in finding.detail
    assert ("text leaves this machine" in finding.detail) is leaves


def test_a_server_of_embeddings_that_does_not_answer_is_broken() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}"
        finding = found("embedder", profile(SERVED.format(address)))
    assert finding.state == "broken"
    assert address in finding.detail
    assert "profile mine" in finding.remedy


@pytest.mark.parametrize(
    ("address", "leaves"), [("http://127.0.0.1:8081", False), ("http://gpu.lab.invalid:8081", True)]
)
def test_a_cross_encoder_is_asked_for_a_score_and_named_if_text_leaves(
    monkeypatch: pytest.MonkeyPatch, address: str, leaves: bool
) -> None:
    """The server's answer is a fake."""
    sent: list[dict[str, Any]] = []

    def post(self: Route, body: dict[str, Any]) -> Any:
        sent.append(body)
        return {"results": [{"index": 0, "relevance_score": 0.5}]}

    monkeypatch.setattr(Route, "post", post)
    finding = found("reranker", Settings(reranker_url=address, reranker_model="lab/rank"))
    assert finding.state == "ok"
    assert f"lab/rank, served at {address}/v1/rerank" in finding.detail
    assert ("text leaves this machine" in finding.detail) is leaves
    assert [(body["query"], body["documents"]) for body in sent] == [("rllte", ["rllte"])], "nothing of the user's"


def test_there_is_no_line_on_a_cross_encoder_where_none_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_guarded", lambda name, probe: Finding(name, "ok", ""))
    names = [finding.name for finding in doctor.examine(Settings())]
    assert "embedder" in names
    assert "reranker" not in names
    assert "reranker" in [finding.name for finding in doctor.examine(Settings(reranker_url="http://a"))]


def test_an_embedder_without_its_weights_or_its_package_says_which(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RLLTE_COPILOT_MODELS", str(tmp_path / "none"))
    for name in ("all-minilm-l6-v2", "instructor-large"):
        finding = found("embedder", Settings(embedder=name))
        assert (finding.state, finding.remedy.endswith(f"models pull {name}")) == ("missing", True)
    settings = profile(f'kind = "embedder"\nembedding = {{ folder = "{tmp_path}" }}\n')
    (tmp_path / "config.json").write_text("{}")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    finding = found("embedder", settings)
    assert finding.state == "broken"
    assert "-m pip install" in finding.remedy


REPORTS = {
    False: SandboxReport(False, "none", detail="no bubblewrap", remedy="install it"),
    True: SandboxReport(True, "B", ["Landlock ABI 7"]),
}
