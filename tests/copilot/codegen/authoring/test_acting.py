"""Distributions and noises, with their numbers."""

from __future__ import annotations

from typing import Any

import pytest

from copilot.codegen.authoring import design
from copilot.codegen.authoring.spec import Distribution
from copilot.core.catalogue import load_catalogue


@pytest.mark.parametrize(
    ("request_", "fields"),
    [
        ("Categorical distribution with temperature 2 so that choices get flatter", {"of": "temperature", "amount": 2.0}),
        ("A temperature softmax with temperature 0.25 over discrete actions", {"of": "temperature", "amount": 0.25}),
        ("Discrete policy distribution: logits are divided by 3", {"of": "temperature", "amount": 3.0}),
        ("Distribution for discrete actions: softmax with an epsilon of 0.05 mixed with the uniform distribution",
         {"of": "mixed_uniform", "amount": 0.05}),
        ("A Gaussian policy distribution whose standard deviation is kept between 0.1 and 1",
         {"of": "clipped_gaussian", "low": 0.1, "high": 1.0}),
        ("A normal distribution whose standard deviation never falls below 0.05 nor rises above 2",
         {"of": "clipped_gaussian", "low": 0.05, "high": 2.0}),
        ("Beta distribution for continuous actions in [-1, 1]", {"of": "beta"}),
        ("A categorical distribution that only allows the three likeliest actions", {"of": "top_k", "k": 3}),
        ("分类分布：logits 截断到 [-5, 5]", {"of": "clipped_logits", "amount": 5.0}),
        ("Action noise: Gaussian with standard deviation decaying from 0.5 to 0.1 over 50k steps",
         {"of": "noise", "schedule": "linear(0.5, 0.1, 50000)"}),
        ("Normal distribution with twice the standard deviation", {"of": "scaled_gaussian", "amount": 2.0}),
    ],
)  # fmt: skip
def test_distributions_have_their_numbers(request_: str, fields: dict[str, Any]) -> None:
    found = design(request_, load_catalogue(), model=False)
    assert isinstance(found.spec.body, Distribution)
    assert {name: getattr(found.spec.body, name) for name in fields} == fields
    assert found.unread == []
