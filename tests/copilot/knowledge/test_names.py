"""A name that is not text is known, and shown so that a person can name it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from copilot.knowledge.names import is_text, shown


@pytest.mark.parametrize("name", ["plain.md", "Über.md", "笔记.md", "a b\nc.md", ""])
def test_a_name_that_is_text_is_shown_as_it_is(name: str) -> None:
    assert is_text(Path(name))
    assert shown(Path(name)) == str(Path(name))


def test_a_byte_that_is_no_text_is_shown_by_its_number() -> None:
    path = Path(os.fsdecode(b"/tmp/\xff/b\xc3\xbcd\xfe.md"))
    assert not is_text(path)
    assert shown(path) == r"/tmp/\xff/büd\xfe.md"


def test_a_half_of_a_character_from_elsewhere_is_shown_too() -> None:
    assert shown(Path("a\ud800.md")) == r"a\ud800.md"
