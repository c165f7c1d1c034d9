"""A paper of two columns is read column by column, with its pages, lines and headings; what cannot be read says why."""

from __future__ import annotations

import io

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from copilot.core.types import Passage
from copilot.knowledge.blocks import Document
from copilot.knowledge.chunk import chunk
from copilot.knowledge.loaders.pdf import load
from tests.copilot.knowledge.loaders.papers import COLUMNS, paper, written

TITLE = "Counting States with Quaggas in Large Rooms of Many Kinds"


@pytest.fixture(scope="module")
def chunks() -> list[Passage]:
    return chunk("paper.pdf", paper())


def shown(document: Document) -> list[str]:
    return [line for line in document.lines if line]


def test_columns_are_read_one_after_the_other(chunks: list[Passage]) -> None:
    said = " ".join(p.text for p in chunks if p.page == 1)
    left, right = COLUMNS[1]
    places = [said.index(line[10:25]) for line in [*left, *right] if not line.startswith("#")]
    assert places == sorted(places)


def test_headings_are_ancestors(chunks: list[Passage]) -> None:
    assert [(p.page, p.heading.removeprefix(TITLE)) for p in chunks] == [
        (1, ""),
        (1, " > 1 Introduction"),
        (1, " > 1 Introduction > 1.1 Setting"),
        (1, " > 2 Method"),
        (2, " > 3 Results"),
        (2, " > A Settings"),
        (3, " > A Settings"),
    ]


def test_lines_are_counted_on_their_page(chunks: list[Passage]) -> None:
    assert [p.lines for p in chunks] == [(1, 2), (3, 8), (9, 14), (15, 19), (1, 6), (11, 13), (1, 12)]
    assert chunks[1].text.splitlines()[2].startswith("Agents learn faster")
    assert {p.cell for p in chunks} == {None}


def test_words_cut_at_a_lines_end_are_whole_and_hyphens_stay(chunks: list[Passage]) -> None:
    assert "them with exploration\nhashes" in chunks[1].text
    assert "Both on-policy\nand off-policy agents" in chunks[2].text, "as the paper writes it elsewhere"


def test_headers_page_numbers_and_stamps_are_left_out(chunks: list[Passage]) -> None:
    said = "\n".join(p.text for p in chunks)
    assert "Proceedings of Counting" not in said
    assert "arXiv" not in said
    assert not any(line.strip().isdigit() for line in said.splitlines())


def test_the_list_of_references_is_left_out_and_what_follows_is_not(chunks: list[Passage]) -> None:
    said = "\n".join(p.text for p in chunks)
    assert "Journal, 2016" not in said
    assert "References" not in said
    assert "sixteen bits" in said


def test_a_page_on_its_side_is_read() -> None:
    file = io.BytesIO()
    canvas = Canvas(file)
    for angle in (90, -90, 180):
        canvas.saveState()
        canvas.translate(300, 400)
        canvas.rotate(angle)
        canvas.drawString(0, 0, "First of the turned lines.")
        canvas.drawString(0, -12, "Second of the turned lines.")
        canvas.restoreState()
        canvas.showPage()
    canvas.save()
    assert shown(load(file.getvalue())) == ["First of the turned lines.", "Second of the turned lines."] * 3


def test_letters_are_as_high_as_they_are_drawn() -> None:
    """A font of 5 points on a page that is scaled by 2 is a font of 10, and no smaller than one of 10."""
    file = io.BytesIO()
    canvas = Canvas(file)
    canvas.setFont("Helvetica", 10)
    for row in range(5):
        canvas.drawString(50, 700 - 12 * row, "The text of the page is written in ten points.")
    canvas.scale(2, 2)
    canvas.setFont("Helvetica", 5)
    canvas.drawString(25, 300, "So is this one in truth")
    canvas.save()
    assert {block.heading for block in load(file.getvalue()).blocks} == {""}


def test_ligatures_are_letters() -> None:
    assert "ffi" in "ﬃ".translate(load.__globals__["_LIGATURES"])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not a readable PDF"),
        (b"%PDF-1.7\nnothing of one", "not a readable PDF"),
        (written(), "scanned pages are pictures"),
        (written("x", encrypt=StandardEncryption("secret")), "encrypted: it needs a password"),
    ],
    ids=["empty", "broken", "scanned", "encrypted"],
)
def test_what_cannot_be_read_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        load(data)


def test_one_that_only_forbids_printing_is_read() -> None:
    data = written("Read me.", encrypt=StandardEncryption("", "owner", canPrint=0))
    assert shown(load(data)) == ["Read me."]


def test_half_a_file_is_read_or_refused() -> None:
    whole = paper()
    for share in range(1, 10):
        try:
            load(whole[: len(whole) * share // 10])
        except ValueError as error:
            assert str(error)
