"""Questions in other languages than English and Chinese: searched in the English that the model makes of them.

Covers any language of which the corpus has few words. A question in English, however odd, is not translated: its little
words give it away. Without a model a question is searched as it is typed.
"""

from __future__ import annotations

import re

from copilot import prompts
from copilot.assistant.chinese import is_chinese
from copilot.models.chat import Chat

MOSTLY_UNKNOWN = 0.5
"""The share of a question's words, each as heavy as it is telling, that the corpus must lack."""

ENGLISH = re.compile(
    r"\b(?:the|is|are|does|did|has|have|how|what|which|who|when|why|where|there|can|could|should|would|will|of|to|my|it"
    r"|this|that|with|from|and|for|not|you|your)\b"
)
"""Little words that other languages do not have."""

ENOUGH = 2
"""So many different ones make a question English."""

LONGEST_TOKENS = 60
LONGEST = 400
"""Tokens and characters of a translation."""


def is_foreign(question: str, unknown: float) -> bool:
    """Whether a question is neither English nor Chinese.

    Args:
        question: as it was asked.
        unknown: the share of its words that the corpus lacks, as `Evidence.unknown`.
    """
    found = set(ENGLISH.findall(question.lower()))
    return unknown > MOSTLY_UNKNOWN and len(found) < ENOUGH and not is_chinese(question)


def in_english(chat: Chat, question: str) -> str:
    """What the model makes of it, in one line; the question itself where it makes nothing."""
    messages = [{"role": "user", "content": prompts.load("translate", question=question)}]
    said = "".join(chat.stream(messages, max_tokens=LONGEST_TOKENS)).strip()
    return said.splitlines()[0].strip()[:LONGEST] if said else question
