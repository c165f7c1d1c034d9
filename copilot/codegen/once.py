"""What is worked out of a catalogue is worked out once: catalogues hold lists and cannot be keys of a cache themselves."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from copilot.core.catalogue import Catalogue

T = TypeVar("T")
_KEPT = 4


def once(make: Callable[[Catalogue], T]) -> Callable[[Catalogue], T]:
    """The function, called once for each catalogue; the last few results are kept, do not change them."""
    made: dict[int, tuple[Catalogue, T]] = {}

    @wraps(make)
    def kept(catalogue: Catalogue) -> T:
        known = made.get(id(catalogue))
        if known is not None:
            return known[1]
        result = make(catalogue)
        while len(made) >= _KEPT:
            made.pop(next(iter(made)))
        made[id(catalogue)] = (catalogue, result)
        return result

    return kept
