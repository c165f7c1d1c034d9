"""Requests for storages as people say them: what was said is in the plan, or named as not understood."""

from __future__ import annotations

import pytest

from copilot.codegen.authoring.spec import Storage
from tests.copilot.codegen.authoring.spoken.back import told_unread
from tests.copilot.codegen.authoring.spoken.storage_sentences import sentence

USUAL = {**Storage().model_dump(), "of": "replay"}


@pytest.mark.parametrize("seed", [0, 1])
def test_what_is_said_is_in_the_plan(seed: int) -> None:
    unread = told_unread(sentence, seed, 100, Storage, USUAL)
    assert len(unread) <= 3, unread
