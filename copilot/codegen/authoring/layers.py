"""Words of single layers: sizes of kernels and features, norms, pooling, residual blocks, activations."""

from __future__ import annotations

from typing import get_args

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
    for pattern in (rf"strides?{link}(?P<n>{small})", rf"步(?:长|幅){link}(?P<n>{small})"):
        match = None if strides else ask.first(pattern)
        strides = to_list(match["n"]) if match else strides
    ask.has(r"kernels?(?: sizes?)?|strides?|卷积核(?:大小)?|步长|步幅")
    return kernels, strides


def function_of(ask: Ask) -> Function | None:
    found: Function | None = None
    for name in FUNCTIONS:
        spoken = rf"(?<![a-z])(?:{_NAMES[name]})(?![a-z])"
        if name in {"elu", "relu"}:
            spoken = rf"(?<![a-z _-])(?:{_NAMES[name]})(?![a-z])|(?<![y][ _-])(?<![a-z])(?:{_NAMES[name]})(?![a-z])"
        if ask.has(spoken):
            found = found or name
    ask.has(r"(?:activations?|non-?linearit(?:y|ies))(?: functions?)?|激活(?:函数|层)?")
    return found


def norm_of(ask: Ask) -> tuple[Normal | None, bool]:
    for name, spoken in _NORMS.items():
        match = ask.first(
            rf"(?:{spoken})(?P<last>\s*(?:on|of|over|at|for|before)?\s*(?:the )?(?:last|final|"
            rf"end|outputs?|features|output features)\b)?"
        )
        if match:
            ask.has(spoken)
            return name, bool(match["last"]) or ask.has(r"(?:at the end|on top|最后(?=层归一|批归一))")
    return None, False


def pool_of(ask: Ask) -> Pool | None:
    size = r"(?:\s*(?:of|with|size)?\s*(?P<n>[2-8])(?!\d))?"
    if ask.has(r"global (?:average|avg|mean) pool(?:ing)?|全局平均池化"):
        return Pool(by="global")
    match = ask.first(rf"(?:max|maximum)[ -]?pool(?:ing|s|ed)?(?: layers?)?{size}|最大池化(?:层)?")
    if match:
        n = to_int(match["n"])
        return Pool(by="max", size=n or 2, stride=n or 2)
    match = ask.first(rf"(?:average|avg|mean)[ -]?pool(?:ing|s|ed)?(?: layers?)?{size}|平均池化(?:层)?")
    if match:
        n = to_int(match["n"])
        return Pool(by="average", size=n or 2, stride=n or 2)
    return Pool(by="max", size=2, stride=2) if ask.has(r"\bpool(?:ing|s)?(?: layers?)?\b|池化(?:层)?") else None


def residuals_of(ask: Ask) -> tuple[int | None, bool]:
    """How many residual blocks, and whether there are any."""
    spoken = (
        r"(?:residual|skip|res-?net|resnet)(?:[ -]?(?:blocks?|connections?|layers?|units?|nets?|"
        r"networks?|links?|style))?|shortcuts?|残差(?:块|连接|层|网络|结构)?|跳跃连接|跳连"
    )
    match = ask.first(rf"(?P<n>{INT})?\s*(?:个|层)?\s*(?:{spoken})")
    ask.has(spoken)
    return (to_int(match["n"]) if match else None), match is not None
