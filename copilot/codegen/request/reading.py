"""The text of a request and which of its characters have been understood."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from copilot.codegen.request.foreign import JOINT
from copilot.codegen.request.layout import as_clauses
from copilot.codegen.request.numbers import Number, find_numbers
from copilot.codegen.vocabulary import CHINESE_FILLER, FILLER

MAX_CHARS = 4000
_ONCE = re.compile(
    r"一(?:半(?!的|样本|数据|概率|$)|[圈次下起样些般定直共切旦点]|个(?!环境|并行|种子|回合|epoch|评估|副本)|(?=的))|"
    r"(?:one|1) (?:gradient |policy |"
    r"learning )?(?:update|step) (?:every|per|each|for every)(?![a-z])"
)
_RUNS = re.compile(b"\1+")
_RAISED = re.compile("(?<=[0-9])[⁺⁻]?[⁰¹²³⁴-⁹]+")


class Reading:
    """A request, read piece by piece; each character is taken at most once."""

    def __init__(self, request: str) -> None:
        request = as_clauses(request)
        request = re.sub(
            r"，(?!\d{3}(?!\d))|，(?=\d{3}\s*[万千百亿])", ", ", request
        )  # a comma of Chinese parts no digits
        text = unicodedata.normalize("NFKC", _RAISED.sub(lambda match: "^" + match[0], request[:MAX_CHARS]))
        self.text = re.sub(r"\s+", " ", text).strip()
        self.lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in self.text)
        self._taken = bytearray(len(self.text))
        self.numbers: list[Number] = [n for n in find_numbers(self.text) if not _once(self.lower, n)]
        self.all_numbers = list(self.numbers)
        """Those that are taken, too."""

    def free(self, start: int, end: int) -> bool:
        """True if nothing in the span has been taken."""
        return not any(self._taken[start:end])

    def take(self, start: int, end: int) -> None:
        """Mark the span as understood; numbers that begin in it are gone."""
        self._taken[start:end] = b"\1" * (end - start)
        self.numbers = [number for number in self.numbers if self.free(number.start, number.end)]

    def give(self, start: int, end: int) -> None:
        """Mark the span as not understood again."""
        self._taken[start:end] = b"\0" * (end - start)
        self.numbers = [number for number in self.all_numbers if self.free(number.start, number.end)]

    def masked(self, text: str) -> str:
        """A text of this length, with a sign that no pattern knows for every character that is taken."""
        out, last = list[str](), 0
        for run in _RUNS.finditer(self._taken):
            out += [text[last : run.start()], "\0" * (run.end() - run.start())]
            last = run.end()
        return "".join([*out, text[last:]])

    def rest(self) -> str:
        """The text with a blank for every character that is taken."""
        return "".join(" " if taken else sign for sign, taken in zip(self.text, self._taken, strict=True))

    def find(self, phrase: str) -> Iterator[re.Match[str]]:
        """Free occurrences of a phrase, case ignored; blanks, hyphens and underscores are the same."""
        first, pattern = _searched(phrase)
        if first not in self.lower:
            return
        for match in pattern.finditer(self.lower):
            if self.free(match.start(), match.end()):
                yield match

    def unread(self) -> list[str]:
        """Runs of words that nobody took, filler left out, in order."""
        return [words for words, _, _ in self.unread_spans()]

    def unread_spans(self) -> list[tuple[str, int, int]]:
        """As `unread`, each with where the run starts and ends in the text."""
        runs: list[list[tuple[str, int, int]]] = [[]]
        for match in re.finditer(r"[A-Za-z0-9_][\w.+:%-]*|[\u4e00-\u9fff]+|[^\s\w]", self.text, re.ASCII):
            word, taken = match[0], not self.free(match.start(), match.end())
            start, end = match.span()
            if re.match(r"[\u4e00-\u9fff]", word):
                word, taken = self._unread_chinese(match), False
                free = [i for i in range(start, end) if not self._taken[i]] or [start]
                start, end = free[0], free[-1] + 1
            word = word.strip(".:-+")
            if taken or not re.search(r"\w", word):
                runs.append([])
            elif word.lower() not in FILLER:
                runs[-1].append((word, start, end))
        return [(" ".join(word for word, _, _ in run), run[0][1], run[-1][2]) for run in runs if run]

    def _unread_chinese(self, match: re.Match[str]) -> str:
        """The free signs of a run of Chinese, without filler at its ends; nothing if all of it is filler."""
        word = "".join(c for i, c in enumerate(match[0]) if not self._taken[match.start() + i])
        if not CHINESE_FILLER.sub("", word):
            return ""
        word = re.sub(f"^(?:{CHINESE_FILLER.pattern})+", "", word)
        return re.sub(f"(?:{CHINESE_FILLER.pattern})+$", "", word)


def _once(text: str, number: Number) -> bool:
    """Whether a numeral is part of a word: of "once", "together" or "normalise" in Chinese."""
    before = text[number.start - 1 : number.start] if number.start else " "
    inside = (number.text == "一" and before in "归统唯单同另某任万第") or (
        len(number.text) == 1 and before in "周期拜"
    )
    return inside or bool(_ONCE.match(text, number.start))


@cache
def _searched(phrase: str) -> tuple[str, re.Pattern[str]]:
    """The first part of a phrase, without which it is nowhere, and its pattern."""
    return _parts(phrase)[0], phrase_pattern(phrase)


def _parts(phrase: str) -> list[str]:
    if JOINT in phrase:
        return phrase.lower().split(JOINT)
    apart = re.sub(r"(?<=[a-z0-9])(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])(?=[a-z0-9])", " ", phrase.lower())
    return [part for part in re.split(r"[\s_-]+", apart) if part]


def phrase_inner(phrase: str) -> str:
    """A phrase without what bounds it: blanks, hyphens and underscores are the same, but in names of one word."""
    return (r"[_-]" if JOINT in phrase else r"[\s_-]*").join(re.escape(part) for part in _parts(phrase))


@cache
def phrase_pattern(phrase: str) -> re.Pattern[str]:
    """A pattern for a phrase as people write it, whole words only; Chinese needs no word boundaries."""
    inner = phrase_inner(phrase)
    before = r"(?<![a-z0-9_])" if phrase[:1].isascii() else ""
    after = r"(?![a-z0-9_])" if phrase[-1:].isascii() else ""
    return re.compile(before + inner + after)
