"""Refusals: search and model both count, and what says that there is no answer is none."""

from __future__ import annotations

import pytest

from copilot.assistant.refusal import LIKELY, declines, likely


@pytest.mark.parametrize(("strength", "agreed", "less"), [(0.5, 0.9, 0.4), (0.9, 0.5, 0.2), (0.5, 0.5, 0.4)])
def test_search_and_model_both_count(strength: float, agreed: float, less: float) -> None:
    both = likely(strength, agreed)
    assert likely(less, agreed) < both
    assert likely(strength, less) < both
    assert likely(strength, None) == strength
    assert 0.0 < likely(0.0, 0.0) < likely(1.0, 1.0) < 1.0


def test_a_model_that_doubts_outweighs_a_fair_search_and_one_that_agrees_a_poor_one() -> None:
    assert likely(0.6, 0.2) < LIKELY < likely(0.6, 0.8)
    assert likely(0.3, 0.8) > LIKELY > likely(0.3, 0.5)


@pytest.mark.parametrize(
    ("text", "says_no"),
    [
        ("The sources do not contain information about lambda.", True),
        ("The provided documentation doesn't mention MuZero.", True),
        ("来源中没有提到这个参数。", True),
        ("A checkpoint does not hold the learning rate [1].", False),
        ("The text encoder is used. " * 20 + "The sources do not say more.", False),
        ("", False),
    ],
)
def test_an_answer_that_says_there_is_none(text: str, says_no: bool) -> None:
    assert declines(text) is says_no
