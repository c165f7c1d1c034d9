"""What the words around a name make of it: rewards at large and no certain one, a paper whose algorithm is asked for."""

from __future__ import annotations

import re

from copilot.codegen.names.environments import Mention
from copilot.codegen.request.reading import Reading

REPRODUCED = re.compile(
    r"(?:(?<![a-z])(?:reproduc|replicat|re-?implement|re-?run|repeat)\w*|复现|重现|复刻)[^,.;，。；]{0,30}$"
)
"""Before the paper of an algorithm: "reproduce the DrQ-v2 paper" asks for the algorithm, no part of it."""
_CURIOSITY = re.compile(r"curiosity|好奇心?")
_THING = r"(?:[\s-]*(?:driven|based))?\s*(?:bonus|reward|module|method|signal|term)?"
_MANY = re.compile(r"(?:[\s-]*(?:driven|based))?\s*(?:bonuses|rewards|modules|methods|signals|terms)(?![a-z])")
_NAMELY = re.compile(
    rf"{_THING}\s*(?:的?(?:奖励|模块|方法))?\s*(?:[,:(，：（–—-]|比如|例如|即|"
    r"(?<![a-z])(?:namely|such as|like|called|i\.e\.|for example|e\.g\.))\s*(?:the |use |an? |with )?$"
)
_SENTENCE = re.compile(r"[.;!?](?:\s|$)|[。；！？]")


def at_large(reading: Reading, one: Mention, named: list[Mention]) -> bool:
    """Whether "curiosity" is said of rewards at large, as others are named: "two curiosity bonuses: RE3 and E3B"."""
    text = reading.lower
    said = _CURIOSITY.match(text, one.start, one.end)
    if said is None:
        return False
    others = [mention for mention in named if mention.name != one.name]
    if others and _MANY.match(text, said.end()):
        return True
    behind = [mention.start for mention in others if mention.start >= one.end]
    if behind and _NAMELY.fullmatch(text[said.end() : min(behind)]):
        return True
    spans = [(min(one.end, mention.end), max(one.start, mention.start)) for mention in others]
    return any(_SENTENCE.search(text[a:b]) for a, b in spans)
