"""Bytes become text as they say themselves, never by a guess; plain text is cut at blank lines and has no headings."""

from __future__ import annotations

import pytest

from copilot.knowledge.loaders.text import clean, decoded, lines_for_show, load

TEXT = "Über Gnus\n\n两只\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"], ids=["utf-8", "utf-8 with its mark", "utf-16", "utf-32"]
)
def test_unicode_is_read_by_its_mark(encoding: str) -> None:
    assert decoded(TEXT.encode(encoding)) == TEXT


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"])
def test_both_orders_of_utf_16_are_read(mark: bytes) -> None:
    body = TEXT.encode("utf-16-le" if mark == b"\xff\xfe" else "utf-16-be")
    assert decoded(mark + body) == TEXT
    with pytest.raises(ValueError, match="binary, not text"):
        decoded(body)  # without its mark it could be anything


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("Über".encode("latin-1"), "not UTF-8 text"),
        (b"text\0more", "binary, not text"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary, not text"),
        (b"\xff\xfeabc", "not UTF-16 text"),
        (b"\xff\xfe\x00\xd8", "not UTF-16 text"),
    ],
)
def test_what_is_not_text_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        decoded(data)


def test_a_declared_encoding_is_taken_at_its_word() -> None:
    assert decoded("Über".encode("latin-1"), "latin-1") == "Über"
    assert decoded("Über".encode(), "") == "Über"
    for name in ("klingon", "rot13", "unicode_escape", "idna", "a\0b"):
        with pytest.raises(ValueError, match="declares"):
            decoded(b"x", name)


def test_plain_text_has_no_headings() -> None:
    document = load(b"# no heading\nof it\n\n" + b"word " * 200 + b"\n")
    assert [(b.first, b.last, b.heading) for b in document.blocks] == [(1, 2, ""), (4, 4, "")]


def test_what_no_file_could_hold_is_taken_out() -> None:
    assert clean("a\ud800b\0c") == "a?bc"


def test_lines_are_shown_even_where_their_letters_are_not_known() -> None:
    assert lines_for_show("a\r\nÜ".encode("latin-1")) == ["a", "\ufffd"]
    assert lines_for_show("a\nÜ".encode("utf-16")) == ["a", "Ü"]
