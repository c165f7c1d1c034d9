"""What Chinese says of an agent before its name: "学习率1e-4的PPO和带RND的A2C" as "PPO（学习率1e-4）和A2C（RND）"."""

from __future__ import annotations

import re

from copilot.codegen.comparison.completing import pieces
from copilot.codegen.names.literal import agent_mentions, component_mentions
from copilot.codegen.request.reading import Reading
from copilot.codegen.settings.lists import switch_mentions
from copilot.core.catalogue import Catalogue

_OPENS = re.compile(r"[,，。；;：:、]|和|与|跟|以及|对比|相比|比较|比|训练|试试|看看")
_HAS = re.compile(r"^\s*(?:带有?|加上?|有|使用|采用|用)?\s*")
_NOT = re.compile(r"^\s*(?:不|没|无|未)")


def attributes_behind(text: str, catalogue: Catalogue) -> str:
    """The text with such words in brackets behind the name.

    Args:
        text: a request that compares.
        catalogue: the library's components.
    """
    text = Reading(text).text
    for mention in reversed(agent_mentions(Reading(text), catalogue)):
        lead = re.search(r"\s*的\s*(?:普通)?$", text[: mention.start])
        if lead is None:
            continue
        low = max([m.end() for m in _OPENS.finditer(text, 0, lead.start())], default=0)
        words = text[low : lead.start()]
        said = _HAS.sub("", words)
        about = (
            pieces(said, catalogue) or component_mentions(Reading(said), catalogue) or switch_mentions(said, catalogue)
        )
        if not about or _NOT.match(words) or agent_mentions(Reading(words), catalogue):
            continue
        name = text[mention.start : mention.end]
        text = f"{text[:low]}{name}（{said.strip()}）{text[mention.end :]}"
    return Reading(text).text
