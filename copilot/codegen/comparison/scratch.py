"""A run that is pre-trained beside one that is not: "PPO pre-trained with RND for 50k steps against PPO from scratch"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from copilot.codegen.course import Course, read_course
from copilot.codegen.names.literal import agent_mentions
from copilot.codegen.request.reading import Reading
from copilot.codegen.request.referring import modules_of
from copilot.core.catalogue import Catalogue

_PRE = r"pre[\s-]?train\w*|预训练"
_SCRATCH = re.compile(
    r"(?<![a-z])(?:(?:trained|training|train|learn(?:s|ed|t|ing)?|start(?:s|ed|ing)?|run)\s+)*(?:from scratch|"
    r"from (?:a )?random(?:ly)? (?:init\w*|initiali[sz]ed weights)|"
    r"(?:without (?:any )?|with no |no )pre[\s-]?training|(?:one |an agent )?(?:that (?:is|was) )?not pre[\s-]?trained)"
    r"(?: at all)?(?![a-z-])|从(?:头|零)(?:开始)?(?:训练|学习|学|练)?|(?<!有)(?:不做|不进行|没有?做?|无|未经?|不)预训练"
)
_ANYWAY = re.compile(r"(?:,\s*)?(?<![a-z])(?:(?:trained|training|all|starting)\s+)?from scratch(?![a-z-])|从头开始")
"""Where nothing is pre-trained, this is what is done anyway."""
_BOTH = re.compile(
    r"(?:(?<![a-z])with(?: and | or |/| vs\.? | versus )without|有(?:和|与|、)?(?:没有?|无)|是否(?:使用|进行|做)?)"
    rf"(?=\s*(?:[a-z0-9+-]+\s*){{0,2}}?(?:{_PRE}))"
)
_LINK = (
    r"(?:[,，;]?\s*(?:(?<![a-z])(?:against|versus|vs\.?|and|or|to|with|than|compared (?:to|with)|as opposed to)(?![a-z])|"
    r"[和与跟比]|对比|还是)|[,，;])"
)
_WHO = r"(?:(?<![a-z])(?:one|an?|the|another|same|plain|run|agent|version|that|which|is|was|the one)(?![a-z])\s*)*"
_BEFORE = re.compile(rf"{_LINK}?\s*{_WHO}(?P<agent>\0*)\s*{_WHO}$")
_AFTER = re.compile(rf"\s*(?:的\s*)?(?P<agent>\0*)\s*(?:的)?(?P<link>{_LINK})?\s*")
_STEPS = re.compile(
    rf"(?:{_PRE})[^,，;.。]{{0,60}}?\d[\d.,_]*\s*(?:k|m|万|千|百万|thousand|million)?\s*(?:env\w* |time)?"
    r"(?:steps?|步|帧|frames?)?(?![\w.])"
)
_LENGTH = re.compile(r"\d[\d.,_]*\s*(?:k|m|万|千|百万|thousand|million)?\s*(?:env\w* |time)?(?:steps?(?![a-z])|步|帧)")
_FINE = re.compile(r"(?<![a-z])(?:fine[\s-]?tun\w*|then train\w*)|微调|精调|再训练|正式训练")
_WITH = re.compile(
    r"(?:(?<![a-z])(?:with|using|by|on|via|through|plus)(?![a-z])|[+用加靠])\s*(?:an? |the )?(?:intrinsic reward |bonus )?$"
)
_REST = re.compile(r"\s*(?:(?:bonus(?:es)?|rewards?|奖励)\s*)?(?:\([^()]*\)|（[^（）]*）)?", re.IGNORECASE)


def courses(parts: Sequence[str], catalogue: Catalogue) -> list[tuple[Course, str]]:
    """Of each run, or of the runs of a list, what is said of its course, and the other words.

    Args:
        parts: a request, or its arms.
        catalogue: the library's components.

    Raises:
        InvalidRequest: as `read_course`.
    """
    if len(parts) == 1:
        return _of_one(Reading(parts[0]).text, catalogue)
    plain = any(_SCRATCH.search(part.lower()) for part in parts)
    found = []
    for part in parts:
        if plain and (match := _SCRATCH.search(part.lower())):
            part = f"{part[: match.start()]} {part[match.end() :]}"
        elif plain and re.search(_PRE, part.lower()):
            part = _fine_tuned(part)
        found.append(read_course(part))
    return found


def _of_one(text: str, catalogue: Catalogue) -> list[tuple[Course, str]]:
    """Of a text: two runs, where it names one that is pre-trained and one that is not."""
    found = _without_scratch(text, catalogue)
    if found is not None:
        rest, agent, first = found
        course, words = read_course(_fine_tuned(rest))
        if course.pretrain:
            plain = replace(course, pretrain=False, pretrain_steps=None)
            other = _without_reward(words, agent, catalogue)
            return [(plain, other), (course, words)] if first else [(course, words), (plain, other)]
    match = _ANYWAY.search(text.lower())
    if match and not re.search(_PRE, text.lower()):
        text = f"{text[: match.start()]} {text[match.end() :]}"
    return [read_course(text)]


def _without_scratch(text: str, catalogue: Catalogue) -> tuple[str, str | None, bool] | None:
    """The text without the run that is not pre-trained, the agent of that, and whether it comes first; None: none is."""
    both = _BOTH.search(text.lower())
    if both is not None:
        return f"{text[: both.start()]} with {text[both.end() :]}", None, False
    match = next(iter(_SCRATCH.finditer(text.lower())), None)
    if match is None or not re.search(_PRE, f"{text[: match.start()]} {text[match.end() :]}".lower()):
        return None
    mentions = agent_mentions(Reading(text), catalogue)
    masked = text.lower()
    for mention in mentions:
        masked = f"{masked[: mention.start]}{chr(0) * (mention.end - mention.start)}{masked[mention.end :]}"
    before = _BEFORE.search(masked, 0, match.start())
    after = _AFTER.match(masked, match.end())
    start, end = before.start() if before else match.start(), after.end() if after else match.end()
    pre = re.search(_PRE, text.lower()[match.end() :])
    first = pre is not None and not re.search(_PRE, text.lower()[: match.start()])
    if not first:  # what follows the last run is of all
        end = after.end("agent") if after and after["agent"] else match.end()
    inside = [m for m in mentions if start <= m.start and m.end <= end]
    left = [m for m in mentions if m not in inside]
    if not left:  # "PPO pre-trained or from scratch": the agent of both
        start, inside = (match.start() if first else start), []
        kept = [m for m in mentions if m.end <= match.start()]
        start = max([start, *(m.end for m in kept)])
    return f"{text[:start]} {text[end:]}", inside[0].name if inside else None, first


def _fine_tuned(text: str) -> str:
    """The text with a second phase, where it names none: the other run has only that."""
    if _FINE.search(text.lower()):
        return text
    pre = re.search(_PRE, text.lower())
    told = next(iter(_LENGTH.finditer(text.lower(), 0, pre.start())), None) if pre else None
    if pre and told and re.search(r"[,，;:：]|(?<!\d)\.", text[told.end() : pre.start()]):
        return f"{text[: told.end()]} of fine-tuning{text[told.end() :]}"  # "70k steps, pre-trained with RND for 50k"
    steps = _STEPS.search(text.lower()) or re.search(rf"(?:{_PRE})", text.lower())
    return f"{text[: steps.end()]}, then fine-tune {text[steps.end() :]}" if steps else text


def _without_reward(text: str, agent: str | None, catalogue: Catalogue) -> str:
    """The words of the run from scratch: without the bonus of the pre-training, and with its own agent if it has one."""
    text = Reading(text).text
    for mention in reversed(modules_of("reward")(Reading(text), catalogue)):
        lead, rest = _WITH.search(text.lower(), 0, mention.start), _REST.match(text, mention.end)
        end = rest.end() if rest else mention.end
        text = f"{text[: lead.start() if lead else mention.start]} {text[end:]}"
    text = Reading(text).text
    named = agent_mentions(Reading(text), catalogue)
    if agent is not None and len({mention.name for mention in named}) == 1:
        for mention in reversed(named):
            text = f"{text[: mention.start]}{agent}{text[mention.end :]}"
    return Reading(text).text
