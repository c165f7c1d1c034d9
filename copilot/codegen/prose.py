"""What of a request's unread words demands nothing: references, reasons, and words of plain talk.

A demand that nobody read makes a package fail, so what is told here to be prose has to be nothing else: a clause that gives
a reason counts as one only if it holds no number, no denial and no word of the field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources

_REFERENCE = re.compile(
    r"[(\[]?(?:(?:as|from|by|of|like|in|see|following|after|cf\.?)\s+)*(?:the\s+)?(?:paper\s+(?:of|by)\s+)?"
    r"[A-Z][\w'-]+(?:\s+(?:and|&)\s+[A-Z][\w'-]+)?(?:,\s+[A-Z][\w'-]+)*\s*(?:et al\.?|等人?)(?:[,\s]*\(?(?:19|"
    r"20)\d\d[a-z]?\)?)?[)\]]?|"
    r"[(\[]?\b[A-Z][\w'-]+(?:\s+(?:and|&)\s+[A-Z][\w'-]+)?,?\s+\(?(?:19|20)\d\d[a-z]?\)?[)\]]?|"
    r"\((?:ICML|ICLR|NeurIPS|NIPS|AAAI|CoRL|RSS|arXiv)[^)]*\)|\barXiv:?\s*\d{4}\.\d{4,5}\b|"
    r"\b(?:ICML|ICLR|NeurIPS|NIPS|AAAI|CoRL|RSS)\b(?:\s*['’]?\d{2,4})?|(?<=[a-z] )\((?:19|20)\d\d\)"
)
"""Authors and years, conferences: where something was published."""
_REASON = re.compile(
    r"(?:(?<![a-z])(?:because|since|so that|in order to|hoping|as (?:i|we|it|they|my|our|the (?:game|task|robot))|"
    r"to (?:see|check|find out|test|compare|study)|i (?:think|believe|hope|guess|suspect)|we (?:think|believe|hope)|"
    r"for (?:[a-z]+ )?(?:tasks?|games?|environments?|robots?|comparison|stability|robustness))(?![a-z])|"
    r"因为|由于|以便|便于|为了|我觉得|我认为|听说|据说)[^.;!?。；！？\n]*"
)
"""A clause that says why, or where it will be of use."""
_DEMANDS = re.compile(
    r"\d|(?<![a-z])(?:want\w*|need\w*|like|use[sd]?|using|should|must|add\w*|make|with|have|has|no|not|never|without|only|except|unless|instead|rather|but|twice|half|third|quarter|norm\w*|dropout|attention|"
    r"relu|gelu|tanh|conv\w*|kernels?|strides?|layers?|channels?|clip\w*|entropy|targets?|learning rate|lr|"
    r"batch\w*|double|dueling|"
    r"noise|gaussian|uniform|beta|alpha|gamma|lambda|decay\w*|anneal\w*|linear\w*|log\w*|square\w*|root|mask\w*|random\w*|schedule\w*|"
    r"temperature|priorit\w*|weights?|coefficients?|penal\w*|bonus\w*|loss\w*|hidden|pool\w*|residual|recurrent|lstm|gru|"
    r"normali[sz]\w*|scale\w*|crop\w*|shift\w*|flip\w*|rotat\w*)(?![a-z])|不|没|无|仅|只|除|(?<![分特区类级])别|归一|裁剪|噪声|熵|层|核|步长|衰减|权重|系数"
)
_ENDINGS = ("", "s", "es", "d", "ed", "ing", "ly", "'s", "’s")


def references(text: str) -> Iterator[tuple[int, int]]:
    """Where a request tells in which paper something stands."""
    yield from (match.span() for match in _REFERENCE.finditer(text))


def reasons(text: str) -> Iterator[tuple[int, int]]:
    """Where a request tells why it asks, up to the end of the clause; clauses that may hold a demand are none."""
    for match in _REASON.finditer(text):
        end = match.end()
        for part in re.finditer(r"[,，:：]", match[0]):  # what comes after a comma may be another clause
            if _DEMANDS.search(match[0][part.end() :]):
                end = match.start() + part.start()
                break
        if not _DEMANDS.search(text[match.start() : end]):
            yield match.start(), end


@cache
def _words() -> frozenset[str]:
    text = resources.files("copilot.codegen").joinpath("data/prose.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


@cache
def plain(word: str) -> bool:
    """Whether an English word, in whatever form, is plain talk."""
    word, words = word.lower(), _words()
    for ending in _ENDINGS:
        stem = word.removesuffix(ending) if ending else word
        if ending and (stem == word or len(stem) < 3):  # "only" is no form of "on"
            continue
        if stem in words or f"{stem}e" in words or (stem.endswith("i") and f"{stem[:-1]}y" in words):
            return True
        if len(stem) > 3 and stem[-1] == stem[-2] and stem[:-1] in words:  # planned
            return True
    return False
