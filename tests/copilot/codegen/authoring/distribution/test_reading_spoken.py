"""Requests for distributions and noises as people say them: what was said is in the plan, or named as not understood."""

from __future__ import annotations

import pytest

from copilot.codegen.authoring.spec import Distribution
from tests.copilot.codegen.authoring.spoken.acting_sentences import sentence
from tests.copilot.codegen.authoring.spoken.back import told_unread

USUAL = {**Distribution(of="cauchy").model_dump(), "of": None}


@pytest.mark.parametrize("seed", [0, 1])
def test_what_is_said_is_in_the_plan(seed: int) -> None:
    unread = told_unread(sentence, seed, 100, Distribution, USUAL)
    assert len(unread) <= 3, unread
