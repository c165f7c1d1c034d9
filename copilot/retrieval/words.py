"""Words of a text as the lexical index sees them: names whole and in parts, words by their stem, stop words dropped."""

from __future__ import annotations

import re
from functools import cache, lru_cache

import snowballstemmer

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[_\-./][A-Za-z0-9]+)+|[A-Za-z]+[0-9]*[A-Za-z0-9]*|[0-9]+(?:\.[0-9]+)?")
_THOUSANDS = re.compile(r"(?<=\d)[,_](?=\d{3}(?:[,_]\d{3})*(?![\d_]))")
_PARTS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
_BETWEEN = re.compile(
    "什么|怎么样|怎么|怎样|如何|为什么|为何|多少|哪些|哪个|哪里|是否|可以|应该|请问|一下|[的了吗呢吧是呀啊么]"
)
"""Chinese words between those that tell something; pairs of signs across them are none that a page would have."""
_NUMBER = re.compile(r"(?<![\w.])\d+(?:,\d{3})*(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w])")
_COUNT = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
_SPELLED = {word: number for number, word in enumerate(_COUNT.split())} | dict(
    zip("一二两三四五六七八九十", (1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10), strict=True)
)
_IN_WORDS = re.compile(
    rf"(?<![A-Za-z])(?:{'|'.join(sorted(_SPELLED, key=len, reverse=True))})(?![A-Za-z])", re.IGNORECASE
)
_PERCENT = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)\s?%")
_SPELLINGS = (
    (re.compile(r"(?<=\w{3})is(e|es|ed|er|ers|ing|ation|ations)$"), r"iz\1"),
    (re.compile(r"(?<=\w{2})our(s|ed|al|ally)?$"), r"or\1"),
    (re.compile(r"(?<=\w)ll(ed|ing)$"), r"l\1"),
)
_STEMMER = snowballstemmer.stemmer("english")
_ORDINAL = re.compile(r"^\s*\d{1,2}[.)]\s", re.MULTILINE)

STOP = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be by can do does for from get give has have how i if in into is it its me my no not of on "
        "or our should so than that the their them then there these this those to use used uses using was we what when "
        "where which who why will with would you your",
    )
)


def words(text: str) -> list[str]:
    """`OnPolicySharedActorCritic` gives itself and on, policy, shared, actor, critic; Chinese gives pairs of signs.

    A number is one word, with its decimals, however its thousands are set apart.
    """
    found: list[str] = []
    for name in _NAME.findall(_THOUSANDS.sub("", text)):
        found.extend(_pieces(name))
    for run in _CHINESE.findall(text):
        for told in filter(None, _BETWEEN.split(run)):
            found.extend(told[i : i + 2] for i in range(max(1, len(told) - 1)))
    return found


@lru_cache(maxsize=1 << 16)
def _pieces(name: str) -> tuple[str, ...]:
    """What a name or word gives; a corpus says the same few thousand again and again."""
    parts = [part.lower() for part in _PARTS.findall(name)]
    if len(parts) > 1 and not name[0].isdigit():
        return (*(_stem(part) for part in parts if part not in STOP), name.lower())
    return () if name.lower() in STOP else (_stem(name.lower()),)


def names(text: str) -> set[str]:
    """What looks like a name rather than a word: inner capitals, underscores, hyphens with digits, all capitals."""
    marked = {name for name in _NAME.findall(text) if re.search(r"[a-z][A-Z]|_|-v?\d|^(?=.*[A-Z])[A-Z0-9]{2,}$", name)}
    return {name.lower() for name in marked}


def numbers(text: str) -> set[float]:
    """The numbers of a text, however they are written (`2,048`, `1e-3`, `0.001`); not those inside names or of a list."""
    bare = _ORDINAL.sub("", text)
    return {float(found.replace(",", "")) for found in _NUMBER.findall(bare)}


def held_numbers(text: str) -> set[float]:
    """The numbers that a text bears: those in digits, those in words ("four"), and a percentage as a share ("25 %": 0.25).

    What a sentence claims is `numbers`: "one" is more often no number there.
    """
    spelled = {float(_SPELLED[found.lower()]) for found in _IN_WORDS.findall(text)}
    return numbers(text) | spelled | {float(found) / 100.0 for found in _PERCENT.findall(text)}


@cache
def _stem(word: str) -> str:
    """The stem of an English word, in American spelling."""
    if not word.isalpha():
        return word
    for british, american in _SPELLINGS:
        word = british.sub(american, word)
    return str(_STEMMER.stemWord(word))
