"""PDFs made for the tests: a paper of two columns, drawn in an order that nobody would read it in."""

from __future__ import annotations

import io

from reportlab.pdfgen.canvas import Canvas

LEFT, RIGHT, TOP, STEP = 60.0, 310.0, 660.0, 12.0

COLUMNS = {
    1: (
        [
            "#1 Introduction",
            "Agents learn faster where a bonus leads them",
            "to states that they have seldom seen before. The",
            "quagga bonus of this paper counts them with explo-",
            "ration hashes, and off-policy storages keep what",
            "was counted until it is needed again by a learner.",
            "#1.1 Setting",
            "A process has states and actions. The reward of",
            "a step is written r, the discount is written g.",
        ],
        [
            "Exploration is measured by coverage. Both on-",
            "policy and off-policy agents take the same bonus,",
            "which is why on-policy ones gain the least of all.",
            "#2 Method",
            "The hash maps a state to one of many buckets, and",
            "each bucket has a counter that never goes down.",
            "Its root divides the bonus, as counting theory has",
            "it for tables, where the bound is tight up to logs.",
        ],
    ),
    2: (
        [
            "#3 Results",
            "Coverage doubles within a million steps of play.",
            "Without hashes it stays where it was before, and",
            "the returns of both are equal within their spread.",
            "Seeds differ by less than a tenth of their mean in",
            "each of the seven rooms that were looked at here.",
        ],
        [
            "#References",
            "A. Author. Counting states. Journal, 2016.",
            "B. Writer. Hashing states. Proceedings, 2017.",
            "C. Third. Bonuses revisited. Preprint, 2019.",
            "#A Settings",
            "The hash has sixteen bits. The bonus is scaled by",
            "a tenth, and all of it is switched off at the end.",
        ],
    ),
    3: (
        ["More rooms follow, of which none is told of here."] * 6,
        ["The last column of the paper has lines of its own."] * 6,
    ),
}
"""By page: left and right column; "#" is a heading."""


def paper() -> bytes:
    """A title across two columns, headings in bold, a header and a number on each page, a stamp in the margin."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(595, 842))
    for page, (left, right) in COLUMNS.items():
        canvas.setFont("Times-Roman", 8)
        canvas.drawString(LEFT, 790, "Proceedings of Counting")
        canvas.drawString(295, 40, str(page))
        if page == 1:
            canvas.setFont("Times-Bold", 17)
            canvas.drawCentredString(297, 740, "Counting States with Quaggas in Large")
            canvas.drawCentredString(297, 720, "Rooms of Many Kinds")
            canvas.saveState()
            canvas.translate(30, 300)
            canvas.rotate(90)
            canvas.setFont("Times-Roman", 18)
            canvas.drawString(0, 0, "arXiv stamp 2026")
            canvas.restoreState()
        for row in range(max(len(left), len(right))):  # row by row: the order of the file is not that of reading
            for x, column in ((LEFT, left), (RIGHT, right)):
                if row < len(column):
                    _line(canvas, x, TOP - row * STEP, column[row])
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _line(canvas: Canvas, x: float, y: float, text: str) -> None:
    if text.startswith("#"):
        canvas.setFont("Times-Bold", 10 if "." in text else 12)
    else:
        canvas.setFont("Times-Roman", 10)
    canvas.drawString(x, y, text.removeprefix("#"))


def written(*lines: str, size: float = 10, **options: object) -> bytes:
    """One page of lines below each other.

    Args:
        options: of the canvas, such as `encrypt`.
    """
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(595, 842), **options)
    canvas.setFont("Times-Roman", size)
    for row, line in enumerate(lines):
        canvas.drawString(LEFT, TOP - row * 1.2 * size, line)
    canvas.save()
    return file.getvalue()
