"""Conversations that act, over a real file of sessions and real scripts; only the retriever is a fake."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from copilot.assistant.act import plan_beside
from copilot.assistant.assistant import Assistant
from copilot.assistant.condense import Exchange
from copilot.core import paths
from copilot.core.events import Answered, Checked, Differed, Event, Failed, Ran, Understood
from copilot.core.settings import Settings
from copilot.core.types import RunResult
from copilot.history import Sessions, Work
from tests.copilot.assistant.test_assistant import FakeRetriever

REQUEST = "Train PPO on CartPole-v1 with 8 environments for 20k steps, seed 3"
TRACE = 'Traceback (most recent call last):\n  File "/box/train.py", line 1, in <module>\n    f()\nValueError: odd\n'


@pytest.fixture
def assistant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Assistant:
    monkeypatch.setenv("RLLTE_COPILOT_HOME", str(tmp_path))
    made = Assistant(Settings(model="none"))
    monkeypatch.setattr(made, "retriever", FakeRetriever)
    return made


def last(events: Iterator[Event]) -> Event:
    return list(events)[-1]


def done(assistant: Assistant, line: str, session: str = "s") -> Answered:
    found = last(assistant.ask(line, session))
    assert isinstance(found, Answered), found
    return found


def refused(assistant: Assistant, line: str, session: str = "s") -> Failed:
    found = last(assistant.ask(line, session))
    assert isinstance(found, Failed), found
    return found


def spec(assistant: Assistant, session: str = "s") -> dict[str, Any]:
    kept = assistant.plan(session)
    assert kept is not None
    return kept.spec


def test_a_script_is_written_changed_and_changed_back(assistant: Assistant) -> None:
    first = done(assistant, REQUEST)
    assert first.details["kind"] == "generate"
    script = Path(first.details["script"])
    before = script.read_text()
    events = list(assistant.ask("use 16 environments", "s"))
    assert isinstance(events[0], Understood) and "/ask" in events[0].text
    assert [e.lines for e in events if isinstance(e, Differed)] == [["num_envs: 8 -> 16"]]
    assert any(isinstance(e, Checked) and all(check.ok for check in e.checks) for e in events)
    assert spec(assistant)["num_envs"] == 16
    assert "default=16" in script.read_text()
    assert (script.parent / "train.py.bak").read_text() == before
    done(assistant, "再加上 RND")
    assert spec(assistant)["modules"]["reward"]["name"] == "RND"
    assert done(assistant, "undo").details["difference"] == ["reward: RND -> none"]
    done(assistant, "/undo")
    assert (spec(assistant)["num_envs"], script.read_text()) == (8, before)
    assert "nothing to undo" in refused(assistant, "undo").message


def test_what_was_made_survives_a_restart(assistant: Assistant) -> None:
    done(assistant, REQUEST)
    again = Assistant(Settings(model="none"))
    assert done(again, "use 4 environments").details["difference"] == ["num_envs: 8 -> 4"]
    assert again.plan("other") is None
    with closing(Sessions(paths.sessions_file())) as kept:
        assert [turn.kind for turn in kept.get("s").turns()] == ["generate", "edit"]


def test_a_change_that_changes_nothing_is_no_plan_of_its_own(assistant: Assistant) -> None:
    done(assistant, REQUEST)
    assert "so already" in done(assistant, "use 8 environments").text
    assert "nothing to undo" in refused(assistant, "/undo").message


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/edit hello", "understood as a change"),
        ("set gamma to 3", "expected a number from 0 to 1"),
        ("/edit", "/edit needs a change"),
        ("/generate", "/generate needs a request"),
        ("/generate hello", "names no environment"),
    ],
)
def test_what_cannot_be_met_changes_nothing(assistant: Assistant, line: str, said: str) -> None:
    done(assistant, REQUEST)
    before = spec(assistant)
    assert said in refused(assistant, line).message
    assert spec(assistant) == before


@pytest.mark.parametrize("line", ["/edit add RND", "/undo", "/why"])
def test_commands_without_their_object_say_how_to_get_one(assistant: Assistant, line: str) -> None:
    found = refused(assistant, line)
    assert found.kind == "invalid_request"
    assert "/generate" in found.hint or "/run" in found.hint


def test_questions_are_answered_and_see_the_questions_before_them_and_a_models_answers(assistant: Assistant) -> None:
    seen: list[list[Exchange]] = []

    def spied(question: str, earlier: Sequence[Exchange]) -> Iterator[Event]:
        seen.append([*earlier])
        text = {"What is lasagne?": "None.", "What does GAE mix?": "It mixes [1]."}.get(question, "The sources say: x")
        model = None if question == "Which lines?" else "fake"
        yield Answered(text, question == "What is lasagne?", [], [], {}, model)

    assistant._answers = spied  # type: ignore[method-assign]
    assert done(assistant, "What does GAE mix?").details == {"kind": "answer"}
    done(assistant, REQUEST)
    for line in ("What is lasagne?", "Which lines?", "/ask use 16 environments"):
        done(assistant, line)
    first = Exchange("What does GAE mix?", "It mixes [1].")
    assert seen == [
        [],
        [first],
        [first, Exchange("What is lasagne?")],
        [first, Exchange("What is lasagne?"), Exchange("Which lines?")],
    ]
    assert spec(assistant)["num_envs"] == 8


def test_starting_a_run_is_the_users(assistant: Assistant) -> None:
    script = done(assistant, REQUEST).details["script"]
    assert f"rllte-copilot run {script}" in done(assistant, "run it").text
    assert "`/run`" in done(assistant, "开始训练").text


def keep_run(
    monkeypatch: pytest.MonkeyPatch, assistant: Assistant, status: str, log: str, rows: list[dict[str, Any]]
) -> None:
    """A run of the last script, as the sandbox would have left it."""
    folder = paths.runs_dir() / "run-1"
    (folder / "box").mkdir(parents=True, exist_ok=True)
    (folder / "log.txt").write_text(log)
    (folder / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    result = RunResult(status, 1, None, 2.5, 90.0, rows[-1] if rows else {}, [], str(folder / "log.txt"), {})
    (folder / "result.json").write_text(json.dumps({"status": status, "wall_s": 2.5, "peak_memory_mb": 90.0}, indent=1))
    monkeypatch.setattr("copilot.sandbox.run_script", lambda *args, **more: result)
    kept = assistant.plan("s")
    script = kept.script if kept else folder / "nowhere.py"
    assert isinstance(last(assistant.run(script, ["--seed", "1"], session="s")), Ran | Failed)


ROWS = [{"kind": "train", "step": 1000 * n, "episode_reward": 20.0 + n, "fps": 100.0} for n in range(1, 4)]


def test_a_run_is_asked_about(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    done(assistant, REQUEST)
    keep_run(monkeypatch, assistant, "ok", "fine\n", ROWS)
    answered = done(assistant, "what was the final reward?")
    assert answered.details["kind"] == "run"
    assert "23 at step 3,000" in answered.text
    assert "`ok`" in done(assistant, "why did it fail?").text
    assert done(assistant, "/why").details["kind"] == "run"
    with closing(Sessions(paths.sessions_file())) as kept:
        assert [turn.kind for turn in kept.get("s").turns()][:2] == ["generate", "ran"]
        run = Work(kept.open("s")).run()
        assert run is not None and run.spec is not None and run.spec["num_envs"] == 8


def test_a_failed_run_is_explained(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    done(assistant, REQUEST)
    keep_run(monkeypatch, assistant, "error", "step 1\n" + TRACE, [])
    for line in ("why did it fail?", "/why", "为什么报错", TRACE):
        answered = done(assistant, line)
        assert answered.details["kind"] == "traceback"
        assert answered.details["traceback"]["status"] == "error"
        assert "ValueError" in answered.text
    assert done(assistant, "/why how long did it take?").details["kind"] == "run"


def test_a_run_at_its_limit_offers_a_change_that_can_be_made(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    done(assistant, REQUEST)
    keep_run(monkeypatch, assistant, "oom", "step 1\n", ROWS)
    edit = done(assistant, "why did it crash?").details["traceback"]["edit"]
    assert done(assistant, f"/edit {edit}").details["difference"] == ["num_envs: 8 -> 4"]


def test_a_run_whose_folder_is_gone_is_said(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    done(assistant, REQUEST)
    keep_run(monkeypatch, assistant, "ok", "", ROWS)
    (paths.runs_dir() / "run-1").rename(paths.runs_dir() / "moved")
    assert "is gone" in refused(assistant, "how did it go?").message


def test_a_traceback_is_explained_anywhere(assistant: Assistant) -> None:
    found = last(assistant.ask(TRACE * 200))
    assert isinstance(found, Answered)
    assert found.details["traceback"]["line"] == 1
    answered = done(assistant, TRACE * 200, "new")
    assert answered.details["kind"] == "traceback"
    with closing(Sessions(paths.sessions_file())) as kept:
        assert len(kept.get("new").turns()[0].question) < 5000


def test_a_plan_edited_by_hand_is_rendered(assistant: Assistant) -> None:
    script = Path(done(assistant, REQUEST).details["script"])
    edited = json.dumps({**spec(assistant), "num_envs": 2})
    assert assistant.fault(edited) is None
    found = last(assistant.replan(edited, "s"))
    assert isinstance(found, Answered) and found.details["difference"] == ["num_envs: 8 -> 2"]
    assert "default=2" in script.read_text()
    done(assistant, "/undo")
    assert spec(assistant)["num_envs"] == 8


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no JSON object"),
        ("/etc/passwd", "no JSON object"),
        ("[]", "no JSON object"),
        ("{", "no JSON"),
        ('{"kind": "experiment"}', "agent is missing"),
    ],
)
def test_a_text_that_is_no_plan_is_a_fault_and_never_a_path(assistant: Assistant, text: str, said: str) -> None:
    error = assistant.fault(text)
    assert error is not None and said in error.message
    done(assistant, REQUEST)
    found = last(assistant.replan(text, "s"))
    assert isinstance(found, Failed) and said in found.message


def test_a_name_that_the_library_lacks_is_a_fault(assistant: Assistant) -> None:
    done(assistant, REQUEST)
    error = assistant.fault(json.dumps({**spec(assistant), "agent": "PP0"}))
    assert error is not None and "PP0" in error.message


def test_generate_in_a_session_begins_it(assistant: Assistant) -> None:
    assert isinstance(last(assistant.generate(REQUEST, session="g")), Answered)
    assert spec(assistant, "g")["seeds"] == [3]
    assert isinstance(last(assistant.generate(REQUEST)), Checked)


@pytest.mark.parametrize("goal", ["", "explore DoorKey better"])
def test_suggestions_are_told_and_kept(assistant: Assistant, monkeypatch: pytest.MonkeyPatch, goal: str) -> None:
    done(assistant, REQUEST)
    rows = [{**ROWS[0], "step": 1000 * n, "episode": 50 * n, "episode_reward": 20.0 + n} for n in range(1, 20)]
    keep_run(monkeypatch, assistant, "ok", "", rows)
    found = last(assistant.advise(goal, "s"))
    assert isinstance(found, Answered) and found.details["kind"] == "suggest"
    assert "**1. " in found.text and "rllte-copilot experiment run" in found.text
    assert {c.id for c in found.citations} == set(range(1, len(found.citations) + 1))
    if not goal:  # asked in words
        assert done(assistant, "which experiment should I run next?").details == found.details
    nothing = last(assistant.advise("", "empty"))
    assert isinstance(nothing, Failed)


def test_a_plan_beside_a_script(tmp_path: Path) -> None:
    assert plan_beside(tmp_path / "train.py") is None
    (tmp_path / "plan.json").write_text('{"kind": "odd"}')
    assert plan_beside(tmp_path / "train.py") is None
