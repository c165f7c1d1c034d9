"""The numbers of a clause, each with what it is of: a range, a bound, a size, a probability, a count."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from copilot.codegen.authoring.ask import Ask, to_number
from copilot.codegen.patterns import BEGINS

Kind = Literal["range", "around", "bound", "size", "one"]
_N = r"(?:[-+−]\s?)?(?:\d+\.\d+|\d+|\.\d+)(?:e[-+]?\d+)?"
_WORD = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
         "twelve": 12, "twenty": 20, "fifty": 50, "一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7,
         "八": 8, "九": 9, "十": 10}  # fmt: skip
_FRACTIONS = {
    r"half (?:of )?(?:the |all )?(?:time|cases|images|samples|states|observations|frames|pixels|batch)|every (?:other|"
    r"second) (?:image|sample|"
    r"state|observation|time)|(?:with )?(?:a )?(?:fifty-fifty|50[/-]50)(?: chance)?|coin[- ]?flips?|flip(?:ped|ping)? a "
    r"coin|一半(?:的)?(?:概率|几率|图像|样本)|half a chance": 0.5,
    r"(?:one|1) in (?:two|2)(?: \w+)?": 0.5, r"(?:one|1|a) (?:in|out of) (?:three|3)(?: \w+)?|every third (?:image|sample|"
    r"state|observation|time)": 1 / 3,
    r"(?:one|1) (?:in|out of) (?:four|4)(?: \w+)?|every fourth (?:image|sample|state|observation|time)|a quarter of (?:the "
    r")?(?:time|images|samples|states|cases)": 0.25,
    r"(?:one|1) (?:in|out of) (?:five|5)(?: \w+)?|every fifth (?:image|sample|state|observation|time)": 0.2,
    r"(?:one|1) (?:in|out of) (?:ten|10)(?: \w+)?|every tenth (?:image|sample|state|observation|time)|a tenth of (?:the "
    r")?(?:time|images|samples|states|cases)": 0.1,
    r"a third of (?:the )?(?:time|images|samples|states|cases)": 1 / 3,
}  # fmt: skip
_UNIT = (
    r"(?P<unit>\s?%|\s?percent\b|\s?per ?cent\b|[ -]?(?:pixels?|px)\b|\s?个?像素|[ -]?(?:degrees?|deg)\b|\s?°|\s?度|[ "
    r"-]?(?:frames?|steps?)\b|"
    r"\s?帧|[ -]?(?:grey |gray )?(?:levels?|shades?|colou?rs?)\b|[ -]?bits?\b|\s?[级位]|\s?(?:/|of|out of) ?255|"
    r"\s?photons?)?"
)
_ROLE_BEFORE: tuple[tuple[str, str], ...] = (
    ("chance", r"(?:prob(?:abilit(?:y|ies)|s)?\.?|chances?|likelihood|odds|\bp|概率|几率|可能性?)"),
    ("clip", r"(?:clipp?(?:ed|ing|s)?|clamp(?:ed|ing|s)?|truncat\w+|bounded|limited|capped|cut off|never (?:beyond|above|"
    r"more than)|截断|裁剪|限制)"
             r"(?: (?:noise|it|the noise))?"),
    ("alpha", r"(?:alpha|α|beta ?\()"),
    ("kernel", r"(?:kernel|filter|核)(?: ?sizes?| width|大小|尺寸|为)?"),
    ("period", r"(?:period|spacing|spaced|grid size|cell size|distance|every|周期|间隔)"),
    ("threshold", r"(?:threshold|brighter than|above|阈值)"),
    ("sigma", r"(?:sigma|σ|std\.?|stddev|standard deviation|deviation|标准差|方差)"),
    ("most", r"(?:lambda|λ)"),
    ("keep", r"(?:keep(?:s|ing)?|kept|of the original|original weight|weights? of the original)"),
)  # fmt: skip
_LINKS = (
    r"(?:\s|=|:|：|of|by|is|are|be|to|at|with|a|an|the|in|set|drawn|sampled|chosen|from|between|uniform(?:ly)?|within|up|"
    r"most|about|around|"
    r"roughly|approximately|values?|equal|each|its|own|random(?:ly)?|为|是|取|设为|以|有|到|在|从|约|大约|±|\+/?-|\(|\[)*"
)
_ROLE_AFTER: tuple[tuple[str, str], ...] = (
    ("clean", r"\s*(?:的)?(?:prob(?:ability)?|chance|of (?:the )?\w+)? ?,?(?:(?:it|they|images?|states?|observations?|"
    r"samples?) )?(?:(?:is|are) )?(?:stays?|kept|left|remain\w*|unchanged|untouched|clean|not (?:changed|augmented|"
    r"touched))\b"),
    ("chance", r"\s*(?:的)?(?:prob(?:ability|\.)?\b|chance\b|likelihood\b|概率|几率|of (?:the |all (?:the )?)?(?:time|"
    r"cases|images|samples|states|observations|batch(?:es)?|calls|frames per stack)\b|"
               r"的?(?:图像|样本|图片|状态)(?:上)?|per (?:image|sample|state|observation)\b(?! \w+ per))"),
    ("share", r"\s*(?:of (?:the |all (?:the )?|its |each |every )*(?:(?:state|image)'?s )?(?:pixels?|numbers?|entr(?:y|"
    r"ies)|dimensions?|dims|features?|components?|elements?|values?|rows?|coordinates?|lines?|sensors?|readings?)\b|"
              r"的?(?:像素|维度?|分量|元素|数|特征|行))"),
    ("other", r"\s*(?:weight )?(?:of|for|from) (?:the )?(?:other|second|another|partner|random)(?: one| image| observation|"
    r" state| sample)?\b"),
    ("keep", r"\s*(?:weight )?(?:of|for|from) (?:the )?(?:original|first|own|itself|clean)(?: one| image| observation| "
    r"state| sample)?\b"),
    ("count", r"\s*(?:(?:random(?:ly)?|small|little|black|grey|gray|white|square|rectangular|noisy|randomly placed|"
    r"different|independent) )*(?:holes?|patches|boxes|squares|rectangles|cut-?outs?|occlusions?|entries|"
              r"dimensions|dims|features|numbers|components|tiles|parts|个(?!像素))"),
)  # fmt: skip


_COUNTED = (
    rf"(?<![a-z])(?P<w>{'|'.join(word for word in _WORD if word.isascii())}|"
    rf"[两二三四五六七八九十](?=\s?[个块]))(?![a-z])(?={_ROLE_AFTER[-1][1]})"
)
"""A count in words, before what is counted."""


@dataclass(frozen=True)
class Token:
    """A number, or two, and where they stand with the words that belong to them."""

    kind: Kind
    values: tuple[float, ...]
    unit: str
    role: str
    start: int
    end: int

    @property
    def value(self) -> float:
        """The only one, or the last."""
        return self.values[-1]


def tokens(ask: Ask, start: int, end: int) -> list[Token]:
    """The free numbers between two places of a request, in order."""
    text, out, at = ask.lower, list[Token](), start
    for words, share in _FRACTIONS.items():
        out += [
            Token("one", (share,), "", "chance", m.start(), m.end())
            for m in re.compile(rf"(?<![\d.])(?:in |with |for |on )?(?:{words})(?!\d)").finditer(text, start, end)
            if ask.reading.free(m.start(), m.end())
        ]
    out += [
        Token("one", (float(_WORD[m["w"]]),), "", "count", m.start(), m.end())
        for m in re.compile(_COUNTED).finditer(text, start, end) if ask.reading.free(m.start(), m.end())
    ]  # fmt: skip
    taken = [(token.start, token.end) for token in out]
    number = re.compile(_PATTERN)
    while match := number.search(text, at, end):
        at = max(match.end(), match.start() + 1)
        first = match.start("n")
        if not ask.reading.free(first, match.end("n")) or any(a <= first < b for a, b in taken):
            at = match.end("n")
            continue
        out.append(_token(text, match, start, end))
        at = out[-1].end
    return sorted(out, key=lambda token: token.start)


_PATTERN = (
    rf"(?P<n>(?<![A-Za-z0-9_.])(?:(?P<w>{_N})\s*[x×*]\s*(?P<h>{_N})(?=\s|[.,;)，。]|$|[-\s]?(?:px|pixel|像素|的))|"
    rf"(?:U\s?\(|u\s?\()\s*(?P<ul>{_N})\s*,\s*(?P<uh>{_N})\s*\)|(?:n\s?\()\s*0(?:\.0)?\s*,\s*(?P<ns>{_N})(?:\s?\^ ?2|"
    rf"²)?\s*\)|beta\s?\(\s*(?P<ba>{_N})\s*,\s*{_N}\s*\)|"
    rf"[\[(]?\s*(?P<low>{_N})(?:\s?%)?{_UNIT.replace('unit', 'unit0')}\s*(?:to|and|-|–|—|~|\.\.\.?|,|，|→|->|到|至|和|"
    rf"与)\s*(?:and |at most |up to )?(?P<high>{_N})(?![A-Za-z_.]*\d){_UNIT.replace('unit', 'unit1')}\s*[\])]?|"
    rf"(?:±|\+\s?/?\s?-|\+/−|plus (?:or |/)minus|plus-minus|正负)\s*(?P<pm>{_N}){_UNIT.replace('unit', 'unit2')}|"
    rf"(?P<one>{_N})(?!\.?\d)(?![a-z]{1, 2}\d){_UNIT.replace('unit', 'unit3')}))"
)


def _token(text: str, match: re.Match[str], start: int, end: int) -> Token:
    unit = next((match[f"unit{i}"] for i in range(3, -1, -1) if match[f"unit{i}"]), "").strip(" -")
    kind, values = _numbers(match)
    first, last = match.start("n"), match.end("n")
    if unit in {"%", "percent", "per cent"} or (match["low"] and re.search(r"%|percent", match[0])):
        values = tuple(value / 100 for value in values)
    if re.search("255", unit):
        values = tuple(value / 255 for value in values)
    role = "sigma" if match["ns"] else "alpha" if match["ba"] else ""
    if not role:
        role, first = _before(text[start:first], first)
    if not role:
        role, last = _after(text, last, end, kind, values, unit)
    if kind == "one" and (found := re.search(_UP_TO, text[start:first])):
        kind, first = "bound", start + found.start()
    elif kind == "one" and (after := re.compile(_AT_MOST).match(text, last, end)):
        kind, last = "bound", after.end()
    linked = re.search(_LINKED, text[start:first])
    if linked and kind in {"range", "around"}:
        first = start + linked.start()
    return Token(kind, values, unit, role, first, last)


def _numbers(match: re.Match[str]) -> tuple[Kind, tuple[float, ...]]:
    """What is written: a size, a range, a span around something, a number."""

    def of(*names: str) -> tuple[float, ...]:
        return tuple(to_number(match[name].replace("−", "-").replace(" ", "")) for name in names)

    shapes: tuple[tuple[Kind, tuple[str, ...]], ...] = (
        ("size", ("w", "h")), ("range", ("ul", "uh")), ("one", ("ns",)), ("one", ("ba",)), ("range", ("low", "high")),
        ("around", ("pm",)),
    )  # fmt: skip
    for kind, names in shapes:
        if match[names[0]]:
            return kind, of(*names)
    return "one", of("one")


def _after(text: str, last: int, end: int, kind: Kind, values: tuple[float, ...], unit: str) -> tuple[str, int]:
    """What the words right after a number say that it is."""
    for name, words in _ROLE_AFTER:
        after = re.compile(words).match(text, last, end)
        if name in {"chance", "clean"} and values[0] > 1 and not unit:
            continue
        if name == "chance" and unit and unit not in {"%", "percent", "per cent"}:  # "12 pixels per image"
            continue
        if after and not (name == "count" and (values[0] != int(values[0]) or kind != "one")):
            large = name == "share" and values[0] > 1 and unit not in {"%", "percent", "per cent"}
            return "count" if large else name, after.end()
    return "", last


_AT_MOST = (
    r"\s*(?:either (?:way|direction|side)|in (?:each|both|either|every|any) directions?|or (?:less|fewer)|at most|"
    r"max(?:imum)?\b|以内|之内)"
)
_LINKED = (
    r"(?:(?:from|between|within|in|uniform(?:ly)?|drawn|sampled|the (?:range|interval)|range|of|by|with|an?|the|random|"
    r"factors?|amounts?|在|从|介于)\s*)+$"
)
_UP_TO = (
    r"(?:(?:by |of )?(?:up to|at most|(?:a )?max(?:imum|imal(?:ly)?)?(?: of)?|no more than|not more than|within|as "
    r"much as|最多|至多|不超过|最大)\s*(?:a |an |about )?)$"
)


def _before(before: str, first: int) -> tuple[str, int]:
    """What the words right before a number say that it is."""
    for name, words in _ROLE_BEFORE:
        found = re.search(
            rf"{BEGINS}(?:(?:with|at|in|and|using|以|有|对|，|,|\() ?)*(?:(?:a|an|the|own|some) )?{words}{_LINKS}$",
            before,
        )
        if found and not re.search(r"\d", found[0]):
            return name, first - len(before) + found.start()
    return "", first
