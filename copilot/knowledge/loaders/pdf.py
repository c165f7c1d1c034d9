"""PDF through PDFium: what each page says and where it says it; `layout` makes of it lines in the order of reading.

Lines are counted on their page. Rotated text (a stamp in the margin) is left out, pictures are not read.
"""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from copilot.knowledge.blocks import Document
from copilot.knowledge.loaders.layout import Piece, document_of

GAP = 1.0
"""In heights of the letters; what stands further apart on one line belongs to two columns."""

SPACE = 0.2
"""In heights of the letters; a gap that is a space even where none is written."""

UNREADABLE = 0.3
"""The share of signs without a meaning beyond which a file is not read."""

_BOLD = ("bold", "black", "heavy", "medi", "cmbx", "-bd")
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
_HYPHENS = "\x02\xad\ufffe"  # how PDFium gives a hyphen at a line's end


def load(data: bytes) -> Document:
    """The lines of all pages, cut at paragraphs, with the headings that their letters show.

    Raises:
        ValueError: it is no PDF, is encrypted, or holds no text.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        code = getattr(error, "err_code", None)
        locked = code == pypdfium2.raw.FPDF_ERR_PASSWORD or "password" in str(error).lower()
        raise ValueError("encrypted: it needs a password" if locked else "not a readable PDF") from error
    with closing(document):
        pages = [_read(document, index) for index in range(len(document))]
    signs = Counter(_is_sign(sign) for page in pages for piece in page for sign in piece.text if not sign.isspace())
    if not signs:
        raise ValueError("no text in it: scanned pages are pictures, which are not read")
    if signs[False] > UNREADABLE * signs.total():
        raise ValueError("its fonts do not say what their signs mean")
    return document_of(pages)


def _read(document: Any, index: int) -> list[Piece]:
    """The pieces of a page; none where the page is broken."""
    import pypdfium2

    try:
        with closing(document[index]) as page, closing(page.get_textpage()) as text:
            return _pieces(text)
    except pypdfium2.PdfiumError:
        return []


def _is_sign(sign: str) -> bool:
    return not ("\ue000" <= sign <= "\uf8ff" or sign == "\ufffd" or sign < " ")


def _pieces(text: Any) -> list[Piece]:
    """Runs of letters on one line without a wide gap, in the order of the file."""
    letters = list(_letters(text))
    if not letters:
        return []
    turn = Counter(letter[0] for letter in letters if not letter[1].isspace()).most_common(1)
    pieces: list[Piece] = []
    spaced = False
    for angle, sign, x0, x1, y, size, index in letters:
        if sign.isspace():
            spaced = True
            continue
        if angle != turn[0][0]:
            continue
        last = pieces[-1] if pieces else None
        if last is not None and last.continues(x0, y, size, GAP):
            last.text += (" " if spaced or x0 - last.x1 > SPACE * size else "") + sign
            last.x1 = max(last.x1, x1)
            last.size = max(last.size, size)
        else:
            pieces.append(Piece(sign, x0, x1, y, size, _is_bold(text, index)))
        spaced = False
    return pieces


def _letters(text: Any) -> Iterator[tuple[int, str, float, float, float, float, int]]:
    """Quarter turns, sign, left, right, base line from the top, height and place of each; upright whatever the turn."""
    import pypdfium2.raw as pdfium

    box, x, y, matrix = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double(), pdfium.FS_MATRIX()
    for index in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text, index)
        if not 0 < code <= 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            continue
        sign = chr(code)
        if sign.isspace():
            yield 0, sign, 0.0, 0.0, 0.0, 0.0, index
            continue
        sign = "-" if sign in _HYPHENS or pdfium.FPDFText_IsHyphen(text, index) == 1 else sign.translate(_LIGATURES)
        pdfium.FPDFText_GetLooseCharBox(text, index, box)
        pdfium.FPDFText_GetCharOrigin(text, index, x, y)
        pdfium.FPDFText_GetMatrix(text, index, matrix)
        size = pdfium.FPDFText_GetFontSize(text, index) * math.hypot(matrix.c, matrix.d)
        numbers = (box.left, box.right, box.top, box.bottom, x.value, y.value, size, matrix.a, matrix.b)
        if not all(map(math.isfinite, numbers)):
            continue
        turns = round(math.atan2(matrix.b, matrix.a) / (math.pi / 2)) % 4
        left, right, base = (
            (box.left, box.right, -y.value),
            (box.bottom, box.top, x.value),
            (-box.right, -box.left, y.value),
            (-box.top, -box.bottom, -x.value),
        )[turns]
        yield turns, sign, left, right, base, max(size, 1.0), index


def _is_bold(text: Any, index: int) -> bool:
    import pypdfium2.raw as pdfium

    name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(text, index, name, len(name), flags)
    named = name.value.decode("latin-1").lower()
    return pdfium.FPDFText_GetFontWeight(text, index) >= 600 or any(part in named for part in _BOLD)
