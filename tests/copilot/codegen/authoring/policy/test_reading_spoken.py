"""Random policies, said in many ways: their plans have what was said and nothing else, or say what was not understood."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.copilot.codegen.authoring.spoken.back import silent_and_unread
from tests.copilot.codegen.authoring.spoken.compare import differences
from tests.copilot.codegen.authoring.spoken.policy_grammar import request

_SENTENCES = 150
_UNREAD = 0.03
"""The share of requests that may end with a note of what was not understood."""


def _made(rng: Random) -> tuple[str, Any]:
    family, text, fields, _ = request(rng)
    return text, lambda body: differences(body, family, fields)


def test_a_policy_is_as_said_or_what_is_not_is_noted() -> None:
    silent, unread = silent_and_unread(_made, 500_000, _SENTENCES)
    assert silent == []
    assert len(unread) <= _UNREAD * _SENTENCES, unread
