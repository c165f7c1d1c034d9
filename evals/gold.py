"""The gold set of `evals/data/gold`: read, checked for its form, and how a passage and an answer are held against it.

Gold is text that bears the answer, not the id of a chunk: it survives another way of cutting. What is a right answer is said
by what it has to contain and what it must not. The files' schema is in their README.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, fields
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from copilot.assistant.condense import Exchange
from copilot.core.types import Passage

FOLDER = Path(__file__).parent / "data" / "gold"
KINDS = ("answerable", "unanswerable", "followup", "chinese", "attack")
SPLITS = ("tune", "held")
"""What is tuned is tuned on the first; the second is scored and nothing else."""

PRACTICE = "practice"
"""A third set, of people who had read the pages but not our code: to tune on, never told as a result."""

_MARK = re.compile(r"\[\d{1,2}\]")
_THOUSANDS = re.compile(r"(?<=\d)[,_\u202f](?=\d{3}(?!\d))")


@dataclass(frozen=True)
class Document:
    """A file of the user's own that is ingested before the question is asked."""

    name: str
    text: str


@dataclass(frozen=True)
class Item:
    """A question in its wordings, where its answer stands, and what an answer has to say."""

    id: str
    kind: str
    topic: str
    split: str
    questions: tuple[str, ...]
    gold: tuple[str, ...] = ()
    """Texts of which any shows that a passage bears the answer; none: the corpus does not hold one."""
    source: tuple[str, ...] = ()
    pages_only: bool = False
    """The texts stand elsewhere with another meaning: only passages of `source` count."""
    answer_must: tuple[tuple[str, ...], ...] = ()
    """Groups; a right answer has one pattern of each."""
    answer_must_not: tuple[str, ...] = ()
    history: tuple[tuple[str, str], ...] = ()
    """Role and content of the turns before, oldest first."""
    needs: tuple[tuple[str, ...], ...] = ()
    """Of a follow-up: groups of words of which a search has to have one each."""
    standalone: bool = False
    """A question after other turns that has to be searched as it is."""
    document: Document | None = None

    @property
    def language(self) -> str:
        """ "zh" or "en"."""
        return "zh" if self.kind == "chinese" else "en"

    @property
    def answerable(self) -> bool:
        """Whether the corpus holds an answer."""
        return bool(self.gold)

    @property
    def earlier(self) -> list[Exchange]:
        """The turns before, as the assistant knows them."""
        said = [content for _, content in self.history]
        return [Exchange(*pair) for pair in zip(said[::2], said[1::2], strict=True)]

    @cached_property
    def _flat(self) -> tuple[str, ...]:
        return tuple(flat(text) for text in self.gold)

    def bears(self, passage: Passage) -> bool:
        """Whether a passage, heading included, holds the answer."""
        if self.pages_only and passage.source not in self.source:
            return False
        text = flat(f"{passage.heading} {passage.text}")
        return any(gold in text for gold in self._flat)

    def right(self, answer: str) -> bool:
        """Whether an answer says what it has to and nothing that is known to be wrong."""
        text = plain(answer)
        said = all(any(matches(pattern, text) for pattern in group) for group in self.answer_must)
        return said and not self.wrong(answer)

    def wrong(self, answer: str) -> list[str]:
        """The patterns that must not be in an answer and are."""
        text = plain(answer)
        return [pattern for pattern in self.answer_must_not if matches(pattern, text) or matches(pattern, answer)]

    def searched_well(self, query: str) -> bool:
        """Of a follow-up: whether a search has the words without which it cannot find the answer."""
        return all(any(matches(word, query) for word in group) for group in self.needs)


def load(kinds: tuple[str, ...] = KINDS, split: str | None = None, folder: Path = FOLDER) -> list[Item]:
    """The items of some kinds, of one half or both, or of the practice, in the order of the files.

    Raises:
        ValueError: a line is no item; it names the file, the line and what is wrong.
    """
    items = []
    folder = folder / PRACTICE if split == PRACTICE else folder
    for kind in kinds:
        path = folder / f"{kind}.jsonl"
        if split == PRACTICE and not path.exists():
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                items.append(_item(json.loads(line), kind))
            except (KeyError, TypeError, ValueError) as error:
                raise ValueError(
                    f"{path.name}, line {number}: {error!r}; expected an item as its README says."
                ) from error
    return [item for item in items if split in (None, item.split)]


def _item(row: dict[str, Any], kind: str) -> Item:
    if not isinstance(row, dict):
        raise ValueError("no JSON object")
    if unknown := row.keys() - {field.name for field in fields(Item)}:
        raise ValueError(f"unknown fields {sorted(unknown)}")
    if row["split"] not in (*SPLITS, PRACTICE):
        raise ValueError(f"split {row['split']!r}, expected one of {', '.join((*SPLITS, PRACTICE))}")
    return Item(
        id=row["id"],
        kind=kind,
        topic=row["topic"],
        split=row["split"],
        questions=tuple(row["questions"]),
        gold=tuple(row.get("gold", ())),
        source=tuple(row.get("source", ())),
        pages_only=row.get("pages_only", False),
        answer_must=tuple(tuple(group) for group in row.get("answer_must", ())),
        answer_must_not=tuple(row.get("answer_must_not", ())),
        history=tuple((turn["role"], turn["content"]) for turn in row.get("history", ())),
        needs=tuple(tuple(group) for group in row.get("needs", ())),
        standalone=row.get("standalone", False),
        document=Document(**row["document"]) if "document" in row else None,
    )


@cache
def flat(text: str) -> str:
    """Small letters, each run of white space one space: a text may run over lines."""
    return " ".join(text.lower().split())


def plain(answer: str) -> str:
    """An answer without its marks, and its numbers without commas."""
    return _THOUSANDS.sub("", _MARK.sub(" ", answer))


def matches(pattern: str, text: str) -> bool:
    """Whether a text has a pattern, in capitals or not.

    "re:..." is a regular expression over lines. Anything else is looked for as it is: it begins where a word or number
    begins, and ends where it ends; words of four letters and more may go on ("generalis" finds "generalises").
    """
    return _compiled(pattern).search(text) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    if pattern.startswith("re:"):
        return re.compile(pattern[3:], re.IGNORECASE | re.DOTALL)
    body = re.escape(pattern).replace(r"\ ", r"\s+")
    if pattern[0].isascii() and pattern[0].isalnum():
        body = rf"(?<![A-Za-z0-9_]){body}" if pattern[0].isalpha() else rf"(?<![A-Za-z0-9_])(?<!\d\.){body}"
    if pattern[-1].isascii() and pattern[-1].isdigit():
        body += r"(?![A-Za-z0-9_])(?!\.\d)"
    elif pattern.isascii() and pattern.isalpha() and len(pattern) < 4:
        body += r"(?![A-Za-z0-9_])"
    return re.compile(body, re.IGNORECASE)
