"""Random algorithms, said in many ways: their plans have what was said and nothing else, or say what was not understood."""

from __future__ import annotations

import random

from copilot.codegen.authoring import design
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import CopilotError
from tests.copilot.codegen.authoring.spoken.agent_grammar import differences, request

_SENTENCES = 150
_UNREAD = 0.06
"""The share of requests that may end with a note of what was not understood."""


def test_an_algorithm_is_as_said_or_what_is_not_is_noted() -> None:
    unread, silent = [], []
    for number in range(_SENTENCES):
        base, text, fields, _ = request(random.Random(700_000 + number))
        try:
            found = design(text, load_catalogue(), model=False)
        except CopilotError as error:
            unread.append((text, str(error)))
            continue
        wrong = differences(base, fields, found.spec.body)
        if wrong and not found.unread:
            silent.append((text, wrong))
        elif wrong or found.unread:
            unread.append((text, f"{wrong} {found.unread}"))
    assert silent == []
    assert len(unread) <= _UNREAD * _SENTENCES, unread
