"""Arms of a comparison by their parts in it: "the baseline is PPO; the treatment adds RND", "arm B: the same, but ..."."""

from __future__ import annotations

import re

from copilot.codegen.names.environments import environment_mentions
from copilot.codegen.names.literal import agent_mentions, component_mentions
from copilot.codegen.request.reading import Reading
from copilot.core.catalogue import Catalogue

_UNIT = r"(?:arm|condition|group|run|configuration|setting|variant|version|agent|experiment|case)s?"
_BASE = (
    rf"(?:the |our |a )?(?:(?:baseline|control|reference|untreated|standard|default|first)(?: {_UNIT})|baseline|control)|"
    r"(?:基线|对照组?|基准组?|第一组)"
)
_OTHER = (
    rf"(?:the |our |a |an )?(?:(?:treatment|treated|test|experimental|alternative|modified|second|third|other|"
    rf"new)(?: {_UNIT})|"
    r"treatments?|alternatives?|intervention)|(?:实验组|处理组|第二组|第三组|另一组)"
)
_DOES = (
    r"(?:is|are|uses?|has|have|gets?|consists? of|runs?|trains?|adds?|sets?|applies|employs?|takes?|receives?|:|=|"
    r"是|为|用|使用|采用|加上?|加入|[:：])"
)
_START = r"(?:(?<=^)|(?<=[.;:。；：])|(?<=[,，]))\s*(?:(?:and|while|whereas|then|而)\s+)?"
_ROLE = re.compile(rf"{_START}(?:(?P<base>{_BASE})|(?P<other>{_OTHER}))\s*(?P<does>{_DOES})(?![a-z])\s*", re.IGNORECASE)
_ADDS = re.compile(r"(?:add|加)", re.IGNORECASE)
_SUM = re.compile(
    r"(?<![a-z])(?:their |the |a )?(?:sum|mix(?:ture)?|combination|addition)(?: of(?: the)? (?:two|both|them|"
    r"these))?(?![a-z])|"
    r"(?<![a-z])both(?: (?:of them|together|bonuses|rewards|combined))?(?=\s*(?:$|[,.;]))|"
    r"(?:两者|二者|两个|两种)(?:奖励)?(?:之和|相加|叠加|混合|的?组合|一起用?|都用|都加|同时用?)"
)
_AGAIN = re.compile(
    r"(?<![a-z])(?:the )?(?:same|identical) (?:agent|algorithm|method|learner|setup|everything|thing)(?![a-z])"
)
_LETTERS = "abcdef"


def armed(text: str) -> str:
    """The text with "(a) ... (b) ..." in the place of "the baseline is ...; the treatment adds ..."."""
    marks = list(_ROLE.finditer(text))
    kinds = [bool(mark["base"]) for mark in marks]
    if not 2 <= len(marks) <= len(_LETTERS) or kinds[0] is not True or any(kinds[1:]):
        return text
    for letter, mark in reversed(list(zip(_LETTERS, marks, strict=False))):
        lead = text[: mark.start()].rstrip(" ,，;；")
        by = " with " if _ADDS.match(mark["does"]) else " "
        text = f"{lead}{'' if lead.endswith(('.', ':', '。', '：')) or not lead else ';'} ({letter}){by}{text[mark.end() :]}"
    return text.strip()


def inherited(parts: list[str], catalogue: Catalogue) -> list[str]:
    """Runs of which the later leave out what the first has said: its agent, its environment, and "the sum of the two"."""
    if len(parts) < 2:
        return parts
    agents = agent_mentions(Reading(parts[0]), catalogue)
    tasks = environment_mentions(Reading(parts[0]), catalogue)
    rewards = {entry["name"] for entry in catalogue.of("reward")}
    named = [m.name for part in parts for m in component_mentions(Reading(part), catalogue) if m.name in rewards]
    made = [parts[0]]
    for part in parts[1:]:
        part = _AGAIN.sub(" ", part)
        if _SUM.search(part) and len(set(named)) > 1 and not component_mentions(Reading(part), catalogue):
            part = _SUM.sub(f" Fabric of {' and '.join(dict.fromkeys(named))} ", part, count=1)
        if agents and not agent_mentions(Reading(part), catalogue):
            part = f"{agents[0].name}, {part}"
        if tasks and not environment_mentions(Reading(part), catalogue):
            part = f"{part.rstrip(' .')}, on {tasks[0].name}"
        made.append(part)
    return made
