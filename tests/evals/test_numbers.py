"""Numbers are read in all the ways in which people write them, and no others."""

from __future__ import annotations

import doctest

import pytest

from evals import numbers
from evals.numbers import says, shows


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("20k steps", 20_000),
        ("1e6 steps", 1e6),
        ("1.5M", 1.5e6),
        ("1_000_000", 1e6),
        ("65,536 steps", 65_536),
        ("two million", 2e6),
        ("a million", 1e6),
        ("sixteen copies", 16),
        ("lr=-0.001", -0.001),
        ("5e-4", 0.0005),
        ("20 percent", 0.2),
        ("20 percent", 20),
        ("1 万步", 10_000),
        ("十万步", 100_000),
        ("五十万步", 500_000),
        ("一百二十万", 1_200_000),
        ("3 百万", 3e6),
        ("两个环境", 2),
        ("3rd neighbour", 3),
    ],
)
def test_a_number_is_read(text: str, number: float) -> None:
    assert says(text, number)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("16 envs", 6),
        ("200k", 200),
        ("5 万步", 5),
        ("0.6", 6),
        ("Hopper-v5", 5),
        ("conv2d", 2),
        ("3 kernels", 3000),
        ("a run", 1),
    ],
)
def test_what_is_no_number_is_not_read(text: str, number: float) -> None:
    assert not says(text, number)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("nn.LayerNorm(3)", "LayerNorm"),
        ("layer_norm", "LayerNorm"),
        ("with layer norm", "LayerNorm"),
        ("kl_coef", "KL"),
        ("F.elu(x)", "ELU"),
        ("There is no environment named 'walker_jump'", "walker_jump"),
        ("不使用任何内在奖励", "内在奖励"),
        ("lr=0.0005", "5e-4"),
    ],
)
def test_a_word_is_shown_however_it_is_joined(text: str, wanted: str) -> None:
    assert shows(text, wanted)


@pytest.mark.parametrize(
    ("text", "wanted"), [("across", "ROS"), ("inkling", "KL"), ("relu", "ELU"), ("Box1", "Box"), ("width=16", "6")]
)
def test_a_word_within_another_is_not_shown(text: str, wanted: str) -> None:
    assert not shows(text, wanted)


def test_its_examples() -> None:
    assert doctest.testmod(numbers).failed == 0
