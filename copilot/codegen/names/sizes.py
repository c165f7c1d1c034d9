"""Sizes that stand apart from their environment: "lava gap in MiniGrid, the S6 size", "DoorKey at 5x5, 6x6 and 8x8"."""

from __future__ import annotations

import re

from copilot.codegen.names.environments import squeezed
from copilot.codegen.names.tasks import FAMILIES
from copilot.codegen.once import once
from copilot.codegen.patterns import BEGINS
from copilot.codegen.request.clauses import sentence
from copilot.codegen.request.reading import Reading
from copilot.core.catalogue import Catalogue

_SIZED = re.compile(r"(?P<family>[A-Za-z-]+?)-?(?P<size>\d+x\d+|S\d+(?:[RN]\d+)?|N\d+)(?P<rest>-S\d+|-N\d+)?-v\d+")
_SIZE = re.compile(
    r"(?<![A-Za-z0-9_.])(?:(?<![a-z])size (?:of )?)?(?:(?P<a>\d{1,2})\s?[x×*乘]\s?(?P<b>\d{1,2})|"
    r"(?P<letters>[sn]\d{1,2}(?:[rn]\d)?))(?![A-Za-z0-9_.])"
    r"(?:[\s-]+(?:size|version|variant|map|grid|one|layout)(?![a-z])|的?(?:版本?|地图))?",
    re.IGNORECASE,
)
_ROOMS = re.compile(r"(?<![\w-])(?P<count>two|four|six|2|4|6)[\s-]+rooms?(?![a-z])", re.IGNORECASE)
_COUNTS = {"two": 2, "four": 4, "six": 6}
_FAR = 48
_BEFORE = 12
_EMPTY = (
    r"(?:minigrid[\s'’s-]*)?empty(?:[\s-]+(?:room|grid|minigrid|env(?:ironment)?|one|world))?"
    r"(?:\s+(?:in|of|from) minigrid)?"
)
_SPOKEN = {
    "Empty": _EMPTY,
    "MultiRoom": r"multi[\s-]*rooms?",
    "Memory": r"(?:minigrid[\s-]*)?memory(?:[\s-]+(?:task|env\w*))?",
}

_OTHERS = {"FrozenLake": {"4x4": "FrozenLake-v1", "8x8": "FrozenLake8x8-v1"}}
"""Families whose sizes are names of their own."""


def sized(text: str, catalogue: Catalogue) -> str:
    """The text with the whole name of the environment in the place of each size that stands apart from its family."""
    text = Reading(text).text
    for family, sizes in _families(catalogue).items():
        spoken = [_SPOKEN.get(family) or r"[\s-]*".join(_words(family))]
        spoken += [re.escape(zh) for zh, name in FAMILIES.items() if squeezed(name) == squeezed(family)]
        for match in re.finditer(rf"{BEGINS}(?<![0-9_-])(?:{'|'.join(spoken)})(?![a-z0-9_-])", text, re.IGNORECASE):
            made = _named(text, match, sizes, rooms=family == "MultiRoom")
            if made is not None:
                return sized(made, catalogue)
    return text


def _named(text: str, family: re.Match[str], sizes: dict[str, str], *, rooms: bool) -> str | None:
    """The text with names in the place of the family's sizes, None if it says none."""
    low, high = sentence(text.lower(), *family.span())
    found = [m for m in _SIZE.finditer(text, low, high) if _key(m) in sizes and _near(text, family, m)]
    if rooms and not found:
        found = [m for m in _ROOMS.finditer(text, low, high) if _key(m) in sizes]
    if not found:
        return None
    one = len(found) == 1
    if one and re.fullmatch(r"[\s-]*", text[family.end() : found[0].start()]):
        return None  # "DoorKey 8x8" is a name as it is
    spans = [(m.start(), m.end(), f" {sizes[_key(m)]} ") for m in found]
    spans.append((*family.span(), " "))
    if one:
        spans = [(*family.span(), f" {sizes[_key(found[0])]} "), (*found[0].span(), " ")]
    for start, end, words in sorted(spans, reverse=True):
        text = f"{text[:start]}{words}{text[end:]}"
    return Reading(text).text


def _near(text: str, family: re.Match[str], size: re.Match[str]) -> bool:
    """Whether a size stands soon after the family, or right before it."""
    if size.end() <= family.start():
        return family.start() - size.end() <= _BEFORE
    between = text[family.end() : size.start()]
    return len(_SIZE.sub("", between)) <= _FAR and not re.search(
        r"pixel|image|像素|图像", text[size.end() : size.end() + 8]
    )


def _key(size: re.Match[str]) -> str:
    if "count" in size.groupdict():
        return f"n{_COUNTS.get(size['count'].lower(), size['count'])}"
    return (size["letters"] or f"{size['a']}x{size['b']}").lower()


def _words(family: str) -> list[str]:
    """ "Lava" and "Gap" of LavaGap."""
    return re.findall(r"[A-Z][a-z]*", family)


@once
def _families(catalogue: Catalogue) -> dict[str, dict[str, str]]:
    """Ids by size, by family."""
    found = {family: dict(sizes) for family, sizes in _OTHERS.items()}
    for entry in catalogue.environments:
        name = entry["id"].removeprefix("MiniGrid-")
        match = _SIZED.fullmatch(name) if entry["id"] != name else None
        if match and not match["family"].endswith("Random"):
            found.setdefault(match["family"], {})[match["size"].lower()] = entry["id"]
    return found
