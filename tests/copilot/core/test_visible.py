"""Control characters are shown, not obeyed; what is plain text stays as it is."""

from __future__ import annotations

import unicodedata

import pytest

from copilot.core.visible import in_line, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b]0;title\x07", r"\x1b[31mred\x1b]0;title\x07"),
        ("over\rwritten\b\x7f", r"over\x0dwritten\x08\x7f"),
        ("C1: \x9b31m \x85", r"C1: \x9b31m \x85"),
        ("name\u202egpj.exe", r"name\u202egpj.exe"),
        ("a\tb\nc\r\nd", "a\tb\nc\nd"),
        ("Füße, 中文, עברית, 👩\u200d🔬, [bold]", "Füße, 中文, עברית, 👩\u200d🔬, [bold]"),
    ],
)
def test_a_text_keeps_its_lines_and_nothing_that_a_terminal_obeys(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_no_control_character_is_left_out() -> None:
    every = "".join(chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) == "Cc")
    assert {sign for sign in visible(every) if unicodedata.category(sign) == "Cc"} == {"\n", "\t"}
    assert in_line(every).isprintable()


def test_a_name_stays_in_its_line() -> None:
    assert in_line("a\nb\tc\u2028d\x1b.md") == r"a\nb\tc\u2028d\x1b.md"
