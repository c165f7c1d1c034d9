"""What each word of an encoder's request adds to it: layers, what follows them, and what holds for the whole."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from copilot.codegen.authoring.ask import Ask
from copilot.codegen.authoring.encoder import named_blocks as blocks
from copilot.codegen.authoring.encoder import reach as encoder_reach
from copilot.codegen.authoring.encoder.layer_words import function_of_word, norm_of_word
from copilot.codegen.authoring.encoder.mentions import MENTIONS, Mention, Piece
from copilot.codegen.authoring.encoder.sizes import UNITS, Convs, convs, linears
from copilot.codegen.authoring.encoder.spec import Bound, ConcatRelu, Experts, Reduce, Rescale, Tokens, Transformer
from copilot.codegen.authoring.encoder.units import EACH, Draft, Said, Unit, reach_of
from copilot.codegen.authoring.spec import Activation, Dropout, Layer, Norm, Normal, Pool, Residual

_FOLLOWING = frozenset({"norm", "function", "dropout", "pool"})
_ONLY = re.compile(r"\bonly\b|仅|只在|只有")
_ONLY_KNOWN = re.compile(
    r"only (?:after|on|in|for|at) (?:the )?(?:last|final|very end|end|inputs?|outputs?|features?|conv\w*|linear|"
    r"dense|hidden|fc)|only (?:used )?while training|"
    r"(?:仅|只)(?:在)?(?:最后|输入|输出|卷积)"
)


def take(ask: Ask, draft: Draft, one: Mention, piece: Piece, following: Mention | None) -> None:
    """Add what a mention says."""
    reading = ask.reading
    before = ask.lower[max(piece.start - 24, 0) : one.start]
    if one.kind in _FOLLOWING:
        piece.around = encoder_reach.around(ask, draft, one, following)
    if one.kind in {"conv", "linear", "layer", "again"}:
        draft.last_said = None
        if _of_a_block(draft, one, piece):
            reading.take(one.start, one.end)
            return
        refers = encoder_reach.REFERS.search(before) and not encoder_reach.ONE_MORE.search(before)
        if one.kind != "again" and refers and _refers(draft, one, piece, following):
            reading.take(one.start, one.end)
            draft.referred = one.start, one.end
            return
        _layer(draft, one, piece)
        reading.take(one.start, one.end)
        draft.told_at, draft.last_kind = max(one.end, piece.end), one.kind
        return
    if one.kind in _FOLLOWING and _ONLY.search(piece.all) and not _ONLY_KNOWN.search(piece.all):
        return  # at one place among several: no part of a list of layers says that
    handler = _HANDLERS.get(one.kind)
    told = len(draft.said)
    if handler is not None:
        handler(draft, one, piece)
    else:
        blocks.add(draft, one, piece)
    reading.take(one.start, one.end)
    if len(draft.said) > told and one.kind in _FOLLOWING:
        encoder_reach.inherit(draft, piece, one)
        encoder_reach.localised(draft, piece, one)
    else:
        draft.last_said = None
        draft.told_at = one.end
    draft.last_kind = one.kind


def _of_a_block(draft: Draft, one: Mention, piece: Piece) -> bool:
    """Whether a layer is said to be inside of the block before it, or counts its blocks."""
    last = draft.units[-1] if draft.units else None
    if one.kind == "layer" and "_vit" in draft.flags and not draft.flags.get("_transformers_told"):
        draft.units = [unit for unit in draft.units if unit.kind != "transformer"]
        draft.flags["_transformers_told"] = True
        blocks.transformers(draft, piece.count(MENTIONS["layer"]) or 1)
        if any(unit.kind == "patches" for unit in draft.units):
            blocks.patched(draft, piece)
        return True
    if last is None or last.layer is None:
        return False
    if isinstance(last.layer, Transformer) and re.match(r"mlp|feed|hidden", one.match[0]):
        width = piece.whole(rf"(?:of|with|width|size|=)\s*(?P<n>\d+)(?:\s*{UNITS})?", r"(?P<n>\d+)")
        for unit in draft.units:
            if isinstance(unit.layer, Transformer) and width:
                unit.layer = unit.layer.model_copy(update={"hidden": width})
        return True
    if isinstance(last.layer, Experts) and (piece.says(r"\beach\b|一个|各") or one.match[0].startswith("mlp")):
        _, sizes = linears(piece, MENTIONS["linear"])
        if sizes:
            last.layer = last.layer.model_copy(update={"size": sizes[0]})
        return True
    return False


def _refers(draft: Draft, one: Mention, piece: Piece, following: Mention | None) -> bool:
    """Whether layers that are told already are spoken of: more is said of them, or only where something goes."""
    kind = {"conv": "conv", "linear": "linear"}.get(one.kind) or (draft.units[-1].kind if draft.units else "linear")
    mine = draft.of_kind(kind)
    if one.kind == "layer" and re.search(r"between (?:the )?$", piece.ask.lower[max(piece.start - 12, 0) : one.start]):
        return True
    plain = re.search(r"(?<!each )(?<!every )\bthe $", piece.ask.lower[max(piece.start - 8, 0) : one.start])
    if plain and (not mine or re.search(r"\d", piece.text)):
        return False  # "the linear layer of 64": told here for the first time
    piece.has(r"but not (?:after|on|in|for) (?:the )?$")
    if not mine:
        return not re.search(r"\d", piece.text)
    if kind == "conv" and mine[-1].group in draft.convs:
        _more(draft.convs[mine[-1].group], convs(piece, MENTIONS["conv"]))
    elif kind == "linear" and re.search(rf"\d\s*{UNITS}|\bof \d|\bto \d|\d 维|outputs? ?\d|\d outputs?", piece.text):
        _, sizes = linears(piece, MENTIONS["linear"])
        for unit in mine:
            unit.size = unit.size or (sizes[0] if sizes else 0)
    return True


def _more(said: Convs, more: Convs) -> None:
    """What is said later of the same convolutions."""
    said.count = said.count or more.count
    for name in ("channels", "kernels", "strides", "dilation"):
        if not getattr(said, name):
            setattr(said, name, getattr(more, name))
    said.padding = more.padding if said.padding is None else said.padding
    said.single |= more.single


def _layer(draft: Draft, one: Mention, piece: Piece) -> None:
    """Convolutions or linear layers; a kind named without sizes is what the next words say it of."""
    kind = one.kind
    last = draft.units[-1] if draft.units else None
    if kind == "again":
        kind = last.kind if last is not None and last.kind in {"conv", "linear"} else "linear"
    if kind == "layer":
        open_conv = last is not None and last.kind == "conv" and last.layer is None
        sized = re.search(r"channels|filters|\d\s*[x×]\s*\d|通道|kernel", piece.text)
        kind = "conv" if sized or (open_conv and draft.convs[last.group].empty) else "linear"  # type: ignore[union-attr]
    noun = f"{MENTIONS[kind]}|{MENTIONS['layer']}"
    if kind == "conv":
        _conv(draft, convs(piece, noun), one)
        return
    count, sizes = linears(piece, noun)
    number = count or len(sizes) or 1
    if last is not None and last.kind == "linear" and not last.size and not last.after and not last.preset:
        number = max(number, len([unit for unit in draft.units if unit.group == last.group]))
        draft.units = [unit for unit in draft.units if unit.group != last.group]
    if (
        last is not None
        and last.preset
        and number == 1
        and sizes
        and not piece.says(
            r"another|extra|addition\w*|second|more|"
            r"then|再|另"
        )
    ):
        preset = draft.of_kind("linear")
        if preset:
            preset[-1].size, preset[-1].layer = sizes[0], None
            return
    sizes = sizes * number if len(sizes) == 1 else (sizes + sizes[-1:] * number)[: max(number, len(sizes))]
    group = draft.group()
    plain = bool(re.search(r"projection|map$|映射", one.match[0]))
    whole_word = bool(re.match(r"mlps?|multi|多层", one.match[0])) and not sizes and not count
    draft.units += [
        Unit("linear", None, group, size=size, noun=whole_word, plain=plain)
        for size in (sizes or [0] * min(number, 16))
    ]


def _conv(draft: Draft, said: Convs, one: Mention) -> None:
    last = draft.units[-1] if draft.units else None
    if (
        last is not None
        and last.kind == "conv"
        and last.layer is None
        and not last.after
        and draft.convs[last.group].empty
    ):
        draft.units = [
            unit for unit in draft.units if unit.group != last.group
        ]  # "a conv encoder: three layers of ..."
    elif last is not None and last.kind == "conv" and last.preset and said.empty:
        return
    group = draft.group()
    draft.convs[group] = said
    number = said.number
    if said.empty and one.kind == "conv" and re.search(r"s\b|cnn|net|stack", one.match[0]):
        number = 3
    draft.units += [Unit("conv", None, group) for _ in range(number)]


def _function(draft: Draft, one: Mention, piece: Piece) -> None:
    instead = piece.first(
        r"(?:instead of|rather than|in place of|replac\w+|not) (?:the |every |all |any )*(?P<f>relus?|tanh|elus?|"
        r"[gs]elus?|silus?)"
    )
    name = function_of_word(one.match[0])
    wide = (
        piece.first(r"\bto (?P<n>\d+)(?: (?:features|units|outputs))?")
        if draft.units and draft.units[-1].kind == "linear"
        else None
    )
    if wide and not draft.units[-1].size:
        draft.units[-1].size = int(wide["n"])
    if instead:
        gone = Activation(function=function_of_word(instead["f"]))
        draft.said = [kept for kept in draft.said if kept.layer != gone]
    said = reach_of(piece.all + piece.around, Activation(function=name), draft, not draft.units)
    everywhere = piece.has(
        r"activations? functions?|non-?linearit(?:y|ies)|activations?|激活(?:函数|层)?(?:都|均)?(?:用|采用|为|是)?"
    )
    whole = everywhere and (
        piece.says(r"activations|functions|linearit(?:y|ies)|激活")
        or not draft.units
        or (
            draft.last_kind not in {"conv", "linear", "layer", "again", "norm"}
            and not re.search(r"followed|\bthen\b", piece.all)
        )
    )
    if draft.units and draft.units[-1].preset and said.reach == "own":
        said.reach = "each"
    if draft.last_kind == "features" and said.reach == "own" and said.told and not everywhere:
        said.reach = "last"  # "256 features followed by tanh"
    if instead or (whole and said.reach == "own") or not draft.units:
        said.reach, said.target = "each", said.target
    if said.reach == "last" and piece.says(EACH):
        said.reach = "each"
    if instead:
        for unit in draft.units:
            unit.after = [kept for kept in unit.after if not isinstance(kept, Activation)]
    draft.said.append(said)


def _norm(draft: Draft, one: Mention, piece: Piece) -> None:
    layer = Norm(by=norm_of_word(one.match[0]))
    said = reach_of(piece.all + piece.around, layer, draft, not draft.units)
    if not draft.units and said.reach == "own":
        said.reach = "input" if piece.says(r"input|observation|state|first|输入|观测|状态|先|just") else "each"
    elif (
        draft.units and isinstance(draft.units[-1].layer, Residual) and said.reach in {"own", "each"} and not said.told
    ):
        _inside_blocks(draft, layer.by)
        return
    elif draft.units and draft.units[-1].preset and said.reach == "own" and not piece.says(r"after it|last"):
        said.reach = "each"
    draft.said.append(said)


def _inside_blocks(draft: Draft, by: Normal) -> None:
    """The norm of the residual blocks that were told last."""
    group = [unit for unit in draft.units if unit.kind == "residual"]
    for unit in group:
        if isinstance(unit.layer, Residual) and unit.layer.norm is None:
            named = draft.flags.get("_blocks")
            style = "resnet" if isinstance(named, Residual) and unit.layer.style == "twice" else unit.layer.style
            unit.layer = unit.layer.model_copy(update={"norm": by, "style": style})


def _dropout(draft: Draft, one: Mention, piece: Piece) -> None:
    share = piece.number(
        r"(?:of|p|rate|=|:|with|为|probability)*\s*(?P<n>\d*\.\d+(?:\s*%)?|\d+\s*%)", r"(?P<n>\d*\.\d+|\d+\s*%)"
    )
    if share is None:
        draft.notes.append("The share of the dropout is not stated: 0.1.")
    said = reach_of(piece.all + piece.around, Dropout(p=share if share is not None else 0.1), draft, not draft.units)
    if piece.says(
        r"before (?:the|each|every) (?:\w+ )?(?:fc|linear|dense|fully|output|features?|last|final|projection)"
    ):
        draft.units.append(Unit("dropout", said.layer, draft.group()))
        return
    draft.said.append(said)


def _before_last(draft: Draft, unit: Unit) -> None:
    """Put a unit before the last linear layer, or at the end where there is none yet."""
    linear = draft.of_kind("linear")
    draft.units.insert(draft.units.index(linear[-1]) if linear else len(draft.units), unit)


def _pool(draft: Draft, one: Mention, piece: Piece) -> None:
    words = one.match[0]
    if re.search(r"over|across|of", words):
        return
    by = "average" if re.search(r"average|avg|mean|平均|gap", words) else "max"
    if _of_tokens(draft):
        kind: Literal["mean", "sum", "max", "attention"] = "max" if by == "max" else "mean"
        kind = "sum" if "sum" in words else "attention" if "attention" in words else kind
        piece.has(r"over (?:all )?(?:the )?(?:present )?(?:objects|entities|tokens|frames|time)")
        draft.units.append(Unit("reduce", Reduce(by=kind), draft.group()))
        return
    if re.search(r"global|adaptive|全局|gap", words) or piece.says(
        r"pool\w* to (?:a )?\d|over all pixels|over the whole"
    ):
        side = piece.whole(r"to (?:a )?(?P<n>\d+)(?:\s*[x×]\s*\d+)?")
        layer: Layer = Pool(by="global" if by == "average" else "global_max")
        if side and side > 1:
            layer = Pool(by="adaptive", size=side)
        unit = Unit("pool", layer, draft.group())
        if piece.has(r"before (?:the )?(?:last |final )?(?:linear|dense|fc)?(?: layer)?\s*$"):
            _before_last(draft, unit)
        else:
            draft.units.append(unit)
        return
    side = piece.whole(r"(?P<n>[2-8])\s*[x×]\s*[2-8]", r"(?:of|size|kernel)\s*(?:size )?(?P<n>[2-8])(?!\d)")
    stride = piece.whole(r"(?:stride|步长)(?: of)?(?:\s|为)*(?P<n>[1-8])(?!\d)")
    if not (side or stride) and by == "average" and draft.of_kind("conv") and not piece.says(EACH):
        draft.units.append(Unit("pool", Pool(by="global"), draft.group()))
        draft.notes.append("The size of the average pooling is not stated: over all pixels.")
        return
    layer = Pool(by=by, size=side or 2, stride=stride or side or 2)  # type: ignore[arg-type]
    draft.said.append(reach_of(piece.all + piece.around, layer, draft, False))


def _of_tokens(draft: Draft) -> bool:
    """Whether there are tokens here, which nothing has made one of."""
    there = any(isinstance(layer, Tokens) for layer in draft.first)
    for unit in draft.units:
        there = there or unit.kind in {"patches", "frames"}
        there = there and unit.kind not in {"reduce", "recurrent"}
    return there


def _crelu(draft: Draft, one: Mention, piece: Piece) -> None:
    piece.has(r"instead of (?:the |every )?relus?|activations?|non-?linearit(?:y|ies)")
    draft.said.append(Said(ConcatRelu(), "each"))


def _rescale(draft: Draft, one: Mention, piece: Piece) -> None:
    low, high = (one.match.groupdict().get(name) for name in ("lo", "hi"))
    if low is None and "0.5" not in one.match[0]:
        return  # bytes are divided by 255 anyway
    bottom, top = (float(low), float(high)) if low and high else (-0.5, 0.5)
    if (bottom, top) != (0.0, 1.0):
        draft.first.append(Rescale(factor=top - bottom, offset=bottom))


def _bound(draft: Draft, one: Mention, piece: Piece) -> None:
    by = float(one.match["bound"] or one.match["bound2"])
    running = next((layer for layer in draft.first if layer.op == "running"), None)
    if running is not None:
        draft.first[draft.first.index(running)] = running.model_copy(update={"clip": by})
    else:
        draft.first.append(Bound(by=by))


def _features(draft: Draft, one: Mention, piece: Piece) -> None:
    number = int(next(value for value in one.match.groupdict().values() if value and value.isdigit()))
    piece.has(r"straight out of|out of|outputs?|features?(?: vector)?|representations?|一共|这样")
    last = draft.units[-1] if draft.units else None
    preset = [unit for unit in draft.of_kind("linear") if unit.preset]
    if preset:
        preset[-1].size, preset[-1].layer = number, None
    elif last is not None and last.kind == "linear" and not last.size:
        last.size = number
    elif last is not None and last.kind in {"softmax2d", "reduce", "recurrent"} and not piece.says(r"linear|线性"):
        draft.flags.setdefault("_told", number)
    else:
        draft.feature_dim = number
        before = piece.ask.lower[max(0, one.start - 60) : one.start]
        draft.sequel = not re.search(
            r"(?:\bso|giv\w+|\bi\.?e\.?|\bthat is|mak\w+|hence|=|\bfor)[^,;.\d]{0,24}$", before
        )


def _flatten(draft: Draft, one: Mention, piece: Piece) -> None:
    return


_HANDLERS: dict[str, Callable[[Draft, Mention, Piece], None]] = {
    "function": _function, "norm": _norm, "dropout": _dropout, "pool": _pool, "crelu": _crelu, "rescale": _rescale,
    "bound": _bound, "features": _features, "flatten": _flatten,
}  # fmt: skip
