"""A list of entries from the language model, constrained by their schema; whatever the model does, planning goes on."""

from __future__ import annotations

from typing import Any

from copilot.core.errors import CopilotError
from copilot.models.chat import Chat, Messages

QUOTE = {"type": "string", "maxLength": 120}
"""The words of the request that ask for an entry."""

VALUE = {"type": "string", "maxLength": 40}


def asked(
    messages: Messages, form: dict[str, Any], key: str, chat: Chat, max_tokens: int
) -> tuple[list[Any], list[str]]:
    """The entries that the model answers under `key` of a `form`, and a note if it could not."""
    try:
        reply = chat.complete_json(messages, form, max_tokens=max_tokens)
    except CopilotError as error:
        return [], [f"The language model could not help ({error.message}); only what code could read is planned."]
    except Exception as error:  # noqa: BLE001 - a model's failure of any kind never breaks planning
        return [], [f"The language model failed ({type(error).__name__}); only what code could read is planned."]
    entries = reply.get(key) if isinstance(reply, dict) else None
    return (entries if isinstance(entries, list) else []), []


def list_of(key: str, properties: dict[str, Any], most: int) -> dict[str, Any]:
    """The schema of at most so many entries under `key`, each with all of the properties."""
    entry = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    return {
        "type": "object",
        "properties": {key: {"type": "array", "items": entry, "maxItems": most}},
        "required": [key],
        "additionalProperties": False,
    }
