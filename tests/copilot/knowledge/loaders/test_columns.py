"""Columns are found by their gutter, tables and single columns are not torn apart."""

from __future__ import annotations

import random

import pytest

from copilot.knowledge.loaders.columns import ordered
from copilot.knowledge.loaders.layout import Piece


def column(name: str, x: float, rows: range, width: float = 200.0) -> list[Piece]:
    """Lines of twenty letters and more, 12 apart."""
    return [Piece(f"{name} line of the column {row:02}", x, x + width, 12.0 * row, 10.0) for row in rows]


def read(pieces: list[Piece]) -> list[str]:
    shuffled = list(pieces)
    random.Random(0).shuffle(shuffled)
    return [piece.text for piece in ordered(shuffled)]


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_columns_are_read_from_the_left(count: int) -> None:
    pieces = [piece for n in range(count) for piece in column("abcd"[n], 220.0 * n, range(10))]
    assert read(pieces) == [piece.text for piece in pieces]


def test_what_spans_the_columns_parts_what_is_above_and_below() -> None:
    above = [*column("a", 0, range(1, 6)), *column("b", 220, range(1, 6))]
    below = [*column("c", 0, range(7, 12)), *column("d", 220, range(7, 12))]
    title, figure = column("title", 0, range(1), 420), column("figure", 50, range(6, 7), 300)
    pieces = [*title, *above, *figure, *below]
    assert read(pieces) == [piece.text for piece in pieces]


def test_a_table_is_read_by_its_rows() -> None:
    rows = [Piece(f"{x}{row}", 100.0 * x, 100.0 * x + 60, 12.0 * row, 10.0) for row in range(8) for x in range(3)]
    assert read(rows) == [piece.text for piece in rows]


def test_short_last_lines_are_no_column() -> None:
    pieces = [Piece("a line of the text", 0, 80 if row % 3 == 2 else 400, 12.0 * row, 10.0) for row in range(12)]
    assert read(pieces) == [piece.text for piece in pieces]


def test_a_raised_letter_stays_in_its_line() -> None:
    pieces = [Piece("before", 0, 50, 100.0, 10.0), Piece("2", 51, 55, 98.0, 7.0), Piece("after", 70, 99, 100.0, 10.0)]
    assert read(pieces) == ["before", "2", "after"]


def test_a_page_of_thousands_of_pieces_is_ordered() -> None:
    """However many ends its pieces have, a gutter is looked for in a bounded number of places."""
    rng = random.Random(1)
    pieces = [Piece("twenty letters of it", x, x + rng.uniform(5, 40), rng.uniform(0, 800), 6.0) for x in range(3000)]
    assert len(ordered(pieces)) == 3000


def test_nothing_is_nothing() -> None:
    assert ordered([]) == []
