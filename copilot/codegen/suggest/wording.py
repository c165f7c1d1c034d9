"""A reason in the words of a language model, if it keeps every number and name; else the rule's own words stay."""

from __future__ import annotations

import re

from copilot import prompts
from copilot.models.chat import Chat

MAX_TOKENS = 160
LONGEST = 1.6
"""Times the length of the rule's words, beyond which something was added."""
_NUMBER = re.compile(r"(?<![\w.])-?\d[\d,]*(?:\.\d+)?(?:e-?\d+)?%?")
_NAME = re.compile(r"\b(?:[a-z]+_[a-z_]+|[A-Z][A-Za-z]*[A-Z0-9][\w-]*|[A-Z][A-Za-z]+-v\d+)\b")


def worded(why: str, chat: Chat) -> str:
    """The reason as the model says it, or as it was.

    Args:
        why: of a rule.
        chat: whatever it answers or fails at, a reason is given.
    """
    messages = [
        {"role": "system", "content": prompts.load("suggest_system")},
        {"role": "user", "content": prompts.load("suggest_user", reason=why)},
    ]
    try:
        said = " ".join("".join(chat.stream(messages, max_tokens=MAX_TOKENS)).split())
    except Exception:  # noqa: BLE001 - a model's failure of any kind leaves the rule's words
        return why
    return said if holds(why, said) else why


def holds(why: str, said: str) -> bool:
    """Whether other words say the same numbers and names, none left out and none added, and not much else."""
    if not said or len(said) > LONGEST * len(why) or "\n" in said:
        return False
    numbers = sorted(_NUMBER.findall(why)) == sorted(_NUMBER.findall(said))
    return numbers and set(_NAME.findall(why)) == set(_NAME.findall(said))
