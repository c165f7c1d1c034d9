"""Citations: an answer's sentences, each with the passages that bear it. None can point anywhere else.

Works while the answer is streamed: what was shown is what is kept. The model's own marks ([1], [2, 3], 【1】) are taken out
and held against the passages: one that bears the sentence is put back at the sentence's end, one that does not is
exchanged for a passage that does, or dropped. A sentence without marks gets the passage that bears it, if there is one.

Covers: which passage shares a sentence's words and holds its numbers. Does not cover: whether the passage says the
opposite.
"""

from __future__ import annotations

import re
from dataclasses import replace

from copilot.core.types import Citation, Passage
from copilot.knowledge.blocks import fence_around
from copilot.knowledge.units import Unit, units
from copilot.retrieval.budget import CUT
from copilot.retrieval.extract import DECAY, FORBIDDEN
from copilot.retrieval.words import held_numbers, names, numbers, words

SUPPORT, LACKING = 0.6, 2
"""The share of a sentence's words that one line of a passage must hold to bear it, and how many of them the whole passage
may lack; or of those that the question does not have, in a line that holds its figures too. Of the 1.5B's sentences that a
passage as a whole holds to that share a reader found 21 % not to be said there, of those that are borne so 7 %
(evals/LOG.md)."""

KEPT = 0.4
"""The share of its words that a passage must hold to speak of the same; it must hold `SUPPORT` of those that the question
does not have, for what the question says needs no source."""

LEAST_WORDS = 4
"""Shorter sentences say too little to be held against anything: the model's marks stand as they are. One without marks
that has a number gets a passage that holds it and the words."""

MOST = 3
"""Passages cited for one sentence."""

CLAIMLESS = frozenset(
    words("yes no stated shown described mentioned specified according provided source sources answer")
)
"""Words by which an answer speaks of itself and of its sources; no passage has to hold them."""

QUOTED = 240
"""Characters of the words that a citation shows."""

LONGEST = 400
"""Characters of a line that speaks for itself."""

CODE_LINES = 24
"""Of code that is shown: a longer function is shown around the line that speaks most of the question."""

_MARK = re.compile(
    r"\s*(`?)[\[【［]\s*(?:source\s*)?\d{1,2}(?:\s*[,，、]\s*(?:source\s*)?\d{1,2})*\s*[\]】］]\1", re.IGNORECASE
)
_MAY_BE_MARK = re.compile(r"\s*`?[\[【［][\sa-z\d,，、]{0,24}[\]】］]?", re.IGNORECASE)
_ENDS = re.compile(r"[.!?]+[)\"'”’*_]*|[。！？]+[”’」）]*|[:：]")
_BULLET = re.compile(r"^(?:[-*+]|\d{1,2}[.)])\s+")
_TICKS = re.compile(r"\s*`{1,3}")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|cf|vs|etc|al|eq|fig|no)|^\s*\d{1,2})\.$", re.IGNORECASE)


class Citer:
    """Feed it the model's pieces, show what it gives back.

    Args:
        passages: as they were numbered for the model, from 1.
        question: its numbers need no passage.
        foreign: the answer is in a language that shares no words with the passages, only numbers.
        cited: so many of the first passages have been cited already, by their numbers.
    """

    def __init__(self, passages: list[Passage], question: str = "", *, foreign: bool = False, cited: int = 0) -> None:
        self._shares_words = not foreign
        self._passages, self._asked = passages, numbers(question)
        self._asked_words, self._asked_names = frozenset(words(question)), names(question)
        self._held_words = [frozenset(words(f"{p.heading} {p.text}")) for p in passages]
        self._lines = [[(frozenset(words(u.text)), held_numbers(u.text)) for u in units(p)] for p in passages]
        self._foreign = {word for held in self._held_words for word in held if not word.isascii()}
        self._held_numbers = [held_numbers(f"{p.heading} {p.text}") for p in passages]
        self._held_names = [names(f"{p.heading} {p.text}") for p in passages]
        self._order = list(range(cited))
        self._said = dict.fromkeys(self._order, "")  # by position, the sentences that it is cited for
        self._held = ""  # of which the next characters decide what it is
        self._inside = ""  # "", "code" within a line, or "fence"
        self._sentence = self._end = self._code = ""
        self._named: list[int] = []
        self.grounded = False
        """Whether a passage speaks of what a sentence says, though no line of it may state that: then it has no mark."""

    @property
    def citations(self) -> list[Citation]:
        """The passages cited so far, by their numbers."""
        found = [(n, self._passages[position], self._said[position]) for n, position in enumerate(self._order, start=1)]
        return [replace(citation(n, passage), quote=quote(passage, said)) for n, passage, said in found]

    def feed(self, piece: str) -> str:
        """What can be shown now: the same in the end, however the answer was cut into pieces."""
        return "".join(self._next(sign) for sign in piece)

    def close(self) -> str:
        """The rest; an answer of code alone is cited as a whole."""
        shown = self._let_go("") + self._settled()
        if not self._order and self._code:
            best = self._best(frozenset(words(self._code)), set())
            shown += f"\n\n{self._marks([best], self._code)}" if best is not None else ""
        return shown

    def _next(self, sign: str) -> str:
        if self._inside == "fence":
            return self._in_fence(sign)
        if self._inside == "code" and sign != "\n":
            self._inside = "" if sign == "`" else "code"
            return self._plain(sign)
        self._inside = ""
        held = self._held + sign
        if _MARK.fullmatch(held):
            return self._mark(held)
        if held.endswith("```"):
            blank = held.removesuffix("```")
            self._held, self._inside = "", "fence"
            return self._blank(blank) + self._settled() + "```"
        if any(kind.fullmatch(held) for kind in (_MAY_BE_MARK, _ENDS, _TICKS)) or held.isspace():
            self._held = held
            return ""
        shown = self._let_go(sign)
        if self._inside or not (sign.isspace() or sign in "`[【［.!?。！？:："):
            return shown + self._plain(sign)
        self._held = sign
        return shown

    def _in_fence(self, sign: str) -> str:
        held = self._held + sign
        if held == "```":
            self._held = self._inside = ""
            return held
        if sign == "`":
            self._held = held
            return ""
        self._held, self._code = "", self._code + held
        return held

    def _let_go(self, sign: str) -> str:
        """What was held back is none of what it might have been, or an end; `sign` comes after it."""
        held, self._held = self._held, ""
        if self._inside == "fence" or not held:
            return held
        if held.isspace():
            return self._blank(held)
        if _ENDS.fullmatch(held):
            ends = not sign or sign == "\n" or (sign.isspace() and held not in ":：") or held[0] in "。！？"
            if ends and not _ABBREVIATION.search(self._sentence + held):
                settled = self._settled() if self._end else ""
                self._end = held
                return settled
        if sign and _TICKS.fullmatch(held) and held.count("`") == 1:
            self._inside = "code"
        blank = held[: len(held) - len(held.lstrip())]
        return self._blank(blank) + self._plain(held[len(blank) :])

    def _blank(self, text: str) -> str:
        """Blanks that no mark follows; a line that ends is the end of its sentence."""
        if self._end or "\n" in text:
            return self._settled() + text
        self._sentence += text
        return text

    def _plain(self, text: str) -> str:
        settled = self._settled() if self._end else ""
        self._sentence += text
        return settled + text

    def _mark(self, text: str) -> str:
        numbered, self._held = re.findall(r"\d+", text), ""
        if "0" in numbered[:-1]:  # an interval such as [0, 1]: passages are counted from 1
            return self._plain(text)
        self._named += [int(digits) - 1 for digits in numbered]
        return ""

    def _settled(self) -> str:
        """The marks of the sentence that has ended, and its end."""
        sentence, named, end = self._sentence.strip(), self._named, self._end
        self._sentence, self._named, self._end = "", [], ""
        if not sentence and named:  # behind code, whose fence must stand alone
            marks = self._marks(self._valid(named), self._code)
            return f"\n\n{marks}{end}" if marks else end
        marks = self._marks(self._borne_by(sentence, named), sentence)
        return f" {marks}{end}" if marks else end

    def _marks(self, positions: list[int], said: str) -> str:
        self.grounded |= bool(positions)
        for position in positions:
            if position not in self._order:
                self._order.append(position)
            self._said[position] = f"{self._said.get(position, '')}\n{said}"
        return "".join(f"[{self._order.index(position) + 1}]" for position in positions)

    def _borne_by(self, sentence: str, named: list[int]) -> list[int]:
        valid, figures = self._valid(named), numbers(sentence) - self._asked
        # a Chinese sentence over English passages can be held against them by its names and numbers alone
        said = frozenset(word for word in words(sentence) if word.isascii() or word in self._foreign) - CLAIMLESS
        if sentence.startswith(("#", "|")):  # a heading, a table's row
            return []
        if len(said) < LEAST_WORDS or not self._shares_words:
            kept = [p for p in valid if figures <= self._held_numbers[p]] or ([] if figures else valid)
            found = self._best(said, figures) if figures and said and not valid else None
            return kept if found is None else [found]
        called = names(sentence) - self._asked_names
        near = [
            p for p in range(len(self._passages)) if called <= self._held_names[p] and self._speaks(said, p, figures)
        ]
        self.grounded |= bool(near)
        bearing = [position for position in near if self._states(said, position, figures)]
        if kept := [position for position in valid if position in bearing]:
            return kept
        return [max(bearing, key=lambda position: self._share(said, position))] if bearing else []

    def _speaks(self, said: frozenset[str], position: int, figures: set[float]) -> bool:
        """Whether a passage holds a sentence's numbers and most of its words, or most of those that are new in it."""
        share, new = self._share(said, position), said - self._asked_words
        if not figures <= self._held_numbers[position] or share < KEPT:
            return False
        return share >= SUPPORT or (bool(new) and self._share(new, position) >= SUPPORT)

    def _states(self, said: frozenset[str], position: int, figures: set[float]) -> bool:
        """Whether one line of a passage holds most of a sentence's words, or its figures with most of what else is new."""
        new, held = said - self._asked_words, self._held_words[position]
        if len(said - held) <= LACKING and any(
            len(said & line) >= SUPPORT * len(said) for line, _ in self._lines[position]
        ):
            return True
        return (
            bool(figures and new)
            and len(new - held) <= LACKING
            and any(figures <= told and len(new & line) >= SUPPORT * len(new) for line, told in self._lines[position])
        )

    def _valid(self, named: list[int]) -> list[int]:
        return [position for position in dict.fromkeys(named) if 0 <= position < len(self._passages)][:MOST]

    def _best(self, said: frozenset[str], figures: set[float]) -> int | None:
        fit = [p for p in range(len(self._passages)) if figures <= self._held_numbers[p]]
        best = max(fit, key=lambda p: self._share(said, p), default=None)
        return best if best is not None and self._share(said, best) >= SUPPORT else None

    def _share(self, said: frozenset[str], position: int) -> float:
        return len(said & self._held_words[position]) / max(1, len(said))


def resolve(answer: str, passages: list[Passage]) -> tuple[str, list[Citation]]:
    """A whole answer with its final marks, and its citations by number."""
    citer = Citer(passages)
    text = citer.feed(answer.strip()) + citer.close()
    return text, citer.citations


def quote(passage: Passage, said: str) -> str:
    """The sentence, list item or table row of a passage that shares most with what was said; "" if that is code."""
    wanted, figures = frozenset(words(said)), numbers(said)

    def shared(text: str) -> float:
        own = frozenset(words(text))
        return len(own & wanted) / (len(own) + 3) ** 0.5 + len(numbers(text) & figures)

    best = max((unit.text for unit in units(passage)), key=shared, default="")
    return _in_one_line(best, QUOTED) if shared(best) and _is_prose(passage, best) else ""


def _is_prose(passage: Passage, text: str) -> bool:
    return not passage.source.endswith(".py") and not text.lstrip().startswith(("```", "~~~"))


def _in_one_line(text: str, most: int) -> str:
    cells = [cell.strip() for cell in text.strip().strip("|").split(" | ")] if text.startswith("|") else [text]
    line = _BULLET.sub("", " ".join(" · ".join(cells).removeprefix(CUT).split()))
    return line if len(line) <= most else f"{line[: most - 1].rsplit(' ', 1)[0]}…"


def telling(passages: list[Passage], worth: list[list[float]], most: int) -> list[Citation]:
    """The sentences, list items and table rows that speak most of a question, word for word: an answer without a model.

    Args:
        passages: best first.
        worth: of each unit of each passage; see `Retriever.worth`.
        most: how many.
    """
    found: dict[str, Citation] = {}
    for rank, unit in _ranked(passages, worth):
        if not _is_prose(passages[rank], unit.text):
            continue
        line = _in_one_line(unit.text, LONGEST)
        if len(found) < most and line not in found:
            passage = replace(passages[rank], lines=(unit.first, unit.last))
            found[line] = replace(citation(len(found) + 1, passage), quote=line)
    return list(found.values())


def code_of(passages: list[Passage], worth: list[list[float]]) -> tuple[Citation, str] | None:
    """The code that speaks most of a question, as a fenced block, and its place; None where a line of prose does.

    Args:
        passages, worth: as of `telling`.
    """
    rank, unit = next(iter(_ranked(passages, worth)), (0, None))
    if unit is None or _is_prose(passages[rank], unit.text):
        return None
    passage = passages[rank]
    if not passage.source.endswith(".py"):
        return citation(1, replace(passage, lines=(unit.first, unit.last))), unit.text
    first, last = _around(passage, unit.first)
    unread = {one.first for one, value in zip(units(passage), worth[rank], strict=True) if value == FORBIDDEN}
    lines = passage.text.split("\n")[first - passage.lines[0] : last - passage.lines[0] + 1]
    shown = [CUT if number in unread else line for number, line in enumerate(lines, start=first)]
    fence = fence_around(shown)
    return citation(1, replace(passage, lines=(first, last))), "\n".join([f"{fence}python", *shown, fence])


def _around(passage: Passage, line: int) -> tuple[int, int]:
    """The first and last of `CODE_LINES` lines of a function: from its beginning, if that has the line."""
    first, last = passage.lines
    if line - first >= CODE_LINES:
        first = max(first, min(line - CODE_LINES // 2, last - CODE_LINES + 1))
    return first, min(last, first + CODE_LINES - 1)


def _ranked(passages: list[Passage], worth: list[list[float]]) -> list[tuple[int, Unit]]:
    """The units that speak of a question at all, the most telling first, each with the rank of its passage."""
    ranked = sorted(
        (-value * (1.0 - DECAY * rank), rank, place, unit)
        for rank, (passage, row) in enumerate(zip(passages, worth, strict=True))
        for place, (unit, value) in enumerate(zip(units(passage), row, strict=True))
        if value > 0.0
    )
    return [(rank, unit) for _, rank, _, unit in ranked]


def citation(number: int, passage: Passage) -> Citation:
    """The place of a passage, under its number."""
    return Citation(number, passage.source, passage.lines, passage.heading, passage.page, passage.cell)
