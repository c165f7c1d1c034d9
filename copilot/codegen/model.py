"""What the language model may add to a plan: entries for words that code left unread, each with a quote as evidence.

An entry counts only if its quote stands in the request, was not read by code, and holds a word of what it is for; numbers
are parsed from the quote by code, and so is whether it denies. Whatever the model does, planning goes on.
"""

from __future__ import annotations

import re
from typing import Any

from copilot import prompts
from copilot.codegen.asking import QUOTE, VALUE, asked, list_of
from copilot.codegen.request.clauses import denied
from copilot.codegen.request.evidence import names_setting, names_thing, place
from copilot.codegen.request.numbers import find_numbers
from copilot.codegen.request.reading import Reading, phrase_pattern
from copilot.codegen.settings.settings import Settings
from copilot.codegen.vocabulary import MODULES, PRIMITIVE_WORDS
from copilot.core.catalogue import Catalogue
from copilot.core.errors import CopilotError
from copilot.models.chat import Chat

MAX_TOKENS = 300
_YEAR = re.compile(r"(?:19|20)\d\d(?![\d.])|[A-Za-z]+-stage")
_ON = {"true": True, "on": True, "yes": True, "false": False, "off": False, "no": False}


def add(settings: Settings, catalogue: Catalogue, chat: Chat) -> list[str]:
    """Let the model state settings that the request holds and code did not read; returns notes."""
    spans = settings.reading.unread_spans()
    unread = [words for words, start, end in spans if _like_a_setting(words, start, end, settings)]
    if not unread:
        return []
    names = [name for name in settings.names() if not settings.has(name)]
    listed = "\n".join(f"- {name}: {', '.join(_spoken(name, settings))}" for name in names)
    messages = [
        {"role": "system", "content": prompts.load("plan_system", parameters=listed)},
        {"role": "user", "content": prompts.load("plan_user", request=settings.reading.text, unread="; ".join(unread))},
    ]
    entries, notes = asked(messages, schema(names), "settings", chat, MAX_TOKENS)
    return [*notes, *filter(None, (_accept(entry, names, settings) for entry in entries))]


def find_environment(reading: Reading, catalogue: Catalogue, chat: Chat) -> tuple[str | None, list[str]]:
    """The environment that the request means in words which code does not know, and a note; None if there is none."""
    ids = [entry["id"] for entry in catalogue.environments]
    likely = [name for name in ids if names_thing(reading.rest(), [name.rpartition("-v")[0] or name])]
    found, notes = _choice(reading, {name: [name] for name in likely}, "an environment", chat)
    return found, notes


def find_module(
    reading: Reading, primitive: str, names: list[str], catalogue: Catalogue, chat: Chat
) -> tuple[str | None, list[str]]:
    """The module of a kind that the request means in words which code does not know, and a note; None if there is none."""
    words = "|".join(PRIMITIVE_WORDS.get(primitive, (primitive,)))
    if not any(re.search(rf"(?<![a-z])(?:{words})", run.lower()) and not denied(run) for run in reading.unread()):
        return None, []
    known = {name: [name, *catalogue.component(name)["aliases"], *MODULES.get(name, ())] for name in names}
    return _choice(reading, known, f"a module of the kind {primitive}", chat)


def _choice(reading: Reading, known: dict[str, list[str]], what: str, chat: Chat) -> tuple[str | None, list[str]]:
    """One of the names, if the model quotes unread words that hold a word of it."""
    if not known:
        return None, []
    listed = "\n".join(f"- {name}: {', '.join(names[1:4])}".rstrip(": ") for name, names in known.items())
    messages = [
        {"role": "system", "content": prompts.load("plan_names_system", what=what, names=listed)},
        {
            "role": "user",
            "content": prompts.load("plan_user", request=reading.text, unread="; ".join(reading.unread())),
        },
    ]
    entries, notes = asked(messages, names_schema([*known, "none"]), "named", chat, MAX_TOKENS)
    for entry in entries:
        name, quote = (entry.get("name"), entry.get("quote")) if isinstance(entry, dict) else (None, None)
        span = place(quote, reading) if isinstance(quote, str) else None
        if name not in known or span is None or not reading.free(*span) or find_numbers(quote or ""):
            continue
        if names_thing(reading.lower[slice(*span)], known[name]):
            reading.take(*span)
            return name, [f"The language model read {name} from {quote!r}."]
    return None, notes


def schema(names: list[str]) -> dict[str, Any]:
    """A sparse list of entries; parameters are an enumeration."""
    named = {"type": "string", "enum": names}
    return list_of("settings", {"quote": QUOTE, "parameter": named, "value": VALUE}, 6)


def names_schema(names: list[str]) -> dict[str, Any]:
    """At most one entry; names are an enumeration."""
    return list_of("named", {"quote": QUOTE, "name": {"type": "string", "enum": names}}, 1)


def _spoken(name: str, settings: Settings) -> list[str]:
    """What the model is told of a parameter: how people call it, else what its documentation says; and its choices."""
    param = settings.param(name) or {"choices": None, "type": "", "doc": ""}
    phrases = [phrase for phrase in settings.phrases(name) if phrase != name][:3] or [param["doc"]]
    values = param["choices"] or (["true", "false"] if param["type"] == "bool" else [])
    return [*phrases, *([f"one of {'/'.join(values)}"] if values else [])]


def _accept(entry: Any, names: list[str], settings: Settings) -> str | None:
    """State one entry if its evidence holds."""
    if not isinstance(entry, dict):
        return None
    name, quote, value = entry.get("parameter"), entry.get("quote"), entry.get("value")
    if not isinstance(name, str) or not isinstance(quote, str) or name not in names or settings.has(name):
        return None
    reading = settings.reading
    span = place(quote, reading)
    param = settings.param(name)
    if span is None or param is None:
        return None
    words = "".join(sign if reading.free(i, i + 1) else " " for i, sign in enumerate(reading.lower))[slice(*span)]
    if not names_setting(words, name, settings):
        return None
    try:
        stated = _stated(settings, name, param, words, str(value), span)
    except CopilotError as error:
        return f"Left out, as the model read it from {quote!r}: {error.message}"
    if stated is None:
        return None
    reading.take(*span)
    return f"The language model read {name} = {stated} from {quote!r}."


def _stated(settings: Settings, name: str, param: dict[str, Any], words: str, value: str, span: tuple[int, int]) -> Any:
    """What was put: of a switch and a choice what the model says, if the words do not say otherwise; of a number theirs."""
    if param["type"] == "bool":
        wanted = _ON.get(value.strip().lower())
        if wanted is None or wanted == denied(words) or find_numbers(words):
            return None
        settings.put(name, wanted, span[0])
        return wanted
    if param["choices"]:
        parts = [part for part in re.split(r"[\s_-]+", value.lower()) if part]
        if value not in param["choices"] or not all(part in words for part in parts):
            return None
        settings.put(name, value, span[0])
        return value
    numbers = find_numbers(words)
    if len(numbers) != 1:
        return None
    number = next((n for n in settings.reading.numbers if n.start == span[0] + numbers[0].start), None)
    if number is None:
        return None
    settings.put_number(name, number, span[0])
    return number.value


def _like_a_setting(run: str, start: int, end: int, settings: Settings) -> bool:
    """Whether unread words may state a setting: they hold a number, or the whole name of one that nobody has stated."""
    reading = settings.reading
    inside = [number for number in reading.numbers if start <= number.start < end]
    if any(not _YEAR.match(reading.text, number.start) for number in inside):
        return True
    phrases = (phrase for name in settings.names() if not settings.has(name) for phrase in settings.phrases(name))
    return any(phrase_pattern(phrase).search(run.lower()) for phrase in phrases if len(phrase) > 2)
