"""Every error that a user of the library can meet, one class per mistake.

    RLLTEError
    ├── UnknownNameError       a component, environment or file key that does not exist; nearest names follow
    ├── SpaceError             a space that a component does not support
    ├── IncompatibleError      modules that cannot work together
    ├── ParameterError         a value outside its range, or of the wrong shape
    ├── NotFiniteError         learning met a reward, loss or weight that is not a number
    ├── FileError              a folder or file that cannot be written
    └── CheckpointError        a checkpoint that cannot be read, or of another agent

Each message says what was received, what was expected, and what to do next.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class RLLTEError(Exception):
    """Base of all errors of the library."""


class UnknownNameError(RLLTEError):
    """A name that does not exist.

    Args:
        what: the kind of thing, for example "environment".
        received: the name as given.
        known: all valid names.
    """

    def __init__(self, what: str, received: str, known: Iterable[str]) -> None:
        names = sorted(set(known))
        by_lower = {name.lower(): name for name in names}
        close = [by_lower[key] for key in difflib.get_close_matches(received.lower(), by_lower, n=3, cutoff=0.6)]
        shown = f"Did you mean {' or '.join(map(repr, close))}?" if close else f"Known: {', '.join(names[:20])}."
        super().__init__(f"There is no {what} named {received!r}. {shown}")


class SpaceError(RLLTEError):
    """An observation or action space that a component does not support."""


class IncompatibleError(RLLTEError):
    """Modules that cannot work together."""


class ParameterError(RLLTEError, ValueError):
    """A value outside its range, or of the wrong shape."""


class NotFiniteError(RLLTEError):
    """A reward, observation, loss or weight that is infinite or not a number; learning from it would spoil the rest."""


class FileError(RLLTEError):
    """A folder or file that cannot be written."""


class CheckpointError(RLLTEError):
    """A checkpoint that cannot be read, or that belongs to another agent."""
