"""Common errors of training scripts: by what an exception is recognised, why it comes, what to do, and where it is written.

The rows are in `data/causes.json`, the first that fits counts. rllte's own errors say what was received, what was expected
and what to do next; the rows hold what goes beyond that. Their texts name no number of the user's: those are in the message.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from copilot.core import paths
from copilot.core.types import Passage

_HEADING = re.compile(r"(#{1,6}) +(.+?)\s*$")


@dataclass(frozen=True)
class Cause:
    """A kind of error.

    Args:
        name: of the row; of a run's status that.
        error: matches the whole of the exception's class, without its module.
        message: is found in its message; "" is found in any.
        why: the cause, in words.
        what: to do.
        page, heading: where the corpus speaks of it; "" where it does not.
        edit: which change of a plan may mend it, see `remedy`.
    """

    name: str
    why: str
    what: str
    error: str = ""
    message: str = ""
    page: str = ""
    heading: str = ""
    edit: str = ""


UNKNOWN = Cause(
    "unknown",
    "No rule knows this error; its message is all that there is.",
    "Look at the line that is named, and print what goes into it.",
)


@cache
def errors() -> tuple[Cause, ...]:
    """All rows of exceptions."""
    return tuple(Cause(**row) for row in _data()["errors"])


@cache
def statuses() -> dict[str, Cause]:
    """By how a run ended, where its log holds no traceback."""
    return {row["name"]: Cause(**row) for row in _data()["statuses"]}


def cause_of(kind: str, message: str) -> Cause:
    """The first row that an exception fits.

    Args:
        kind: its class, with or without its module.
        message: what it says.
    """
    short = kind.rpartition(".")[2]
    for cause in errors():
        if re.fullmatch(cause.error, short) and (not cause.message or re.search(cause.message, message)):
            return cause
    return UNKNOWN


def section(page: str, heading: str) -> Passage | None:
    """The lines of the corpus below a heading, up to the next; None where the page has moved on."""
    try:
        lines = (paths.project_root() / page).read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    top, begin, end = "", 0, len(lines)
    for number, line in enumerate(lines, start=1):
        found = _HEADING.fullmatch(line)
        if found and not top:
            top = found[2]
        if found and begin:
            end = number - 1
            break
        if found and found[2] == heading:
            begin = number
    if not begin:
        return None
    text = re.sub(r"<!--.*?-->", "", "\n".join(lines[begin:end]), flags=re.DOTALL)
    name = heading if top == heading else f"{top} > {heading}"
    while end > begin and not lines[end - 1].strip():
        end -= 1
    return Passage(f"{page}#{heading}", page, (begin, end), name, re.sub(r"\n{3,}", "\n\n", text).strip())


def _data() -> dict[str, list[dict[str, str]]]:
    text = (Path(__file__).parent / "data" / "causes.json").read_text(encoding="utf-8")
    loaded: dict[str, list[dict[str, str]]] = json.loads(text)
    return loaded
