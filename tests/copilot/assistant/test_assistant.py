"""The assistant's own part: turns that end, a model that has gone to sleep, errors as events."""

from __future__ import annotations

import errno
import sys
import threading
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from copilot.assistant import assistant as module
from copilot.assistant.assistant import Assistant
from copilot.core import paths
from copilot.core.errors import ModelUnreachable
from copilot.core.events import Answered, Checked, Failed, LogLine, Phase, Ran
from copilot.core.settings import Settings
from copilot.core.types import Passage
from copilot.history import Sessions
from copilot.knowledge.units import units
from copilot.models.scripted import ScriptedChat
from copilot.retrieval import Evidence, SearchResult

PASSAGE = Passage("a", "corpus/x.md", (1, 2), "GAE", "GAE mixes n-step advantages with the factor lambda.", 0.9)


class FakeRetriever:
    def __init__(self, strength: float = 1.0) -> None:
        self.strength = strength

    def search(self, query: str, k: int = 8) -> SearchResult:
        query.encode()  # as the embedder and the index do
        return SearchResult([PASSAGE], {"total_s": 0.0}, Evidence(self.strength, self.strength, 1.0 - self.strength))

    def worth(self, query: str, passages: list[Passage]) -> list[list[float]]:
        return [[1.0 for _ in units(passage)] for passage in passages]


class SleepyChat(ScriptedChat):
    """Answers once; then its engine has ended itself."""

    def __init__(self) -> None:
        super().__init__([{"match": ".", "reply": "GAE mixes n-step advantages with lambda [1]."}])
        self.asked = 0

    def stream(self, *args: Any, **options: Any) -> Any:
        self.asked += 1
        if self.asked > 1:
            raise ModelUnreachable("gone")
        return super().stream(*args, **options)


@pytest.fixture
def assistant(monkeypatch: pytest.MonkeyPatch) -> Assistant:
    made = Assistant(Settings(model="scripted"))
    monkeypatch.setattr(made, "retriever", FakeRetriever)
    return made


@pytest.mark.parametrize("url", [None, "http://127.0.0.1:8081"])
def test_the_cross_encoder_of_the_settings_is_searched_with(monkeypatch: pytest.MonkeyPatch, url: str | None) -> None:
    given: list[Any] = []

    class Opened(FakeRetriever):
        def __init__(self, index: object, embedder: object, reranker: Any) -> None:
            super().__init__()
            given.append(reranker and reranker.url)

        def prepare(self) -> None:
            """Nothing to open."""

    monkeypatch.setattr(module, "open_embedder", lambda settings: object())
    monkeypatch.setattr(module, "open_index", lambda embedder: object())
    monkeypatch.setattr(module, "Retriever", Opened)
    assistant = Assistant(Settings(reranker_url=url))
    assistant.retriever()
    assert given == [url and f"{url}/v1/rerank"]
    assert assistant.status()["reranker"] == url


def test_an_embedder_that_is_served_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Assistant(Settings()).status()["embedder_server"] is None
    assert Assistant(Settings(embedder="not-there")).status()["embedder_server"] is None
    served = SimpleNamespace(embedding=SimpleNamespace(base_url="http://gpu.lab/v1"))
    monkeypatch.setattr(module.profiles, "get", lambda name: served)
    assert Assistant(Settings(embedder="lab")).status()["embedder_server"] == "http://gpu.lab/v1"


def test_a_model_that_went_to_sleep_between_two_questions_is_woken(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "open_chat", lambda settings: SleepyChat())
    for _ in range(2):
        assert isinstance(list(assistant.ask("What does GAE mix?"))[-1], Answered)


@pytest.mark.parametrize(
    ("question", "strength"), [("", 1.0), (" \n", 1.0), ("How? " * 1000, 1.0), ("What is lasagne?", 0.0)]
)
def test_what_is_refused_wakes_no_model(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch, question: str, strength: float
) -> None:
    monkeypatch.setattr(module, "open_chat", lambda settings: pytest.fail("woken"))
    monkeypatch.setattr(assistant, "retriever", lambda: FakeRetriever(strength))
    *phases, last = assistant.ask(question, "kept")
    assert isinstance(last, Failed) or (isinstance(last, Answered) and last.refused and last.model is None)
    assert "waking the model" not in [event.detail for event in phases if isinstance(event, Phase)]


def test_a_name_that_does_not_exist_is_said_before_anything_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    assistant = Assistant(Settings(model="qwen9"))
    monkeypatch.setattr(assistant, "retriever", lambda: pytest.fail("opened"))
    [last] = assistant.ask("What does GAE mix?")
    assert isinstance(last, Failed)
    assert last.kind == "unknown_name"


def test_a_session_without_a_name_would_silently_keep_nothing(assistant: Assistant) -> None:
    [last] = assistant.ask("What does GAE mix?", "")
    assert isinstance(last, Failed)
    assert last.kind == "invalid_request"


def test_a_turn_is_kept_with_its_model_and_its_refusal(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "open_chat", lambda settings: SleepyChat())
    list(assistant.ask("What does GAE mix?", "kept"))
    monkeypatch.setattr(assistant, "retriever", lambda: FakeRetriever(0.0))
    list(assistant.ask("What is lasagne?", "kept"))
    with closing(Sessions(paths.sessions_file())) as sessions:
        answered, refused = sessions.get("kept").turns()
    assert (answered.question, answered.refused) == ("What does GAE mix?", False)
    assert answered.model is not None
    assert (refused.question, refused.refused, refused.model) == ("What is lasagne?", True, None)


def test_a_turn_that_fails_leaves_no_conversation(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "open_chat", lambda settings: ScriptedChat([{"match": ".", "reply": ""}]))
    [*_, last] = assistant.ask("What does GAE mix?", "failed")
    assert isinstance(last, Failed)
    with closing(Sessions(paths.sessions_file())) as sessions:
        assert sessions.list() == []


def test_a_request_that_code_reads_whole_wakes_no_model(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(module, "open_chat", lambda settings: pytest.fail("woken"))
    [*_, last] = assistant.generate("Train PPO on CartPole-v1 for 50000 steps", tmp_path)
    assert isinstance(last, Checked)


def test_bytes_that_are_no_text_are_replaced(assistant: Assistant, tmp_path: Path) -> None:
    [*_, last] = assistant.ask("What does \udcff mix?", "thesis \udcff")
    assert isinstance(last, Answered)
    [*_, checked] = assistant.generate("Train PPO on CartPole-v1 \udcff", tmp_path)
    assert isinstance(checked, Checked)


def test_a_model_that_writes_nothing_is_an_error(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "open_chat", lambda settings: ScriptedChat([{"match": ".", "reply": ""}]))
    [*_, last] = assistant.ask("What does GAE mix?")
    assert isinstance(last, Failed)
    assert last.kind == "model_unreachable"


def test_a_disk_that_is_full_is_an_event(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(assistant, "retriever", full)
    [*_, last] = assistant.ask("What does GAE mix?")
    assert isinstance(last, Failed)
    assert last.kind == "disk_full"


def test_a_user_s_mistake_is_an_event(assistant: Assistant, tmp_path: Path) -> None:
    [*_, last] = assistant.run(tmp_path / "none.py", [])
    assert isinstance(last, Failed)
    assert last.kind == "file_problem"


def test_warming_says_nothing_of_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    Assistant(Settings(model="smollm2-135m", embedder="no-such-embedder")).warm()

    def locked(*_: Any) -> None:
        raise PermissionError(13, "Permission denied")

    assistant = Assistant(Settings(model="scripted"))
    monkeypatch.setattr(assistant, "retriever", locked)
    monkeypatch.setattr(module, "open_chat", locked)
    assistant.warm()


def test_a_silent_run_is_cancelled_and_keeps_its_record(tmp_path: Path) -> None:
    script = tmp_path / "silent.py"
    script.write_text("import time\nprint('begun')\ntime.sleep(100)\n")
    assistant = Assistant(Settings(model="none"))
    seen = []
    for event in assistant.run(script, [], out_dir=tmp_path / "runs"):
        seen.append(event)
        if isinstance(event, LogLine) and event.text == "begun":
            threading.Timer(0.3, assistant.cancel).start()
    assert isinstance(seen[-1], Ran)
    assert seen[-1].result.status == "cancelled"
    assert seen[-1].result.wall_s < 60
    assert Path(seen[-1].result.log).read_text().startswith("begun")


def test_an_unforeseen_fault_in_a_run_is_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr(sys.modules["copilot.sandbox"], "run_script", broken)
    script = tmp_path / "x.py"
    script.write_text("pass")
    with pytest.raises(RuntimeError, match="unforeseen"):
        list(Assistant(Settings(model="none")).run(script, []))
