"""Requests for intrinsic rewards that nobody has written before: read right, or told that they are not understood."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from copilot.codegen.authoring import design
from copilot.core.catalogue import load_catalogue
from tests.copilot.codegen.authoring.spoken.judging import judge
from tests.copilot.codegen.authoring.spoken.rewards import make

SEEDS = range(200)
LEAST_RIGHT = 0.85
"""The share that was reached; the rest is told to be not understood."""


def test_rewards_are_read_right_or_are_told_not_to_be_understood() -> None:
    found = [(asked, *judge(asked)) for asked in (make(Random(seed)) for seed in SEEDS)]
    silent = [f"{asked.text!r}: {differences}" for asked, kind, differences, _ in found if kind == "silent"]
    assert silent == []
    kinds = Counter(kind for _, kind, _, _ in found)
    assert kinds["right"] >= LEAST_RIGHT * len(SEEDS), kinds


@pytest.mark.parametrize(
    ("request_", "fields"),
    [
        ("RND bonus. The weight should be 0.1.", {"beta": 0.1}),
        ("an E3B bonus with a ridge coefficient of 1.5", {"ridge": 1.5, "beta": 1.0}),
        ("RND, starting only after 50000 steps", {"warmup_steps": 50_000}),
        ("RND, clipped to 10, 256 features", {"shape": [{"op": "most", "value": 10.0, "scaled": False}], "latent_dim": 256}),
        ("a penalty of 0.1 times the L2 norm of the action", {"error": "euclidean", "beta": 0.1, "negative": True}),
        ("a count bonus on a grid of 16 bins per dimension, 1/sqrt(n + 0.1), cleared at every reset",
         {"bins": 16, "plus": 0.1, "scope": "episode"}),
        ("hash counts, pay n to the power of -0.75, states rounded to zero decimals", {"exponent": 0.75, "decimals": 0}),
        ("内在奖励：RND，权重在20万步内从0.5线性衰减到0.05，每回合前50步不给",
         {"beta": 0.5, "beta_end": 0.05, "decay_steps": 200_000, "after_steps": 50}),
        ("奖励为观测的第3个分量，系数2", {"index": 2, "beta": 2.0}),
    ],
)  # fmt: skip
def test_constructions_that_were_read_wrong(request_: str, fields: dict[str, object]) -> None:
    found = design(request_, load_catalogue(), model=False)
    read = found.spec.body.model_dump()
    assert {name: read[name] for name in fields} == fields
    assert found.unread == []
