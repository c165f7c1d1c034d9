"""Passages within a budget: in rank order, never more than fits, and never none; only the first may have to be cut."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.core.types import Passage
from copilot.retrieval.budget import CUT, fit


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


@pytest.mark.parametrize(
    ("text", "room", "left", "lines"),
    [
        ("One line.\nAnother line.\nA third line.\n" + "x" * 80, 40, "One line.\nAnother line.", (5, 6)),
        ("One sentence. Another sentence. " + "x" * 80, 40, "One sentence. Another sentence.", (5, 5)),
        ("word " * 40, 21, "word word word", (5, 5)),
        ("x" * 500, 26, "x" * 20, (5, 5)),
    ],
)
def test_a_first_one_that_is_too_long_is_cut_where_something_ends(
    text: str, room: int, left: str, lines: tuple[int, int]
) -> None:
    long = Passage("a", "a.md", (5, 5 + text.count("\n")), "A", text)
    budget = room + cost(replace(long, text=""))
    kept = fit([long, passage("b", 1)], len, budget)
    assert [p.id for p in kept] == ["a"]
    assert kept[0].text.removesuffix(f"\n{CUT}") == left
    assert kept[0].text.endswith(CUT)
    assert kept[0].lines == lines, "the lines that are left of it"
    assert cost(kept[0]) <= budget


def test_what_is_left_of_a_page_names_the_lines_that_it_has_there() -> None:
    """Blank lines of its text are none of the page."""
    text = "One line.\n\nAnother line.\n\nA third line.\n" + "x" * 80
    long = Passage("a", "a.pdf", (5, 8), "A", text, page=2, numbers=(5, 5, 6, 6, 7, 8))
    [kept] = fit([long], len, 40 + cost(replace(long, text="")))
    assert kept.text == f"One line.\n\nAnother line.\n{CUT}"
    assert (kept.lines, kept.page) == ((5, 6), 2)


def test_where_naming_the_source_takes_all_the_room_only_the_mark_is_left() -> None:
    assert [p.text for p in fit([passage("a", 500), passage("b", 1)], len, 4)] == [CUT]
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
    assert [item.id for item in kept] == [item.id for item in items if item.id in {k.id for k in kept}]
    assert sum(map(cost, kept)) <= budget or [k.text for k in kept] in ([CUT], [""])
    assert all(item in items for item in kept[1:]), "only the first may be cut"
    left = budget - sum(map(cost, kept))
    assert all(cost(item) > left for item in items if item.id not in {k.id for k in kept}), "nothing more would fit"
