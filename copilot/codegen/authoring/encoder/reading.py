"""Reads an encoder: which layers, in which order, of which sizes."""

from __future__ import annotations

import copy
import re

from pydantic import ValidationError

from copilot.codegen.authoring.ask import INT, LIST, NUM, Ask, to_int, to_list
from copilot.codegen.authoring.encoder import sequence as encoder_sequence
from copilot.codegen.authoring.encoder.layer_words import (
    feature_dim_of,
    function_of,
    kernels_of,
    norm_of,
    pool_of,
    residuals_of,
)
from copilot.codegen.authoring.encoder.layers import Said, built
from copilot.codegen.authoring.spec import (
    Attention,
    Coords,
    Encoder,
    Fourier,
    Function,
    Layer,
    SpatialSoftmax,
    Squeeze,
    Symlog,
)

BEYOND = (
    r"\b(?:transformers?|lstm|gru|recurrent|rnn|memory|graph|gnn|capsules?|deformable|"
    r"wavelets?|hypernetworks?|mixture|u-?net|autoencoders?|vae|contrastive|gating|dense ?net|inception|mamba|"
    r"state[- ]space|slots?|film|multi-?scale|pyramid|positional|pretrained|pre-trained|quanti[sz]ed|binary|fusion|dict|"
    r"siamese|two[- ]stream|parallel|branch(?:es)?|concat\w*|modulat\w*|experts?|frame by frame|single frames?|"
    r"each frame|per[- ]frame|over (?:the )?frames)\b|循环|记忆|图神经|"
    r"胶囊|自编码|对比学习|门控(?!线性)|多尺度|位置编码|预训练|变换器|分支|拼接|调制|专家|每(?:一)?帧"
)
"""Words of encoders that are no list of layers."""
_WITHOUT = (
    r"(?:without|no|not|don't use|never) (?:any |an? )?(?:(?:layer|batch|group|rms)[ -]?norm\w*|normali[sz]ation|dropout|"
    r"(?:max |average )?pool\w*|(?:residual|skip)(?: connections?| blocks?)?)(?: layers?)?|"
    r"(?:不用|不要|没有|不加|去掉|无)(?:层归一化|批归一化|归一化|池化|残差(?:连接)?|dropout)"
)
"""What is said not to be there."""
_LINK = (
    r"(?:\s|,|，|:|：|\(|（|=|with|of|having|using|each|to|sizes?|sized|channels?|filters?|widths?|"
    r"units?|为|是|分别|通道数?|数|大小|宽度|每层|都|个|layers?|encoder|network|编码器)*"
)
_CONV = (
    r"conv(?:olution(?:al)?)?s?(?:2d)?(?:[ -](?:neural )?(?:layers?|blocks?|nets?|"
    r"networks?))?(?!\s*kernel)|cnn|卷积(?:神经网络|层|网络)?(?!核)"
)
_DENSE = (
    r"(?:hidden|linear|dense|fully[- ]connected|fc|feed-?forward)(?: hidden| linear| "
    r"dense)?(?:[ -](?:layers?|units?))?|"
    r"mlp|multi-?layer perceptrons?|全连接层?|线性层|隐藏层|隐层|多层感知机"
)
_BEFORE = (
    r"(?:depth-?wise[- ])?separable[ -]*|dilated[ -]*|layer(?:ed)?[ -]*|"
    r"\d+\s*(?:个)?(?:单元|神经元|units?|通道)\w?的?\s*[a-z]*\s*"
)


def read(ask: Ask, image: bool | None, nature: bool) -> tuple[Encoder | None, list[str]]:
    """The encoder that a request asks for, or None where it names no layer; and notes.

    One reader follows the layers in the order in which they are told. Where it finds none, another looks for each word
    wherever it stands.

    Args:
        image: whether observations are images; None: as the layers say.
        nature: images are as large as those of Atari, for which the Nature paper's sizes suit.
    """
    tries: list[tuple[bool, int, int, Ask, Encoder | None, list[str]]] = []
    for reader in (encoder_sequence.read, _words):
        own = copy.deepcopy(ask)
        try:
            plan, notes = reader(own, image, nature)
        except ValidationError:
            if reader is _words and not tries:
                raise
            continue
        left = sum(map(len, copy.deepcopy(own).left()))
        foreign = len(re.findall(BEYOND, own.open))
        tries.append((plan is None, foreign, left, own, plan, notes))
        if plan is not None:
            break  # words taken from wherever they stand would hide what is not understood
    if not tries:
        return None, []
    best = min(tries, key=lambda one: one[:3])
    ask.reading = best[3].reading
    return best[4], best[5]


def _words(ask: Ask, image: bool | None, nature: bool) -> tuple[Encoder | None, list[str]]:
    """The encoder that a request asks for, or None where it names no layer; and notes.

    Args:
        image: whether observations are images; None: as the layers say.
        nature: images are as large as those of Atari, for which the Nature paper's sizes suit.
    """
    notes: list[str] = []
    ask.has(_WITHOUT)
    if ask.has(
        r"(?:state |observation )?vectors?\b|(?:low-dimensional|raw|proprioceptive) (?:states?|observations?)|"
        r"向量|低维"
    ):
        image = False if image is None else image
    said, spatial = _said(ask, image)
    named = [
        said.norm,
        said.pool,
        said.extra,
        said.first,
        said.function,
        said.feature_dim,
        said.gate,
        *said.flags.values(),
    ]
    if said.convs is None and said.dense is None and not (said.residual or any(named)):
        return None, notes
    if image is False and said.convs is None and said.pool is None:  # where they are named, the design is refused
        spatial = False
    return built(said, spatial, nature, notes), notes


def _said(ask: Ask, image: bool | None) -> tuple[Said, bool]:
    flags, first = _marks(ask)
    gate = ask.first(rf"(?:gated linear units?|\bglu\b|门控线性单元)(?: \(?glu\)?)?{_LINK}(?P<n>\d+)?")
    ask.has(r"\bglu\b|gated")
    dropout = ask.number(rf"(?:dropout|随机失活)(?: rate| probability| layers?)?(?:{_LINK}|p)(?P<n>{NUM})?")
    pool = pool_of(ask)
    dilated = [to_int(match["n"]) for match in ask.find(
        r"(?:dilat(?:ion|ed)|空洞)(?: (?:rate|factor)| ?率)?(?:\s|of|为|=)*(?P<n>\d(?! ?x))?")]  # fmt: skip
    separable = ask.has(r"(?:depth-?wise[- ])?separable|深度可分离")
    norm, where = norm_of(ask)
    last = _last(ask)
    ask.has(r"(?:like )?(?:the )?nature(?: dqn)?(?: cnn| network| encoder)?(?:'s)?")
    extra = _extra(ask)
    kernels, strides = kernels_of(ask)
    feature_dim = feature_dim_of(ask)
    function, last = _functions(ask, last)
    residuals, residual = residuals_of(ask)
    convs = _convolutions(ask, kernels)
    plain, dense = False, _sizes(ask, _DENSE)
    if (
        not dense
        and feature_dim
        and ask.says(
            r"linear layer (?:from [\w ]*)?to \d|(?:just|only|single|one) (?:a |one )?"
            r"linear (?:layer|map)"
        )
    ):
        dense = []  # the linear layer that is named is that of the features
        plain = True
    pixels = ask.has(r"(?:images?|pixels?|frames?|pictures?|图像|图片|像素|画面)")
    convs, dense, _ = _loose(ask, convs, dense, image)
    flat = all(isinstance(x, Fourier | Symlog) for x in [*extra, *first])
    shaped = residual and dense is None and image is not False
    spatial = bool(convs is not None or pool or image or pixels or shaped or not flat or dilated or separable)
    said = Said(
        first, extra, feature_dim, kernels, strides, dropout, function, norm, where, pool, residuals, residual, convs,
        dense, (to_int(gate["n"]) or 64) if gate else None, flags, last, plain,
        next(filter(None, dilated), 2) if dilated else 1, separable,
    )  # fmt: skip
    if dropout is None and ask.has(r"dropout|随机失活"):
        said.dropout = 0.1
    return said, spatial


def _marks(ask: Ask) -> tuple[dict[str, bool], list[Layer]]:
    """What holds for the whole encoder, and what is done to its input."""
    flags = {
        "spectral": ask.has(
            r"spectral(?:ly)?[ -](?:norm\w*)(?: (?:on|of|in|for) (?:every|each|all|the)?[\w -]*layers?)?|谱归一化"
        ),
        "unit_length": ask.has(
            r"(?:l2[- ]norm\w*|unit[- ](?:length|norm)|normali[sz]ed? (?:to|onto)(?: the)? unit (?:length|norm|sphere)|"
            r"(?:of )?length (?:1|one))|unit (?:hyper)?sphere|l2 ?归一化|单位(?:长度|球)"
        ),
        "shortcut": ask.has(
            r"(?:plus |and )?(?:a |one )?linear (?:skip|shortcut|path|branch)(?: connection)?(?: from (?:the )?inputs? "
            r"(?:straight )?to (?:the )?(?:outputs?|features?))?|skip connection from (?:the )?inputs? (?:straight )?to "
            r"(?:the )?"
            r"(?:outputs?|features?)|从输入直接到输出的?(?:线性)?(?:跳跃?连接|支路)"
        ),
    }
    first: list[Layer] = [Symlog()] if ask.has(r"symlog(?: of (?:the )?(?:inputs?|observations?))?|对称对数") else []
    if ask.has(
        r"(?:appends?|adds?|with|plus|concatenat\w+)?(?: (?:two|2|x and y|xy))?[ -]?coord(?:inate)?s?[ -]?(?:conv\w*|"
        r"channels?|maps?|"
        r"planes?)|coord-?conv\w*|(?:x|row)[ /-]?(?:and|,)? ?(?:y|column) coordinates?|坐标(?:通道|卷积)"
    ):
        first.append(Coords())
        ask.has(r"coord\w*|appends?|坐标")
    return flags, first


def _last(ask: Ask) -> Function | str | None:
    """The activation of the features, where it is told: None for none, "same" for that of the layers."""
    last: Function | str | None = "same"
    if ask.has(r"(?:without|no) (?:an? )?(?:final |last |output )?activation(?: (?:at the end|on (?:the )?(?:output|"
        r"features|"
               r"last layer)))?|(?:linear|unactivated) (?:output|features)|输出(?:层)?(?:不加|没有|无)激活(?:函数)?"
               ):  # fmt: skip
        last = None
    elif match := ask.first(r"(?:final |last |output )(?P<f>tanh|sigmoid|relu|elu|gelu)\b|(?P<g>tanh|sigmoid|relu)"
                            r"(?: activation)? (?:at the end|on (?=(?:the |its )?(?:[\w-]+ )?(?:outputs?|features|last "
                            r"layer)))|(?:tanh) output|"
                            r"(?:squashed|passed|bounded|followed|put)(?: (?:by|through|with|into))+ (?:a )?(?P<i>tanh|"
                            r"sigmoid)|"
                            r"(?:最后|输出)(?:用|经过|接|加)?(?: )?(?P<h>tanh|sigmoid|relu)"):  # fmt: skip
        last = match["f"] or match["g"] or match["h"] or match["i"] or "tanh"
    return last


def _functions(ask: Ask, last: Function | str | None) -> tuple[Function | None, Function | str | None]:
    """The activation of the layers, and that of the features where it is said of them alone."""
    names = [
        found for found in re.finditer(r"(?<![a-z])(tanh|sigmoid|relu|elu|gelu|silu|swish|mish)(?![a-z])", ask.lower)
    ]
    function = function_of(ask)
    if last != "same" or len(names) != 1 or function is None:
        return function, last
    parts = re.split(r"[,;，；。]|\bthen\b|然后", ask.lower[: names[0].start()])
    clause = parts[-1] + ask.lower[names[0].start() : names[0].end()]
    of_features = re.search(r"outputs?\b|features\b|\d[- ]dim|输出|特征", clause)
    if (
        of_features
        and not re.search(
            r"each|every|hidden|conv|layers|mlp|activation|每|激活|卷积|"
            r"隐藏",
            clause,
        )
        and len(parts) > 1
    ):
        return None, function
    return function, last


def _convolutions(ask: Ask, kernels: list[int]) -> list[int] | None:
    """The channels of each, whether they are listed ("channels 16, 32") or told one by one ("a convolution of 16, ...")."""
    count = ask.count_before(_CONV, f"(?:{_BEFORE})")
    pattern = (
        rf"(?P<n>{LIST})[ -](?:filters|channels|feature maps|output channels)|(?P<m>{LIST})\s*个?(?:通道|滤波器)|(?"
        rf"P<c>\d+)\s*个\s*(?=\0|的?卷积核)|"
        rf"(?:\bconv|\bconvolution(?: layer)?|卷积层?)\s*(?:of |with )?(?P<o>\d+)(?!\s*[x×\d])"
    )
    told = [number for m in ask.find(pattern) for number in to_list(m["n"] or m["m"] or m["o"] or m["c"])]
    if not told:
        return _sizes(ask, _CONV, count)
    layers = None if count else ask.first(rf"(?P<n>{INT})[ -]*(?:layers?|层)(?! ?norm)")
    more = _sizes(ask, _CONV, count) or []
    number = (
        count or (to_int(layers["n"]) if layers else None) or len(more) or (len(kernels) if len(kernels) > 1 else 1)
    )
    return told if len(told) > 1 else told * min(16, number)


def _sizes(ask: Ask, spoken: str, count: int | None = None) -> list[int] | None:
    """The sizes of layers of one kind; an empty list where only their kind is named, 0 for a size that is not."""
    count = count or ask.count_before(spoken, f"(?:{_BEFORE})")
    found = ask.find(
        rf"(?:[-\s]layer(?:ed)?\s|[-\s]|layers? of |hidden )?(?:{spoken}){_LINK}(?P<list>{LIST}"
        r"(?!\s*(?:hidden |conv\w* )?(?:layers?|层)))?(?P<more>[- ]?"
        rf"(?:channels?|filters?|units?|neurons?|通道|单元|神经元)?(?: each)?)"
    )
    sizes, named = list[int](), False
    for match in found:  # "a two-layer MLP with hidden layers of 64" names them twice
        named = True
        sizes = sizes or to_list(match["list"])
    if not named:
        return None
    layered = (
        ask.first(rf"(?P<n>{INT})[ -]*(?:hidden )?(?:layers?|层){_LINK}(?P<list>{LIST})?") if spoken == _DENSE else None
    )
    if layered:
        count, sizes = to_int(layered["n"]) or count, sizes or to_list(layered["list"])
    if count and len(sizes) == 1:
        return sizes * min(count, 16)
    if count and not sizes:
        return [0] * min(count, 16)
    return sizes


def _extra(ask: Ask) -> list[Layer]:
    found: list[Layer] = []
    heads = ask.whole(
        rf"(?P<n>{INT})[ -](?:attention )?heads?", r"(?P<n>[一二两三四五六七八九十\d]+)\s*(?:个)?(?:注意力)?头"
    )
    if ask.has(
        r"squeeze[ -]?(?:and|&)?[ -]?excit(?:e|ation)(?: blocks?| layers?)?|\bse[ -]blocks?|channel[ -]attention|通道注意力"
    ):
        found.append(Squeeze())
    if ask.has(r"(?:multi-?head )?(?:self[ -]?)?attention(?: layers?| blocks?)?|(?:多头)?(?:自)?注意力(?:机制|层)?"):
        found.append(Attention(heads=heads or 4))
    if ask.has(r"spatial[ -]soft-?(?:arg)?max(?: layers?)?|空间软最大|空间 ?softmax"):
        found.append(SpatialSoftmax())
    match = ask.first(
        r"(?:(?P<n>\d+) )?(?:random )?fourier features?(?: layers?)?(?:\s(?:of|with|at)?\s*(?P<m>\d+)(?: (?:random )?"
        r"frequenc\w+)?)?|(?:(?P<o>\d+)\s*个)?(?:随机)?傅里叶特征"
    )
    if match:
        scale = ask.number(rf"(?:scales?|bandwidth|sigma|尺度){_LINK}(?P<n>{NUM})")
        size = to_int(match["n"] or match["m"] or match["o"]) or ask.whole(
            r"(?P<n>\d+) (?:random |different )?(?:frequenc\w+|fourier features?)",
            r"frequenc\w+(?:\s|:|=|of|to|is|are|set)*(?P<n>\d+)",
            r"(?P<n>\d+)\s*个(?:随机)?频率",
        )
        found.append(Fourier(size=size or 64, scale=scale or 1.0))
    return found


def _loose(
    ask: Ask, convs: list[int] | None, dense: list[int] | None, image: bool | None
) -> tuple[list[int] | None, list[int] | None, list[str]]:
    """Lists of sizes that stand away from what they are sizes of."""
    match = ask.first(
        rf"(?:channels?|filters?|通道数?){_LINK}(?P<list>{LIST})|(?P<before>{LIST})[- ]?(?:channels?|filters?|通道)"
    )
    if match:
        sizes = to_list(match["list"] or match["before"])
        convs = sizes * len(convs) if convs and len(sizes) == 1 else sizes
    layers = (
        ask.first(rf"(?P<n>{INT})[ -]layers?\b{_LINK}(?P<list>{LIST})?")
        if convs is None and not (dense and all(dense))
        else None
    )
    if layers:
        count, sizes = to_int(layers["n"]) or 1, to_list(layers["list"])
        dense = sizes * count if len(sizes) == 1 else sizes or [0] * count
    several = (
        ask.count_before(r"\d+[- ]*(?:个)?(?:units?|neurons?|单元|神经元)", r"(?:[a-z]+ )") if convs is None else None
    )
    match = ask.first(
        rf"(?:layers?|widths?|sizes?|units?|neurons?|单元|每层|宽度){_LINK}(?P<list>{LIST})|"
        rf"(?P<before>{LIST})[- ]?(?:units?|neurons?|个?单元|个?神经元)"
    )
    if match:
        sizes = to_list(match["list"] or match["before"])
        if convs is not None and not any(convs):
            convs = sizes * max(1, len(convs)) if len(sizes) == 1 else sizes
        elif dense is not None and not any(dense):
            dense = sizes * max(1, len(dense)) if len(sizes) == 1 else sizes
        elif dense is None:
            dense = sizes * several if several and len(sizes) == 1 else sizes
        ask.has(r"(?:units?|neurons?|单元|神经元)的?\s*(?:层|layers?)")
    match = ask.first(r"(?P<list>\d+(?:[\s,，、-]+(?:and )?\d+)+)")
    if match and convs is not None and not any(convs):
        convs = to_list(match["list"])
    elif match and dense is not None and not any(dense):
        dense = to_list(match["list"])
    elif match and convs is None and dense is None:
        convs, dense = (to_list(match["list"]), None) if image else (None, to_list(match["list"]))
    return convs, dense, []
