"""Numbers in text, English and Chinese: 50k, 50,000, 50 000, 1e5, 3*10^-4, 2 million, 1 万, 十万, 三百二十, 千分之一."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, DecimalException

_DIGITS = dict(zip("零〇一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_TENS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}
_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_ROUND = dict(
    zip(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], range(20, 100, 10), strict=True)
)
_WORDS = {word: value for value, word in enumerate(_SMALL.split())} | _ROUND | {"a": 1, "an": 1, "dozen": 12}
_ORDINALS = dict(
    zip(
        ["other", "second", "third", "fourth", "fifth", "sixth", "eighth", "tenth"],
        (2, 2, 3, 4, 5, 6, 8, 10),
        strict=True,
    )
)
_PARTS = {
    "half": 2,
    "third": 3,
    "quarter": 4,
    "fourth": 4,
    "fifth": 5,
    "tenth": 10,
    "hundredth": 100,
    "thousandth": 1000,
}
_SCALES = {
    "k": 10**3, "thousand": 10**3, "grand": 10**3, "m": 10**6, "mio": 10**6, "mil": 10**6, "mln": 10**6,
    "million": 10**6, "millions": 10**6, "thousands": 10**3, "billion": 10**9, "w": 10**4, "hundred": 100,
    "百": 100, "千": 1000, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8,
}  # fmt: skip

_UNIT = "|".join(sorted(_SMALL.split(), key=len, reverse=True))
_DECADES = "|".join(_ROUND)
_BELOW = rf"(?:(?:{_DECADES})(?:[\s-]+(?:{_UNIT})(?![a-z]))?|{_UNIT})"
_GROUP = rf"(?:(?:{_BELOW}|an?)[\s-]+hundred(?:\s+(?:and\s+)?{_BELOW})?|(?:{_BELOW}|an?)[\s-]+dozen|{_BELOW}|an?)"
_BIG = r"(?:thousand|million|billion)s?"
_SPELT = (
    rf"(?:{_GROUP}|\d+)\s+and\s+a\s+(?:half|quarter)\s+{_BIG}|"
    rf"(?:{_GROUP}|\d+)\s+{_BIG}\s+and\s+a\s+(?:half|quarter)(?!\s+[\w.]*\d)|"
    rf"\d+(?:\.\d+)?\s+hundred\s+{_BIG}|"
    rf"{_GROUP}(?:[\s-]+{_BIG}(?![a-z]))+(?:\s+(?:and\s+{_GROUP}(?!\s+half)|{_GROUP}\s+{_BIG}|"
    rf"{_BELOW}\s+hundred)(?![a-z]))*|"
    rf"{_GROUP}"
)
_FRACTION = (
    rf"(?:(?:an?|one|two|three)\s+)?(?:half|thirds?|quarters?)(?:\s+of)?\s+(?:an?\s+)?{_BIG}|"
    r"(?:an?|one|two|three|four)\s+(?:half|thirds?|quarters?|fifths?|tenths?|hundredths?|thousandths?)(?=\s+of\s+(?!an?\s))|"
    r"(?:(?<=at\s)|(?<=to\s)|(?<=by\s)|(?<=of\s)|(?<=is\s)|(?<=with\s))(?:an?|one)\s+"
    r"(?:half|third|quarter|fourth|fifth|tenth|hundredth|thousandth)(?=\s*(?:[,;:)]|\.(?!\d)|$|(?:and|for)(?![a-z])))|"
    r"一半(?=的|样本|数据|概率|$)|half(?=\s+(?:of\s+)?(?:the|all|its|their|every)(?![a-z]))"
)
_SCALE = (
    r"(?:[kKmM](?![A-Za-z])|(?<=\d)[wW](?![A-Za-z/])|(?i:hundred|thousands?|grand|millions?|billion|mio|mil|mln)\b|"
    r"百万|千万|万|亿|千|百)"
)
_COMMA = rf"0[,，]\d{{2,}}|\d+[,，]\d{{1,2}}(?=\s*{_SCALE})"
_COMMA_ALONE = r"0[,，]\d{2,}|\d+[,，]\d{1,2}"
_PLAIN = (
    r"[1-9]\d{0,2}(?:[,，'’]\d{3})+(?!\d)|[1-9]\d{0,2}(?: \d{3})* 000(?!\d)|[1-9]\d{0,2}(?:\.\d{3}){2,}(?!\d)|"
    r"\d+(?:_\d+)+|\d+(?:\.\d+)?|\.\d+"
)
_NUMERAL = "[零〇一二两三四五六七八九十百千万亿]"
_START = rf"(?:(?<![\w.\-+])|(?<=[\u4e00-\u9fff])|(?:(?<=[A-Za-z])|(?<=[A-Za-z]\d))(?={_NUMERAL}))"
NUMBER = re.compile(
    rf"{_START}(?P<sign>[-−+]\s?|(?i:minus|negative)\s+|负\s?)?(?:"
    rf"(?:(?P<factor>\d+(?:\.\d+)?)\s?[*×x·⋅]\s?(?=10\s?(?:\^|\*\*)))?"
    rf"(?P<base>\d+)\s?(?:\^|\*\*)\s?(?P<power>[-−]?\d+)"
    rf"|(?P<fraction>(?i:{_FRACTION}))(?![A-Za-z_])"
    rf"|(?P<words>(?i:{_SPELT}))(?![A-Za-z_])"
    rf"|(?P<plain>{_COMMA}|{_PLAIN})(?P<exp>[eE][+-]?\d+|\s[eE][+-]\d+)?(?:\s*(?P<scale>{_SCALE})|"
    rf"(?P<percent>\s?%|\s?(?i:per\s?cent)(?![A-Za-z])))?(?!\.?\d)(?![A-Za-z_])"
    rf"|(?:(?P<parts>{_NUMERAL}+)分之)?(?P<chinese>(?!一(?:共|起|直|般|些|旦|切|样|致|律|并|同)){_NUMERAL}+(?:点[零〇一二两三四五六七八九]+)?)"
    rf"|(?:(?<=(?i:every)\s)|(?=\w+\s+(?:nearest|closest|neighbou?r)))(?P<ordinal>(?i:{'|'.join(_ORDINALS)}))(?![A-Za-z_])"
    r"|(?P<nth>\d+)(?:st|nd|rd|th)(?=\s+(?:nearest|closest|neighbou?r))"
    rf")"
)
_LIMIT = 18
"""Numbers of more digits than this are treated as infinite: nothing here counts so far, and they cost memory."""


@dataclass(frozen=True)
class Number:
    """A number and where it stands in the text."""

    value: int | float
    start: int
    end: int
    text: str = ""


def find_numbers(text: str) -> list[Number]:
    """All numbers of `text`, in order; "a" and "an" only count before a scale ("a million")."""
    found = []
    for match in NUMBER.finditer(text):
        if match["words"] and match["words"].lower() in {"a", "an"}:
            continue
        value = _value(match)
        if value is not None:
            found.append(Number(value, match.start(), match.end(), match[0]))
    return found


def parse_number(text: str) -> int | float | None:
    """The value of a text that holds exactly one number, else None."""
    found = find_numbers(text)
    return found[0].value if len(found) == 1 else None


def _value(match: re.Match[str]) -> int | float | None:
    sign = -1 if match["sign"] and match["sign"][0] != "+" else 1
    try:
        if match["base"]:
            power = _power(int(match["base"][:20]), int(match["power"].replace("−", "-")[:6]))
            return sign * (_tidy(Decimal(match["factor"]) * Decimal(str(power))) if match["factor"] else power)
        if match["chinese"]:
            parts = _chinese(match["parts"] or "一")
            return sign * _tidy(Decimal(str(_chinese(match["chinese"]))) / Decimal(str(parts)))
        if match["nth"]:
            return int(match["nth"][:9])
        if match["ordinal"]:
            return _ORDINALS[match["ordinal"].lower()]
        if match["fraction"]:
            return sign * _tidy(_fraction(match["fraction"].lower()))
        if match["words"]:
            return sign * _tidy(_spelt(match["words"].lower()))
        value = Decimal(_digits(match["plain"]) + (match["exp"] or "").strip())
    except (DecimalException, ValueError, OverflowError):
        return None
    if match["scale"]:
        value *= _SCALES[match["scale"].lower()]
    return sign * _tidy(value / 100 if match["percent"] else value)


def _digits(text: str) -> str:
    """The digits with a decimal point at most; a comma that cannot part thousands is one."""
    if re.fullmatch(_COMMA_ALONE, text):
        return re.sub("[,，]", ".", text)
    return re.sub(r"[,，_ '’]", "", text if text.count(".") < 2 else text.replace(".", ""))


def _spelt(text: str) -> Decimal:
    """Of words: "two hundred and fifty thousand", "one and a half million", "a dozen"."""
    part = re.search(r"and\s+a\s+(half|quarter)", text)
    half: Decimal = Decimal(0) if part is None else Decimal("0.5") if part[1] == "half" else Decimal("0.25")
    total, group = Decimal(0), Decimal(0)
    for said in re.findall(r"[a-z]+|\d+(?:\.\d+)?", re.sub(r"and\s+a\s+(?:half|quarter)", " ", text)):
        word = said.rstrip("s") if said.rstrip("s") in _SCALES else said
        if word in {"thousand", "million", "billion"}:
            total, group = total + ((group or Decimal(1)) + half) * _SCALES[word], Decimal(0)
            if total and total < _SCALES[word]:
                total *= _SCALES[word]  # "a thousand million"
            half = Decimal(0)
        elif word == "hundred":
            group = (group or Decimal(1)) * 100
        elif word == "dozen":
            group = (group or Decimal(1)) * 12
        elif word[0].isdigit():
            group += Decimal(word)
        elif word != "and":
            group += _WORDS[word]
    return total + group


def _fraction(text: str) -> Decimal:
    """Of words: "a quarter of a million", "half a million", "two thirds"."""
    if not text.isascii():
        return Decimal("0.5")
    words = re.findall(r"[a-z]+", text)
    part = next(word.rstrip("s") if word != "half" else word for word in words if word.rstrip("s") in _PARTS)
    count = _WORDS.get(words[0], 1)
    scale = next((_SCALES[word] for word in words if word in {"thousand", "million", "billion"}), 1)
    return Decimal(count) * scale / _PARTS[part]


def _power(base: int, power: int) -> int | float:
    if abs(power) > 64 or abs(base) > 10**9:
        return float("inf") if power > 0 else 0.0
    return _tidy(Decimal(base) ** power)


def _tidy(value: Decimal) -> int | float:
    if value and value.adjusted() > _LIMIT:
        return float("inf")
    if value and value.adjusted() < -300:
        return 0.0
    return int(value) if value == value.to_integral_value() else float(value)


def _chinese(text: str) -> int | float:
    """Positional numerals (三百二十), digits in a row (三二〇) and decimals (零点九九)."""
    whole, _, fraction = text.partition("点")
    total = section = digit = 0
    if len(whole) > 1 and all(sign in _DIGITS for sign in whole):
        total = int("".join(str(_DIGITS[sign]) for sign in whole[: _LIMIT + 2]))
    else:
        for sign in whole:
            if sign in _DIGITS:
                digit = _DIGITS[sign]
            elif sign in _TENS:
                section += (digit or 1) * _TENS[sign]
                digit = 0
            else:
                total = (total + section + digit or 1) * _MYRIADS[sign]
                section = digit = 0
        total += section + digit
    if fraction:
        return float(f"{total}." + "".join(str(_DIGITS[sign]) for sign in fraction[:_LIMIT]))
    return _tidy(Decimal(total))
