"""A question after others as what can be searched: as it stands, and behind it what was said before.

By code: a second call of the model would cost a laptop two seconds before the first passage is seen. Both forms are searched
and their ranks fused (`copilot.retrieval.together`), for neither is right always: "and does it fade?" is about what was
named two turns ago, perhaps in an answer, and a new question may say "it" of something of its own. How much either counts
is told from the question's words, in English and Chinese.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple

from copilot.assistant.chinese import with_english
from copilot.assistant.verify import MARKS
from copilot.core.catalogue import load_catalogue
from copilot.retrieval import Retriever, SearchResult, together
from copilot.retrieval.together import DEPTH
from copilot.retrieval.words import words

TURNS = 3
"""So many turns before a question are looked at."""

CHARACTERS = 240
"""Of each question before it, and of all that the model is told of them."""

ANSWER_CHARACTERS = 120
"""Of the last answer: about its first sentence. Longer ones were not measured to help (evals/LOG.md)."""

SOME_WORDS, OPENING_WORDS, MANY_WORDS = 4, 6, 5
"""Content words, at most: of a question whose "it" is explained by nothing in it; of one that opens with "and". At least: of
one that stands alone if it refers to nothing."""

SHARES = {"needs": 2 / 3, "may need": 1 / 2, "stands alone": 1 / 3}
"""How much a question with what was said before it counts, the question alone having the rest. Chosen on 140 wordings of
follow-ups that are in neither half of the gold set (evals/LOG.md)."""

Need = Literal["needs", "may need", "stands alone"]

_OPENS = re.compile(
    r"\s*(?:and|or|but|so|then|also|what about|how about|what if|why|why not|which one|same)\b"
    r"|\s*(?:那|还有|为什么|呢|换成|如果是)",
    re.IGNORECASE,
)
_REFERS = re.compile(
    r"\b(?:it|that|this|they|them|these|those|its|their|theirs|there|then|instead|ones?|mine|both|either|neither|same|other"
    r"|others|too|as well|such)\b"
    r"|它|其(?![他实中])|这(?!个库)|那|上面|前者|后者|两者|呢[？?]?\s*$",
    re.IGNORECASE,
)
_REFERS_TO_NOTHING = re.compile(
    r"\b(?:so that|is it (?:possible|necessary|better|worth|safe|true|normal|enough)|it (?:possible|seems)"
    r"|there (?:is|are|was|were)|(?:is|are) there|this library|one (?:of|step|run|seed)"
    r"|[a-z]+ that (?:is|are|has|have|can|do|may|[a-z]+s))\b",
    re.IGNORECASE,
)


class Exchange(NamedTuple):
    """A question and what a model answered to it; "" where it was refused, or answered by lines of the sources."""

    question: str
    answer: str = ""


@dataclass(frozen=True)
class InContext:
    """What to search for a question."""

    queries: tuple[str, ...]
    """The question; and, where something was said before it, the question with that behind it."""
    share: float = 0.0
    """How much the second counts, of 1."""
    asked: str = ""
    """The questions before it, of which it may speak; "" where it stands alone."""

    @property
    def text(self) -> str:
        """The one of them that counts more."""
        return self.queries[-1 if self.share >= 0.5 else 0]


def in_context(question: str, earlier: Sequence[Exchange]) -> InContext:
    """What to search for a question after others; one in Chinese is searched with its English names.

    A component that the question names takes the place of one of its kind in the questions before ("What is the batch size
    of TD3?", "And of SAC?").

    Args:
        question: as it was asked.
        earlier: the turns before it, oldest first.
    """
    questions = [shortened(one.question) for one in earlier[-TURNS:]]
    if not any(questions):
        return InContext((with_english(question),))
    said = [*questions, shortened(earlier[-1].answer, ANSWER_CHARACTERS)]
    behind = " ".join(" ".join([question, *(_replaced(text, question) for text in said)]).split())
    need = needs_context(question)
    asked = "" if need == "stands alone" else _last(questions)
    return InContext((with_english(question), with_english(behind)), SHARES[need], asked)


def _last(questions: list[str]) -> str:
    """The last of them, as many as `CHARACTERS` hold."""
    told = questions[-1]
    for question in reversed(questions[:-1]):
        if len(told) + len(question) >= CHARACTERS:
            break
        told = f"{question} {told}"
    return told


def found(retriever: Retriever, asked: InContext, k: int = 8) -> SearchResult:
    """The `k` best passages for a question in its context."""
    if len(asked.queries) == 1:
        return retriever.search(asked.queries[0], k)
    alone, behind = (retriever.search(query, DEPTH) for query in asked.queries)
    return together(alone, behind, asked.share, k)


def needs_context(question: str) -> Need:
    """Whether a question can be understood without those before it."""
    count = len(set(words(question)))
    if _OPENS.match(question):
        return "needs" if count <= OPENING_WORDS else "may need"
    if _REFERS.search(_REFERS_TO_NOTHING.sub(" ", question)):
        return "needs" if count <= SOME_WORDS else "may need"
    return "stands alone" if count >= MANY_WORDS else "may need"


def shortened(text: str, most: int = CHARACTERS) -> str:
    """An earlier question or answer as a reminder of what was spoken of: without its code and marks, cut between words."""
    plain = " ".join(MARKS.sub(" ", re.sub(r"```.*?(?:```|\Z)", " ", text, flags=re.DOTALL)).split())
    if len(plain) <= most:
        return plain
    cut = plain[: most - 4]
    whole = cut.rsplit(" ", 1)[0] if plain[most - 4].isascii() and plain[most - 4].isalnum() else cut
    return f"{whole} ..."


def _replaced(before: str, question: str) -> str:
    """What was said before without the components of which the question names another one."""
    kinds = _kinds()
    named = {kinds[name] for name in _names(question) if name in kinds}
    for name in _names(before):
        if kinds.get(name) in named:
            before = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "", before, flags=re.IGNORECASE | re.ASCII)
    return before


def _names(text: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[A-Za-z][\w/.-]*\w", text, re.ASCII)]


@cache
def _kinds() -> dict[str, str]:
    """What each component of the catalogue is: an agent, an encoder ... By its name in small letters."""
    return {entry["name"].lower(): entry["primitive"] for entry in load_catalogue().components}
