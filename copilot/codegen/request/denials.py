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
    for mention in sorted(
        [*agent_mentions(reading, catalogue), *component_mentions(reading, catalogue), *several],
        key=lambda found: found.start,
    ):
        lead = _NOT.search(reading.lower, 0, mention.start)
        if lead and not _OR_NOT.search(reading.lower, 0, mention.start):
            spans.append((lead.start(), mention.end))
            notes.append(f"Not used, as the request denies it: {mention.name}.")
    for start, end in reversed(spans):
        text = f"{text[:start]} {text[end:]}"
    return text, notes
