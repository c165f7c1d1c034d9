"""Words of single layers: sizes of kernels and features, norms, pooling, residual blocks, activations."""

from __future__ import annotations

import re
from typing import Literal, get_args

from copilot.codegen.authoring.ask import INT, LIST, Ask, to_int, to_list
from copilot.codegen.authoring.spec import Function, Normal, Pool

FUNCTIONS: tuple[Function, ...] = get_args(Function)
_NAMES = {
    "leaky_relu": r"leaky[ _-]?relu", "gelu": r"gelu", "elu": r"elu", "silu": r"silu|swish", "mish": r"mish",
    "selu": r"selu", "tanh": r"tanh|双曲正切", "sigmoid": r"sigmoid", "softplus": r"softplus", "relu": r"relu",
}  # fmt: skip
_NORMS: dict[Normal, str] = {
    "layer": r"layer[ -]?norm(?:ali[sz]ation)?s?|(?:层|图层)(?:归一化|规范化|标准化|正则化)|layernorm",
    "batch": r"batch[ -]?norm(?:ali[sz]ation)?s?|批(?:量|次)?(?:归一化|规范化|标准化)",
    "group": r"group[ -]?norm(?:ali[sz]ation)?s?|组(?:归一化|规范化|标准化)",
    "rms": r"rms[ -]?norm(?:ali[sz]ation)?s?",
}
SMALL = LIST.replace(r"\d+", r"\d{1,2}").replace(r"(?!", r"(?!\d|")


def feature_dim_of(ask: Ask) -> int | None:
    return ask.whole(
        r"(?:features?|output|embedding|latent)[ -]?(?:dim(?:ension)?s?|sizes?|vector)?(?:\s|"
        r"=|:|of|is|to|size)*(?P<n>\d+)(?![\d.])",
        r"(?P<n>\d+)[ -](?:output )?(?:features|outputs)\b",
        r"(?P<n>\d+)[ -]?(?:dim(?:ensional)?|d)\b(?: (?:features?|outputs?|embeddings?|vectors?|representations?))*",
        r"(?:特征|输出|嵌入)(?:的)?(?:维度|维数|大小|向量)(?:\s|为|是|=|:|：)*(?P<n>\d+)",
        r"(?:输出|得到)?\s*(?P<n>\d+)\s*(?:维(?:的)?(?:特征|输出|向量)?|个(?:特征|输出))(?:向量)?",
    )


def kernels_of(ask: Ask) -> tuple[list[int], list[int]]:
    """Sizes of kernels and strides, as they are listed."""
    ask.has(r"(?<!\d)(?:[2-9]\d|1[7-9]|\d{3,})\s*[x×]\s*(?:\d{2,})(?!\d)(?:\s*[x×]\s*\d+)?")  # the size of the image
    squares = [match for match in ask.find(r"(?<!\d)(\d{1,2})\s*[x×]\s*\1(?!\d)(?:\s*/\s*(\d+))?")]
    kernels = [int(match[1]) for match in squares]
    strides = [int(match[2]) for match in squares if match[2]]
    link = r"(?:\s|=|:|：|sizes?|of|are|is|with|all|为|是|大小|分别|都|均|取)*"
    small = SMALL
    for pattern in (
        rf"kernels?{link}(?P<n>{small})",
        rf"卷积核(?:的)?{link}(?P<n>{small})",
        rf"(?P<n>{small})\s*kernels?",
    ):
        match = None if kernels else ask.first(pattern)
        kernels = to_list(match["n"]) if match else kernels
    first = (
        None
        if strides
        else ask.first(
            r"第一层(?:卷积)?(?:的)?步(?:长|幅)(?:为|是|取|\s)*(?P<a>[1-8])|strides?(?: of)? (?P<b>[1-8]) (?:in|for|at|on) "
            r"the first"
            r"(?: (?:one|layer|conv\w*(?: layer)?))?(?: only| alone)?|the first(?: (?:one|layer|conv\w*(?: "
            r"layer)?))? (?:has|with|"
            r"having|uses|using) (?:a )?stride(?: of)? (?P<c>[1-8])"
        )
    )
    strides = [int(first["a"] or first["b"] or first["c"]), 1] if first else strides
    steps = r"[1-8](?:\s*(?:,\s*and|and|[,，、/和与])\s*[1-8](?!\d|\s*(?:个|filters|channels|x|×)))*(?!\d)"
    for pattern in (rf"strides?{link}(?P<n>{steps})", rf"步(?:长|幅){link}(?P<n>{steps})"):
        if not strides:
            strides = [number for match in ask.find(pattern) for number in to_list(match["n"])]
    ask.has(r"kernels?(?: sizes?)?|strides?|(?:的)?(?:卷积)?核(?:大小)?|步长|步幅")
    return kernels, strides


def function_of(ask: Ask) -> Function | None:
    found: Function | None = None
    for name in FUNCTIONS:
        spoken = rf"(?<![a-z])(?:{_NAMES[name]})(?![a-z])"
        if name in {"elu", "relu"}:
            spoken = rf"(?<![a-z _-])(?:{_NAMES[name]})(?![a-z])|(?<!leaky[ _-])(?<![a-z])(?:{_NAMES[name]})(?![a-z])"
        if ask.has(spoken):
            found = found or name
    ask.has(r"(?:activations?|non-?linearit(?:y|ies))(?: functions?)?|激活(?:函数|层)?")
    return found


def norm_of(ask: Ask) -> tuple[Normal | None, str]:
    """Which norm, and where: after `each` layer, after the `last`, or `first`, of what comes in."""
    for name, spoken in _NORMS.items():
        match = re.search(rf"(?:{spoken})(?: layers?)?", ask.lower)
        if not match or not ask.reading.free(*match.span()):
            continue
        breaks = r"[,;，；：:。]|\. |\bthen\b|followed by|(?<!先)然后"
        start = max([found.end() for found in re.finditer(breaks, ask.lower[: match.start()])], default=0)
        end = re.search(breaks, ask.lower[match.end() :])
        clause = ask.lower[start : match.end() + (end.start() if end else len(ask.lower))]
        if re.search(r"(?:after|on|in) the (?:first|second|third) (?!and)|\bonly\b|仅|只在", clause):
            continue  # at one layer among several: no part of a list of layers says that
        ask.reading.take(*match.span())
        ask.has(spoken)
        if re.search(r"\binputs?\b|^\s*first\b|normali[sz]es? (?:the )?observations?|输入|先", clause):
            return name, "first"
        last = r"\blast\b|\bfinal\b|\bend\b|\boutputs?\b|\bfeatures\b|on top|最后|输出|特征"
        if re.search(last, clause) and not re.search(r"\beach\b|\bevery\b|\ball\b|每|都", clause):
            return name, "last"
        single = re.search(r"linear layer|fully[- ]connected layer|线性层|全连接层", clause)
        if single and not re.search(r"conv|hidden|layers|mlp|each|every|卷积|每", clause) and ask.says(r"conv|卷积"):
            return name, "last"
        return name, "each"
    return None, "each"


def pool_of(ask: Ask) -> Pool | None:
    size = (
        r"(?:\s*(?:of|with|size|kernel)*\s*(?P<n>[2-8])(?!\d)(?:\s*[x×]\s*\d)?)?"
        r"(?:[ ,]*(?:and |with )?strides?(?: of)? (?P<s>\d))?"
    )
    before = r"(?:(?P<m>[2-8])\s*[x×]\s*\d[ 的]*)?"
    if ask.has(r"global (?:average|avg|mean) pool(?:ing)?|全局平均池化"):
        return Pool(by="global")
    kinds: tuple[tuple[Literal["max", "average"], str], ...] = (
        ("max", r"(?:max|maximum)[ -]?pool(?:ing|s|ed)?(?: layers?)?|最大池化(?:层)?"),
        ("average", r"(?:average|avg|mean)[ -]?pool(?:ing|s|ed)?(?: layers?)?|平均池化(?:层)?"),
        ("max", r"\bpool(?:ing|s)?(?: layers?)?\b|池化(?:层)?"),
    )
    for by, spoken in kinds:
        match = ask.first(rf"{before}(?:{spoken}){size}")
        if match:
            side = to_int(match["n"] or match["m"]) or 2
            ask.has(spoken)
            return Pool(by=by, size=side, stride=to_int(match["s"]) or side)
    return None


def residuals_of(ask: Ask) -> tuple[int | None, bool]:
    """How many residual blocks, below zero if so many follow each convolution; and whether there are any."""
    spoken = (
        r"(?:residual|skip|res-?net|resnet)(?:[ -]?(?:blocks?|connections?|layers?|units?|nets?|"
        r"networks?|links?|style))?|shortcuts?|残差(?:块|连接|层|网络|结构)?|跳跃连接|跳连"
    )
    each = rf"(?:每(?:一)?(?:段|层|个阶段|组)(?:后|有|接)?)\s*(?P<n>{INT})\s*(?:个)?(?:{spoken})"
    match = ask.first(each)
    if match is None:
        match = ask.first(
            rf"(?P<n>{INT}) (?:{spoken}) (?:each\b|(?:in|per|after|for) (?:each|every|stage|section|"
            rf"convolution|one)[\w ]{{0,24}})"
        )
    count = None if match else ask.count_before(spoken)
    named = ask.has(spoken) or match is not None
    if named and match is None and count is None:  # "residual MLP blocks (3 blocks of width 128)"
        blocks = ask.first(rf"(?P<n>{INT})\s*(?:个)?\s*(?:of (?:them|these)|(?:such |of these )?blocks?|块)")
        count = to_int(blocks["n"]) if blocks else None
    if named:
        ask.has(r"impala(?:[ -](?:style|like))?|blocks?")
    ask.has(r"三段|两段|四段|sections?|stages?|段") if named else None
    return (-(to_int(match["n"]) or 1) if match else count), named


def function_of_word(word: str) -> Function:
    """The activation of that name, in whatever spelling."""
    word = word.lower().strip().removesuffix("s") if not word.lower().endswith("mish") else "mish"
    for name in ("leaky_relu", "gelu", "selu", "elu", "silu", "mish", "tanh", "sigmoid", "softplus", "relu"):
        if re.fullmatch(_NAMES[name], word) or re.fullmatch(_NAMES[name], f"{word}s"):
            return name
    return "relu"


def norm_of_word(word: str) -> Normal:
    """The norm of that name."""
    return next((name for name, spoken in _NORMS.items() if re.match(spoken, word)), "instance")
