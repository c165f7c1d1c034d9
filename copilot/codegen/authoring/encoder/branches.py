"""Which parts an observation has, as a request tells them, and which layers are of which part."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from copilot.codegen.authoring.ask import Ask, to_int
from copilot.codegen.authoring.encoder.units import Draft, Unit

_IMAGE = r"images?|pictures?|cameras?|pixels?|rgb|photos?|screens?|图像|画面|图片|相机"
_VECTOR = (
    r"vectors?|states?|joints?|readings?|propriocepti\w+|goals?|numbers?|sensors?|scalars?|positions?|向量|"
    r"状态|关节|目标"
)
_NUMBER = r"\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_JOINS = re.compile(
    r"concat\w*|\bfus\w+|\bmerg\w+|\bcombin\w+|\btogether\b|\bjoin(?:ed|s|ing)?\b|side by side|\bsum(?:med)?\b|"
    r"\badd(?:ed)? (?:up|together)|拼接|融合|合并|相加"
)
_FILM = (
    r"(?:i(?:'d| would)? (?:want|like) )?\bfilm\b(?: (?:layers?|conditioning|modulation))?|(?:rather than|instead "
    r"of) concatenat\w+,?|"
    r"(?:that |which |to )?(?:predicts?|gives?|puts? out|outputs?)?(?: an?)? ?scales? and (?:an? )?shifts?(?: "
    r"(?:for|of) (?:each|every|all|the channels)(?: of)?(?: the)?(?: last)?(?: \d+)?(?: channels)?(?: "
    r"of)?)?|"
    r"feature-?wise (?:linear )?modulation|(?<=['\"\w]) ?-> ?(?= ?\0|scale)"
)


@dataclass
class Declared:
    """A part of an observation."""

    key: str | None
    image: bool
    words: str
    """What speaks of it."""
    shape: list[int] = field(default_factory=list[int])
    start: int = 0
    stop: int | None = None


def declared(ask: Ask) -> list[Declared]:
    """The keys of a dict, or the slices of a vector, that a request names; they are taken."""
    keys = _keys(ask) if ask.says(r"\bdicts?\b|\bkeys?\b|字典|键") else []
    found = keys or _slices(ask)
    if found:
        ask.has(
            r"(?:each |every |the |my |i have )*(?:observations? (?:is|are|come as) )?(?:an? )?dicts?(?: "
            r"observations?)?(?: (?:with|of))?|字典(?:观测)?|multi-?(?:input|modal)(?: encoder)?|"
            r"two[- ]stream(?: encoder)?|"
            r"(?:the )?encoder should refuse(?: it)? if (?:one|any) of the keys is (?:absent|missing)|observations "
            r"without [\w ]+ (?:are|must be) refused|two branches"
        )
    return found


def _keys(ask: Ask) -> list[Declared]:
    out: list[Declared] = []
    pattern = (
        r"[\"'`“‘](?P<k>[A-Za-z_]\w*)[\"'`”’]"
        r"(?P<d>\s*\([^)]*\)|\s*(?:is|holds|has|contains|:|=|为|是)\s*[^,.;，。；]*(?:,\s*\d+\s*(?:by|x|×)\s*\d+)?)?"
    )
    for match in re.finditer(pattern, ask.reading.text):
        if any(one.key == match["k"] for one in out):
            ask.reading.take(*match.span("k"))
            continue
        told = (match["d"] or "").lower()
        image = bool(re.search(rf"{_IMAGE}|\d+\s*[x×]\s*\d+|\d+ by \d+", f"{match['k'].lower()} {told}"))
        words = [re.escape(match["k"].lower())]
        words += [
            word for word in re.findall(r"[a-z]{4,}", told) if re.fullmatch(_VECTOR if not image else _IMAGE, word)
        ]
        out.append(Declared(match["k"], image, "|".join(words), _shape(told, image)))
        ask.reading.take(match.start(), match.end() if match["d"] else match.end("k") + 1)
    images = [one for one in out if one.image]
    for one in out:
        alone = len(images) == 1 if one.image else len(out) - len(images) == 1
        one.words = rf"(?:{one.words}{'|' + (_IMAGE if one.image else _VECTOR) if alone else ''})"
    return out if len(out) > 1 else []


def _shape(told: str, image: bool) -> list[int]:
    sizes = re.search(r"(\d+)\s*(?:x|×|,)\s*(\d+)\s*(?:x|×|,)\s*(\d+)", told)
    if sizes:
        return [int(size) for size in sizes.groups()]
    square = re.search(r"(\d+)\s*(?:by|x|×)\s*(\d+)", told)
    if image and square:
        return [1 if re.search(r"gr[ae]y", told) else 3, int(square[1]), int(square[2])]
    one = re.search(rf"\b({_NUMBER})\b", told)
    size = to_int(one[1]) if one and not image else None
    return [size] if size else []


def _slices(ask: Ask) -> list[Declared]:
    first = ask.first(
        r"(?:the )?first (?P<n>\d+) (?:numbers?|entries|dims?|dimensions?|values?|elements?|components?)(?: of "
        r"(?:the |each )?(?:state|observation|vector))?|前\s*(?P<m>\d+)\s*(?:维|个数)"
    )
    rest = re.search(r"\b(?:the )?(?:rest|remaining|remainder|others?)\b|其余|剩下", ask.lower)
    if not first or not rest:
        return []
    stop = int(first["n"] or first["m"])
    ask.has(
        r"(?:the )?(?:rest|remaining|remainder)(?: \d+)?(?: (?:numbers?|entries|dims?|values?))?(?: goes)?|其余|剩下的?"
    )
    return [
        Declared(None, False, "\0first\0", stop=stop),
        Declared(None, False, "\0rest\0", start=stop),
    ]


def part_of(ask: Ask, draft: Draft, parts: list[Declared], begins: int, ends: int, name: int) -> int:
    """Which part the layers are of that some words tell: its index, or -1 for what comes after all of them.

    Args:
        begins, ends: where the words stand.
        name: where the layer is named in them.
    """
    text = ask.lower[begins:ends]
    if (
        draft.joined_at is None
        and (match := _JOINS.search(ask.lower[:name]))
        and not re.search(r"(?:rather than|instead of) $", ask.lower[: match.start()])
    ):
        draft.joined_at = match.start()
    if draft.joined_at is not None and name > draft.joined_at:
        return -1
    for index, one in enumerate(parts):
        if one.key is not None and re.search(rf"(?<![a-z]){one.words}(?![a-z])", text):
            return index
    if parts and parts[0].key is None:  # slices: what is told after "the rest" is of it
        rest = re.search(r"\b(?:rest|remaining|remainder)\b|其余|剩下", ask.lower)
        return int(rest is not None and name > rest.start())
    last = draft.units[-1].key if draft.units else -1
    return last if draft.units else next((i for i, one in enumerate(parts) if one.image), 0)


def film(ask: Ask, draft: Draft) -> None:
    """Whether one part scales and shifts the channels of another, after the last convolution or after each."""
    if not ask.says(r"\bfilm\b|scales? and (?:an? )?shifts?|feature-?wise"):
        return
    if ask.has(
        r"(?:for |of )?(?:the channels )?of (?:each|every) of (?:the )?(?=(?:\d+|two|three|four) conv)|(?:after|at) "
        r"(?:each|every) conv\w*"
    ):
        draft.flags["every"] = True
    ask.has(_FILM)
    draft.flags["combine"] = "film"


def split(units: list[Unit], parts: list[Declared]) -> list[list[Unit]]:
    """Units of each part, and of what comes after them at the end."""
    return [[unit for unit in units if unit.key == index] for index in [*range(len(parts)), -1]]
