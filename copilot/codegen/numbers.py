"""Numbers in text, English and Chinese: 50k, 50,000, 50 000, 1e5, 3*10^-4, 2 million, 1 万, 十万, 三百二十, 千分之一."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, DecimalException

_DIGITS = dict(zip("零〇一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_TENS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}
_SMALL = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
_ROUND = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "eighty": 80}
_WORDS = {word: value for value, word in enumerate(_SMALL.split())} | _ROUND
_SCALES = {
    "k": 10**3, "thousand": 10**3, "m": 10**6, "mio": 10**6, "million": 10**6, "billion": 10**9,
    "hundred": 100, "百": 100, "千": 1000, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8,
}  # fmt: skip

_WORD = "|".join(sorted(_WORDS, key=len, reverse=True))
_SCALE = r"(?:[kKmM](?![A-Za-z])|(?i:hundred|thousand|million|billion|mio)\b|百万|千万|万|亿|千|百)"
_COMMA = rf"0[,，]\d{{2,}}|\d+[,，]\d{{1,2}}(?=\s*{_SCALE})"
_COMMA_ALONE = r"0[,，]\d{2,}|\d+[,，]\d{1,2}"
_PLAIN = (
    r"[1-9]\d{0,2}(?:[,，]\d{3})+(?!\d)|[1-9]\d{0,2}(?: \d{3})* 000(?!\d)|[1-9]\d{0,2}(?:\.\d{3}){2,}(?!\d)|"
    r"\d+(?:_\d+)+|\d+(?:\.\d+)?|\.\d+"
)
_NUMERAL = "[零〇一二两三四五六七八九十百千万亿]"
_START = rf"(?:(?<![\w.\-+])|(?<=[\u4e00-\u9fff])|(?:(?<=[A-Za-z])|(?<=[A-Za-z]\d))(?={_NUMERAL}))"
NUMBER = re.compile(
    rf"{_START}(?P<sign>[-−+]\s?|(?i:minus|negative)\s+|负\s?)?(?:"
    rf"(?:(?P<factor>\d+(?:\.\d+)?)\s?[*×x]\s?(?=10\s?(?:\^|\*\*)))?"
    rf"(?P<base>\d+)\s?(?:\^|\*\*)\s?(?P<power>[-−]?\d+)"
    rf"|(?P<plain>{_COMMA}|{_PLAIN})(?P<exp>[eE][+-]?\d+|\s[eE][+-]\d+)?(?:\s*(?P<scale>{_SCALE})|(?P<percent>\s?%))?(?!\.?\d)(?![A-Za-z_])"
    rf"|(?:(?P<parts>{_NUMERAL}+)分之)?(?P<chinese>{_NUMERAL}+(?:点[零〇一二两三四五六七八九]+)?)"
    rf"|(?:(?P<word>(?i:{_WORD}|an?))(?P<wscales>(?:[\s-]+(?i:hundred|thousand|million|billion)\b)*))(?![A-Za-z_])"
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
        if match["word"] and match["word"].lower() in {"a", "an"} and not match["wscales"]:
            continue
        value = _value(match)
        if value is not None:
            half = text[: match.start()].lower().endswith("half ") and match["word"] is not None
            start = match.start() - 5 * half
            value = _tidy(Decimal(value) / 2) if half else value
            found.append(Number(value, start, match.end(), text[start : match.end()]))
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
        if match["word"]:
            value = Decimal(_WORDS.get(match["word"].lower(), 1))
            for scale in re.findall(r"[a-z]+", (match["wscales"] or "").lower()):
                value *= _SCALES[scale]
            return sign * _tidy(value)
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
    return re.sub(r"[,，_ ]", "", text if text.count(".") < 2 else text.replace(".", ""))


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
