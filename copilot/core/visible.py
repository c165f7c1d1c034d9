"""Text as it may be shown: a terminal obeys control characters, whether a document, a model or a file's name brings them.

They colour, move the cursor, write over what stands above, set titles and the clipboard; and what turns the direction of
writing shows other text than is there.
"""

from __future__ import annotations

import re

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
r"""C0 but for newline and tab, DEL, C1, and what turns the direction of writing."""

_ENDS = re.compile(r"[\t\n\u2028\u2029]")


def visible(text: str) -> str:
    r"""The text with its control characters as escapes (`\x1b`); newlines and tabs are left."""
    return CONTROL.sub(_escape, text.replace("\r\n", "\n"))


def in_line(text: str) -> str:
    """The same of what stands in one line, as a file's name does: newlines and tabs are escapes, too."""
    return _ENDS.sub(_escape, visible(text))


def _escape(found: re.Match[str]) -> str:
    named = {"\n": r"\n", "\t": r"\t"}.get(found[0])
    return named or (f"\\x{ord(found[0]):02x}" if ord(found[0]) < 0x100 else f"\\u{ord(found[0]):04x}")
