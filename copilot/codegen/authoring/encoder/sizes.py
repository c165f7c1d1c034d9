"""Numbers of convolutions and linear layers, from the part of a request that speaks of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from copilot.codegen.authoring.ask import to_int, to_list
from copilot.codegen.authoring.encoder.mentions import Piece
from copilot.codegen.authoring.listed import LINK

CHANNELS = (
    r"(?:(?:output |hidden )?(?:filters?|channels?|ch\b|feature maps|maps)|个?(?:输出)?(?:通道|滤波器)|"
    r"个卷积核|kernels each)"
)
UNITS = r"(?:(?:hidden )?(?:units?|neurons?|nodes?|wide)|个?(?:单元|神经元|节点)|维)"
WIDTH = (
    rf"(?P<n>\d+)[- ]*{UNITS}",
    r"(?:of|with|to|width|size|dim(?:ension)?|embedding(?: of| dim\w*)?|hidden|=|为|宽度|维度)(?:\s|of|=|:|"
    r"为)*(?P<n>\d+)(?!\s*(?:x|×|heads?|layers?|blocks?))",
    r"(?P<n>\d+)[- ]?(?:dim(?:ensional|ensions|s)?|d\b|wide|维)",
)
"""The width of a layer or block, in the ways in which it is said."""
_SEP = r"\s*(?:,\s*and|,|，|、|/|and|和|与|->|→|then)\s*"
_LIST = rf"(?<![a-z\d_.×])\d+(?:{_SEP}\d+)*(?![\w.]*\d|\s*[x×])"
_MANY = rf"(?<![a-z\d_.×])\d+(?:{_SEP}\d+)+(?![\w.]*\d|\s*[x×])"
_ORDINALS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "一": 0, "二": 1, "三": 2, "四": 3}
_ORDINAL = (
    r"(?:(?:the )?(?P<o>first|second|third|fourth|last|final|others?|rest|remaining)(?: (?P<m>two|three|four|2|3))?"
    r"(?: (?:ones?|layers?|conv\w*|of (?:them|these|which)))*|第(?P<zh>[一二三四])(?:个|层)?(?:卷积)?(?:的)?|"
    r"(?P<rest>其余|其他|"
    r"剩下)(?:的)?|(?P<end>最后一?(?:层|个)(?:卷积)?(?:的)?))"
)
_LINK = r"(?:\s|,|，|:|has|have|having|with|of|uses?|using|is|are|at|all|an?|为|是|取|用|的|都)*"


@dataclass
class Convs:
    """What is said of convolutions; lists that are shorter go on with their last number."""

    count: int | None = None
    channels: list[int] = field(default_factory=list[int])
    kernels: list[int] = field(default_factory=list[int])
    strides: list[int] = field(default_factory=list[int])
    padding: int | None = None
    """-1: so that the size stays."""
    dilation: list[int] = field(default_factory=list[int])
    separable: bool = False
    single: dict[str, dict[str, int]] = field(default_factory=dict[str, dict[str, int]])
    """By name of a size: that of the first, second, ..., last or rest."""

    @property
    def empty(self) -> bool:
        """Whether nothing is said."""
        return not (self.count or self.channels or self.kernels or self.strides or self.single or self.separable)

    @property
    def number(self) -> int:
        """How many there are."""
        given = max(len(self.channels), len(self.kernels), len(self.strides))
        return min(16, self.count or max(given, 1))

    def spread(self, name: str, defaults: list[int]) -> list[int]:
        """One number for each convolution."""
        given: list[int] = getattr(self, name)
        number = len(defaults)
        out = (given + [given[-1]] * number)[:number] if given else list(defaults)
        told = self.single.get(name, {})
        if "rest" in told:
            out = [told["rest"]] * number
        for place, value in told.items():
            if place != "rest":
                for index in _places(place, number):
                    out[index] = value
        return out


def _places(place: str, number: int) -> range:
    name, _, many = place.partition(" ")
    count = int(many or 1)
    if name == "last":
        return range(max(0, number - count), number)
    start = int(name)
    return range(start, min(number, start + count))


def convs(piece: Piece, noun: str) -> Convs:
    """The sizes of convolutions."""
    out = Convs(separable=piece.has(r"(?:depth-?wise[- ])?separable|深度可分离"))
    piece.has(
        r"(?<!\d)(?:[2-9]\d|1[7-9]|\d{3,})\s*[x×]\s*\d{2,}(?:\s*[x×]\s*\d+)?(?:的)?(?: (?:images?|pixels?|frames?|inputs?))?"
    )
    for match in piece.find(
        r"dilat(?:ions?|ed)(?: (?:rates?|factors?))?(?:\s|of|=|by)*(?P<n>\d+(?:\s*,\s*\d+)*)?|空洞(?:率)?(?:\s|"
        r"为)*(?P<m>\d+)?"
    ):
        out.dilation = to_list(match["n"] or match["m"]) or [2]
    _called(piece, out)
    _in_turn(piece, out)
    out.count = piece.count(noun, r"dilated|strided|depth-?wise|separable|stride-?\d|more|further|small|times")
    if piece.has(r"(?:with )?same padding|padding ?= ?['\"]?same['\"]?|(?:zero[- ])?padded so that the size stays"):
        out.padding = -1
    elif (padding := piece.first(r"padd(?:ing|ed)(?:\s|of|=|by)*(?P<n>\d)|填充(?:为)?\s*(?P<m>\d)")) is not None:
        out.padding = int(padding["n"] or padding["m"])
    elif piece.has(r"(?:no|without) padding|valid padding|unpadded|无填充|不填充"):
        out.padding = 0
    _single(piece, out)
    _doubling(piece, out)
    for match in piece.find(
        rf"(?<!stride )(?<!kernel )(?<!size )(?P<n>{_MANY})[- ]*{CHANNELS}(?: each)?|"
        rf"{CHANNELS}{LINK}(?P<m>{_MANY})(?!\s*{CHANNELS})"
    ):
        out.channels = out.channels or to_list(match["n"] or match["m"])
    _squares(piece, out)
    _lists(piece, out)
    return out


def _called(piece: Piece, out: Convs) -> None:
    """Conv2d(32, 8, 4) and 32@8x8."""
    for match in piece.find(
        r"conv\w*\(\s*(?P<c>\d+)\s*,\s*(?:kernel(?:_size)?\s*=\s*)?(?P<k>\d+)(?:\s*,"
        r"\s*(?:stride\s*=\s*)?(?P<s>\d+))?\s*\)"
    ):
        out.channels.append(int(match["c"]))
        out.kernels.append(int(match["k"]))
        out.strides += [int(match["s"])] if match["s"] else []


_ONE = re.compile(
    rf"(?P<c>\d+)\s*{CHANNELS}(?:\s|,|:|\(|with|of|and|using|having|an?)*"
    r"(?:kernels?(?: sizes?)?|卷积核|核)(?:\s|=|:|of|大小|为)*(?P<k>\d{1,2})(?:\s*[x×]\s*\d{1,2})?"
    r"(?:\s|,|;|with|and|using|having|an?)*(?:strides?|步长|步幅)(?:\s|=|:|of|为)*(?P<s>[1-8])(?!\d)\)?|"
    rf"(?P<c2>\d+)\s*{CHANNELS}(?:\s|,|:|\(|with|of|and|using|having|an?)*"
    r"(?P<k2>\d{1,2})\s*[x×]\s*(?P=k2)(?: kernels?)?(?:\s|,|;|with|and|using|having|an?)*"
    r"(?:strides?|步长|步幅)(?:\s|=|:|of|为)*(?P<s2>[1-8])(?!\d)\)?"
)


def _in_turn(piece: Piece, out: Convs) -> None:
    """All sizes of one convolution, then all of the next: "32 filters, kernel 8, stride 4; 64 filters, kernel 4, ..."."""
    if len(_ONE.findall(piece.text)) < 2:
        return
    for match in piece.find(_ONE.pattern):
        out.channels.append(int(match["c"] or match["c2"]))
        out.kernels.append(int(match["k"] or match["k2"]))
        out.strides.append(int(match["s"] or match["s2"]))


def _single(piece: Piece, out: Convs) -> None:
    """Sizes of the first, the last, the rest."""
    sizes = {
        "strides": r"(?:strides?|步长|步幅)(?:\s|of|为|是|=)*(?P<n>[1-8])(?!\d)",
        "kernels": r"(?:kernels?(?: sizes?)?|卷积核)?(?:\s|of|为|是|=)*(?P<n>\d{1,2})\s*[x×]\s*(?P=n)(?: kernels?)?",
        "channels": rf"(?P<n>\d+)\s*{CHANNELS}",
    }
    for name, size in sizes.items():
        value = size.replace("(?P<n>", "(?P<n>").replace("(?P=n)", "(?P=n)")
        last: str | None = None
        for match in piece.find(rf"{_ORDINAL}{_LINK}{value}"):
            last = _place(match)
            out.single.setdefault(name, {})[last] = int(match["n"])
        for match in piece.find(rf"{value}{_LINK}(?:in|for|on|at)\s*{_ORDINAL}(?: (?:only|alone))?"):
            last = _place(match)
            out.single.setdefault(name, {})[last] = int(match["n"])
        if last is not None and name == "strides":
            other = piece.first(rf"(?:the )?(?:others?|rest|remaining(?: ones?)?|其余|其他|剩下)(?:的)?{_LINK}(?:strides?|"
                                rf"步长)?{_LINK}(?P<n>[1-8])(?!\d)"
                                r"|(?P<m>[1-8]) (?:in|for) (?:all )?(?:the )?(?:others|rest|remaining)")  # fmt: skip
            if other:
                out.single[name]["rest"] = int(other["n"] or other["m"])
            elif "rest" not in out.single[name] and not piece.says(r"strides? (?:of )?\d (?:else|other)"):
                out.single[name].setdefault("rest", 1) if last == "0 1" else None


def _place(match: re.Match[str]) -> str:
    groups: dict[str, str] = {name: text for name, text in match.groupdict().items() if text}
    word = groups.get("o", "")
    if "rest" in groups or word.startswith(("other", "rest", "remain")):
        return "rest"
    many = to_int(groups.get("m", "")) or 1
    if "end" in groups or word in {"last", "final"}:
        return f"last {many}"
    return f"{_ORDINALS[word or groups.get('zh', 'first')]} {many}"


def _doubling(piece: Piece, out: Convs) -> None:
    match = piece.first(
        r"doubl\w+(?: (?:the|their|its))?(?: (?:number of )?(?:channels|filters|width))?(?: (?:each time|every "
        r"layer|per layer))?"
        r"(?:,? ?(?:from|starting (?:at|from|with)) (?P<a>\d+))(?: (?:up )?to (?P<b>\d+))?(?: channels| filters)?|"
        r"通道(?:数)?(?:每层)?(?:翻倍|加倍)(?:，)?从\s*(?P<c>\d+)(?:\s*到\s*(?P<d>\d+))?"
    )
    if not match:
        return
    begin, end = int(match["a"] or match["c"]), match["b"] or match["d"]
    number = out.count or 3
    if end:
        number = max(1, (int(end) // begin).bit_length())
    out.channels = [begin * 2**index for index in range(number)]


def _squares(piece: Piece, out: Convs) -> None:
    """Sizes one by one: 32 filters of 8x8 with stride 4."""
    bare = r"(?<!\d)(?<!\d, )(?<!\d and )(?P<b>[4-9]|\d{2,})(?:\s|个|of|with|@|:)+|(?<!\d)(?P<d>[4-9]|\d{2,})(?:\s|个|@|:)+"
    before = rf"(?:(?P<c>\d+)[- ]*{CHANNELS}(?:\s|,|of|with|@|:|an?)*|{bare})"
    square = (
        r"(?<![\dx×])(?P<k>\d{1,2})\s*[x×]\s*(?P=k)(?![\dx×])(?:[- ]?(?:kernels?|filters?|convs?|的|卷积核))?"
        r"(?:\s*(?:/|,?\s*(?:and |with |at )?(?:an? )?strides?(?:\s|of|=|-)*|,?\s*s(?=\d)|"
        r"[，,]?\s*步长(?:为)?)\s*(?P<s>[1-8])(?!\d|\s*(?:,|and|、)\s*\d(?!\d|\s*(?:x|×|filters|channels))))?"
    )
    after = rf"(?:(?:\s|,|，|with|and|of|to)*(?P<c>\d+)\s*{CHANNELS})?"
    for pattern in (before + square, square + after):
        for match in piece.find(pattern):
            size = match["c"] or match.groupdict().get("b") or match.groupdict().get("d")
            out.channels += [int(size)] if size else []
            out.kernels.append(int(match["k"]))
            out.strides += [int(match["s"])] if match["s"] else []


def _lists(piece: Piece, out: Convs) -> None:
    """Lists of kernels, strides and channels, each after its word or before it."""
    small = r"\d{1,2}(?:\s*(?:,\s*and|,|，|、|/|and|和|与|->|→|-)\s*\d{1,2}(?!\d|\s*[x×]))*(?!\d)"
    fewer = rf"(?P<n>{small})(?!\s*{CHANNELS})"
    link = rf"(?:{LINK}|s(?=\s))*"
    for match in piece.find(rf"strides?{link}(?P<n>{small}(?!\s*{CHANNELS}|\s*[x×]))|步(?:长|幅){link}(?P<m>{small})|"
                            rf"stride-(?P<o>\d)|"
                            r"(?<![a-z])s ?=? ?(?P<p>[1-8])(?!\d)"):  # fmt: skip
        out.strides = out.strides or to_list(match["n"] or match["m"] or match["o"] or match["p"])
    for match in piece.find(
        rf"kernels?{link}{fewer}|(?:卷积)?核(?:的)?{link}(?P<m>{small})|(?P<o>{small})[- ]kernels?|(?<![a-z])k ?=? "
        rf"?(?P<p>\d)(?!\d)"
    ):
        out.kernels = out.kernels or to_list(match["n"] or match["m"] or match["o"] or match["p"])
    for match in piece.find(
        rf"(?P<n>{_LIST})[- ]*{CHANNELS}(?: (?:each|in all|throughout))?|{CHANNELS}{LINK}(?P<m>{_LIST})"
    ):
        out.channels = out.channels or to_list(match["n"] or match["m"])
    if not out.channels:
        bare = piece.first(rf"(?P<n>{_LIST})")
        out.channels = to_list(bare["n"]) if bare else []
    piece.has(
        r"kernels?(?: sizes?)?|strides?|(?:的)?(?:卷积)?核(?:大小)?|步长|步幅|channels?|filters?|通道(?:数)?|padding|"
        r"everywhere|throughout|(?:in|for|on) (?:all|every|each)(?: of (?:them|these))?(?: (?:conv\w*|layers?))?$"
    )


def linears(piece: Piece, noun: str) -> tuple[int | None, list[int]]:
    """How many linear layers, and of which sizes."""
    count = piece.count(noun, rf"hidden|linear|dense|more|further|separate|tanh|relu|elu|gelu|silu|{UNITS}")
    piece.first(r"from (?:the )?\d+ (?:inputs?|features?)")
    match = piece.first(
        r"(?:of|with|to|size[sd]?|widths?|dims?|=|:|\(|为|到|each|having)(?:依次|分别|\s|为|是|are|is|=|:)*"
        rf"(?P<n>{_LIST})[- ]*{UNITS}?(?: each)?(?: (?:features|outputs|numbers|dimensions|dims))?",
        rf"(?P<n>{_LIST})[- ]*{UNITS}(?: each)?",
        rf"(?P<n>{_LIST})(?: (?:features|outputs))?",
    )
    sizes = to_list(match["n"]) if match else []
    piece.has(rf"{UNITS}(?: each)?|widths?|wide|宽度|每层|依次|分别")
    return count, sizes
