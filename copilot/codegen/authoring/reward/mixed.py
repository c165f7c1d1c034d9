"""Finds several rewards in one request: which words tell of which, and what becomes of them together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from copilot.codegen.authoring.ask import NUM, Ask, to_number

Combined = Literal["sum", "product", "max", "min", "mean", "alternate"]
_SIGNAL = (
    r"\brnd\b|\bicm\b|\be3b\b|\bre3\b|\bngu\b|random network distillation|disagreement|elliptical|(?:hash|grid|simhash|"
    r"visit\w*|episod\w+|pseudo-?|state|life-?long)?"
    r"[- ]?\bcounts?\b|count(?:s|ing)?-based|sim-?hash|k-?nn\b|nearest[- ]neighbou?rs?|state entropy|(?:forward|"
    r"prediction|"
    r"reconstruction|model)(?:[- ]\w+)?[- ]errors?|"
    r"(?:episodic|life-?long|lifetime|global|within-episode) (?:novelty|bonus|count)\w*|autoencoder|learning progress|"
    r"impact|pixel change|state change|displacement|action (?:penalty|"
    r"cost|change|smoothness)|step penalty|density|curiosity|1/sqrt\(?n|计数|误差|近邻|分歧|状态熵|蒸馏|好奇心?"
)
_BETWEEN: tuple[tuple[Combined, str], ...] = (
    ("product", r",? (?:is |are |and )?(?:then )?(?:multiplied (?:by|with)|times|multiplies|x|×|\*) (?:an? |the )?"),
    ("sum", r",? (?:plus|\+|added to|as well as) (?:an? |the )?"),
)
_LED: tuple[tuple[Combined, str], ...] = (
    ("product", r"(?:the )?products? of (?:an? |the |two )?|multipl(?:y|ies|ying) (?:an? |the )?"),
    ("sum", r"(?:the |a )?(?:weighted )?(?:sum|mix(?:ture)?|combination|blend) of (?:an? |the |two )?|(?:adds?|adding|"
        r"mix(?:es|ing)?|combin(?:es?|ing)|blends?)(?: (?:up|together|two|both|the|an?|"
            r"curiosity|bonus(?:es)?|intrinsic|exploration|signals?|rewards?|sum))*:? ?"),
    ("max", r"(?:the )?(?:max(?:imum)?|larger|greater|bigger)(?: one)?(?: of| between|\()(?: the)?(?: two)?:? ?(?:an? |"
        r"the "
        r")?"),
    ("min", r"(?:the )?(?:min(?:imum)?|smaller|lesser)(?: one)?(?: of| between|\()(?: the)?(?: two)?:? ?(?:an? |the )?"),
    ("mean", r"(?:the )?(?:mean|average) (?:of|between) (?:the )?(?:two )?(?:an? |the )?"),
    ("alternate",
    r"(?:alternat(?:e|es|ing)(?: between)?|switch(?:es|ing)? between)(?: (?:two|the|both|bonus(?:es)?|rewards?|signals?|"
    r"from episode to episode|episode by episode|(?:with )?every "
                  r"episode|by episode|each episode))*:? ?(?:an? |the )?"),
)  # fmt: skip
_CHINESE: tuple[tuple[Combined, str], ...] = (
    ("product", r"相乘|之积|乘积"), ("sum", r"相加|之和|加权和|求和"), ("max", r"(?:取)?(?:较大|最大)(?:者|值)"),
    ("min", r"(?:取)?(?:较小|最小)(?:者|值)"), ("mean", r"(?:取)?平均(?:值)?"), ("alternate", r"交替"),
)  # fmt: skip

_CHINESE_BETWEEN: tuple[tuple[Combined, str], ...] = (
    ("product", r"(?:再)?(?:乘以|乘上)(?!\s*[\d.])"),
    ("sum", r"加上|再加"),
)


@dataclass(frozen=True)
class Mixture:
    """How rewards are put together, and where each is told of."""

    combined: Combined
    spans: list[list[tuple[int, int]]]
    weights: list[float | None]
    """What each is weighted by, where it is said before it."""


def mixture_of(ask: Ask) -> Mixture | None:
    """Two rewards or more in one request, or None."""
    text = ask.lower
    found = _chinese(ask, text) if re.search(r"[\u4e00-\u9fff]", text) else _led(ask, text) or _joined(ask, text)
    if found is None:
        return None
    combined, starts, end = found
    bounds = [*starts[1:], end]
    spans = [[(start, stop)] for start, stop in zip(starts, bounds, strict=True)]
    if not all(re.search(_SIGNAL, text[a:b]) for ((a, b),) in spans):
        return None
    weights = [_weight(ask, spans_of[0]) for spans_of in spans]
    _more(text, spans, end)
    return Mixture(combined, spans, weights)


def _clause_end(text: str, start: int) -> int:
    """Where the sentence ends."""
    match = re.search(r"[.;!?](?=\s|$)|[。；！？\n]", text[start:])
    return start + match.start() if match else len(text)


def _led(ask: Ask, text: str) -> tuple[Combined, list[int], int] | None:
    """As in "the product of A and B": the word that says how comes first."""
    led = [(match, combined) for combined, words in _LED for match in re.finditer(rf"(?<![a-z])(?:{words})", text)]
    for match, combined in sorted(led, key=lambda pair: -pair[0].start()):  # the one nearest to them says how
        end = _clause_end(text, match.end())
        inner = text[match.end() : end]
        signals = [found.start() for found in re.finditer(_SIGNAL, inner)]
        if len(signals) < 2:
            continue
        splits = _splits(inner, signals)
        if not splits:
            continue
        ask.reading.take(match.start(), match.end())
        starts = [match.end()]
        for at, stop in splits:
            ask.reading.take(match.end() + at, match.end() + stop)
            starts.append(match.end() + stop)
        return combined, starts, end
    return None


def _splits(inner: str, signals: list[int]) -> list[tuple[int, int]]:
    """Where one reward's words end and the next one's begin: a word that joins, with a signal before and after it."""
    out: list[tuple[int, int]] = []
    last = 0
    for match in re.finditer(
        r",? (?:and|plus|with|&|or|vs\.?) (?:then )?(?:an? |the |of )?|, (?:in the (?:next|other)[ ,:]*)?|, ", inner
    ):
        before = [at for at in signals if last <= at < match.start()]
        after = [at for at in signals if at >= match.end()]
        near = after and not re.search(r"[,;]", inner[match.end() : after[0]])
        if before and near:
            out.append((match.start(), match.end()))
            last = match.end()
    return out[:3]


def _joined(ask: Ask, text: str) -> tuple[Combined, list[int], int] | None:
    """As in "A times B": the word that says how stands between."""
    for combined, words in _BETWEEN:
        for match in re.finditer(words, text):
            begin = max((text.rfind(sign, 0, match.start()) for sign in (". ", "; ", ": ")), default=-1)
            begin = begin + 2 if begin >= 0 else 0
            end = _clause_end(text, match.end())
            before, after = text[begin : match.start()], text[match.end() : end]
            colon = after.find(": ")
            if colon >= 0 and re.search("|".join(joint for _, joint in _BETWEEN), after[colon:]):
                ask.reading.take(begin, match.end() + colon + 1)  # a headline: what follows says it again, at length
                continue
            if re.search(rf"{NUM}$|log\(?1$|\b(?:1|one|sqrt\(?\d?)$", before.strip()) or not re.search(_SIGNAL, after):
                continue
            if not re.search(_SIGNAL, before):
                continue
            ask.reading.take(match.start(), match.end())
            return combined, [begin, match.end()], end
    return None


def _chinese(ask: Ask, text: str) -> tuple[Combined, list[int], int] | None:
    """What joins them stands at the end, or between."""
    sign = r"(?:和|与|跟|以及|、)"
    for combined, words in _CHINESE:
        match = re.search(words, text)
        if match is None:
            continue
        begin = max(text.rfind(mark, 0, match.start()) for mark in "。；：:") + 1
        inside = text[begin : match.start()]
        for joint in re.finditer(sign, inside):
            if re.search(_SIGNAL, inside[: joint.start()]) and re.search(_SIGNAL, inside[joint.end() :]):
                ask.reading.take(match.start(), match.end())
                ask.reading.take(begin + joint.start(), begin + joint.end())
                return combined, [begin, begin + joint.end()], match.start()
    for combined, words in _CHINESE_BETWEEN:
        match = re.search(words, text)
        if match and re.search(_SIGNAL, text[: match.start()]) and re.search(_SIGNAL, text[match.end() :]):
            begin = max(text.rfind(mark, 0, match.start()) for mark in "。；：:") + 1
            end = _clause_end(text, match.end())
            ask.reading.take(match.start(), match.end())
            return combined, [begin, match.end()], end
    return None


def _weight(ask: Ask, span: tuple[int, int]) -> float | None:
    """A factor before a reward: "0.7 times RND"; it is its weight."""
    match = re.match(
        rf"\s*(?:[\w ]{{0,30}}(?:=|:) ?)?(?:with weight )?(?P<n>{NUM})\s*(?:times|x|×|\*|of)?(?: (?:the|an?))?(?=[ *×])",
        ask.lower[span[0] : span[1]],
    )
    if match is None or re.match(r"\s*/", ask.lower[span[0] + match.end() :]):
        return None
    ask.reading.take(span[0], span[0] + match.end())
    return to_number(match["n"])


def _more(text: str, spans: list[list[tuple[int, int]]], end: int) -> None:
    """Further sentences that speak of one of them alone are its own."""
    names = [{found.strip() for found in re.findall(_SIGNAL, text[a:b])} for ((a, b),) in spans]
    at = end
    while at < len(text):
        stop = _clause_end(text, at + 1)
        told = [index for index, words in enumerate(names) if any(word in text[at:stop] for word in words)]
        if len(told) == 1:
            spans[told[0]].append((at, stop))
        at = stop
