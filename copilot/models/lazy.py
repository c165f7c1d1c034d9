"""A language model that is opened when something is first asked of it: what is refused before that starts no engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from copilot.models.chat import Chat, Messages


class LazyChat:
    """Fulfils `Chat`; whatever `open_chat` raises is raised by the first use.

    Args:
        open_model: opens the model; called once.
    """

    def __init__(self, open_model: Callable[[], Chat]) -> None:
        self._open = open_model
        self._opened: Chat | None = None

    def _chat(self) -> Chat:
        if self._opened is None:
            self._opened = self._open()
        return self._opened

    @property
    def name(self) -> str:
        """As the server knows it."""
        return self._chat().name

    @property
    def context_length(self) -> int:
        """In tokens."""
        return self._chat().context_length

    def stream(
        self, messages: Messages, *, max_tokens: int, temperature: float = 0.0, stop: list[str] | None = None
    ) -> Iterator[str]:
        """Yield the answer's pieces as they are written."""
        return self._chat().stream(messages, max_tokens=max_tokens, temperature=temperature, stop=stop)

    def complete_json(self, messages: Messages, schema: dict[str, Any], *, max_tokens: int) -> dict[str, Any]:
        """An object that fits the JSON schema."""
        return self._chat().complete_json(messages, schema, max_tokens=max_tokens)

    def agrees(self, messages: Messages) -> float | None:
        """How likely it says yes rather than no."""
        return self._chat().agrees(messages)

    def reads(self) -> float | None:
        """Tokens of a prompt that it reads in a second."""
        return self._chat().reads()

    def count_tokens(self, text: str) -> int:
        """How many tokens `text` costs."""
        return self._chat().count_tokens(text)
