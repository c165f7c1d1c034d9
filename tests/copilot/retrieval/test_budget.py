"""Passages within a budget: whole, in rank order, never more than fits, and never none."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.core.types import Passage
from copilot.retrieval import fit


def passage(name: str, size: int) -> Passage:
    return Passage(name, f"{name}.md", (1, 1), "", "x" * size)


def cost(item: Passage) -> int:
    """What `fit` must count: the text, and what it takes to name its source."""
    return len(f"[9] {item.source} ({item.heading})\n{item.text}\n\n")


def test_all_are_kept_where_there_is_room() -> None:
    given_passages = [passage("a", 10), passage("b", 20)]
    assert fit(given_passages, len, 1000) == given_passages


def test_naming_the_source_is_counted() -> None:
    first, second = passage("a", 10), passage("b", 10)
    room = cost(first) + cost(second)
    assert fit([first, second], len, room) == [first, second]
    assert fit([first, second], len, room - 1) == [first]
    assert cost(first) > len(first.text)


def test_one_that_does_not_fit_is_left_out_whole_and_a_smaller_one_follows() -> None:
    first, large, small = passage("a", 10), passage("b", 500), passage("c", 10)
    assert fit([first, large, small], len, cost(first) + cost(small)) == [first, small]


def test_the_first_is_kept_even_when_it_is_too_long() -> None:
    first = passage("a", 500)
    assert fit([first, passage("b", 1)], len, 20) == [first]
    assert fit([], len, 20) == []


def test_tokens_are_counted_as_the_model_counts() -> None:
    items = [passage("a", 10), passage("b", 10)]
    assert fit(items, lambda text: 1, 2) == items
    assert fit(items, lambda text: 2, 2) == items[:1]


@settings(deadline=None)
@given(st.lists(st.integers(0, 300), max_size=12), st.integers(0, 1500))
def test_never_more_than_fits_and_in_order(sizes: list[int], budget: int) -> None:
    items = [passage(str(number), size) for number, size in enumerate(sizes)]
    kept = fit(items, len, budget)
    assert kept == [item for item in items if item in kept]
    assert len(kept) <= 1 or sum(map(cost, kept)) <= budget
    left = budget - sum(map(cost, kept))
    assert all(cost(item) > left for item in items if item not in kept), "nothing more would have fitted"
