"""What was taken back is gone, numbers in words are digits, and nothing else changes."""

from __future__ import annotations

import pytest

from copilot.codegen.authoring.wording import worded


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("64, no, 128 units", "128 units"),
        ("with ReLU, no, tanh", "with tanh"),
        ("max pooling, sorry, mean pooling", "mean pooling"),
        ("two critics... no, ten critics", "ten critics"),
        ("the dual clip, I mean, the value clip", "the value clip"),
        ("use the mean (sorry, the median)", "use the median"),
        ("alpha 0.9 (no, 0.8)", "alpha 0.8"),
        ("I want PPO, no wait, A2C with entropy", "I want A2C with entropy"),
        ("用 tanh，不对，用 relu", "用 relu"),
        ("twenty critics", "20 critics"),
        ("over two hundred and fifty six thousand steps", "over 256000 steps"),
        ("前 10 万步，三百二十个单元", "前 100000步，320个单元"),
        ("百分之十", "0.1"),
        ("64k steps", "64000 steps"),
    ],
)
def test_it_is_said_again(text: str, words: str) -> None:
    assert worded(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "with ReLU, no bias",
        "We tried clipping, no luck",
        "no clipping, sorry for the typos",
        "two layers, a half of them",
        "cells of 0.5 m",
        "k = 10, 5 k",
        "then wait for 4 steps",
        "a KL penalty, I mean it",
        "一层两层，三分之一",
        "SAC, no TD3",
        "I have two agents, sorry if that is unclear",
    ],
)
def test_nothing_else_changes(text: str) -> None:
    assert worded(text) == text
