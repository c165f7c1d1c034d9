"""What counts as evidence for an entry of the language model: words of the request that nobody has read yet."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher

from copilot.codegen.request.reading import Reading, phrase_pattern
from copilot.codegen.settings.keywords import group_pattern, lines
from copilot.codegen.settings.settings import Settings
from copilot.codegen.vocabulary import FILLER

_ALIKE = 0.84


def place(quote: str, reading: Reading) -> tuple[int, int] | None:
    """Where a quote stands in the request; None if it does not."""
    wanted = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", quote)).strip().lower()
    start = reading.lower.find(wanted) if wanted else -1
    return (start, start + len(wanted)) if start >= 0 else None


def names_setting(words: str, name: str, settings: Settings) -> bool:
    """Whether words hold a name of a setting, or a word of it."""
    if any(phrase_pattern(phrase).search(words) for phrase in settings.phrases(name)):
        return True
    spoken = " ".join([name, *settings.phrases(name)]).lower()
    own = {word for word in re.findall(r"[a-z]{2,}|[\u4e00-\u9fff]{2,}", spoken) if word not in FILLER}
    said = {word.rstrip("s") for word in re.findall(r"[a-z]{2,}", words)}
    if any(word in words if not word.isascii() else word.rstrip("s") in said for word in own):
        return True
    patterns = [pattern for line in lines().get(name, ()) for pattern in line.patterns]
    return any(all(group_pattern(group).search(words) for group in pattern) for pattern in patterns)


def names_thing(words: str, names: list[str]) -> bool:
    """Whether words hold a word of four letters and more, or two signs of Chinese, of one of the names of a thing."""
    said = [word for word in re.findall(r"[a-z]{4,}", words.lower()) if word not in FILLER]
    for name in names:
        apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[_-]", " ", name).lower()
        own = [word for word in re.findall(r"[a-z]{4,}", apart) if word not in FILLER]
        if any(_alike(one, other) for one in own for other in said):
            return True
        if any(sign in words for sign in re.findall(r"[\u4e00-\u9fff]{2}", name)):
            return True
    return False


def _alike(one: str, other: str) -> bool:
    return one == other or SequenceMatcher(None, one, other).ratio() >= _ALIKE
