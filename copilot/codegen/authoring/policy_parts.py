"""What of a policy's request is said of which part: actor, critic, trunk, streams, or all of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from copilot.codegen.authoring.ask import Ask, to_int, to_list
from copilot.codegen.authoring.encoder_mentions import INTEGER, Piece
from copilot.codegen.authoring.layers import function_of_word
from copilot.codegen.authoring.spec import Function

NAMES: dict[str, str] = {
    "trunk": r"(?:shared|common|joint) (?:trunk|body|torso|hidden layers?|layers?|network|mlp|base)|trunk|torso|"
             r"共享(?:的)?(?:主干|网络|层|"
             r"隐藏层)?|主干(?:网络)?|前面的隐藏层",
    "value": r"value (?:and advantage )?streams?|(?:state[- ])?value (?:branch|head)(?= and (?:an? )?advantage)|价值流|v 流",
    "advantage": r"advantage (?:streams?|branch|head)|优势流|a 流",
    "actor": r"actors?(?:'s)?(?: (?:heads?|networks?|mlp|body|trunk|net))?|policy (?:head|network)(?= (?:of|with|"
             r"has|is))|(?:演员|actor)(?:网络|头)?|"
             r"策略(?:头|网络)(?![的：])",
    "critic": r"(?:(?:both|two|twin|double|the|its) )?(?:critics?|q-?functions?|q-?networks?(?= (?:of|with|"
              r"has)))(?:'s)?(?: (?:heads?|networks?|mlps?|body|"
              r"trunk|net))?|value (?:heads?|networks?|functions?)|(?:评论家|critic)(?:网络|头)?|价值(?:网络|头|函数)",
    "both": r"\bboth(?: (?:networks|heads|of them|nets))?|(?:each|every) (?:network|head|stream)|(?:the )?two "
            r"(?:networks|mlps|streams)|two 价值|两个(?:网络|头)|各自|"
            r"both|all networks",
}  # fmt: skip
_FUNCTION = r"(?<![a-z])(leaky[ _-]?relu|gelu|selu|elu|silu|swish|mish|tanh|sigmoid|softplus|relu)(?![a-z])"
_FEW = INTEGER.replace(r"\d+(?![\w.]*\d)", r"[1-8](?![\w.]*\d)")
"""How many layers there are."""
_SEP = r"\s*(?:,\s*and|,|，|、|/|and|和|与|->|→|-|x|\s)\s*"
_LIST = rf"(?<![a-z\d_.×])\d{{1,4}}(?:{_SEP}\d{{1,4}})*(?![\w.]*\d|\s*%)"
_UNITS = r"(?:[- ]*(?:hidden )?(?:tanh |relu |silu |gelu |elu )?(?:units?|neurons?|wide|个?单元|个?神经元))"
_LAYER = (
    r"(?:hidden |fully[- ]connected |linear |dense |noisy |residual |tanh |relu |silu |gelu |elu |残差|隐藏|"
    r"全连接)*(?:layers?|blocks?|层)(?! ?norm)"
)
_APART = re.compile(r"[,;:，；。：(（]|\.(?!\d)|\bwhile\b|\bwhereas\b|\band\b|\bbut\b|\bwith\b|(?<!总)和(?!/)|而|但")


@dataclass
class Part:
    """What is said of one part."""

    name: str
    named: bool = False
    sizes: list[int] | None = None
    function: Function | None = None
    norm: bool | None = None
    dropout: float | None = None
    rate: float | None = None
    count: int | None = None
    """How many of them there are."""
    spectral: bool = False
    linear: bool = False
    """No hidden layers."""


@dataclass
class Parts:
    """All parts, and what is said of none in particular."""

    by: dict[str, Part] = field(default_factory=dict[str, Part])
    all: Part = field(default_factory=lambda: Part("all"))

    def get(self, name: str) -> Part:
        """The part of that name."""
        return self.by.setdefault(name, Part(name))


def read(ask: Ask) -> Parts:
    """What is said of each part, up to where the next is spoken of."""
    out = Parts()
    shown = ask.open
    found: list[tuple[int, int, str]] = []
    for name, pattern in NAMES.items():
        found += [(m.start(), m.end(), name) for m in re.finditer(rf"(?<![a-z])(?:{pattern})(?![a-z])", shown)]
    found.sort(key=lambda one: (one[0], -one[1]))
    kept: list[tuple[int, int, str]] = []
    for one in found:
        if not kept or one[0] >= kept[-1][1]:
            kept.append(one)
    begins = 0
    joined: list[Part] = []
    for index, (start, end, name) in enumerate(kept):
        after = kept[index + 1][0] if index + 1 < len(kept) else len(shown)
        lists = [match.span() for match in re.finditer(rf"{_LIST}", shown)]
        gaps = [
            m.end()
            for m in _APART.finditer(shown, end, after)
            if not any(a <= m.start() and m.end() <= b for a, b in lists)
        ]
        ends = len(shown) if index + 1 == len(kept) else gaps[-1] if gaps else after
        piece = Piece(ask, begins, ends)
        part = out.all if name == "both" else out.get(name)
        part.named = True
        last = index + 1 == len(kept)
        _one(piece, part, out.all if last and index else None, end - begins)
        between = shown[end:after]
        if re.fullmatch(r"\s*(?:and|和|与|及|/|,|，|&)\s*(?:an? |the )?", between) and not (
            part.sizes or part.function
        ):
            joined.append(part)  # "actor and critic of 64 each"
        elif joined:
            for other in joined:
                _copy(part, other)
            joined = []
        ask.reading.take(start, end)
        begins = ends
    _shared(out, kept, shown)
    if not kept:
        _one(Piece(ask, 0, len(shown)), out.all, None, 0)
    return out


def _shared(out: Parts, kept: list[tuple[int, int, str]], shown: str) -> None:
    """ "Four layers of 256 in actor and critic": what is said of the first is said of both."""
    for (_, end, name), (start, _, other) in pairwise(kept):
        said = out.by.get(name), out.by.get(other)
        if said[0] is None or said[1] is None or said[1].sizes is not None or said[1].function or said[1].linear:
            continue
        if re.fullmatch(r"\s*(?:and|和|与|及|/|,|，|&)\s*(?:an? |the )?", shown[end:start]):
            _copy(said[0], said[1])


def _copy(one: Part, other: Part) -> None:
    for name in ("sizes", "function", "norm", "dropout"):
        if getattr(other, name) is None:
            setattr(other, name, getattr(one, name))


def _one(piece: Piece, part: Part, rest: Part | None, named: int) -> None:
    """What a piece of the request says of a part.

    Args:
        rest: where the last piece's further clauses ("..., using ReLU") go that may be of all parts.
        named: up to which sign the piece names the part.
    """
    rate = piece.number(
        r"(?:learning rate|lr|step size|学习率)(?:\s|of|=|:|is|为|是|at|用|a)*(?P<n>\d+(?:\.\d+)?(?:e-?\d+)?)",
        r"(?:learns?|trained|updated|rate) (?:at|with|of)(?: (?:a )?(?:rate|lr)(?: of)?)? (?P<n>\d+(?:\.\d+)?(?:e-?\d+)?)",
        r"(?:at|用|为)\s*(?P<n>\d+(?:\.\d+)?e-\d+)", r"(?P<n>\d+(?:\.\d+)?e-\d+|0\.000\d+)",
    )  # fmt: skip
    if rate is not None and rate <= 1:
        part.rate = rate
    drop = piece.first(
        r"dropout(?: (?:rate|probability|of|p|after each layer|=))*\s*(?P<n>0?\.\d+|\d+ ?%)?|"
        r"随机失活(?:率)?\s*(?P<m>0?\.\d+)?"
    )
    if drop:
        told = drop["n"] or drop["m"]
        part.dropout = (float(told.rstrip("% ")) / (100 if "%" in told else 1)) if told else 0.1
    if piece.has(
        r"(?:pre-?|with |a )?layer[ -]?norm\w*(?: (?:after|before|in|on) (?:each|every|"
        r"all)[\w ]*?(?:layers?|activations?|relu|linear))?|层归一化|layernorm|\bln\b"
    ):
        clause = re.search(
            r"[,，;；。](?:[^,，;；。]*?)(?:using|use|使用|采用|都用|and layer|，和)[^,，;；。]*$", piece.all
        )
        (rest if rest is not None and clause else part).norm = True
    if piece.has(r"spectral(?:ly)?[ -]norm\w*(?: on| in)?|谱归一化"):
        part.spectral = True
    word = re.search(_FUNCTION, piece.text)
    if piece.has(r"(?:is |be |are )?(?:purely |a |just )?linear (?:heads?|readouts?|maps?)(?: directly)?(?: on "
                 r"(?:top of )?the features)?|(?:to be|is|be|are) linear\b|no hidden layers?(?: whatsoever| at "
                 r"all)?|"
                 r"without (?:any )?hidden layers?|one linear layer only|没有隐藏层|线性(?:头|层)(?:即可)?"):  # fmt: skip
        part.linear, part.sizes = True, []
    sizes = _sizes(piece, named) if not part.linear else []
    if sizes and part.sizes is None:
        part.sizes = sizes
    if word:
        clause = re.search(r"[,，;；。](?:[^,，;；。]*?)(?:using|use|使用|采用|都用)[^,，;；。]*$", piece.all)
        (rest if rest is not None and clause else part).function = function_of_word(word[1])
        for _ in piece.find(_FUNCTION):
            pass
    piece.has(r"activations?(?: functions?)?|激活(?:函数)?|non-?linearit(?:y|ies)")


def _sizes(piece: Piece, named: int) -> list[int]:
    """Widths: "two 64-unit layers", "three hidden layers of 512", "64, 64", "one layer each of 256"."""
    counted = piece.first(
        rf"(?P<c>{_FEW})[- ]*(?:separate |more |further |small |个|层)?\s*(?P<n>{_LIST}){_UNITS}[- ]*(?:{_LAYER})?",
        rf"(?P<c>{_FEW})[- ]*(?:个)?\s*{_LAYER}(?:\s|,|，|of|with|each|by|units?|wide|width|size|个|每层|各|"
        rf"宽度?|为|大小|hidden|tanh|relu|的)*(?P<n>{_LIST}){_UNITS}?(?: each)?(?:网络)?",
        rf"(?P<c>[一二两三四五])\s*层(?:每层|，|\s|各)*(?P<n>{_LIST}){_UNITS}?",
        rf"(?P<n>{_LIST}){_UNITS}?\s*(?:的)?(?P<c>{_FEW})\s*{_LAYER}",
    )  # fmt: skip
    if counted:
        sizes, count = to_list(counted["n"]), to_int(counted["c"]) or 1
        if len(sizes) == 1 and count <= 8:
            return sizes * count
        return sizes
    listed = piece.first(
        rf"(?:of|with|widths?|sizes?|hidden(?: layers?| sizes?| units?| width| dim)?|dim|=|:|：|为|是|宽度|隐藏层|"
        rf"each|layers?)(?:\s|,|of|with|=|:|width|dim|size|为|各)*(?P<n>{_LIST})(?:{_UNITS})?(?: each)?",
        rf"(?P<n>{_LIST})(?:{_UNITS})(?: each)?", rf"(?P<n>{_LIST})(?!\s*(?:atoms?|quantiles?|bins?|heads?|experts?|"
                                                  rf"tasks?|个?(?:任务|原子|分位)))",
    )  # fmt: skip
    sizes = to_list(listed["n"]) if listed else []
    if len(sizes) == 1:
        layers = piece.whole(rf"(?P<n>{_FEW})[- ]*{_LAYER}")
        if layers and layers <= 8:
            return sizes * layers
    return sizes
