"""What the language model may add to a family's plan: fields for words that code left unread, each with a quote as evidence.

An entry counts only if its quote stands among the unread words; a number is parsed from the quote by code, a name must share
a word with it. Whatever the model does, planning goes on.
"""

from __future__ import annotations

import re
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from copilot import prompts
from copilot.codegen.asking import QUOTE, VALUE, asked, list_of
from copilot.codegen.authoring.ask import NUM, to_number
from copilot.codegen.authoring.spec import AgentSpec, Design, ModuleSpec
from copilot.models.chat import Chat

MAX_TOKENS = 220
_STRUCTURAL = frozenset({"family", "layers", "steps", "terms", "observations", "goal", "actor", "critic", "trunk"})


def fill(plan: Design, chat: Chat) -> Design:
    """The plan with what the model could read of the words that are left, and a note on each field."""
    if not plan.unread:
        return plan
    fields = _fields(plan.spec.body)
    if not fields:
        return plan
    listed = "\n".join(f"- {name}: {', '.join(map(str, kinds))}" for name, kinds in fields.items())
    user = prompts.load("author_fill", request=plan.spec.request, unread="; ".join(plan.unread), fields=listed)
    entries, failed = asked([{"role": "user", "content": user}], schema(list(fields)), "fields", chat, MAX_TOKENS)
    plan = plan.model_copy(update={"notes": [*plan.notes, *failed]})
    for entry in entries:
        plan = _accepted(plan, entry, fields)
    return plan


def schema(names: list[str]) -> dict[str, Any]:
    """A sparse list of entries; fields are an enumeration."""
    return list_of("fields", {"quote": QUOTE, "field": {"type": "string", "enum": names}, "value": VALUE}, 3)


def _fields(body: BaseModel) -> dict[str, list[str]]:
    """Fields of a plan that still have their defaults: their choices, or "number"."""
    found: dict[str, list[str]] = {}
    for name, info in type(body).model_fields.items():
        if name in _STRUCTURAL or getattr(body, name) != info.default:
            continue
        choices = [choice for choice in get_args(info.annotation) if isinstance(choice, str)]
        if choices:
            found[name] = choices
        elif isinstance(info.default, bool):
            continue  # no word of the request could be held against it
        elif isinstance(info.default, int | float):
            found[name] = ["number"]
    return found


def _accepted(plan: Design, entry: Any, fields: dict[str, list[str]]) -> Design:
    """The plan with one entry more, if its evidence holds."""
    if not isinstance(entry, dict) or entry.get("field") not in fields or not isinstance(entry.get("quote"), str):
        return plan
    name, quote = str(entry["field"]), " ".join(entry["quote"].lower().split())
    run = next((run for run in plan.unread if quote and quote in " ".join(run.lower().split())), None)
    if run is None or not _shares_word(quote, name, str(entry.get("value", ""))):
        return plan
    if fields[name] == ["number"]:
        numbers = re.findall(NUM, quote)
        if len(numbers) != 1:
            return plan
        value: Any = to_number(numbers[0])
        default = type(plan.spec.body).model_fields[name].default
        value = int(value) if isinstance(default, int) and value == int(value) else value
    elif str(entry.get("value")) in fields[name]:
        value = str(entry["value"])
    else:
        return plan
    try:
        body = type(plan.spec.body).model_validate({**plan.spec.body.model_dump(), name: value})
        data = {**plan.spec.model_dump(), "body": body.model_dump()}
        spec: ModuleSpec | AgentSpec = type(plan.spec).model_validate(data)
    except ValidationError:
        return plan
    unread = [other for other in plan.unread if other is not run]
    rest = [word for word in run.lower().replace(quote, " ").split() if re.search(r"\w{3}|\d", word)]
    unread += [" ".join(rest)] if rest else []
    notes = [note for note in plan.notes if not note.startswith("CAREFUL: not understood")]
    notes += [f"The language model read {name} = {value} from {quote!r}."]
    notes += [f"CAREFUL: not understood and left out: {', '.join(map(repr, unread))}."] if unread else []
    return Design(spec=spec, notes=notes, unread=unread)


def _shares_word(quote: str, name: str, value: str) -> bool:
    """Whether the quote holds a word of the field's name or of the choice, whatever their endings."""
    words = {word[:5] for word in re.findall(r"[a-z]{3,}", quote)}
    return any(
        word[:5] in words for word in re.findall(r"[a-z]{3,}", f"{name.replace('_', ' ')} {value.replace('_', ' ')}")
    )
