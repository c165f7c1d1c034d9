"""Random policies, said in many ways: their plans have what was said and nothing else, or say what was not understood."""

from __future__ import annotations

import random

from copilot.codegen.authoring import design
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import CopilotError
from tests.copilot.codegen.authoring.spoken.compare import differences
from tests.copilot.codegen.authoring.spoken.policy_grammar import request

_SENTENCES = 150
_UNREAD = 0.03
"""The share of requests that may end with a note of what was not understood."""


def test_a_policy_is_as_said_or_what_is_not_is_noted() -> None:
    unread, silent = [], []
    for number in range(_SENTENCES):
        family, text, fields, _ = request(random.Random(500_000 + number))
        try:
            found = design(text, load_catalogue(), model=False)
        except CopilotError as error:
            unread.append((text, str(error)))
            continue
        wrong = differences(found.spec.body, family, fields)
        if wrong and not found.unread:
            silent.append((text, wrong))
        elif wrong or found.unread:
            unread.append((text, f"{wrong} {found.unread}"))
    assert silent == []
    assert len(unread) <= _UNREAD * _SENTENCES, unread
