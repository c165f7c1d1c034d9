"""Lists of numbers as people write them: "8 4 3", "8/4/3", "8-4-3", "8 then 4 then 3", "eight, four and three", "八、四".

A list has one form for all readers, "8, 4, 3" (`plain_lists`); `numbers` gives its numbers, `after` and `before` find one
beside a noun.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass

_SPELT = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
_WORDS = {word: value for value, word in enumerate(_SPELT.split())}
_CHINESE = dict(zip("零一二两三四五六七八九十", (0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10), strict=True))
_DIGITS = r"\d+\.\d+(?:e[-+]?\d+)?|\d+(?:e[-+]?\d+)?|\.\d+"
_THOUSANDS = r"[1-9],(?:000|024|048|096|[1-9]00)(?!\d|,\d{2})"
"""1,024 is one number; 64,128 are two."""
NUMBER = (
    rf"(?<![A-Za-z0-9_.])-?(?:{_THOUSANDS}|{_DIGITS})(?:\s?%)?(?![A-Za-z_.]*\d)(?!(?:x|d|st|nd|rd|th|k|m|st)(?![a-z]))|"
    rf"(?<![a-z0-9_-])(?:{'|'.join(sorted(_WORDS, key=len, reverse=True))})(?![a-z0-9_-])|"
    r"(?<![零一二两三四五六七八九十百千万第每\d])[零一二两三四五六七八九十](?![零一二两三四五六七八九十百千万\d])"
)
"""A number in digits, words or Chinese; "3x3" and "v5" are none."""
BETWEEN = (
    r"\s*(?:,\s*(?:and\s+|&\s*|then\s+|finally\s+)*|;\s*|、|/|\||&|->|→|=>|>|"
    r"(?<=\s)(?:and(?:\s+(?:then|finally|lastly))?|then|followed by)(?=\s)|"
    r"和|与|及|以及|再|然后|接着)\s*"
)
"""What parts the numbers of a list for certain."""
LOOSE = r"\s*[-–—]\s*|\s+"
"""What parts them where there are three or more: two may be a range, or a count and a size."""
LIST = rf"(?:{NUMBER})(?:(?:{BETWEEN})(?:{NUMBER}))*"
MANY = rf"(?:{NUMBER})(?:(?:{BETWEEN})(?:{NUMBER}))+"
LINK = (
    r"(?:\s|=|:|\(|\[|-(?!\d)|(?<![a-z])(?:sizes?|numbers?|counts?|of|are|is|being|with|at|to|as|set|equal|follows|"
    r"respectively|in order|namely|i\.e\.|like so|the|all|each|both)(?![a-z])|"
    r"数|大小|尺寸|宽度|为|是|取|用|设|成|依次|分别|按顺序|都|均|各|全|的)*"
)
"""What stands between a noun and its numbers."""
EACH = r"(?:\s*(?:units?|ones?)?\s*(?:each|apiece|everywhere|throughout|for (?:all|both|each|every one)(?: of them)?|both))"
_SIGN = r"->|→|=>"
_NOUNS = (
    r"channels?|filters?|kernels?|strides?|units?|neurons?|nodes?|widths?|layers?|features?|outputs?|heads?|pixels?|px|"
    r"blocks?|frames?|steps?|dims?|dimensions?|maps?|entries|samples?|envs?|environments?|critics?|seeds?|epochs?|"
    r"degrees?|levels?|bits?|patches|tokens?|holes?|percent|hidden|conv\w*|linear|dense|max|average|residual"
)
_SIZED = (
    r"(?:kernels?|strides?|channels?|filters?|widths?|units?|neurons?|hidden|dims?|padd?ings?|dilations?|rates?|"
    r"kernel sizes?|sizes?|layers?|mlp|conv\w*|核|步长|步幅|通道数?|宽度|大小|单元)"
)
_BARE = re.compile(
    rf"(?P<open>[(\[{{]\s*)?(?P<list>(?:{NUMBER})(?:(?:{BETWEEN}|{LOOSE})(?:{NUMBER}))+)(?P<close>\s*[)\]}}])?"
)
_SEPARATOR = re.compile(rf"(?:{BETWEEN})|(?:{LOOSE})")
_ITEM = re.compile(NUMBER)


@dataclass(frozen=True)
class Listed:
    """Numbers that are told in a row, and where."""

    values: tuple[float, ...]
    start: int
    end: int
    each: bool = False
    """Whether one number is said of several things: "64 each"."""

    @property
    def whole(self) -> list[int]:
        """Its numbers as whole ones."""
        return [round(value) for value in self.values]

    def spread(self, number: int) -> list[float]:
        """One for each of so many things; a list that is shorter goes on with its last."""
        return [*self.values, *self.values[-1:] * number][: max(number, 1)]


def number(text: str) -> float:
    """The value of one number of a list."""
    text = text.strip()
    if text in _WORDS or text in _CHINESE:
        return float(_WORDS.get(text, _CHINESE.get(text, 0)))
    share = text.endswith("%")
    value = float(text.rstrip("% ").replace(",", ""))
    return value / 100 if share else value


def numbers(text: str) -> list[float]:
    """The numbers of a list, in whatever form it has."""
    return [number(match[0]) for match in _ITEM.finditer(text.lower())]


def plain_lists(text: str) -> str:
    """A text with each list of numbers that is surely one as "8, 4, 3", whatever parts them and brackets it.

    Two numbers with a hyphen between them may be a range, and those with a blank a count and a size: they stay, unless
    the noun before them has sizes ("strides 4 2").
    """
    out, last = list[str](), 0
    lower = text.lower() if len(text.lower()) == len(text) else text
    for match in _BARE.finditer(lower):
        if match.start() < last or (made := _plain(lower, match)) is None:
            continue
        out += [text[last : match.start()], made]
        last = match.end()
    return "".join([*out, text[last:]])


def _plain(text: str, match: re.Match[str]) -> str | None:
    """The list of a match as "8, 4, 3", or None where it may be something else."""
    begin, end = match.span("list")
    items = list(_ITEM.finditer(text, begin, end))
    parts = [text[one.end() : two.start()] for one, two in itertools.pairwise(items)]
    words = [not re.search(r"\d", item[0]) for item in items]
    before = text[: match.start()]
    called = bool(match["open"]) and re.search(r"[\w]$", before) is not None  # Conv2d(32, 64, 3)
    bracketed = bool(match["open"] and match["close"]) and not called
    if any(words) and not all(words):
        return None  # "32, two linear layers"
    if not _alike(parts) and not bracketed:
        return None
    if all(words) and (len(items) < 3 or any(not part.strip() for part in parts)):
        return None
    loose = any(re.fullmatch(rf"{LOOSE}|\s*/\s*", part) for part in parts)
    sized = re.search(rf"(?<![a-z])(?:{_SIZED})(?:{LINK})$", before) or re.match(
        rf"[ -]*(?:{_SIZED})(?![a-z])", text[match.end() :]
    )
    counts = all(_count(item[0]) for item in items)
    if len(items) == 2 and not (sized and counts and (loose or bracketed)):
        signs = re.fullmatch(rf"\s*(?:{_SIGN}|(?:,\s*)?(?:and\s+)?then|followed by|,\s*and)\s*", parts[0])
        return ", ".join(item[0] for item in items) if signs and counts else None
    if bracketed and len(items) == 2 and re.fullmatch(r"\s*[-–—]\s*", parts[0]):
        return None
    if len(items) == 2 and loose and not bracketed and not _both_sizes(text, match, items):
        return None
    shown = [f"{number(item[0]):g}" if all(words) else item[0].replace(",", "") for item in items]
    own = (
        loose
        and re.search(rf"(?<![a-z])(?:kernels?|strides?|k|s)(?:{LINK})$", before)
        and re.match(rf"[ -](?!kernels?|strides?)(?:{_NOUNS})(?![a-z])", text[end:])
    )  # "strides 4 2 1 512 features"
    made = ", ".join(shown[:-1]) + "; " + shown[-1] if own and len(items) > 2 else ", ".join(shown)
    return made if bracketed else (match["open"] or "") + made + (match["close"] or "")


def _both_sizes(text: str, match: re.Match[str], items: list[re.Match[str]]) -> bool:
    """Whether two numbers with a blank, a hyphen or a slash between them are sizes: "units 64 64", "kernels 8/4"."""
    before, end = text[: match.start()], match.end()
    several = re.search(rf"(?:s|mlp|hidden|of|with|核|步长|步幅|通道数?|宽度|单元)(?:{LINK})$", before)
    layers = re.match(r"\s*(?:conv\w*|layers?|linear|dense|hidden layers?|层)(?![a-z])", text[end:])
    values = [number(item[0]) for item in items]
    near = max(values) <= 8 * min(values)
    if "-" in text[items[0].end() : items[1].start()] and not re.search(rf"(?:kernels|strides)(?:{LINK})$", before):
        return near and min(values) >= 16 and re.search(rf"(?:sizes?|patch\w*)(?:{LINK})$", before) is None
    return bool(several and not layers and near) or (min(values) >= 16 and near)


def _alike(parts: list[str]) -> bool:
    """Whether what parts the numbers is the same throughout, but for the last: "8 4 and 3"."""
    kinds = {re.sub(r"\s+", " ", part).strip() for part in parts[:-1]}
    return len(kinds) < 2 or kinds <= {",", "then", ", then", ""}


def _count(word: str) -> bool:
    return bool(re.fullmatch(r"\d+", word)) and int(word) > 0


def after(text: str, at: int, link: str = LINK) -> Listed | None:
    """The list that is told of a noun which ends at a place: "kernels of 8, 4 and 3", "units: 64 each".

    The last of several numbers is not of it where a noun of its own follows: "kernels 8, 4, 3 and 2 heads".
    """
    match = re.compile(rf"{link}(?P<list>{LIST})").match(text, at)
    if match is None:
        return None
    items = list(_ITEM.finditer(text, *match.span("list")))
    if len(items) > 1 and re.match(rf"[ -](?:{_NOUNS})(?![a-z])|\s?[个层块](?!卷积核)", text[items[-1].end() :]):
        items = items[:-1]
    each = re.compile(EACH).match(text, items[-1].end())
    told = each or re.search(r"(?<![a-z])(?:all|each|both)(?![a-z])|[都均各]", text[at : items[0].start()])
    closing = re.compile(r"\s*[)\]]").match(text, items[-1].end())
    opened = re.search(r"[(\[]", text[at : items[0].start()])
    end = each.end() if each else closing.end() if closing and opened else items[-1].end()
    return Listed(tuple(number(item[0]) for item in items), at, end, bool(told) and len(items) == 1)


def before(text: str, at: int) -> Listed | None:
    """The list that ends where a noun begins: "32, 64 and 64 filters"."""
    start = max(0, at - 80)
    ends = [
        match for match in re.finditer(rf"(?P<list>{LIST})(?:\s|-|个|的)*", text[start:at]) if start + match.end() == at
    ]
    if not ends:
        return None
    match = ends[0]
    return Listed(tuple(numbers(match["list"])), start + match.start("list"), at)


def told(text: str, noun: str, free: Callable[[int, int], bool] = lambda start, end: True) -> Listed | None:
    """The first list that is told of a noun, behind it or before it.

    Args:
        text: in small letters, its lists as `plain_lists` writes them.
        noun: a pattern.
        free: whether nothing of a span is taken.
    """
    for match in re.finditer(rf"(?<![a-z])(?:{noun})(?![a-z])", text):
        for found in (after(text, match.end()), before(text, match.start())):
            if found is not None and free(found.start, found.end):
                start, end = min(found.start, match.start()), max(found.end, match.end())
                return Listed(found.values, start, end, found.each)
    return None
