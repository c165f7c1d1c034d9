"""Clauses of a request: how far the words around a place belong together."""

from __future__ import annotations

import re

_LIST = re.compile(
    r"[,;!?|()\[\]{}]|\s/\s|\.(?![\d])|:(?!\s*[\d.])|(?<![a-z])(?:and|but|plus|then|while|whereas|whose|which|"
    r"although)(?![a-z])|"
    r"[，。；、！？（）【】]|和(?!度|谐)|且|但是?|以及|并且?(?!行)|然后|同时"
)
_SENTENCE = re.compile(r"[;!?]|\.(?![\d])|[。；！？]")
_DENIED = re.compile(
    r"(?<![a-z])(?:no|not|never|without|un(?=[a-z])|off|disabled?|disabling|none|false|instead of|rather than|stop|skip|"
    r"drop|remove|cannot|neither|nor|avoid|leave out|switched off|turned off)(?![a-z])|n['’]t(?![a-z])|"
    r"(?<![a-z])(?:non-|un(?=normali|clip|discount|stack|flatten))|(?<![a-z])(?:take|taking|turn\w*|switch\w*|leave|"
    r"leaving)(?: "
    r"[a-z]+){1,5} (?:out|off|away)(?![a-z])|不(?!变|断|同)|(?<![分特区类级])别|无(?!监督)|没有?|关闭|关掉|取消|禁用|禁止|"
    r"去掉"
)

_DENIED_NEXT = re.compile(
    r"(?:(?<![a-z])(?:no|not|without|instead of|rather than|never|don['’]?t|do not)|不(?:是|要|用)?|无需?|别|而不是)"
    r"\s*(?:an? |any |the )?$",
    re.IGNORECASE,
)


def clause(text: str, start: int, end: int) -> tuple[int, int]:
    """From where to where the words around a span are one item of a list."""
    return _around(_LIST, text, start, end)


def sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """From where to where the words around a span are one sentence."""
    return _around(_SENTENCE, text, start, end)


def _around(marks: re.Pattern[str], text: str, start: int, end: int) -> tuple[int, int]:
    first = 0
    for mark in marks.finditer(text, 0, start):
        first = mark.end()
    after = marks.search(text, end)
    return first, after.start() if after else len(text)


def denied_before(text: str, at: int) -> bool:
    """Whether the words right before a place deny what begins there."""
    return _DENIED_NEXT.search(text, 0, at) is not None


def denied(text: str) -> bool:
    """Whether a clause denies something; twice is not at all."""
    return len(_DENIED.findall(text)) % 2 == 1
