"""What the language model may add to a plan: entries for words that code left unread, each with a quote as evidence.

An entry counts only if its quote stands in the request and holds a name of the parameter; the number is parsed from
the quote by code. Whatever the model does, planning goes on.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from copilot import prompts
from copilot.codegen.numbers import find_numbers
from copilot.codegen.reading import phrase_pattern
from copilot.codegen.settings import Settings
from copilot.codegen.vocabulary import FILLER
from copilot.core.catalogue import Catalogue
from copilot.core.errors import CopilotError
from copilot.models.chat import Chat

MAX_TOKENS = 300


def add(settings: Settings, catalogue: Catalogue, chat: Chat) -> list[str]:
    """Let the model state settings that the request holds and code did not read; returns notes."""
    unread = [run for run in settings.reading.unread() if _like_a_setting(run, settings)]
    if not unread:
        return []
    names = [name for name in settings.names() if not settings.has(name)]
    listed = "\n".join(f"- {name}: {', '.join(settings.phrases(name)[:4])}" for name in names)
    messages = [
        {"role": "system", "content": prompts.load("plan_system", parameters=listed)},
        {"role": "user", "content": prompts.load("plan_user", request=settings.reading.text, unread="; ".join(unread))},
    ]
    try:
        reply = chat.complete_json(messages, schema(names), max_tokens=MAX_TOKENS)
    except CopilotError as error:
        return [f"The language model could not help ({error.message}); only what code could read is planned."]
    except Exception as error:  # noqa: BLE001 - a model's failure of any kind never breaks planning
        return [f"The language model failed ({type(error).__name__}); only what code could read is planned."]
    notes = []
    entries = reply.get("settings") if isinstance(reply, dict) else None
    for entry in entries if isinstance(entries, list) else []:
        note = _accept(entry, names, settings)
        if note:
            notes.append(note)
    return notes


def schema(names: list[str]) -> dict[str, Any]:
    """A sparse list of entries; parameters are an enumeration."""
    entry = {
        "type": "object",
        "properties": {
            "quote": {"type": "string", "maxLength": 120},
            "parameter": {"type": "string", "enum": names},
            "value": {"type": "string", "maxLength": 40},
        },
        "required": ["quote", "parameter", "value"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {"settings": {"type": "array", "items": entry, "maxItems": 6}},
        "required": ["settings"],
        "additionalProperties": False,
    }


def _accept(entry: Any, names: list[str], settings: Settings) -> str | None:
    """State one entry if its evidence holds."""
    if not isinstance(entry, dict):
        return None
    name, quote = entry.get("parameter"), entry.get("quote")
    if not isinstance(name, str) or not isinstance(quote, str) or name not in names or settings.has(name):
        return None
    reading = settings.reading
    wanted = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", quote)).strip().lower()
    start = reading.lower.find(wanted) if wanted else -1
    numbers = find_numbers(wanted)
    if start < 0 or len(numbers) != 1 or not _shares_word(wanted, name, settings):
        return None
    number = numbers[0]
    if not reading.free(start + number.start, start + number.end):
        return None
    try:
        settings.put_number(name, number, start)
    except CopilotError as error:
        return f"Left out, as the model read it from {quote!r}: {error.message}"
    reading.take(start, start + len(wanted))
    return f"The language model read {name} = {number.value} from {quote!r}."


def _words(name: str, settings: Settings) -> set[str]:
    spoken = " ".join([name, *settings.phrases(name)]).lower()
    return {word for word in re.findall(r"[a-z]{2,}|[\u4e00-\u9fff]{2,}", spoken) if word not in FILLER}


def _shares_word(quote: str, name: str, settings: Settings) -> bool:
    if any(phrase_pattern(phrase).search(quote) for phrase in settings.phrases(name)):
        return True
    own = _words(name, settings)
    words = {word.rstrip("s") for word in re.findall(r"[a-z]{2,}", quote)}
    chinese = any(word in quote for word in own if not word.isascii())
    return chinese or any(word.rstrip("s") in words for word in own if word.isascii())


def _like_a_setting(run: str, settings: Settings) -> bool:
    if find_numbers(run):
        return True
    return any(_shares_word(run.lower(), name, settings) for name in settings.names())
