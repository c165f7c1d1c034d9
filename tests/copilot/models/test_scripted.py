"""The scripted model fulfils the same protocol, word by word, and names a script that it cannot use."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from copilot.core.errors import FileProblem
from copilot.core.settings import Settings
from copilot.models import open_chat
from copilot.models.scripted import DEFAULT_REPLY, ScriptedChat, open_scripted

SCHEMA = {
    "properties": {"changes": {"type": "array"}, "agent": {"type": "string"}},
    "required": ["changes", "agent"],
}


def asked(text: str) -> list[dict[str, str]]:
    return [{"role": "system", "content": "ppo"}, {"role": "user", "content": text}]


def test_the_first_entry_that_matches_the_last_message_answers() -> None:
    chat = ScriptedChat([{"match": "PPO", "reply": "first"}, {"match": ".", "reply": "second"}])
    assert "".join(chat.stream(asked("What is ppo?"), max_tokens=9)) == "first"
    assert "".join(chat.stream(asked("What is RND?"), max_tokens=9)) == "second"


def test_a_pattern_may_span_lines() -> None:
    chat = ScriptedChat([{"match": "passages.*question", "reply": "found"}])
    assert "".join(chat.stream(asked("passages\n\nquestion"), max_tokens=9)) == "found"


@pytest.mark.parametrize("reply", ["One two.", "  indented\n\n```python\nx = 1\n```\n", "中文 也可以。", "", "word"])
def test_its_pieces_are_the_reply(reply: str) -> None:
    chat = ScriptedChat([{"match": ".", "reply": reply}])
    pieces = list(chat.stream(asked("x"), max_tokens=99))
    assert "".join(pieces) == reply
    assert len(pieces) == len(reply.split())


def test_length_and_stop_marks_are_obeyed() -> None:
    chat = ScriptedChat([{"match": ".", "reply": "one two three. END four"}])
    assert "".join(chat.stream(asked("x"), max_tokens=2)) == "one two"
    assert "".join(chat.stream(asked("x"), max_tokens=99, stop=["END"])).strip() == "one two three."


def test_without_a_script_it_says_what_it_is() -> None:
    chat = ScriptedChat()
    assert "".join(chat.stream(asked("x"), max_tokens=99)) == DEFAULT_REPLY
    assert chat.complete_json(asked("x"), SCHEMA, max_tokens=9) == {"changes": []}


@pytest.mark.parametrize("reply", [{"changes": [1]}, '{"changes": [1]}'])
def test_a_structured_reply_may_be_an_object_or_its_text(reply: object) -> None:
    chat = ScriptedChat([{"match": ".", "reply": reply}])
    assert chat.complete_json(asked("x"), SCHEMA, max_tokens=9) == {"changes": [1]}
    assert json.loads("".join(chat.stream(asked("x"), max_tokens=9))) == {"changes": [1]}


def test_words_and_marks_are_its_tokens() -> None:
    assert ScriptedChat().count_tokens("A b, c.") == 5
    assert ScriptedChat().count_tokens("") == 0


def test_the_environment_names_the_script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "script.json"
    script.write_text('[{"match": "ppo", "reply": "from the file"}]')
    monkeypatch.setenv("RLLTE_COPILOT_SCRIPT", str(script))
    chat = open_chat(Settings())
    assert chat.name == "scripted"
    assert "".join(chat.stream(asked("PPO?"), max_tokens=9)) == "from the file"


@pytest.mark.parametrize(
    "text",
    ["", "[{", "null", '{"match": "x", "reply": "y"}', '[{"match": "x"}]', '[{"match": "(", "reply": ""}]', "[3]"],
)
def test_a_script_that_cannot_be_used_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    script = tmp_path / "script.json"
    script.write_text(text)
    monkeypatch.setenv("RLLTE_COPILOT_SCRIPT", str(script))
    with pytest.raises(FileProblem, match=r"script\.json"):
        open_scripted()


def test_a_missing_script_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RLLTE_COPILOT_SCRIPT", "/nowhere/script.json")
    with pytest.raises(FileProblem, match=r"/nowhere/script\.json"):
        open_scripted()
