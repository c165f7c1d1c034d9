"""A lazy model is opened by its first use, once, and passes everything on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from copilot.core.errors import NoModel
from copilot.models.chat import Chat
from copilot.models.lazy import LazyChat
from copilot.models.scripted import ScriptedChat

ASKED = [{"role": "user", "content": "What is PPO?"}]
SCRIPT = [{"match": "PPO", "reply": '{"agent": "PPO"}'}]
USES: list[tuple[Callable[[Chat], object], object]] = [
    (lambda chat: chat.name, "scripted"),
    (lambda chat: chat.context_length, ScriptedChat.context_length),
    (lambda chat: "".join(chat.stream(ASKED, max_tokens=9)), '{"agent": "PPO"}'),
    (lambda chat: chat.complete_json(ASKED, {}, max_tokens=9), {"agent": "PPO"}),
    (lambda chat: chat.count_tokens("one two"), 2),
]


@pytest.mark.parametrize(("use", "expected"), USES)
def test_it_is_opened_once_and_passes_everything_on(use: Callable[[Chat], object], expected: object) -> None:
    opened: list[Chat] = []

    def open_model() -> Chat:
        opened.append(ScriptedChat(SCRIPT))
        return opened[-1]

    lazy = LazyChat(open_model)
    assert opened == []
    assert [use(lazy), use(lazy)] == [expected, expected]
    assert len(opened) == 1


@pytest.mark.parametrize("use", [use for use, _ in USES])
def test_the_first_use_raises_what_opening_raises(use: Callable[[Chat], object]) -> None:
    def open_model() -> Chat:
        raise NoModel("not here")

    with pytest.raises(NoModel):
        use(LazyChat(open_model))
