"""A request in the words that the readers know: what was taken back left out, numbers in words as digits."""

from __future__ import annotations

import re

from copilot.codegen.authoring.listed import plain_lists
from copilot.codegen.request.corrections import numbers_taken_back
from copilot.codegen.request.numbers import Number, find_numbers

_CUE = re.compile(
    r"(?:\s*(?P<open>\()|\s*(?:,|;|\.{3}|…|—|–|\s-\s|，)|(?=\s(?:scratch|sorry|correction)))\s*(?:(?:hmm+|uh|oh|"
    r"ah)[,.]*\s*)?"
    r"(?:no wait|wait,? no|wait(?=,)|no,? sorry|scratch that|sorry,? (?:i mean|i meant|make that)|sorry(?=[,:])|i "
    r"mean(?=,)|"
    r"i meant(?! to)|correction(?=[,:])|"
    r"no(?=,)|nope(?=,)|no(?= (?:actually|make that|rather))|or rather|(?:哦|呃)?(?:不对|不是)(?!\s*(?:观测|状态|奖励|"
    r"输入|动作|图像|每)))"
    r"(?:[,:：，.]*\s*(?:actually|make that|make it|rather|better|i mean|i meant|use|with|应该是|是|用|改成))*[,:：，]?\s*",
    re.IGNORECASE,
)
"""Where words are taken back at once: "with ReLU, no, tanh", "two critics... no, ten critics"."""
_DOUBTED = re.compile(
    r"(?:\b(?:with|and|plus)\b|[,+])(?:(?!\b(?:with|and|plus)\b|[,+])[^.;:?!])*\?\s*(?:hmm+,?\s*)?(?:no|nope|nah)\b[,.:]?"
    r"(?:\s*(?:forget (?:that|it|about it)|scratch that|never ?mind|not that))?[,.:]?",
    re.IGNORECASE,
)
"""What is asked for and at once is not: "with two rates? no, forget that:"."""
_TOKEN = r"[A-Za-z0-9][\w.-]*\w|[A-Za-z0-9]|[\u4e00-\u9fff]+"
_SCALED = re.compile(r"(?i)(?:\de\+?\d|\d\s*(?:k|万|千|百|thousand|million|hundred)|[a-z]{3,}|[十百千万亿])")


_FRACTION = re.compile(r"(?i)(?<![\w./-])([1-9])\s?/\s?([1-9]\d?)(?= of (?:the|an?|each|every|all|what|them|it)\b)")
"""A share of something: 1/3 of each batch."""


def worded(request: str) -> str:
    """The text of a request as the readers take it.

    Numbers below thirteen stay as they are written, for "two layers" and "one of them" are read as words; lists of numbers
    are all written in one way.
    """
    request = re.sub(r"百分之\s*(\d+(?:\.\d+)?)(?!\d)", r"\1%", request)
    text = _corrected(numbers_taken_back(re.sub(r"(?i)\b(ca|wo|\w+)n['’]t\b", _spelt_out, request)))
    out, last = [], 0
    for number in find_numbers(text):
        if _spelt(number, text):
            value = float(number.value)
            digits = str(int(value)) if value.is_integer() else f"{value:.10g}"
            out += [text[last : number.start], digits, " " if re.match(r"[A-Za-z]", text[number.end :]) else ""]
            last = number.end
    return plain_lists(_FRACTION.sub(_divided, "".join([*out, text[last:]])))


def _divided(match: re.Match[str]) -> str:
    """1/3 of -> 0.3333333333 of: a share, and no list."""
    return f"{int(match[1]) / int(match[2]):.10g}"


def _spelt_out(match: re.Match[str]) -> str:
    """aren't -> are not."""
    verb = match[1]
    return {"ca": "can not", "wo": "will not", "sha": "shall not"}.get(verb.lower(), f"{verb} not")


def _spelt(number: Number, text: str) -> bool:
    """Whether a number is written with words, or with a scale, and is no small one."""
    if re.fullmatch(r"[1-9]\d{0,2}(?:,\d{3})*,000", number.text):
        return True  # 10,000 is no list, nor a part of one
    if re.match(r"[-−–]\s", number.text):  # "SAC - three layers": a dash, and no sign
        return False
    if not _SCALED.search(number.text) or (
        re.search(r"分之", number.text) and not re.match(r"[百千万]分之", number.text)
    ):
        return False
    small = re.fullmatch(r"[\u4e00-\u9fff]", number.text) or (
        abs(number.value) < 13 and re.fullmatch(r"(?:[-−+]\s*)?[A-Za-z ]+", number.text)
    )
    fraction = re.search(r"(?i)half|third|quarter|fifth|tenth|hundredth", number.text)
    inside = re.search(r"[A-Za-z_\d]-?$", text[: number.start])
    return not (small or fraction or inside or re.search(r"(?i)\d\s+k$", number.text) or number.value > 1e12)


def _corrected(text: str) -> str:
    """The text without words that are taken back at once."""
    text = _DOUBTED.sub(" ", text)
    for match in reversed(list(_CUE.finditer(text))):
        before = re.search(rf"(?:(?:{_TOKEN})[ ]*){{1,3}}$", text[: match.start()])
        after = re.match(rf"(?:(?:the|an?)[ ]+)?((?:(?:{_TOKEN})[ ]*){{1,3}})", text[match.end() :])
        if not before or not after:
            continue
        old, new = re.findall(_TOKEN, before[0]), re.findall(_TOKEN, after[1])
        if old[-1].lower() in _NO_WORDS or new[0].lower() in _NO_WORDS:
            continue
        count = 1
        for size in range(
            1, min(len(old), len(new)) + 1
        ):  # "two critics" for "ten critics", and not only the last word
            if old[-1].lower() == new[size - 1].lower():
                count = size
        start = before.start() + (len(before[0]) - len(_last(before[0], count)))
        if span := re.search(r"\d[\d.]*\s*(?:to|-|–|~|到|至)\s*$", text[:start]):  # "3 to 6, no, always 4"
            start = span.start()
        rest = text[match.end() + (after.start(1) if count > 1 or old[:1] else 0) :]
        if match["open"]:
            rest = rest.replace(")", "", 1)
        text = text[:start] + rest
    return text


def _last(words: str, count: int) -> str:
    """The last so many words of a text."""
    found = list(re.finditer(_TOKEN, words))
    return words[found[-count].start() :]


_KEPT_WORDS = (
    "please thanks hi hello hey so and or but that this it i you we is are of with the a an to for in on well oh yes ok "
    "not no wait sorry what bias activation"
)
_NO_WORDS = frozenset(_KEPT_WORDS.split())
"""What nobody takes back, or puts in place of another."""
