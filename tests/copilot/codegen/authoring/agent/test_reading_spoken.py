"""Random algorithms, said in many ways: their plans have what was said and nothing else, or say what was not understood."""

from __future__ import annotations

from functools import partial
from random import Random
from typing import Any

from tests.copilot.codegen.authoring.spoken.agent_grammar import differences, request
from tests.copilot.codegen.authoring.spoken.back import silent_and_unread

_SENTENCES = 150
_UNREAD = 0.06
"""The share of requests that may end with a note of what was not understood."""


def _made(rng: Random) -> tuple[str, Any]:
    base, text, fields, _ = request(rng)
    return text, partial(differences, base, fields)


def test_an_algorithm_is_as_said_or_what_is_not_is_noted() -> None:
    silent, unread = silent_and_unread(_made, 700_000, _SENTENCES)
    assert silent == []
    assert len(unread) <= _UNREAD * _SENTENCES, unread
