"""Reads an encoder: which layers, in which order, of which sizes."""

from __future__ import annotations

from copilot.codegen.authoring.ask import INT, LIST, NUM, Ask, to_int, to_list
from copilot.codegen.authoring.layers import (
    feature_dim_of,
    function_of,
    kernels_of,
    norm_of,
    pool_of,
    residuals_of,
)
from copilot.codegen.authoring.spec import (
    Activation,
    Attention,
    Conv,
    Dropout,
    Encoder,
    Fourier,
    Layer,
    Linear,
    Norm,
    Normal,
    Pool,
    Residual,
    SpatialSoftmax,
    Squeeze,
)

BEYOND = (
    r"\b(?:transformers?|lstm|gru|recurrent|rnn|memory|graph|gnn|capsules?|deformable|"
    r"wavelets?|hypernetworks?|mixture|"
    r"dilated|depth-?wise|separable|u-?net|autoencoders?|vae|contrastive|gated|gating|dense ?net|inception|mamba|"
    r"state[- ]space|slots?|film|coordconv|coordinates?|multi-?scale|pyramid|positional|"
    r"pretrained|pre-trained|quanti[sz]ed|"
    r"spectral|binary|fusion|dict|siamese|two[- ]stream|parallel|branch(?:es)?|concat\w*)\b|循环|记忆|图神经|"
    r"胶囊|空洞|自编码|"
    r"对比学习|门控|多尺度|位置编码|预训练|变换器|分支|拼接"
)
"""Words of encoders that are no list of layers."""
_WITHOUT = (
    r"(?:without|no|not|don't use|never) (?:any |an? )?(?:(?:layer|batch|group|rms)[ -]?norm\w*|normali[sz]ation|dropout|"
    r"(?:max |average )?pool\w*|(?:residual|skip)(?: connections?| blocks?)?)(?: layers?)?|"
    r"(?:不用|不要|没有|不加|去掉|无)(?:层归一化|批归一化|归一化|池化|残差(?:连接)?|dropout)"
)
"""What is said not to be there."""
_LINK = (
    r"(?:\s|,|，|:|：|\(|（|=|with|of|having|using|each|sizes?|sized|channels?|filters?|widths?|"
    r"units?|为|是|分别|通道数?|数|大小|宽度|每层|都|个)*"
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
NATURE = ((8, 4), (4, 2), (3, 1))


def read(ask: Ask, image: bool | None, nature: bool) -> tuple[Encoder | None, list[str]]:
    """The encoder that a request asks for, or None where it names no layer; and notes.

    Args:
        image: whether observations are images; None: as the layers say.
        nature: images are as large as those of Atari, for which the Nature paper's sizes suit.
    """
    notes: list[str] = []
    ask.has(_WITHOUT)
    if ask.has(r"(?:state )?vectors?\b|(?:low-dimensional|raw) (?:states?|observations?)|向量|低维"):
        image = False if image is None else image
    extra = _extra(ask)
    feature_dim = feature_dim_of(ask)
    kernels, strides = kernels_of(ask)
    dropout = ask.number(rf"(?:dropout|随机失活)(?: rate| probability| layers?)?{_LINK}(?P<n>{NUM})?")
    wants_dropout = dropout is not None or ask.has(r"dropout|随机失活")
    function = function_of(ask)
    norm, norm_last = norm_of(ask)
    pool = pool_of(ask)
    residuals, wants_residual = residuals_of(ask)
    convs = _sizes(ask, _CONV)
    dense = _sizes(ask, _DENSE)
    pixels = ask.has(r"(?:images?|pixels?|frames?|pictures?|图像|图片|像素|画面)")
    convs, dense, stray = _loose(ask, convs, dense, image)
    shaped = wants_residual and dense is None and image is not False
    spatial = bool(
        convs is not None or pool or image or pixels or shaped or any(not isinstance(x, Fourier) for x in extra)
    )
    if convs is None and dense is None and not (wants_residual or norm or pool or extra or function or feature_dim):
        return None, notes
    if image is False and convs is None and pool is None:  # where they are named, the design is refused
        spatial = False
    layers: list[Layer] = []
    rest: list[Layer] = [Norm(by=norm)] if norm else []
    rest.append(Activation(function=function or "relu"))
    if spatial:
        layers += _images(convs, kernels, strides, residuals, wants_residual, pool, rest, nature, notes)
        layers += [x for x in extra if not isinstance(x, Fourier)]
        hidden = dense or []
    else:
        layers += [x for x in extra if isinstance(x, Fourier)]
        hidden = dense or _default_hidden(feature_dim, notes)
    if feature_dim is None and hidden:
        feature_dim, hidden = (hidden[-1], hidden[:-1]) if not (wants_residual and not spatial) else (None, hidden)
    layers += _vectors(hidden, wants_residual and not spatial, residuals, rest, norm)
    if wants_dropout:
        layers.append(Dropout(p=dropout if dropout is not None and dropout < 1 else 0.1))
    if norm_last and norm:
        layers = [x for x in layers if not isinstance(x, Norm)]
        layers += [
            *([Linear(size=feature_dim)] if feature_dim else []),
            Norm(by=norm),
            Activation(function=function or "relu"),
        ]
        feature_dim = None
    if feature_dim is None and spatial and not norm_last:
        feature_dim = 512 if nature else 256
        notes.append(f"The size of the features is not stated: {feature_dim}.")
    if not layers:
        layers = [rest[-1]] if spatial else [Activation(function=function or "relu")]
    return Encoder(
        observations="image" if spatial else "vector", layers=layers, feature_dim=feature_dim, last=function or "relu"
    ), notes + stray


def _sizes(ask: Ask, spoken: str) -> list[int] | None:
    """The sizes of layers of one kind; an empty list where only their kind is named, 0 for a size that is not."""
    found = ask.find(
        rf"(?P<n>{INT}|双)?\s*(?:个|层)?的?\s*(?:\d\s*x\s*\d\s+)?(?:[-\s]layer(?:ed)?\s|[-\s]|layers? of |hidden "
        rf")?(?:{spoken}){_LINK}(?P<list>{LIST})?(?P<more>[- ]?(?:channels?|filters?|units?|"
        rf"neurons?|通道|单元|神经元)?(?: each)?)"
    )
    count, sizes, named = None, list[int](), False
    for match in found:  # "a two-layer MLP with hidden layers of 64" names them twice
        named = True
        count = count or (2 if match["n"] == "双" else to_int(match["n"]))
        sizes = sizes or to_list(match["list"])
    if not named:
        return None
    after = (
        ask.first(rf"(?P<list>{LIST})[- ]?(?:channels|filters|feature maps|通道|个滤波器)")
        if not sizes and spoken == _CONV
        else None
    )
    sizes = to_list(after["list"]) if after else sizes
    layered = (
        ask.first(rf"(?P<n>{INT})\s*(?:hidden )?layers?{_LINK}(?P<list>{LIST})?")
        if spoken == _DENSE and not sizes
        else None
    )
    if layered:
        count, sizes = to_int(layered["n"]) or count, to_list(layered["list"])
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
        r"(?:(?P<n>\d+) )?(?:random )?fourier features?(?: layers?)?(?:\s(?:of|with)?\s*(?P<m>\d+))?|傅里叶特征"
    )
    if match:
        found.append(Fourier(size=to_int(match["n"] or match["m"]) or 64))
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
    match = ask.first(
        rf"(?:layers?|widths?|sizes?|units?|neurons?|单元|每层){_LINK}(?P<list>{LIST})|"
        rf"(?P<before>{LIST})[- ]?(?:units?|neurons?|个?单元|个?神经元)"
    )
    if match:
        sizes = to_list(match["list"] or match["before"])
        if convs is not None and not any(convs):
            convs = sizes * max(1, len(convs)) if len(sizes) == 1 else sizes
        elif dense is not None and not any(dense):
            dense = sizes * max(1, len(dense)) if len(sizes) == 1 else sizes
        elif dense is None:
            dense = sizes
    match = ask.first(r"(?P<list>\d+(?:[\s,，、]+(?:and )?\d+)+)")
    if match and convs is not None and not any(convs):
        convs = to_list(match["list"])
    elif match and dense is not None and not any(dense):
        dense = to_list(match["list"])
    elif match and convs is None and dense is None:
        convs, dense = (to_list(match["list"]), None) if image else (None, to_list(match["list"]))
    return convs, dense, []


def _images(
    convs: list[int] | None,
    kernels: list[int],
    strides: list[int],
    residuals: int | None,
    wants_residual: bool,
    pool: Pool | None,
    rest: list[Layer],
    nature: bool,
    notes: list[str],
) -> list[Layer]:
    channels = _channels(convs, residuals, wants_residual, notes)
    sections = wants_residual and not strides and not kernels
    pairs = _steps(
        len(channels),
        kernels,
        strides,
        nature and not sections and pool is None,
        sections or (pool is not None and pool.by != "global"),
        notes,
    )
    layers: list[Layer] = []
    blocks = _blocks(residuals, len(channels), wants_residual)
    norm = next((x.by for x in rest if isinstance(x, Norm)), None)
    for size, (kernel, stride), number in zip(channels, pairs, blocks, strict=True):
        same = (stride == 1 and (sections or pool is not None)) or (not nature and not (kernels or strides))
        layers.append(Conv(channels=size, kernel=kernel, stride=stride, padding=kernel // 2 if same else 0))
        layers += rest
        if sections:
            layers.append(pool if pool is not None and pool.by != "global" else Pool(by="max", size=3, stride=2))
        elif pool is not None and pool.by != "global":
            layers.append(pool)
        layers += [Residual(norm=norm)] * number
    if pool is not None and pool.by == "global":
        layers.append(pool)
    return layers


def _channels(convs: list[int] | None, residuals: int | None, residual: bool, notes: list[str]) -> list[int]:
    defaults = [16, 32, 32] if residual else [32, 64, 64]
    if convs and all(convs):
        return convs
    number = len(convs) if convs else 3
    out = (defaults + [defaults[-1]] * number)[:number]
    notes.append(f"The channels are not stated: {', '.join(map(str, out))}.")
    return out


def _blocks(residuals: int | None, sections: int, wanted: bool) -> list[int]:
    """How many residual blocks follow each convolution."""
    if not wanted:
        return [0] * sections
    if residuals is None:
        return [1] * sections
    return [residuals // sections + (index < residuals % sections) for index in range(sections)]


def _steps(
    number: int, kernels: list[int], strides: list[int], nature: bool, pooled: bool, notes: list[str]
) -> list[tuple[int, int]]:
    """Kernel and stride of each convolution."""
    defaults = [(3, 1)] * number if pooled else [(3, 2)] * number
    if nature and number == len(NATURE):
        defaults = list(NATURE)
    if not kernels and not strides:
        shown = ", ".join(f"{kernel}x{kernel}/{stride}" for kernel, stride in defaults)
        notes.append(f"Kernels and strides are not stated: {shown} (size/stride).")
    chosen_kernels = _spread(kernels, [kernel for kernel, _ in defaults])
    chosen_strides = _spread(strides, [stride for _, stride in defaults])
    return list(zip(chosen_kernels, chosen_strides, strict=True))


def _spread(given: list[int], defaults: list[int]) -> list[int]:
    if not given:
        return defaults
    return (given + [given[-1]] * len(defaults))[: len(defaults)]


def _default_hidden(feature_dim: int | None, notes: list[str]) -> list[int]:
    notes.append(f"The widths of the layers are not stated: {'64' if feature_dim else '64, 64'}.")
    return [64] if feature_dim else [64, 64]


def _vectors(
    hidden: list[int], residual: bool, blocks: int | None, rest: list[Layer], norm: Normal | None
) -> list[Layer]:
    layers: list[Layer] = []
    sizes = [size or 64 for size in hidden]
    if residual:
        layers += [Linear(size=sizes[0] if sizes else 64), *rest]
        return layers + [Residual(norm=norm)] * (blocks or max(1, len(sizes)))
    for size in sizes:
        layers += [Linear(size=size), *rest]
    return layers
