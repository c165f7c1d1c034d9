"""One thing named twice in a breath: "random translation (RandomShift)", "
""双足行走机器人（困难版 BipedalWalkerHardcore）"."""

from __future__ import annotations

import itertools
import re

from copilot.codegen.names.environments import Mention, base
from copilot.codegen.names.literal import agent_mentions
from copilot.codegen.request.reading import Reading
from copilot.codegen.request.referring import KINDS
from copilot.core.catalogue import Catalogue

_OPEN = re.compile(
    r"['’\"”]?\s*[\u4e00-\u9fff]{0,4}\s*[(（]\s*(?:(?:即|也就是|也叫|又称|简称|英文名?|"
    r"困难版|简单版|连续版|the|an?|the atari|here|or|"
    r"a\.?k\.?a\.?|i\.\s?e\.,?|that is,?|hardcore|version)\s*(?:version)?[\s:：,]*)*$",
    re.IGNORECASE,
)


def named_once(text: str, catalogue: Catalogue) -> str:
    """The text with the exact name alone, where one stands in brackets behind the other."""
    text = Reading(text).text
    for find in KINDS:
        for one, two in () if find is agent_mentions else itertools.pairwise(find(Reading(text), catalogue)):
            bracket = _OPEN.fullmatch(text[one.end : two.start])
            if one.name == two.name or bracket is None or not re.match(r"\s*[)）,，;；]", text[two.end :]):
                continue
            kept = _kept(text, one, two)
            inside = text[one.end : two.start]
            return named_once(f"{text[: one.start]}{kept.name}{_bracket(inside)}{text[two.end :]}", catalogue)
    return text


def _kept(text: str, one: Mention, two: Mention) -> Mention:
    """The more exact of two names: the longer id, else the one that is written as it is, else the one in brackets."""
    plain, other = base(one.name).lower(), base(two.name).lower()
    if plain != other and plain.startswith(other):
        return one
    return two if other.startswith(plain) or text[one.start : one.end] != one.name else one


def _bracket(inside: str) -> str:
    """What stays of the words between the names: the bracket."""
    return re.sub(r"[^(（]*([(（]).*", r" \1", inside)
