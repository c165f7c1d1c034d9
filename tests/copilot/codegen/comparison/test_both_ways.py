""" "With and without": one run with the thing, one without."""

from __future__ import annotations

import pytest

from copilot.codegen.comparison.both_ways import both_ways, free, is_link
from copilot.codegen.request.reading import Reading
from copilot.core.catalogue import load_catalogue

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("PPO with and without RND", [["with RND"], [""]]),
        ("DQN with double and without double", [["with double"], ["no double"]]),
        ("PPO 有没有 RND", [["with RND"], [""]]),
        ("FrozenLake with and without slipping", [["with slipping"], ["no slipping"]]),
    ],
)
def test_both(text: str, choices: list[list[str]]) -> None:
    assert [axis.choices for axis in both_ways(Reading(text), CATALOGUE, [])] == [choices]


def test_nothing_of_the_kind() -> None:
    assert both_ways(Reading("PPO with RND"), CATALOGUE, []) == []


def test_links_and_spans() -> None:
    assert is_link(" and ") and is_link(" vs. ") and not is_link(" with lr 1e-3 and ")
    assert free(0, 3, [(3, 5)]) and not free(0, 4, [(3, 5)])
