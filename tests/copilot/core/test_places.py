"""A place is named as a person looks it up."""

from __future__ import annotations

import pytest

from copilot.core.places import beginning, place
from copilot.core.types import Citation, Passage


@pytest.mark.parametrize(
    ("found", "whole", "short"),
    [
        (Passage("a", "notes.md", (3, 9), "", ""), "notes.md:3-9", "notes.md:3"),
        (Passage("a", "p.pdf", (3, 9), "", "", page=2), "p.pdf, page 2, lines 3-9", "p.pdf, page 2"),
        (Citation(1, "run.ipynb", (4, 4), "", cell=7), "run.ipynb, cell 7, line 4", "run.ipynb, cell 7"),
        (Citation(1, "notes.md", (4, 4), ""), "notes.md:4", "notes.md:4"),
    ],
)
def test_a_place_is_named_by_page_cell_or_line(found: Passage | Citation, whole: str, short: str) -> None:
    assert place(found) == whole
    assert beginning(found) == short
