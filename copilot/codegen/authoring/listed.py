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
    r"[^\S\n]*(?:[,，]\s*(?:and\s+|&\s*|then\s+|finally\s+)*|;\s*|、|/|\||&|->|→|=>|>|"
    r"(?<=\s)(?:and(?:\s+(?:then|finally|lastly))?|then|followed by)(?=\s)|"
    r"和|与|及|以及|再|然后|接着)[^\S\n]*"
)
"""What parts the numbers of a list for certain."""
LOOSE = r"[^\S\n]*[-–—][^\S\n]*|[^\S\n]+"
"""What parts them where there are three or more: two may be a range, or a count and a size."""
LIST = rf"(?:{NUMBER})(?:(?:{BETWEEN})(?:{NUMBER}))*"
MANY = rf"(?:{NUMBER})(?:(?:{BETWEEN})(?:{NUMBER}))+"
LINK = (
    r"(?:\s|=|:|：|\(|（|\[|-(?!\d)|(?<![a-z])(?:sizes?|numbers?|counts?|of|are|is|being|with|at|to|as|set|equal|follows|"
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
    r"kernel sizes?|sizes?|layers?|mlp|network|encoder|conv\w*|核|步长|步幅|通道数?|宽度|大小|单元)"
)
_BARE = re.compile(
    rf"(?P<open>[(\[{{（]\s*)?(?P<list>(?:{NUMBER})(?:(?:{BETWEEN}|{LOOSE})(?:{NUMBER}))+)(?P<close>\s*[)\]}}）])?"
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
    while match := _BARE.search(lower, last):
        made, end = _plain(lower, match)
        out += [text[last : match.start()], made if made is not None else text[match.start() : end]]
        last = end
    return "".join([*out, text[last:]])


def _plain(text: str, match: re.Match[str]) -> tuple[str | None, int]:
    """The list of a match as "8, 4, 3", or None where it may be something else; and where it ends."""
    items = _own(text, list(_ITEM.finditer(text, *match.span("list"))))
    whole = items[-1].end() == match.end("list")
    end = match.end() if whole else items[-1].end()
    other = (None, items[0].end() if not whole else end)
    if len(items) < 2:
        tied = match["open"] or re.search(r"[/|x×-]\s?$", text[: items[0].start()])
        comma = re.match(r",\s*(?=\d+\s?[/| -]\s?\d)", text[items[0].end() :])
        return (f"{items[0][0]}; ", items[0].end() + comma.end()) if comma and not tied else other
    parts = [text[one.end() : two.start()] for one, two in itertools.pairwise(items)]
    words = [not re.search(r"\d", item[0]) for item in items]
    called = bool(match["open"]) and re.search(r"[\w]$", text[: match.start()]) is not None  # Conv2d(32, 64, 3)
    bracketed = bool(match["open"] and match["close"]) and not called and whole
    if any(words) and (not all(words) or len(items) < 3 or any(not part.strip() for part in parts)):
        return other  # "32, two linear layers"
    if not (_alike(parts) or bracketed):
        return other
    if len(items) == 2 and re.fullmatch(r"[,，]\s*", parts[0]) and _of_another(text, match, end):
        return f"{items[0][0]}; ", items[1].start()  # "stride 1, 16 filters"
    if len(items) == 2 and not _surely_two(text, match, items, bracketed):
        both = {"&": " and ", ",": ", ", "，": ", "}.get(parts[0].strip() if parts[0] != ", " else "")
        counts = _count(items[0][0]) and _count(items[1][0]) and not (match["open"] or match["close"])
        return (f"{items[0][0]}{both}{items[1][0]}", end) if both and counts else other
    shown = [f"{number(item[0]):g}" if all(words) else item[0].replace(",", "") for item in items]
    own = _of_another(text, match, end)
    made = ", ".join(shown[:-1]) + "; " + shown[-1] if own else ", ".join(shown)
    if bracketed:
        comma = re.match(r"\s*,(?=\s*[\d(\[])", text[end:])
        if comma or re.match(r"\s*and\s*[\d(\[]", text[end:]):
            return made + ";", end + (comma.end() if comma else 0)
        return made, end
    comma = None if whole else re.match(r"\s*,(?=\s*\d)", text[end:])
    if comma:  # "4/2/1, 16-16-96 filters"
        made, end = f"{made};", end + comma.end()
    return (match["open"] or "") + made + (match["close"] or "" if whole else ""), end


def _of_another(text: str, match: re.Match[str], end: int) -> bool:
    """Whether the last of numbers that are told of kernels or strides has another noun: "strides 4 2 1 512 features"."""
    small = re.search(
        rf"(?:(?<![a-z])(?:kernels?|strides?|padding|dilation|k|s)|核|步长|步幅|填充)(?:{LINK})$", text[: match.start()]
    )
    noun = rf"(?:[ -](?!kernels?|strides?)(?:output )?(?:{_NOUNS})(?![a-z])|\s?个?(?:通道|单元|神经元|滤波器))"
    return bool(small and re.match(noun, text[end:]))


def _own(text: str, items: list[re.Match[str]]) -> list[re.Match[str]]:
    """The numbers up to the one that "and" leads to: "strides 2 and 1, 128 maps"."""
    spelt = [not re.search(r"\d", item[0]) for item in items]
    if len(set(spelt)) > 1:  # "2, then 1 followed by two layers"
        items = items[: spelt.index(not spelt[0])]
    parts = [text[one.end() : two.start()] for one, two in itertools.pairwise(items)]
    if len(parts) > 1 and parts[0].strip() == "," and parts[1].strip() in {"/", "-", "", "|"}:
        return items[:1]  # "a kernel of 8, 96/96 channels"
    ands = [index for index, part in enumerate(parts) if re.search(r"\band\b|&|[和与及]", part)]
    kinds = [re.sub(r"\s+", " ", part).strip() or " " for part in parts]
    if ands and len(ands) < len(parts) and ands[0] + 1 < len(parts):
        at = ands[0]
        own = at > 0 and (kinds[at + 1] != kinds[0] or "then" in kinds[0])  # "2, 2 and 4/32/128 filters"
        items, parts, kinds = items[: at + 1 + (not own)], parts[: at + (not own)], kinds[: at + (not own)]
    if (
        parts
        and re.search(r"then|followed|>|→", parts[-1])
        and re.match(
            r"[ -](?:(?:output|linear|hidden|dense) )?(?:features?(?! maps)|outputs?|layers?|blocks?|heads?|dim\w*|d)"
            r"(?![a-z])",
            text[items[-1].end() :],
        )
    ):  # "24, then 32 followed by 64 features"
        items, parts, kinds = items[:-1], parts[:-1], kinds[:-1]
    same = next((index for index, kind in enumerate(kinds[: len(parts)]) if not _as(kind, kinds[0])), len(parts))
    if same < len(parts) and not (same + 1 == len(parts) and re.search(r"\band\b|&|[和与及]", kinds[same])):
        return items[: same + 1]  # "4/2/1, 16-16-96 filters"
    return items


def _as(kind: str, first: str) -> bool:
    """Whether two signs part the numbers of one list."""
    return kind == first or {kind, first} <= {",", "，", "、"} or {kind, first} <= {", then", "then"}


def _surely_two(text: str, match: re.Match[str], items: list[re.Match[str]], bracketed: bool) -> bool:
    """Whether two numbers are a list of two sizes."""
    between = text[items[0].end() : items[1].start()]
    if not all(_count(item[0]) for item in items):
        return False
    if re.fullmatch(rf"\s*(?:{_SIGN}|(?:,\s*)?(?:and\s+)?then|followed by|,\s*and)\s*", between):
        return True
    sized = re.search(rf"(?<![a-z])(?:{_SIZED})(?:{LINK})$", text[: match.start()]) or re.match(
        rf"[ -]*(?:{_SIZED})(?![a-z])", text[match.end() :]
    )
    loose = re.fullmatch(rf"{LOOSE}|\s*/\s*", between)
    if not sized or not (loose or bracketed):
        return False
    return (bracketed and not re.fullmatch(r"\s*[-–—]\s*", between)) or _both_sizes(text, match, items)


def _both_sizes(text: str, match: re.Match[str], items: list[re.Match[str]]) -> bool:
    """Whether two numbers with a blank, a hyphen or a slash between them are sizes: "units 64 64", "kernels 8/4"."""
    before, end = text[: match.start()], match.end()
    several = re.search(rf"(?:s|mlp|hidden|of|with|依次为?|分别为?|核|步长|步幅|通道数?|宽度|单元)(?:{LINK})$", before)
    layers = re.match(r"-[a-z]|\s*(?:conv\w*|layers?|linear|dense|hidden layers?|层)(?![a-z])", text[end:])
    values = [number(item[0]) for item in items]
    near = max(values) <= 32 * min(values)
    if "-" in text[items[0].end() : items[1].start()] and not re.search(
        rf"(?:kernels|strides|channels|filters|maps|通道数?|核|步长|步幅)(?:{LINK})$", before
    ):
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
