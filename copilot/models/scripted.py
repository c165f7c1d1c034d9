"""A language model that answers from a script: for tests, demonstrations and machines without weights.

Chosen by the model name "scripted"; `RLLTE_COPILOT_SCRIPT` names a JSON list of {"match": regex, "reply": text or
object}. The first entry whose pattern occurs in the last message answers.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from copilot.core.errors import FileProblem

DEFAULT_REPLY = "This is the scripted model. It has no answer of its own; see the passages below."


class ScriptedChat:
    """Fulfils `Chat`; a reply is streamed word by word, an unmatched structured request gets an empty object."""

    name = "scripted"
    context_length = 4096

    def __init__(self, script: list[dict[str, Any]] | None = None) -> None:
        self.script = script or []

    def stream(
        self,
        messages: list[dict[str, str]],
        *,
        max_tokens: int,
        temperature: float = 0.0,
        stop: list[str] | None = None,
    ) -> Iterator[str]:
        """Yield the reply in words, at most `max_tokens` of them."""
        reply = self._reply(messages)
        text = DEFAULT_REPLY if reply is None else reply if isinstance(reply, str) else json.dumps(reply)
        for mark in stop or []:
            text = text.split(mark, 1)[0]
        yield from re.findall(r"\s*\S+\s*$|\s*\S+", text)[:max_tokens]

    def complete_json(
        self, messages: list[dict[str, str]], schema: dict[str, Any], *, max_tokens: int
    ) -> dict[str, Any]:
        """The reply as an object; lists that the schema requires are empty when the script says nothing."""
        reply = self._reply(messages)
        if isinstance(reply, str):
            reply = json.loads(reply)
        if reply is not None:
            return dict(reply)
        properties = schema.get("properties", {})
        return {name: [] for name in schema.get("required", []) if properties.get(name, {}).get("type") == "array"}

    def reads(self) -> float | None:
        """It reads nothing."""
        return None

    def agrees(self, messages: list[dict[str, str]]) -> float | None:
        """It has no opinion."""
        return None

    def count_tokens(self, text: str) -> int:
        """Words and punctuation marks."""
        return len(re.findall(r"\w+|[^\w\s]", text))

    def _reply(self, messages: list[dict[str, str]]) -> Any:
        last = messages[-1]["content"] if messages else ""
        for entry in self.script:
            if re.search(entry["match"], last, re.IGNORECASE | re.DOTALL):
                return entry["reply"]
        return None


def open_scripted() -> ScriptedChat:
    """The fake, with the script that the environment names.

    Raises:
        FileProblem: that file is not a JSON list of entries with "match" and "reply".
    """
    name = os.environ.get("RLLTE_COPILOT_SCRIPT")
    if not name:
        return ScriptedChat()
    try:
        script = json.loads(Path(name).read_text(encoding="utf-8"))
        for entry in script:
            re.compile(entry["match"])
            entry["reply"]
    except (OSError, ValueError, KeyError, TypeError, re.error) as error:
        raise FileProblem(
            f'The script {name} cannot be used: {error!r}; expected a JSON list of {{"match", "reply"}}.',
            hint="Mend the file or unset RLLTE_COPILOT_SCRIPT.",
        ) from error
    return ScriptedChat(script)
