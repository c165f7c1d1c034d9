"""Blocks that an encoder's request names, beside convolutions and linear layers: presets, tokens, memories, residuals."""

from __future__ import annotations

import re
from collections.abc import Callable

from copilot.codegen.authoring.ask import INT, to_int, to_list
from copilot.codegen.authoring.encoder import inputs as encoder_inputs
from copilot.codegen.authoring.encoder import presets as encoder_presets
from copilot.codegen.authoring.encoder import wide as encoder_wide
from copilot.codegen.authoring.encoder.layer_words import function_of_word, norm_of_word
from copilot.codegen.authoring.encoder.mentions import MENTIONS, Mention, Piece
from copilot.codegen.authoring.encoder.sizes import CHANNELS, WIDTH
from copilot.codegen.authoring.encoder.spec import (
    ClassToken,
    Gray,
    Parallel,
    Patches,
    Position,
    Recurrent,
    Reduce,
    Running,
    SpatialGate,
    TemporalConv,
    Transformer,
)
from copilot.codegen.authoring.encoder.units import EACH, Draft, Said, Unit
from copilot.codegen.authoring.spec import (
    Activation,
    Attention,
    Residual,
    SpatialSoftmax,
    Squeeze,
    Symlog,
)


def add(draft: Draft, one: Mention, piece: Piece) -> None:
    """Add a block."""
    _HANDLERS[one.kind](draft, one, piece)


def _heads(draft: Draft, one: Mention, piece: Piece) -> None:
    """Of the attention that is told already, or that comes."""
    number = to_int(one.match["heads"]) or 4
    piece.has(
        r"over (?:all )?(?:the )?(?:entities|objects|tokens|pixels|feature map|positions|frames)|residual(?! block)"
    )
    draft.flags["_heads"] = number
    for unit in draft.units:
        if isinstance(unit.layer, Transformer | Attention):
            unit.layer = unit.layer.model_copy(update={"heads": number})


def _vit(draft: Draft, one: Mention, piece: Piece) -> None:
    draft.flags["_vit"] = True
    patched(draft, piece)


def patched(draft: Draft, piece: Piece) -> None:
    """Patches, once; their size and width may be told apart."""
    size = piece.whole(
        r"patch(?:es)?(?: sizes?)?(?:\s|of|=|:|is)*(?P<n>\d+)",
        r"(?P<n>\d+)\s*[x×]\s*\d+",
        r"(?:图块|图像块)(?:大小)?(?:\s|为)*(?P<n>\d+)",
    )
    found = next((unit for unit in draft.units if unit.kind == "patches"), None)
    if found is None:
        found = Unit("patches", Patches(size=size or 14), draft.group())
        draft.units.append(found)
        draft.flags["_patch_stated"] = False
    if size:
        draft.flags["_patch_stated"] = True
    layer = found.layer
    if isinstance(layer, Patches):
        changes = {"size": size} if size else {}
        width = piece.whole(*WIDTH)
        if width:
            changes["dim"] = width
        found.layer = layer.model_copy(update=changes)
    told = piece.first(r"(?:so |making |gives |giving |i\.e\. )?(?P<n>\d+) tokens")
    if told and isinstance(found.layer, Patches):
        number, side = int(told["n"]), found.layer.size
        squares = re.findall(r"(\d{2,})\s*[x×]\s*(\d{2,})", piece.ask.lower)
        if any((int(a) // side) * (int(b) // side) == number for a, b in squares):
            draft.flags["stated"] = [float(number)]
    piece.has(r"(?:per|a) token|embedd?(?:ed|ing)(?: dim\w*)?")


def _patches(draft: Draft, one: Mention, piece: Piece) -> None:
    whole = Piece(piece.ask, one.start, piece.end)
    shown = piece.ask.lower[one.start : one.end]
    number = whole.whole(r"^(?:\0)*(?:\s|of|=|:|is|size)*(?P<n>\d+)(?:\s*[x×]\s*\d+)?(?:\s*pixels?)?")
    before = piece.whole(r"(?P<n>\d+)(?:\s*[x×]\s*\d+)?[- ]?(?:pixels? )?$") if number is None else None
    patched(draft, piece)
    unit = next(unit for unit in draft.units if unit.kind == "patches")
    if isinstance(unit.layer, Patches) and (number or before) and shown:
        unit.layer = unit.layer.model_copy(update={"size": number or before})
        draft.flags["_patch_stated"] = True


def _transformer(draft: Draft, one: Mention, piece: Piece) -> None:
    noun = MENTIONS["transformer"]
    told = piece.count(noun) or piece.whole(rf"(?P<n>{INT}) (?:blocks|layers)|(?P<n2>\d)层")
    heads = piece.whole(
        rf"(?P<n>{INT})[ -](?:attention )?heads?", r"(?P<n>[一二两三四五六七八\d]+)\s*(?:个)?(?:注意力)?头"
    )
    hidden = piece.whole(
        r"mlp(?: width| hidden| size| dim)?(?:\s|of|=|:|with)*(?P<n>\d+)",
        (
            r"feed-?forward(?: (?:width|size|"
            r"dim\w*))?(?:\s|of|=)*(?P<n>\d+)"
        ),
    )
    width = piece.whole(*WIDTH)
    patches = next((unit for unit in draft.units if unit.kind == "patches"), None)
    if width and patches is not None and isinstance(patches.layer, Patches):
        patches.layer = patches.layer.model_copy(update={"dim": width})
    draft.flags["_transformers_told"] = told is not None
    if told is None and any(unit.kind == "transformer" for unit in draft.units):
        return
    transformers(draft, told or 1, heads, hidden)


def transformers(draft: Draft, count: int, heads: int | None = None, hidden: int | None = None) -> None:
    """So many blocks; a class token or a mean that was told before them comes after."""
    told = heads or draft.flags.get("_heads")
    at = next((index for index, unit in enumerate(draft.units) if unit.kind == "reduce"), len(draft.units))
    group = draft.group()
    made = [
        Unit("transformer", Transformer(heads=told if isinstance(told, int) else 4, hidden=hidden), group)
        for _ in range(min(count, 12))
    ]
    draft.units[at:at] = made


def _position(draft: Draft, one: Mention, piece: Piece) -> None:
    at = next((index for index, unit in enumerate(draft.units) if unit.kind == "transformer"), len(draft.units))
    sine = re.search(r"sin|fixed|正弦", one.match[0])
    draft.units.insert(at, Unit("position", Position(by="sine" if sine else "learned"), draft.group()))


def _class(draft: Draft, one: Mention, piece: Piece) -> None:
    at = next((i for i, unit in enumerate(draft.units) if unit.kind in {"transformer", "position"}), len(draft.units))
    draft.units.insert(at, Unit("class", ClassToken(), draft.group()))
    piece.has(
        r"whose (?:final )?(?:output|state|value)(?: is| are)?(?: the)?(?: features?(?: vector)?)?|is (?:the "
        r")?(?:features?|output)"
    )
    draft.put("reduce", Reduce(by="first"))


def _temporal(draft: Draft, one: Mention, piece: Piece) -> None:
    from copilot.codegen.authoring.encoder.sizes import convs

    said = convs(piece, MENTIONS["conv1d"])
    piece.has(r"over (?:the )?time(?: axis)?|along (?:the )?time|在时间上|沿时间")
    number = said.number
    channels, kernels = said.spread("channels", [32] * number), said.spread("kernels", [3] * number)
    strides = said.spread("strides", [1] * number)
    dilation = (said.dilation + said.dilation[-1:] * number)[:number] if said.dilation else [1] * number
    group = draft.group()
    for c, k, s, d in zip(channels, kernels, strides, dilation, strict=True):
        layer = TemporalConv(
            channels=c, kernel=k, stride=s, dilation=d, causal="causal" in one.match[0] or "tcn" in one.match[0]
        )
        draft.units.append(Unit("temporal", layer, group, after=[Activation()]))


def _residual(draft: Draft, one: Mention, piece: Piece) -> None:
    words, text = one.match[0], piece.all
    if (
        draft.units
        and draft.units[-1].kind == "attention"
        and re.fullmatch(
            r"residual|skip connections?|residual "
            r"connections?",
            words.strip(),
        )
    ):
        return  # attention is added to its input
    count = piece.count(MENTIONS["residual"]) or piece.whole(
        rf"(?P<n>{INT}) (?:such |of (?:these|them|those) |residual )?blocks?"
    )
    inside = piece.ask.lower[one.end : one.inside] if one.inside else ""
    hidden = piece.whole(
        r"(?:widen\w*|expand\w*|hidden(?: width| size| dim)?|inner(?: width)?|up)(?:\s|to|of|=|:)*(?P<n>\d+)"
    )
    backs = piece.whole(r"(?:go(?:es)? |and |project\w* )?back to (?P<n>\d+)")
    sizes = [int(match["n"]) for match in piece.find(r"(?:dense|linear|fc)(?: layers?)?(?: of| to)? (?P<n>\d+)")]
    width = piece.whole(*WIDTH) or piece.whole(rf"(?P<n>\d+)\s*{CHANNELS}") or backs
    norm = piece.first(rf"(?P<n>{MENTIONS['norm']})(?: first| before)?")
    style = _style(f"{words} {text}", inside, norm is not None)
    by = norm_of_word(norm["n"]) if norm else "layer" if style in {"pre", "post"} and not inside else None
    if width and not draft.units:
        draft.units.append(Unit("linear", None, draft.group(), size=width))
    if len(sizes) == 2 and hidden is None and sizes[0] != sizes[1]:
        hidden = sizes[0]
    function = re.search(r"(?<![a-z])(relu|gelu|elu|silu|tanh|mish|swish)", inside)
    if function:
        draft.said.append(Said(Activation(function=function_of_word(function[1])), "each"))
    if one.inside:
        piece.ask.reading.take(one.start, one.inside)
    piece.has(
        r"(?:that |which )?(?:each )?(?:do|does|consist\w* of)|(?:and )?(?:are |is )?added to (?:their|its|the) "
        r"inputs?|stages?|"
        r"(?:with )?(?:skip|residual)|re-?zero|pre-?activation|pre-?norm|pre layer norm|each"
    )
    scale = 0.0 if re.search(r"re-?zero", text + words) else None
    if count is None and re.search(r"\bresnets?\b(?!.*block)|^(?:simba|bro(?:net)?)\b", words):
        draft.flags["_blocks"] = Residual(style=style, norm=by)  # type: ignore[arg-type]
        return
    if not norm and "_blocks" in draft.flags and not inside:
        named = draft.flags["_blocks"]
        style, by = (named.style, named.norm) if isinstance(named, Residual) and style == "twice" else (style, by)
    for _ in range(min(count or 1, 16)):
        draft.put("residual", Residual(style=style, hidden=hidden, norm=by, scale=scale))  # type: ignore[arg-type]


_STYLES = {
    "pre": r"simba|pre-?norm|pre layer",
    "post": r"\bbro|post-?norm",
    "bottleneck": r"bottleneck|瓶颈",
    "inverted": r"inverted",
    "resnet": r"resnet",
}
_ORDERS = {"nlal": "pre", "lal": "pre", "lnaln": "post", "nalnal": "twice", "alal": "twice", "lnalna": "resnet"}
"""Styles by the order of norm, layer and activation inside of a block."""


def _style(text: str, inside: str, norm: bool) -> str:
    """Of a residual block: by what is told to be inside of it, else by its name."""
    told = re.finditer(
        r"(?P<n>norm\w*)|(?P<l>widen\w*|expand\w*|dense|linear|conv\w*|fc\b|(?:go(?:es)?|project\w*|contract\w*) "
        r"back)|(?P<a>relus?|gelus?|"
        r"elus?|silus?|tanh|activation)",
        inside,
    )
    order = "".join(next(name for name, value in match.groupdict().items() if value) for match in told)
    if order in _ORDERS:
        return _ORDERS[order]
    for style, word in _STYLES.items():
        if re.search(word, text) and (style != "resnet" or norm):
            return style
    return "twice"


def _convnext(draft: Draft, one: Mention, piece: Piece) -> None:
    count = piece.count(MENTIONS["convnext"])
    kernel = piece.whole(
        r"(?P<n>\d{1,2})\s*[x×]\s*\d{1,2}(?: (?:depth-?wise )?kernels?)?", r"kernels?(?: size)?(?: of)? (?P<n>\d)"
    )
    piece.has(r"depth-?wise(?: kernels?)?|kernels?")
    if count is None and kernel is None:
        draft.flags["_blocks"] = Residual(style="convnext")
        return  # a name for the whole, as in "a ConvNeXt encoder: ..."
    for _ in range(count or 1):
        draft.put("residual", Residual(style="convnext", kernel=kernel))


def _recurrent(draft: Draft, one: Mention, piece: Piece) -> None:
    cell = "gru" if "gru" in one.match[0] else "rnn" if "rnn" in one.match[0] else "lstm"
    layers = piece.count(MENTIONS["recurrent"] + "|layers?")
    size = piece.whole(*WIDTH, r"(?P<n>\d{2,})")
    both = piece.has(r"bi-?directional|双向")
    piece.has(r"(?:running )?over (?:them|the (?:four|three|\d) \w+|time|the (?:frames|history|sequence|results|"
              r"features|tokens))|oldest first|(?:its |take (?:its )?|the )?"
              r"last (?:hidden states?|outputs?|states?)(?: (?:are|is) the features?)?|(?:取)?最后(?:的|"
              r"一个)?(?:隐(?:藏)?状态|输出)|按时间(?:汇总)?|final hidden state")  # fmt: skip
    draft.put("recurrent", Recurrent(cell=cell, size=size or 128, layers=layers or 1, both=both))  # type: ignore[arg-type]
    if size is None:
        draft.notes.append(f"The width of the {cell.upper()} is not stated: 128.")


def _attention(draft: Draft, one: Mention, piece: Piece) -> None:
    heads = piece.whole(
        rf"(?P<n>{INT})[ -](?:attention )?heads?", r"(?P<n>[一二两三四五六七八\d]+)\s*(?:个)?(?:注意力)?头"
    )
    piece.has(r"over (?:the )?(?:entities|objects|tokens|pixels|feature map|positions|frames)|residual|layer ?norm|\+")
    for _ in range(piece.count(MENTIONS["attention"]) or 1):
        draft.put("attention", Attention(heads=heads or 4))


def _squeeze(draft: Draft, one: Mention, piece: Piece) -> None:
    reduction = piece.whole(r"(?:reduction|ratio)(?: (?:ratio|factor))?(?:\s|of|=)*(?P<n>\d+)")
    layer = Squeeze(reduction=reduction or 4)
    if piece.says(EACH) and draft.units:
        draft.said.append(Said(layer, "each", "conv"))
    elif not draft.units and re.search(r"style|net", one.match[0]):
        draft.flags["_squeeze"] = True
    else:
        draft.put("squeeze", layer)


def _cbam(draft: Draft, one: Mention, piece: Piece) -> None:
    if "cbam" in one.match[0]:
        draft.put("squeeze", Squeeze())
    draft.put("spatial_gate", SpatialGate(kernel=piece.whole(r"(?P<n>[357])\s*[x×]\s*[357]") or 7))


def _softmax(draft: Draft, one: Mention, piece: Piece) -> None:
    piece.has(
        r"(?:softmax )?over (?:each|every) (?:map|channel)|temperature (?:of )?1(?:\.0)?(?: fixed)?|expected "
        r"(?:x ?,? ?y|coordinates)|(?:一共)?\d+ ?维|输出每个通道的期望坐标"
    )
    draft.put("softmax2d", SpatialSoftmax())


def _reduce(draft: Draft, one: Mention, piece: Piece) -> None:
    words = one.match[0]
    by = "sum" if re.search(r"sum|求和", words) else "max" if re.search(r"max|最大", words) else "mean"
    if draft.units and draft.units[-1].kind == "reduce":
        return
    draft.put("reduce", Reduce(by=by))  # type: ignore[arg-type]


def _parallel(draft: Draft, one: Mention, piece: Piece) -> None:
    kernels = [int(match["k"]) for match in piece.find(r"(?P<k>\d{1,2})\s*[x×]\s*(?P=k)")] or to_list(
        (piece.first(r"kernels?(?: sizes?)?(?:\s|of|:)*(?P<n>\d(?:\s*(?:,|and|、|/)\s*\d)+)") or {"n": ""})["n"]
    )
    channels = piece.whole(rf"(?P<n>\d+)\s*{CHANNELS}(?: each)?")
    piece.has(r"parallel|concatenat\w+|each|conv\w*|side by side|拼接")
    unit = next((unit for unit in draft.units if unit.kind == "parallel"), None)
    if unit is None:
        unit = Unit("parallel", Parallel(kernels=kernels or [3, 5]), draft.group(), after=[Activation()])
        draft.units.append(unit)
    changes: dict[str, object] = {"kernels": kernels} if len(kernels) > 1 else {}
    changes |= {"channels": channels} if channels else {}
    unit.layer = unit.layer.model_copy(update=changes) if unit.layer else None


def _embedding(draft: Draft, one: Mention, piece: Piece) -> None:
    """Of labels; of patches it is their width."""
    if any(isinstance(unit.layer, Patches) for unit in draft.units) or "_vit" in draft.flags:
        patched(draft, piece)
    else:
        encoder_inputs.embedding(draft, one, piece)


_HANDLERS: dict[str, Callable[[Draft, Mention, Piece], None]] = {
    "impala": encoder_presets.impala,
    "nature": encoder_presets.nature,
    "nips": encoder_presets.nips,
    "heads": _heads,
    "pathak": encoder_presets.pathak,
    "drq": encoder_presets.drq,
    "vanilla": encoder_presets.vanilla,
    "vit": _vit,
    "patches": _patches,
    "transformer": _transformer,
    "position": _position,
    "class": _class,
    "conv1d": _temporal,
    "convnext": _convnext,
    "residual": _residual,
    "parallel": _parallel,
    "dense": encoder_wide.dense,
    "experts": encoder_wide.experts,
    "gate": encoder_wide.gate,
    "recurrent": _recurrent,
    "attention": _attention,
    "cbam": _cbam,
    "squeeze": _squeeze,
    "softmax2d": _softmax,
    "coords": encoder_inputs.coords,
    "fourier": encoder_inputs.fourier,
    "embedding": _embedding,
    "reduce": _reduce,
    "basis": encoder_inputs.basis,
    "polynomial": encoder_inputs.basis,
    "rbf": encoder_inputs.radial,
    "tiles": encoder_inputs.tiles,
    "running": encoder_inputs.first(Running()),
    "symlog": encoder_inputs.first(Symlog()),
    "gray": encoder_inputs.first(Gray()),
    "resize": encoder_inputs.resize,
    "differences": encoder_inputs.differences,
}
