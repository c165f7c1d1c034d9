"""What rises: the exponent of the importance weights of a prioritised replay goes to 1 over so many steps."""

from __future__ import annotations

import re

from copilot.codegen.request.clauses import sentence
from copilot.codegen.settings.settings import Settings

_BETA = re.compile(
    r"(?<![a-z])(?:beta|is[\s-]exponent|importance[\s-](?:sampling|weights?|exponent))(?![a-z_])|β|重要性"
)
_TO_ONE = re.compile(
    r"(?:(?:(?<![a-z])(?:linearly |gradually )?(?:anneal\w*|ris\w+|grow\w*|increas\w*|goes|going|rais\w+)|线性|退火|升|增)"
    r"[^,;.\d]{0,16})?(?:from\s+\d?\.?\d+\s+|从\s*\d?\.?\d+\s*)?"
    r"(?:(?:up )?to|->|→|[升增]?[到至])\s*(?:1(?:\.0)?(?![.\d])|one)"
)
_OVER = re.compile(r"[\s,，]*(?:(?:over|in|within|during|across|for)(?: the)?(?: first)?(?![a-z])|在|用|前|经过)\s*")
_STEPS = re.compile(r"[\s-]*(?:env\w* |training |time ?)?(?:steps?|timesteps?|frames?|transitions)(?![a-z])|\s*[步帧]")


def read_rising(settings: Settings) -> None:
    """Take over how many steps it rises, and the words that it rises to 1."""
    primitive = next((key for key in settings.modules if "beta_steps" in settings.owners[key]), None)
    reading = settings.reading
    word = _BETA.search(reading.lower) if primitive else None
    rise = _TO_ONE.search(reading.lower, word.start(), sentence(reading.lower, *word.span())[1]) if word else None
    if word is None or rise is None:
        return
    first = next((n for n in reading.numbers if rise.start() <= n.start and n.end < rise.end() - 1), None)
    if first is not None and not settings.has("beta"):
        settings.put_number("beta", first, first.start, primitive)
        reading.take(*word.span())
    over = _OVER.match(reading.lower, rise.end())
    length = next((n for n in reading.numbers if over and n.start == over.end()), None)
    unit = _STEPS.match(reading.lower, length.end) if length else None
    end = rise.end()
    if length and unit and not settings.has("beta_steps"):
        settings.put_number("beta_steps", length, length.start, primitive)
        end = unit.end()
    reading.take(rise.start(), end)
