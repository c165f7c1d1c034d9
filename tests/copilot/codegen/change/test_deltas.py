"""Changes by a part or a step: which words are one, and how much they add or take away."""

from __future__ import annotations

import pytest

from copilot.codegen.change.deltas import direction, find_deltas
from copilot.codegen.settings.mentions import Named

LR = Named("lr", 0, 2)


@pytest.mark.parametrize(
    ("text", "factor", "step"),
    [
        ("lr reduced by 10%", 0.9, 0),
        ("lr up by a third", 4 / 3, 0),
        ("lr raised by 0.01", 1, 0.01),
        ("lr divided by 10", 0.1, 0),
        ("lr multiplied by 3", 3, 0),
        ("lr 20 percent higher", 1.2, 0),
        ("lr 50% of the default", 0.5, 0),
        ("lr 比默认低 20%", 0.8, 0),
        ("lr 降低两成", 0.8, 0),
        ("lr 降低了 0.01", 1, -0.01),
        ("another 50k steps", 1, 50_000),
        ("train 50k steps longer", 1, 50_000),
        ("50k fewer steps", 1, -50_000),
        ("再多训练 5 万步", 1, 50_000),
        ("少训练 5 万步", 1, -50_000),
    ],
)
def test_how_much(text: str, factor: float, step: float) -> None:
    [change] = find_deltas(text, [LR] if text.startswith("lr") else [])
    assert (change.factor, change.step) == (pytest.approx(factor), pytest.approx(step))


@pytest.mark.parametrize(
    "text",
    [
        "lr reduced to 10%",
        "lr 降低到 10%",
        "pictures of 84 by 84",
        "lr decays by 1e-4 per update",
        "lower it by 0.1 every update",
        "use 50k steps",
        "sticky actions 25% of the time",
        "lr 减少 2 倍",
    ],
)
def test_other_numbers_are_no_change(text: str) -> None:
    assert find_deltas(text, [LR] if text.startswith("lr") else []) == []


def test_the_nearest_verb_tells_the_direction() -> None:
    text = "raise the discount, lower the rate by"
    assert direction(text, len(text)) == "down"
    assert direction(text, 20) == "up"
    assert direction("rate by", 7) is None
