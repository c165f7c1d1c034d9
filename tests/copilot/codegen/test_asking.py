"""What the model answers is a list of entries, or nothing and a note."""

from __future__ import annotations

from typing import Any

import pytest

from copilot.codegen.asking import QUOTE, asked, list_of
from copilot.core.errors import ModelUnreachable

FORM = list_of("settings", {"quote": QUOTE}, 6)


class FakeChat:
    def __init__(self, reply: Any) -> None:
        self.reply = reply

    def complete_json(self, messages: Any, form: Any, *, max_tokens: int) -> Any:
        if isinstance(self.reply, Exception):
            raise self.reply
        return self.reply


def ask(reply: Any) -> tuple[list[Any], list[str]]:
    chat: Any = FakeChat(reply)
    return asked([], FORM, "settings", chat, 10)


def test_entries_are_those_under_the_key() -> None:
    assert ask({"settings": [{"quote": "a"}]}) == ([{"quote": "a"}], [])
    assert FORM["properties"]["settings"]["maxItems"] == 6
    assert FORM["properties"]["settings"]["items"]["required"] == ["quote"]


@pytest.mark.parametrize("reply", [None, [], {}, {"settings": None}, {"settings": {"quote": "a"}}, "settings"])
def test_anything_else_is_no_entry(reply: Any) -> None:
    assert ask(reply) == ([], [])


@pytest.mark.parametrize(
    ("error", "said"), [(ModelUnreachable("It is gone."), "It is gone"), (KeyError("x"), "KeyError")]
)
def test_a_model_that_fails_leaves_a_note(error: Exception, said: str) -> None:
    entries, [note] = ask(error)
    assert not entries
    assert said in note
