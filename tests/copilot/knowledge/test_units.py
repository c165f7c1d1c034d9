"""Units: what may bear an answer alone, with the file's lines."""

from __future__ import annotations

import json
import re

import pytest

from copilot.core.types import Passage
from copilot.knowledge.chunk import chunk
from copilot.knowledge.units import units
from copilot.retrieval.budget import CUT, fit
from tests.copilot.knowledge.loaders.papers import COLUMNS, paper
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


def test_what_stands_above_a_definition_has_not_its_head() -> None:
    code = Passage("c", "/home/x/a.py", (7, 10), "f", "# how fast\n@once\ndef f(x):\n    return x")
    assert [(u.first, u.text, u.head) for u in units(code)] == [
        (7, "# how fast", ""),
        (8, "@once", ""),
        (10, "    return x", "def f(x):"),
    ]
    assert [u.text for u in units(Passage("c", "/home/x/a.py", (7, 7), "f", "def f(x): ..."))] == ["def f(x): ..."]


def test_the_rows_of_a_table_whose_head_is_elsewhere_are_units_too() -> None:
    rows = list(units(Passage("a", "x.md", (7, 8), "X", "| `lr` | 0.1 |\n| `eps` | 0.2 |")))
    assert [(unit.first, unit.text, unit.head) for unit in rows] == [
        (7, "| `lr` | 0.1 |", ""),
        (8, "| `eps` | 0.2 |", ""),
    ]


HTML = """<html>
<head><title>Pools</title></head>
<body>

<h1>Pools</h1>


<p>The heron waits
for 22 seconds.

It then dives.</p>


<ul>
<li>one otter</li>


<li>nine
voles</li></ul>
<pre>
step = 37

reach = 41
</pre>
</body></html>"""

NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "source": "# Ponds\n\nA newt has 19 spots. It sleeps."},
        {"cell_type": "code", "source": "depth = 12\n\nwidth = 33"},
    ]
}


@pytest.mark.parametrize(("name", "content"), [("a.html", HTML), ("a.ipynb", json.dumps(NOTEBOOK))])
def test_a_unit_names_the_lines_that_its_words_stand_on(name: str, content: str) -> None:
    for passage in chunk(name, content):
        source = content if passage.cell is None else str(NOTEBOOK["cells"][passage.cell - 1]["source"])
        for unit in units(passage):
            assert passage.lines[0] <= unit.first <= unit.last <= passage.lines[1], unit
            there = "\n".join(source.split("\n")[unit.first - 1 : unit.last])
            said = [word for word in re.findall(r"\w+", unit.text) if word != "python"]
            assert set(said) <= set(re.findall(r"\w+", there)), unit
            assert unit.last - unit.first <= unit.text.count("\n") + 1, "and no more than those"


def test_a_unit_of_a_paper_stays_within_its_passage() -> None:
    for passage in chunk("paper.pdf", paper()):
        for unit in units(passage):
            assert passage.lines[0] <= unit.first <= unit.last <= passage.lines[1]
            page = ["Counting Quaggas", "Rooms"] if passage.page == 1 else []
            page += [line for side in COLUMNS[passage.page or 0] for line in side]
            assert any(word in page[unit.first - 1] for word in unit.text.split()), unit


def test_what_is_left_of_a_passage_keeps_its_lines() -> None:
    [passage] = chunk("a.html", "<h1>A</h1>\n\n\n<p>One owl.</p>\n\n\n<p>Two " + "owls " * 60 + "</p>")
    [left] = fit([passage], len, 60)
    assert left.text.endswith(CUT)
    assert [(unit.first, unit.text) for unit in units(left)][:1] == [(4, "One owl.")]
