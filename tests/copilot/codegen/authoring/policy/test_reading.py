"""Trunks and heads, each by what is said of it."""

from __future__ import annotations

from typing import Any

import pytest

from copilot.codegen.authoring import design
from copilot.codegen.authoring.spec import Policy
from copilot.core.catalogue import load_catalogue


@pytest.mark.parametrize(
    ("request_", "fields"),
    [
        ("A policy for PPO whose critic is a separate network of three hidden layers with 256 tanh units, while the actor "
         "has one hidden layer of 64.", {"actor": [64], "critic": [256, 256, 256], "trunk": [], "function": "tanh"}),
        ("Actor-critic policy with a shared trunk of 128 units and separate heads of 64, SiLU activations",
         {"actor": [64], "critic": [64], "trunk": [128], "function": "silu"}),
        ("策略：演员 64、64，评论家 256、256，使用 ReLU 和层归一化",
         {"actor": [64, 64], "critic": [256, 256], "function": "relu", "norm": True}),
        ("写一个策略网络：共享主干两层 128，演员和评论家各一层 64", {"trunk": [128, 128], "actor": [64], "critic": [64]}),
        ("Policy: three tanh layers of 32 shared by actor and critic", {"trunk": [32, 32, 32], "actor": [], "critic": []}),
        ("a PPO policy with two critics whose mean is the value", {"critics": 2, "combined": "mean"}),
        ("write a policy with initial standard deviation 0.5 and two hidden layers of 128",
         {"deviation": 0.5, "actor": [128, 128]}),
        ("a policy network with 256 units for the critic and 64 units for the actor, relu",
         {"actor": [64], "critic": [256]}),
    ],
)  # fmt: skip
def test_widths_belong_to_the_part_that_is_named(request_: str, fields: dict[str, Any]) -> None:
    found = design(request_, load_catalogue(), model=False)
    assert isinstance(found.spec.body, Policy)
    assert {name: getattr(found.spec.body, name) for name in fields} == fields
    assert found.unread == []
