"""Requests as papers put them: citations, symbols of formulas, numbered lists and tables, as plain clauses."""

from __future__ import annotations

import re

from copilot.codegen.names.literal import agent_mentions
from copilot.codegen.patterns import BEGINS
from copilot.codegen.request.numbers import find_numbers
from copilot.codegen.request.reading import Reading
from copilot.core.catalogue import Catalogue

_SURNAME = r"(?:(?:van|von|de|der|den|el|al|le|la|di)\s+){0,2}[A-Z][\w'’-]+"
_YEAR = r"(?:19|20)\d\d[a-z]?"
_WHO = rf"{_SURNAME}(?:(?:,\s*{_SURNAME})*,?\s*(?:and|&)\s*{_SURNAME}|,?\s+et\s+al\.?|\s*等人?)"
_CITATION = re.compile(
    rf"\(\s*(?:see |e\.g\.,? |cf\. )?(?:{_WHO}|{_SURNAME}),?\s+{_YEAR}(?:\s*;\s*(?:{_WHO}|{_SURNAME}),?\s+{_YEAR})*\s*\)|"
    rf"{_WHO}(?:['’]s)?,?\s*(?:[(（\[]\s*{_YEAR}\s*[)）\]]|{_YEAR}(?![\w.]))|{_SURNAME}\s*[(（]\s*{_YEAR}\s*[)）]|"
    rf"{_SURNAME}\s+et\s+al\.?(?=[\s,;:'’)]|$)"
)
_ITS_NET = re.compile(
    r"(?:encoder|cnn|network|net|convnet|architecture)(?:\s+(?:of|from|by|in|as in))?\s*$", re.IGNORECASE
)
_PLACE = re.compile(
    r"(?<![A-Za-z])(?:(?:their |the |our )?(?:tab(?:le|\.)|fig(?:ure|\.)|sec(?:tion|t?\.)|appendix|eq(?:uation|\.)|chapter|"
    r"reviewer|footnote|algorithm)\s*#?\(?\d+(?:\.\d+)*\)?)(?![\w%])|"
    r"(?:表|图|式|第)\s*\d+(?:\.\d+)*\s*(?:节|章|页)|(?<=[见照按])(?:表|图)\s*\d+|审稿人\s*[\d一二三四]|"
    r"(?:arxiv|doi)\s*:\s*[\w./]+|https?://[^\s,，。)）]+",
    re.IGNORECASE,
)
_GREEK = "alpha|beta|gamma|delta|epsilon|eps|eta|theta|lambda|mu|rho|sigma|tau|phi|psi|omega|kappa|[α-ω]"
_QUANTITY = (
    r"coefficient|weight|factor|parameter|rate|exponent|strength|constant|ratio|size|scale|range|threshold|discount|deviation|"
    r"系数|权重|因子|参数|率|指数|强度|常数"
)
_SYMBOL = re.compile(
    rf"(?P<of>{BEGINS}(?:{_QUANTITY}))(?:\s+|\s*[(（]\s*)(?:{_GREEK})(?:_\w(?!\w))?(?![a-z])\s*[)）]?\s*(?P<is>=|≈|:|of(?![a-z])|为|是)\s*"
    rf"(?=[-\d.])|(?P<word>(?<![=\w])[A-Za-z]{{3,}})(?:\s+|\s*[(（]\s*)(?P<sign>[A-Za-z])(?:_\w(?!\w))?\s*[)）]?\s*=\s*(?=[-\d.])",
    re.IGNORECASE,
)
_ALONE = re.compile(
    r"(?P<before>[,;(，；（]\s*)(?P<sign>[A-SU-Zmnd])\s*=\s*(?=\d[\d.,]*\s+(?:bits|steps|environments|envs|actors|workers|epochs|frames|"
    r"seeds|models|goals|neighbou?rs)(?![a-z]))"
)
""" "n = 20 bits": what is counted says what it is; of the steps of a horizon T it is the letter that does."""
_MULTI_STEP = re.compile(r"(?<![a-z])(?:n|multi)[\s-]?step", re.IGNORECASE)
_BRACKETED = re.compile(
    rf"\s*[(（]\s*(?:denoted |called |written )?(?:{_GREEK}|[A-Za-z])(?:_\w(?!\w))?\s*(?:in (?:the|their|that) "
    rf"(?:paper|notation|"
    r"original|code|article)|in the literature)?\s*[)）](?=\s*(?:=|:|of|is|at|to|as|[-\d.]))",
    re.IGNORECASE,
)
_NORMAL = re.compile(
    r"(?:(?<![A-Za-z])N|𝒩)\s*\(\s*0(?:\.0)?\s*[,;]\s*(?P<sigma>\d*\.?\d+)(?P<squared>\s*(?:\^\s*2|²))?\s*\)"
)
_ITEM = re.compile(r"(?m)^[ \t]*(?:\(?(?P<n>\d{1,2})[.)]|(?P<zh>[一二三四五六七八九十]))(?:[ \t]+|、[ \t]*)(?=\S)")
_ITEM_INSIDE = re.compile(r"(?:(?<=[：:；;。，,])|(?<=^))\s*(?P<zh>[一二三四五六七八九十])、\s*")
_ROW = re.compile(r"(?m)^[ \t]*\|(?P<cells>[^\n]*)\|[ \t]*$\n?")
_RULE = re.compile(r"[\s|:-]*")
_LETTERS = "abcdefghijkl"
_LABELS = re.compile(
    r"(?:condition|arm|run|name|variant|config(?:uration)?|setting|experiment|id|label|group|case|#|no\.?|序号|编号|条件|组别?|实验|"
    r"名称)?\s*",
    re.IGNORECASE,
)


def plainly(text: str, catalogue: Catalogue) -> str:
    """The request without citations and symbols, its lists as clauses and its tables as runs."""
    text = _enumerated(_tabulated(text), catalogue)
    text = _CITATION.sub(_cited, text)
    text = _PLACE.sub(" ", text)
    text = _NORMAL.sub(_normal, text)
    text = _BRACKETED.sub(" ", text)
    own = {p["name"] for entry in catalogue.components for p in entry["parameters"]}
    text = _SYMBOL.sub(lambda match: _named(match, own), text)
    return _ALONE.sub(lambda match: match["before"] if match["sign"] not in own else match[0], text)


def _cited(match: re.Match[str]) -> str:
    """Nothing; of the author of a network, that is asked for, the name."""
    if not _ITS_NET.search(match.string, 0, match.start()):
        return " "
    return re.sub(rf",?\s*[(（\[]?\s*{_YEAR}\s*[)）\]]?|\s+et\s+al\.?", "", match[0])


def _named(match: re.Match[str], own: set[str]) -> str:
    """What a value is called in words, without its symbol; a symbol that some setting is called by stays."""
    if match["of"]:
        return f"{match['of']} = "
    kept = (
        match["sign"] in own
        or (match["sign"] == "n" and _MULTI_STEP.search(match.string))
        or match["word"][0].isupper()
        or match["word"].lower() in {"with", "and", "use", "using", "set", "let", "where", "for", "take"}
    )
    return match[0] if kept else f"{match['word']} = "


def _normal(match: re.Match[str]) -> str:
    """ "Noise N(0, 0.1)": the deviation."""
    return f" with sigma {match['sigma']} "


def _enumerated(text: str, catalogue: Catalogue) -> str:
    """Items of a numbered list as clauses, or as runs where each names an agent."""
    for pattern in (_ITEM, _ITEM_INSIDE):
        marks = list(pattern.finditer(text))
        if len(marks) < 2 or not _in_order([mark.groupdict() for mark in marks]):
            continue
        ends = [*(mark.start() for mark in marks[1:]), len(text)]
        items = [text[mark.end() : end] for mark, end in zip(marks, ends, strict=True)]
        runs = all(agent_mentions(Reading(item), catalogue) for item in items) and len(items) <= len(_LETTERS)
        for index in reversed(range(len(marks))):
            by = f" ({_LETTERS[index]}) " if runs else ", "
            text = text[: marks[index].start()].rstrip() + by + text[marks[index].end() :]
    return text


def _in_order(marks: list[dict[str, str | None]]) -> bool:
    digits = [int(mark.get("n") or "零一二三四五六七八九十".index(mark["zh"] or "零")) for mark in marks]
    return digits == list(range(1, len(digits) + 1))


def _tabulated(text: str) -> str:
    """A table with a head and rows of values as runs "(a) ...; (b) ...", one row as clauses."""
    lines = list(_ROW.finditer(text))
    rows = [[cell.strip(" *`") for cell in line["cells"].split("|")] for line in lines if not _RULE.fullmatch(line[0])]
    if (
        len(rows) < 2
        or len(rows[0]) < 3
        or any(len(row) != len(rows[0]) for row in rows)
        or find_numbers("".join(rows[0]))
    ):
        return text
    first = 1 if _LABELS.fullmatch(rows[0][0]) or not any(find_numbers(row[0]) for row in rows[1:]) else 0
    if first and not _LABELS.fullmatch(rows[0][0]):
        first = 0
    said = [
        ", ".join(
            f"{key} {value}" for key, value in zip(rows[0][first:], row[first:], strict=True) if re.search(r"\w", value)
        )
        for row in rows[1:]
    ]
    if len(said) > len(_LETTERS):
        return text
    listed = (
        said[0]
        if len(said) == 1
        else "; ".join(f"({letter}) {row}" for letter, row in zip(_LETTERS, said, strict=False))
    )
    return f"{text[: lines[0].start()].rstrip()} {listed}. {text[lines[-1].end() :]}"
