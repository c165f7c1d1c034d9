"""Requests that name an agent and parts of the library, and nothing that would have to be written.

"PPO with RND and lr 3e-4" lacks an environment, which is said where experiments are planned; a new agent is not meant.
"""

from __future__ import annotations

import re

from copilot.codegen.authoring.describe import NEW_IN_AGENTS, NEW_IN_AGENTS_CHINESE, described
from copilot.codegen.authoring.kind_words import CHANGED, MAKES, NOTHING_NEW, OF_A_RUN, OPENS_A_RUN, OWN, UNKNOWN
from copilot.codegen.names.literal import component_mentions
from copilot.codegen.request.reading import Reading
from copilot.core.catalogue import load_catalogue

_STEPS = re.compile(r"(?<![\w.])\d+[\s-]?step (?:returns?|targets?|bootstrap\w*)(?![a-z])|步回报")
"""Of an agent alone they are another loss; beside a storage they are the storage's."""


def takes_what_there_is(text: str) -> bool:
    """Whether a text begins with an agent of the library, and asks for nothing that would have to be written for it.

    Args:
        text: in small letters.

    """
    opened = OPENS_A_RUN.match(text)
    if opened is None or re.search(NOTHING_NEW, text) or re.search(rf"\b{MAKES}\b", text[opened.end() :]):
        return False
    text, catalogue = re.sub(OF_A_RUN, " ", text), load_catalogue()
    parts = {catalogue.component(mention.name)["primitive"] for mention in component_mentions(Reading(text), catalogue)}
    if not parts and _STEPS.search(text):
        return False
    if re.search(rf"{OWN}|{CHANGED}|{NEW_IN_AGENTS_CHINESE}|\b(?:{NEW_IN_AGENTS})|\b(?:{UNKNOWN})\b", text):
        return False
    return described(text) in {None, "agent", *parts}
