"""Reads what binds the actor of an off-policy algorithm: a distance to stored actions, or their weighted likelihood."""

from __future__ import annotations

from typing import Any

from copilot.codegen.authoring.agent.common import EQUALS, amount
from copilot.codegen.authoring.ask import NUM, Ask, to_number


def cloned_actor(ask: Ask, out: dict[str, Any], cloned: bool) -> None:
    """What the actor's loss is: a distance to stored actions, or their weighted likelihood."""
    formula = ask.first(
        r"(?:the )?(?:actor|policy)(?: ?的)?[ -]?(?:loss|objective)\s*(?:=|is|:|是|为)\s*-\s*(?:lambda|"
        r"λ)\s*\*?\s*q\w*(?:\([^)]*\)+)?\s*\+\s*"
        r"(?:mse\()?\(?[^.;，。]{0,24}?\)?\s*(?:\^\s*2|²|\*\*\s*2|squared)?(?=\s+with|\s+where|[,.;]|$)"
    )
    size = ask.first(
        rf"(?:with |where )?(?:lambda|λ)\s*(?:=|is|:)\s*(?P<n>{NUM})\s*(?:/|over|divided by)\s*(?:the )?(?:mean|average|"
        rf"avg)?(?: of)?\s*(?:absolute |abs\(?)?\|?\s*q\w*"
        r"\|?(?:\([^)]*\))?\|?\)?(?: values?)?"
    )
    alpha = ask.number(rf"(?:bc |cloning )?(?:alpha|α){EQUALS}(?P<n>{NUM})") if cloned and not size else None
    written = ask.first(
        rf"(?:add(?:s|ing)? )?(?P<n>{NUM})\s*\*?\s*(?:\|\|?)?\(?\s*(?:pi|π|mu|μ)\(s\)\s*-\s*a\s*\)?(?:\|\|?)?\s*(?:\^\s*2|"
        rf"²|\*\*\s*2|squared)(?: to the (?:actor|policy)(?:'s)? (?:loss|objective))?"
    )
    term, weight = amount(
        ask,
        r"(?:an? |extra |additional )*(?:behaviou?r(?:al)?[- ]cloning|\bbc\b|cloning|行为克隆)(?: (?:term|loss|penalt(?:y|"
        r"ies)|regulari[sz]\w+))*"
        r"(?: (?:towards?|to|on|of) (?:the )?(?:stored|replay(?:ed)?|dataset|buffer(?:'s)?|batch) ?actions?)?(?:项|损失)?",
    )
    if cloned or formula or size:
        out |= {"cloning": to_number(size["n"]) if size else alpha or weight or 2.5, "scaled": True}
        ask.has(r"(?:lambda|λ)")
    elif term or written:
        weight = to_number(written["n"]) if written else weight
        out |= {"cloning": weight if weight else 1.0}
    _weighted(ask, out)


def _weighted(ask: Ask, out: dict[str, Any]) -> None:
    """exp(advantage / temperature), and where it is cut."""
    spoken = ask.has(
        r"advantage[- ]weighted(?: (?:actor(?:[- ]critics?)?|regression|updates?|behaviou?r cloning|polic(?:y|ies)))*|"
        r"优势加权(?:回归)?"
    )
    formula = ask.has(
        r"(?:(?:the )?(?:actor|policy)(?: ?的)?[ -]?(?:loss|objective)\s*(?:=|is|:|是|为)\s*)?-?\s*log[ _-]?(?:pi|π|"
        r"prob\w*)\s*(?:\(a\s*\|\s*s\))?\s*(?:\*|times|×)?\s*exp\s*\(\s*"
        r"(?:a|adv(?:antage)?)\w*(?:\([^)]*\))?\s*/\s*(?:lambda|λ|beta|β|temperature|tau)\s*\)"
    )
    if not (spoken or formula or out.get("weighted")):
        return
    temperature = ask.number(rf"(?:lambda|λ|temperature|beta|β|温度){EQUALS}(?P<n>{NUM})")
    cap = ask.number(
        rf"(?:the )?(?:weights?|权重)(?:的)?(?: (?:are|is))?[ ]?(?:上限(?:为|是)?|capped|cut|clipped|truncated|bounded|at "
        rf"most|no (?:larger|more|bigger) than|不超过|截断到?|up to|max(?:imum)?)"
        rf"{EQUALS}(?:by|off|above)?{EQUALS}(?P<n>{NUM})",
        rf"(?:cap(?:ped)?|max(?:imum)?(?: weight)?){EQUALS}(?P<n>{NUM})",
    )
    out |= {"weighted": temperature or out.get("weighted") or 1.0} | ({"cap": cap} if cap else {})
