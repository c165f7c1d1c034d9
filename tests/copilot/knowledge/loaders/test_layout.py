"""Headings, margins, paragraphs and references of pages whose letters are given by their places."""

from __future__ import annotations

import pytest

from copilot.knowledge.blocks import Document
from copilot.knowledge.loaders.layout import Piece, document_of


def page(*lines: str | tuple[str, float, bool], top: float = 100.0) -> list[Piece]:
    """Lines below each other, 12 apart; as they are in 10 points, or with a height of their own and boldness."""
    pieces = []
    for row, line in enumerate(lines):
        text, size, bold = line if isinstance(line, tuple) else (line, 10.0, False)
        if text:
            pieces.append(Piece(text, 50.0, 50.0 + 5 * len(text), top + 12.0 * row, size, bold))
    return pieces


def headings(document: Document) -> list[str]:
    return [block.heading for block in document.blocks]


BODY = ["The text of this page is long enough to set its height."] * 6


@pytest.mark.parametrize(
    ("line", "is_heading"),
    [
        (("Large letters", 12.0, False), True),
        (("2 Numbered and bold", 10.0, True), True),
        (("2.1 Numbered and bold", 10.0, True), True),
        (("IV. ROMAN CAPITALS", 10.0, False), True),
        (("Bold and alone", 10.0, True), True),
        (("2 numbers are no heading", 10.0, False), False),
        (("Bold, but the end of something.", 10.0, True), False),
        (("A bold line " * 5, 10.0, True), False),
        (("3.14", 12.0, True), False),
    ],
)
def test_what_is_a_heading(line: tuple[str, float, bool], is_heading: bool) -> None:
    found = document_of([page(*BODY, "", line, "", *BODY)])
    assert (found.blocks[-1].heading == line[0]) == is_heading
    assert line[0].strip() in " ".join(found.lines), "a heading is in the text, too"


def test_numbers_say_how_deep_a_heading_is() -> None:
    lines = [
        ("Title", 18.0, True),
        ("1 One", 12.0, True),
        *BODY,
        ("1.1 Inner", 10.0, True),
        *BODY,
        ("2 Two", 12.0, True),
        *BODY,
    ]
    assert headings(document_of([page(*lines)])) == [
        "Title",
        "Title > 1 One",
        "Title > 1 One > 1.1 Inner",
        "Title > 2 Two",
    ]


def test_paragraphs_part_at_gaps_and_indents() -> None:
    indented = Piece("Indented it goes on.", 65.0, 200.0, 100.0 + 12 * 6, 10.0)
    [block] = document_of([[*page(*BODY), indented]]).blocks
    assert block.text(document_of([[*page(*BODY), indented]]).lines) == "\n".join([*BODY, "", indented.text])
    assert document_of([page("One.", "", "Two.")]).lines == ["One.", "", "Two."]
    assert document_of([page("One.", "Two.")]).lines == ["One.", "Two."]


def test_what_repeats_in_the_margins_is_left_out() -> None:
    pages = [page(f"Chapter of gnus {n}", "", *BODY * 5, "", f"- {n} -") for n in range(1, 5)]
    assert {line for line in document_of(pages).lines if line} == {BODY[0]}
    twice = [page("A line that begins two pages", "", *BODY * 5) for _ in range(2)]
    assert "A line that begins two pages" in document_of(twice).lines


def test_what_repeats_in_the_text_stays() -> None:
    pages = [page(*BODY * 3, "We repeat this.", *BODY * 3) for _ in range(5)]
    assert document_of(pages).lines.count("We repeat this.") == 5


def test_a_chapter_called_references_without_years_stays() -> None:
    entries = [f"[{n}] A. Author. On gnus. 20{n:02}." for n in range(1, 9)]
    heading = ("References", 12.0, True)
    assert document_of([page(*BODY, heading, *entries)]).lines == BODY
    chapter = document_of([page(*BODY, heading, *BODY)])
    assert headings(chapter)[-1] == "References"


def test_a_word_is_not_joined_across_pages_and_not_before_capitals() -> None:
    assert document_of([page("It is explo-"), page("ration of it")]).lines == ["It is explo-", "", "ration of it"]
    assert document_of([page("a path of Kullback-", "Leibler kind")]).lines == ["a path of Kullback-", "Leibler kind"]
    assert document_of([page("an explo-", "ration, of it")]).lines == ["an exploration,", "of it"]


def test_pages_are_never_in_one_block() -> None:
    found = document_of([page("One."), page("Two.")])
    assert [(b.part, found.numbers[b.first - 1]) for b in found.blocks if found.numbers] == [(1, 1), (2, 1)]


def test_no_pages_are_an_empty_document() -> None:
    assert document_of([]).blocks == document_of([[], []]).blocks == []
