"""Units: what may bear an answer alone, with the file's lines."""

from __future__ import annotations

from copilot.core.types import Passage
from copilot.knowledge.units import units
from tests.copilot.knowledge.pages import PAGE


def test_the_units_of_a_page_are_sentences_items_and_whole_code() -> None:
    assert [(u.first, u.last, u.text) for u in units(PAGE)] == [
        (10, 10, "The first sentence is about nothing."),
        (10, 11, "The ratio is clipped, for\nsafety."),
        (11, 11, "Bananas are yellow."),
        (13, 13, "- an item about bananas"),
        (14, 15, "- an item about the ratio,\n  on two lines"),
        (17, 20, "```python\nit = 1\ncut(it)\n```"),
    ]


def test_a_row_knows_its_table_s_head_and_an_argument_its_definition() -> None:
    table = Passage("t", "a.md", (1, 4), "T", "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |")
    assert [(u.first, u.text, u.head) for u in units(table)] == [
        (3, "| 1 | 2 |", "| a | b |\n|---|---|"),
        (4, "| 3 | 4 |", "| a | b |\n|---|---|"),
    ]
    code = Passage("c", "a.py", (7, 9), "f", "def f(\n    x: int = 1,\n) -> None:")
    assert [(u.first, u.text, u.head) for u in units(code)] == [
        (8, "    x: int = 1,", "def f("),
        (9, ") -> None:", "def f("),
    ]


def test_the_rows_of_a_table_whose_head_is_elsewhere_are_units_too() -> None:
    rows = list(units(Passage("a", "x.md", (7, 8), "X", "| `lr` | 0.1 |\n| `eps` | 0.2 |")))
    assert [(unit.first, unit.text, unit.head) for unit in rows] == [
        (7, "| `lr` | 0.1 |", ""),
        (8, "| `eps` | 0.2 |", ""),
    ]
