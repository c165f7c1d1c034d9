"""Names that a request does not want ("not A2C", "without RND", "instead of ICM"): cut out of it, and noted."""

from __future__ import annotations

import re

from copilot.codegen.names.environments import environment_mentions
from copilot.codegen.names.literal import agent_mentions, component_mentions
from copilot.codegen.request.reading import Reading
from copilot.core.catalogue import Catalogue

_NOT = re.compile(
    r"(?:(?<![a-z])(?:instead of|rather than|in place of|not(?: with| using| a)?|no|without(?: any)?|don['’]?t use|"
    r"do not use|never use|but not)(?: (?:on|in|for))?|而不是|不是|不要用?|不用|不使用|不加|不带|不要?在|没有|"
    r"无)\s*(?:an? |the |any )?$"
)
_NOT_WANTED = re.compile(
    r"(?:(?:不想|不需要|不打算|不必|(?<![分特区类级])别|不再|不准备)(?:再)?(?:要|用|使用|加|加上|加入|采用|试)?|"
    r"(?<![a-z])(?:(?:do|does|would|wo|should|could|must|need)(?:n['’]t| not)|will not)\s+(?:really |actually )?"
    r"(?:want|need|like|use|try|take|add|include|have|bother with)(?:\s+to\s+(?:use|have|try|add|include|see|run))?)"
    r"\s*(?:an? |the |any )?$"
)
"""Of what is named once: who names it twice sets a run with it beside one that "does not use" it. "I have never used SAC" is
no denial."""
_FAILED = re.compile(
    r"\s*(?:did|does|do|has|have|had)(?:n['’]t| not| never)\s+(?:really |actually )?(?:work|help|learn|do anything)\w*"
    r"|\s*(?:没有?(?:用|效果|作用)|不管用|失败了?)"
)
"""Behind a module that was tried: it is not asked for again. Of an agent it may be the reason for what is added to it."""
_OR_NOT = re.compile(
    r"(?:(?<![a-z])(?:and|or|vs\.?|versus|against)|[/和与或])\s*(?:without(?: any)?|no|not|没有|不加|不带|不用|无)\s*"
    r"(?:an? |the |any )?$|有无\s*$|有没有\s*$|是否使用\s*$"
)


def cut_denied(text: str, catalogue: Catalogue) -> tuple[str, list[str]]:
    """The text without agents, components and environments that it denies, and a note for each.

    "With and without" denies nothing, and the only environment is none that is denied.
    """
    reading = Reading(text)
    tasks = environment_mentions(Reading(text), catalogue)
    several = tasks if len({task.name for task in tasks}) > 1 else []
    notes = []
    spans = []
    parts = component_mentions(reading, catalogue)
    named = sorted([*agent_mentions(reading, catalogue), *parts, *several], key=lambda found: found.start)
    for mention in named:
        lead = _NOT.search(reading.lower, 0, mention.start)
        if lead is None and [one.name for one in named].count(mention.name) == 1:
            lead = _NOT_WANTED.search(reading.lower, 0, mention.start)
        failed = _FAILED.match(reading.lower, mention.end) if mention in parts else None
        if failed or (lead and not _OR_NOT.search(reading.lower, 0, mention.start)):
            spans.append((mention.start if lead is None else lead.start(), failed.end() if failed else mention.end))
            notes.append(f"Not used, as the request denies it: {mention.name}.")
    for start, end in reversed(spans):
        text = f"{text[:start]} {text[end:]}"
    return text, notes
