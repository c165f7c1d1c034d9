"""Switches and choices by what a clause means: "unclipped rewards", "keep the temperature fixed", "final goals"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from copilot.codegen.request.clauses import clause, denied
from copilot.codegen.request.reading import phrase_pattern
from copilot.codegen.settings.keywords import group_pattern
from copilot.codegen.settings.meaning import Slot, slots
from copilot.codegen.settings.settings import Settings

_SURE = frozenset({"fixed_temperature", "is_rainy", "fickle_passenger"})
"""Switches that stand beside the number of another setting: "temperature fixed at 0.2"."""
_FALLING = re.compile(
    r"(?:(?<![a-z])(?:lr|learning[\s-]rate)|学习率)(?:[^,;.，。；]|\.(?=\d)){0,70}?"
    r"(?:(?<![a-z])(?:to|towards|until it (?:reaches|hits|is)|reach(?:es|ing)|hit(?:s|ting))\s+(?:zero|0)(?!\.?\d)|"
    r"[到至为]\s*(?:零|0(?!\.?\d)))"
)
_INSTEAD = re.compile(r"(?<![a-z])(?:instead of|rather than)(?![a-z])|而不是|而非")
_BEFORE = re.compile(
    r"(?:(?<![a-z])(?:instead of|rather than|not|no|over|than)|而不是|不是|而非)\s*(?:the |any |an? )?$"
)
_NOT_NORMALISED = re.compile(r"normali[sz]|standardi[sz]|归一|标准化")
_BONUS_NORMS = {"normalize_obs": "obs_norm_type", "normalize_reward": "rwd_norm_type"}
"""What the bonus has of its own, by what the run has."""
_SEEN = {"normalize_obs": r"obs\w*|state\w*|input\w*|观测|状态", "normalize_reward": r"reward\w*|bonus\w*|奖励"}
_VALUE = re.compile(r"\s*[=:]?\s*(true|false|on|off|yes|no)(?![a-z])")


def read_switches(settings: Settings) -> None:
    """Take the words that switch something on or off, or choose among names.

    Raises:
        InvalidRequest: two different choices.
    """
    _literal(settings)
    for slot in slots(settings):
        entry = slot.entry
        if settings.has(entry["name"]) or not (entry["type"] == "bool" or entry["choices"]):
            continue
        for low, high, spans in _clauses(settings, slot):
            if _stated(settings, slot, low, high, spans):
                for start, end in spans:
                    settings.reading.take(start, end)
                break


def _literal(settings: Settings) -> None:
    """Choices by their own names where those are nothing else: "initialise the networks with xavier_uniform"."""
    for owner, group in settings.owners.items():
        for name, entry in group.items():
            for choice in entry["choices"] or ():
                for match in phrase_pattern(choice).finditer(settings.reading.lower) if "_" in choice else ():
                    if (
                        settings.reading.free(*match.span())
                        and not settings.has(name)
                        and not denied(settings.reading.lower[slice(*clause(settings.reading.lower, *match.span()))])
                    ):
                        settings.put(name, choice, owner=owner)
                        settings.reading.take(*match.span())


def _clauses(settings: Settings, slot: Slot) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
    """Clauses that hold all words of a pattern, one of them free: where they are, and where the words stand."""
    text = settings.reading.lower
    for pattern in slot.line.patterns:
        without = group_pattern(slot.line.without) if slot.line.without else None
        for first in group_pattern(pattern[0]).finditer(text):
            low, high = clause(text, *first.span())
            if without is not None and without.search(text, low, high):
                continue
            spans = [first.span()]
            for group in pattern[1:]:
                near = [m.span() for m in group_pattern(group).finditer(text, low, high)]
                best = min(near, key=lambda span: max(first.start() - span[1], span[0] - first.end()), default=None)
                if best is None:
                    break
                spans.append(best)
            else:
                sure = slot.entry["name"] in _SURE
                if sure or any(settings.reading.free(*span) for span in spans):
                    yield low, high, spans


def _stated(settings: Settings, slot: Slot, low: int, high: int, spans: list[tuple[int, int]]) -> bool:
    """State what the clause says; whether it says anything."""
    text, entry, name = settings.reading.lower, slot.entry, slot.entry["name"]
    start, end = min(s for s, _ in spans), max(e for _, e in spans)
    instead = _INSTEAD.search(text, end, high)  # what stands after it is denied, not what stands before
    said = text[low : instead.start() if instead else high]
    for first, last in spans:
        if re.fullmatch(r"stop\w*|skip\w*|drop\w*", text[first:last]):  # "don't stop when it falls" denies once
            said = said.replace(text[first:last], " ")
    at = start if slot.owner is None else -1
    if entry["type"] == "bool":
        value = _VALUE.match(text, end)
        off = denied(said) if value is None else value[1] in {"false", "off", "no"}
        wanted = (slot.line.value != "!") != off
        if name in _BONUS_NORMS and off and _denies_the_bonus(settings, name):
            return False
        settings.put(name, wanted, at, slot.owner)
        if value is not None:
            settings.reading.take(value.start(), value.end())
        return True
    if (
        slot.line.value is None
        or slot.line.value not in entry["choices"]
        or _BEFORE.search(text[low:start])
        or _BEFORE.search(text[low : spans[0][0]])
    ):
        return False
    settings.put(name, slot.line.value, at, slot.owner)
    return True


def _denies_the_bonus(settings: Settings, name: str) -> bool:
    """Whether a denial speaks of the bonus's own normalisation: the run's own is off anyway."""
    return _BONUS_NORMS[name] in settings.owners.get("reward", {}) and not settings.has(name)


def read_falling_rate(settings: Settings) -> None:
    """ "Let the learning rate fall to zero": what it ends at is no learning rate."""
    match = _FALLING.search(settings.reading.lower)
    free = match is not None and settings.reading.free(match.end() - 1, match.end())  # else another's fall has it
    if match and free and "anneal_lr" in settings.owners["train"] and not denied(match[0]):
        settings.put("anneal_lr", True)
        inside = [n.end for n in settings.reading.numbers if match.start() < n.start and n.end < match.end() - 1]
        zero = [n.end for n in settings.reading.numbers if n.end == match.end()]
        start = max([end for end in inside if end not in zero], default=match.start())  # "of 3e-4 that falls to zero"
        settings.reading.take(start, match.end())


def read_own_normalisation(settings: Settings) -> None:
    """ "The observations that RND gets are not normalised": of the bonus, as the run's own are not in any case."""
    text = settings.reading.lower
    for name, words in _SEEN.items():
        own = _BONUS_NORMS[name]
        if not _denies_the_bonus(settings, name) or settings.has(own):
            continue
        for match in _NOT_NORMALISED.finditer(text):
            low, high = clause(text, *match.span())
            seen = re.search(words, text[low:high])
            if seen and denied(text[low:high]):
                settings.put(own, "none", -1, "reward")
                settings.reading.take(low + seen.start(), low + seen.end())
                settings.reading.take(*match.span())
                break
