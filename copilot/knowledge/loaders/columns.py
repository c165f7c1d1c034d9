"""The order in which the pieces of a page are read: columns from left to right, between what spans them."""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copilot.knowledge.loaders.layout import Piece

LEAST = 4
"""Lines on either side of a gutter; with fewer there are no columns."""

FILLED = 0.4
"""Of the width on one side of a gutter, on which there may be two columns; most lines are longer."""

LETTERS = 12
"""The lines of a column mostly have more; the cells of a table do not."""

PLACES = 200
"""The longest piece has so many steps between which a gutter is looked for."""

MOST_COLUMNS_DEEP = 3
"""A gutter is looked for in what is left and right of one, so often."""


def ordered(pieces: list[Piece], depth: int = 0) -> list[Piece]:
    """The pieces in the order of reading.

    Args:
        pieces: of one page, in any order.
        depth: how many gutters were found around them.
    """
    gutter = _gutter(pieces) if depth < MOST_COLUMNS_DEEP else None
    if gutter is None:
        return _rows(pieces)
    found: list[Piece] = []
    left: list[Piece] = []
    right: list[Piece] = []
    for piece in sorted(pieces, key=lambda piece: (piece.y, piece.x0)):
        if piece.x1 <= gutter:
            left.append(piece)
        elif piece.x0 >= gutter:
            right.append(piece)
        else:
            found += [*ordered(left, depth + 1), *ordered(right, depth + 1), piece]
            left, right = [], []
    return [*found, *ordered(left, depth + 1), *ordered(right, depth + 1)]


def _rows(pieces: list[Piece]) -> list[Piece]:
    """By base line, and on each from left to right; a raised letter belongs to the line that it is raised from."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: piece.y):
        if rows and piece.y - rows[-1][0].y < 0.3 * min(piece.size, rows[-1][0].size):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [piece for row in rows for piece in sorted(row, key=lambda piece: piece.x0)]


def _gutter(pieces: list[Piece]) -> float | None:
    """Where two columns part: the place with the most lines on its lesser side."""
    best: tuple[int, float, float] | None = None
    for edge in _edges(pieces):
        left = [piece for piece in pieces if piece.x1 <= edge]
        right = [piece for piece in pieces if piece.x0 >= edge]
        lesser = min(len(left), len(right))
        if lesser < LEAST or (best and lesser < best[0]) or not (_is_column(left) and _is_column(right)):
            continue
        start = min(piece.x0 for piece in right)
        if best is None or (lesser, start - edge) > best[:2]:
            best = (lesser, start - edge, (edge + start) / 2)
    return best[2] if best else None


def _edges(pieces: list[Piece]) -> list[float]:
    """Where pieces end, to a part of the width: a page of thousands of pieces has no more places to look at than others."""
    if not pieces:
        return []
    step = max(piece.x1 - piece.x0 for piece in pieces) / PLACES + 1e-6
    return sorted({math.ceil(piece.x1 / step) * step for piece in pieces})


def _is_column(pieces: list[Piece]) -> bool:
    width = max(piece.x1 for piece in pieces) - min(piece.x0 for piece in pieces)
    filled = statistics.median(piece.x1 - piece.x0 for piece in pieces) >= FILLED * width
    return filled and statistics.median(len(piece.text) for piece in pieces) > LETTERS
