"""The numbers that a text says, in digits and in words, in English and Chinese: expectations are held to them."""

from __future__ import annotations

import math
import re

SCALES = {
    "k": 1e3,
    "thousand": 1e3,
    "m": 1e6,
    "million": 1e6,
    "千": 1e3,
    "万": 1e4,
    "百万": 1e6,
    "%": 1e-2,
    "percent": 1e-2,
}
# fmt: off
WORDS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
    "sixteen": 16, "a": 1, "twenty": 20, "thirty": 30, "fifty": 50, "hundred": 100,
}
# fmt: on
PERCENT = ("%", "percent")
CHINESE = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"两": 2}
UNITS = {"十": 10, "百": 100, "千": 1_000, "万": 10_000}

_SCALE = r"\s*(percent\b|thousand\b|million\b|%|百万|万|千|[kKM](?![A-Za-z]))?"
_DIGITS = re.compile(r"(?<![A-Za-z_\d.])(\d+(?:[,_]\d{3})+|\d+(?:\.\d+)?|\.\d+)(?:e([+-]?\d+))?" + _SCALE)
_SPELT = re.compile(rf"\b({'|'.join(WORDS)})\b" + _SCALE, re.IGNORECASE)
_HAN = re.compile(f"[{''.join(CHINESE)}{''.join(UNITS)}]+")


def numbers(text: str) -> set[float]:
    """All that can be read as a number, without signs; a part in a hundred counts as the part and as the number.

    What stands in a name, as in "conv2d" or "Hopper-v5", is none.

    >>> sorted(numbers("1.5M steps, two thousand, 十万"))
    [2000.0, 100000.0, 1500000.0]
    """
    found = set()
    for digits, exponent, scale in _DIGITS.findall(text):
        value = float(re.sub("[,_]", "", digits)) * 10.0 ** int(exponent or 0)
        found |= {value * SCALES.get(scale.lower(), 1.0), *((value,) if scale in PERCENT else ())}
    for word, scale in _SPELT.findall(text):
        if scale or word.lower() != "a":
            found.add(WORDS[word.lower()] * SCALES.get(scale.lower(), 1.0))
    return found | {float(_chinese(numeral)) for numeral in _HAN.findall(text)}


def says(text: str, number: float) -> bool:
    """Whether a text says a number; its sign does not matter."""
    return any(math.isclose(abs(number), said, rel_tol=1e-9, abs_tol=1e-12) for said in numbers(text))


def shows(text: str, wanted: str) -> bool:
    """Whether a text (a spec, a source, a message) has a word, or a number in whatever notation.

    Capitals do not matter, nor what joins the parts of a word: "LayerNorm" is shown by `layer_norm`. A word begins where a
    word begins, and only one of four letters and more may go on: "KL" is shown by `kl_coef`, not by "inkling". A number is
    one of its own: "6" is not shown by 16 or 0.6.
    """
    try:
        return says(text, float(wanted))
    except ValueError:
        parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\sA-Za-z\d_.-]+", wanted)
        end = "" if len(wanted) > 3 and not wanted[-1].isdigit() else r"(?![A-Za-z\d])"
        return (
            re.search(r"(?<![A-Za-z\d])" + r"[\s_.-]*".join(map(re.escape, parts)) + end, text, re.IGNORECASE)
            is not None
        )


def _chinese(numeral: str) -> int:
    """Of numerals below a hundred million: 五十万 is 500000."""
    whole, section, digit = 0, 0, 0
    for character in numeral:
        if character in CHINESE:
            digit = CHINESE[character]
        elif UNITS[character] < UNITS["万"]:
            section += (digit or 1) * UNITS[character]
            digit = 0
        else:
            whole = (whole + section + digit or 1) * UNITS[character]
            section, digit = 0, 0
    return whole + section + digit
