"""A follow-up as a question that can be searched: with what the question before it spoke of, where it needs that.

By code: a second call of the model would cost a laptop two seconds before the first passage is seen. Covers pronouns,
"and ...", "what about ...", questions of a few words, in English and Chinese. Does not cover: what was said two turns ago.
"""

from __future__ import annotations

import re
from functools import cache

from copilot.core.catalogue import load_catalogue
from copilot.retrieval.words import words

FEW_WORDS = 2
"""A question with no more content words than this says too little alone."""

_OPENS = re.compile(
    r"\s*(?:and|or|but|so|then|also|what about|how about|what if|why|why not|which one|same)\b"
    r"|\s*(?:那|还有|为什么|呢|换成|如果是)",
    re.IGNORECASE,
)
_REFERS = re.compile(
    r"\b(?:its|their|theirs|them|they|this one|that one|the (?:same|other|first|second|last|former|latter)|these|those|there"
    r"|instead|too|as well)\b"
    r"|\b(?:does|do|is|can|should|will|would|has|about|of|with|for|in|to|use|set|change) (?:it|that|this)\b"
    r"(?! (?:possible|necessary|better|worth|safe|true|normal|enough|library|project))"
    r"|\bit (?:takes?|uses?|has|needs?|gives?|returns?|expects?|accepts?|holds?|keeps?|learns?)\b"
    r"|[它其](?!他)|这个|那个|这些|那些|上面|前者|后者|呢[？?]?\s*$",
    re.IGNORECASE,
)


def needs_context(question: str) -> bool:
    """Whether a question cannot be understood without the one before it."""
    few = len(set(words(question))) <= FEW_WORDS
    return few or bool(_OPENS.match(question) or _REFERS.search(question))


def standalone(question: str, before: str) -> str:
    """What to search for: the question, behind the one before it where it needs that.

    A component that the question names takes the place of one of its kind in the question before ("What is the batch size
    of TD3?", "And of SAC?").

    Args:
        question: as it was asked.
        before: the question before it; "" at the beginning.
    """
    if not before or not needs_context(question):
        return question
    kinds = _kinds()
    named = {kinds[name] for name in _names(question) if name in kinds}
    for name in _names(before):
        if kinds.get(name) in named:
            before = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "", before, flags=re.IGNORECASE)
    return f"{' '.join(before.split())} {question}"


def _names(text: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[A-Za-z][\w/.-]*\w", text)]


@cache
def _kinds() -> dict[str, str]:
    """What each component of the catalogue is: an agent, an encoder ... By its name in small letters."""
    return {entry["name"].lower(): entry["primitive"] for entry in load_catalogue().components}
