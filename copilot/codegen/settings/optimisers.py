"""The optimiser that an agent has anyway: who names it asks for nothing more; others are refused (`names/unmet.py`)."""

from __future__ import annotations

import re

from copilot.codegen.names.unmet import own_optimiser
from copilot.codegen.request.clauses import clause, denied
from copilot.codegen.settings.settings import Settings

_NAMED = re.compile(
    r"(?:(?:optimi[sz]ers?|优化器)\s*(?:=|:|is|为|是|用)?\s*)?(?<![a-z])(?P<name>adam|rmsprop)(?![a-z])"
    r"(?:\s*(?:optimi[sz]ers?(?![a-z])|优化器))?"
)


def read_own_optimiser(settings: Settings) -> None:
    """Take the name of the optimiser that the agent learns by, with a note; what belongs to it has been read before."""
    reading, own = settings.reading, own_optimiser(settings.agent)
    for match in _NAMED.finditer(reading.lower):
        around = reading.lower[slice(*clause(reading.lower, *match.span()))]
        if match["name"] == own and reading.free(*match.span()) and not denied(around):
            reading.take(*match.span())
            note = f"{reading.text[slice(*match.span('name'))]} is what {settings.agent} learns by anyway."
            settings.notes += [] if note in settings.notes else [note]
