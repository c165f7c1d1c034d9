"""Reads what requests for any off-policy algorithm may say: steps of returns, updates a step, what is made anew."""

from __future__ import annotations

import re
from typing import Any

from copilot.codegen.authoring.agent.common import EQUAL, EQUALS
from copilot.codegen.authoring.ask import INT, Ask, to_int


def steps_of_returns(ask: Ask) -> int | None:
    """n of n-step returns."""
    steps = ask.first(
        rf"(?P<n>{INT})[ -]?steps?(?:[ -](?:returns?|targets?|bootstrap\w*|td|q\w*))+|(?:n|"
        rf"multi)[- ]?step(?: (?:returns?|targets?|bootstrap\w*))*(?:{EQUAL}|,|with|n)*(?P<m>\d+)?\)?|"
        rf"(?P<o>{INT})\s*步(?:回报|目标|自举|收益|TD)|多步(?:回报|目标)(?:\s|,|，|n|取|为|=|是)*(?P<q>\d+)?|"
        rf"(?P<p>[2-9]|1\d|two|three|four|five|ten)[ "
        rf"-]step(?!s)(?=\s*(?:[+&,.]|and\b|"
        rf"$))"
    )
    if steps is None:
        return None
    return to_int(next((steps[g] for g in ("n", "m", "o", "p", "q") if steps[g]), None)) or 3


def updates_per_step(ask: Ask) -> int | None:
    """The update-to-data ratio."""
    found = ask.first(
        rf"(?P<n>{INT}) (?:gradient |critic |learning )*(?:updates?|gradient steps?)(?: of the critics?)? (?:per|for each|"
        rf"for every|after each|after every|each|every|a) "
        r"(?:env(?:ironment)? |new )?(?:step|transition|sample)|"
        rf"(?:utd|update-to-data|replay)[- ]?ratio{EQUALS}(?P<m>\d+)|\butd{EQUALS}(?P<o>\d+)|"
        rf"每(?:个环境)?步(?:更新|做|进行)\s*(?P<p>{INT})\s*次(?:更新)?"
    )
    if found is None:
        return None
    return to_int(next((found[g] for g in ("n", "m", "o", "p") if found[g]), None))


def resets(ask: Ask) -> dict[str, Any]:
    """When layers are made anew, and which."""
    what = r"(?:re-?set|re-?initiali[sz]e|re-?init|renew)\w*|hard resets?|重置|重新初始化"
    which = (
        r"(?P<w>(?:the |their |its |all |both |last |final |output |whole |entire |of |layers?|heads?|networks?|critics?|"
        r"actors?|weights?|parameters?|q-networks?|"
        r"q|agent|最后一?层?|输出层|整个|网络|全部|头)+)"
    )
    every = (
        r"(?:(?:every|each|after every|after each|once every|once in)\s*(?P<n>\d+)\s*(?:(?:gradient |environment |env |"
        r"training )?(?P<u>steps|updates))?|"
        r"每(?:隔)?\s*(?P<m>\d+)\s*(?:步|次更新)?)"
    )
    forms = (
        rf"{which}(?:(?: (?:is|are|gets?|be|all|both))*)\s*(?:{what})\s*{every}",
        rf"(?:{what})\s*(?:of )?{which}?\s*{every}",
        rf"{every}\s*(?:,|，)?\s*{which}(?:(?: (?:is|are|gets?|be|all|both))*)\s*(?:{what})",
        rf"{every}\s*(?:,|，)?\s*(?:{what})\s*{which}?",
    )
    match = next((found for form in forms if (found := ask.first(form))), None)
    if match is None:
        return {}
    ask.has(r"\(?primacy bias\)?|against the primacy bias|以对抗首因偏差|首因偏差")
    number = int(match["n"] or match["m"])
    words = match["w"] or ""
    words += " all" if re.search(r"\b(?:all|both)\b", match[0]) else ""
    everything = bool(
        re.search(r"all|both|whole|entire|networks?|weights|parameters|agent|整个|全部", words)
    ) and not re.search(r"last|final|output|head|最后|输出", words)
    by = "updates" if (match["u"] == "updates" or "次更新" in match[0]) else "steps"
    return {"reset_every": number, "reset_all": everything, "reset_by": by}
