"""Reads an encoder as a row of layers, in the order in which they are told, each with the words that are said of it."""

from __future__ import annotations

import re

from copilot.codegen.authoring.ask import Ask
from copilot.codegen.authoring.encoder import branches, parts
from copilot.codegen.authoring.encoder import marks as encoder_marks
from copilot.codegen.authoring.encoder.layers import steps
from copilot.codegen.authoring.encoder.mentions import Piece, mentions
from copilot.codegen.authoring.encoder.spec import Branch, Frames, Reduce, Tokens
from copilot.codegen.authoring.encoder.units import Draft, Unit, flat, settle
from copilot.codegen.authoring.encoder.whole import finish
from copilot.codegen.authoring.spec import Activation, Conv, Encoder, Function, Layer, Linear, Norm

_PIXELS = frozenset({
    "conv", "pool", "coords", "squeeze", "spatial_softmax", "spatial_gate", "parallel", "gray", "resize", "patches",
    "frames",
})  # fmt: skip
_WORDS_OF_IMAGES = r"\b(?:images?|pixels?|frames?|pictures?|atari|rgb|conv\w*|cnn)\b|图像|图片|像素|画面|帧|卷积"


def read(ask: Ask, image: bool | None, nature: bool) -> tuple[Encoder | None, list[str]]:
    """The encoder that a request tells layer by layer, or None where it tells none; and notes.

    Args:
        image: whether observations are images; None: as the layers say.
        nature: images are as large as those of Atari, for which the Nature paper's sizes suit.
    """
    draft = Draft()
    sections = branches.declared(ask)
    branches.film(ask, draft) if sections else None
    encoder_marks.whole(ask, draft)
    found = mentions(ask)
    draft.chain = (
        len(re.findall(r"->|→", ask.lower)) > 1
        and len(found) > 2
        and any(one.kind == "function" and re.search(r"(?:->|→)\s*$", ask.lower[: one.start]) for one in found)
    )
    for index, one in enumerate(found):
        piece = Piece(ask, one.begins, one.ends)
        following = found[index + 1] if index + 1 < len(found) else None
        before = {id(unit) for unit in draft.units}
        parts.take(ask, draft, one, piece, following)
        if sections:
            key = branches.part_of(ask, draft, sections, one.begins, one.ends, one.start)
            for unit in draft.units:
                unit.key = key if id(unit) not in before else unit.key
    finish(draft)
    spatial = _spatial(ask, draft, image)
    ask.has(
        r"(?:rgb |gr[ae]y(?:scale)? |atari )?(?:images?|pixels?|frames?|pictures?|screens?)(?! differ)|图像|图片|"
        r"像素|画面|三通道|彩色"
        if spatial
        else r"(?:state |observation )?vectors?\b|(?:low-dimensional|raw|proprioceptive) (?:states?|observations?)|"
        r"(?:mujoco|box) "
        r"(?:states?|observations?)|向量|低维"
    )
    if draft.units and {unit.kind for unit in draft.units} == {"residual"}:
        return None, []  # what they stand among is not told
    if sections:
        return _branched(ask, draft, sections, nature), draft.notes
    if not (draft.units or draft.first or draft.said or draft.feature_dim):
        return None, []
    return _built(draft, spatial, nature), draft.notes


def _branched(ask: Ask, draft: Draft, sections: list[branches.Declared], nature: bool) -> Encoder | None:
    """An encoder of several parts: the layers of each, and those after them."""
    _convolutions(draft, nature and not any(one.image for one in sections))
    settle(draft)
    _linears(draft, True)
    function = _function(draft)
    *own, rest = branches.split(draft.units, sections)
    whole = draft.units
    draft.units = rest
    film = draft.flags.get("combine") == "film"
    trunk, last, norm_last, feature_dim = _features(draft, film, nature, function)
    draft.units = whole
    if feature_dim is None and not trunk:
        feature_dim, last = 256, function
        draft.notes.append("The size of the features is not stated: 256.")
    made = [
        Branch(
            key=one.key, observations="image" if one.image else "vector", start=one.start, stop=one.stop, shape=one.shape,
            layers=flat(units, function, draft.chain),
        )
        for one, units in zip(sections, own, strict=True)
    ]  # fmt: skip
    ask.has(
        r"concatenat\w+(?: (?:both|them|the two|the features|the outputs))?|(?:and )?(?:fuse|merge|combine|"
        r"join)(?:d|s)?(?: (?:both|them|the two))?|both|together|拼接|融合|"
        r"over (?:the|it)|on (?:the|it)|\bkeys?\b|parallel|branch(?:es)?|two[- ]stream"
    )
    if film and made[0].observations != "image":
        made.reverse()
    return Encoder(
        observations="dict" if sections[0].key else "vector", branches=made, layers=flat(trunk, function, draft.chain),
        feature_dim=feature_dim, last=last, norm_last=norm_last, **draft.flags,  # type: ignore[arg-type]
    )  # fmt: skip


def _spatial(ask: Ask, draft: Draft, image: bool | None) -> bool:
    """Whether observations are images: by the layers, else by the words."""
    every = {str(unit.layer.op) for unit in draft.units if unit.layer is not None}
    every |= {str(layer.op) for layer in draft.first} | {unit.kind for unit in draft.units}
    if every & _PIXELS:
        return True
    if image is not None:
        return image
    if any(op in {"tokens", "embedding", "dense_mlp", "fourier", "basis", "radial_basis", "tiles"} for op in every):
        return False
    if any(unit.kind == "residual" and getattr(unit.layer, "hidden", None) is None for unit in draft.units):
        return not any(unit.kind == "linear" for unit in draft.units)
    return bool(re.search(_WORDS_OF_IMAGES, ask.lower)) and not draft.units


def _built(draft: Draft, spatial: bool, nature: bool) -> Encoder | None:
    _convolutions(draft, nature)
    first = settle(draft)
    _linears(draft, spatial)
    function = _function(draft)
    head, last, norm_last, feature_dim = _features(draft, spatial, nature, function)
    layers = [*draft.first, *first, *flat(head, function, draft.chain)]
    labels = any(layer.op == "embedding" for layer in layers)
    observations = "labels" if labels else "image" if spatial else "vector"
    if not layers and feature_dim is None:
        return None
    if not layers and feature_dim is not None and not spatial:
        layers, feature_dim = [Linear(size=feature_dim)], None
        layers += [Norm(by=norm_last)] if norm_last else []  # type: ignore[arg-type]
        layers += [Activation(function=last)] if last else []  # type: ignore[arg-type]
        norm_last = None
    return Encoder(
        observations=observations, layers=layers, feature_dim=feature_dim, last=last, norm_last=norm_last,  # type: ignore[arg-type]
        **draft.flags,  # type: ignore[arg-type]
    )  # fmt: skip


def _function(draft: Draft) -> Function:
    """The activation of what has none: that which is told of all, or of the only ones told."""
    told = [one.layer.function for one in draft.said if isinstance(one.layer, Activation) and one.reach == "each"]
    own = {
        one.layer.function
        for one in draft.said
        if isinstance(one.layer, Activation)
        and one.reach == "own"
        and not (one.told and 1 < one.place == len(draft.units))
    }  # of "..., then a linear layer of 64 followed by tanh" tanh is but the last's
    if told:
        return told[0]
    return next(iter(own)) if len(own) == 1 else draft.function or "relu"  # type: ignore[return-value]


def _convolutions(draft: Draft, nature: bool) -> None:
    """Convolutions get their sizes, which may be told one group at a time or for all of them."""
    units = [unit for unit in draft.units if unit.kind == "conv" and unit.layer is None]
    groups = list(dict.fromkeys(unit.group for unit in units))
    local = any(one.layer.op == "pool" for one in draft.said)
    for group in groups:
        mine = [unit for unit in units if unit.group == group]
        said = draft.convs[group]
        number = len(mine)
        alone = len(groups) == 1 and not any(unit.kind in {"residual", "parallel"} for unit in draft.units)
        suits = nature and alone and not local and number == 3
        others = any(said.strides or said.single for one, said in draft.convs.items() if one != group)
        if others and not said.strides and said.kernels:
            said.strides = [1]  # where the others' are told, one that is not is as the library's layers have it
        pairs = steps(number, said.kernels, said.strides, suits, local, [] if said.single else draft.notes)
        kernels = said.spread("kernels", [kernel for kernel, _ in pairs])
        strides = said.spread("strides", [stride for _, stride in pairs])
        if said.kernels and not said.strides and "strides" not in said.single:
            strides = [1 if local else stride for stride in strides]
        channels = said.spread("channels", ([32, 64, 64] + [64] * number)[:number])
        if not said.channels and "channels" not in said.single:
            draft.notes.append(f"The channels are not stated: {', '.join(map(str, channels))}.")
        dilation = (said.dilation + said.dilation[-1:] * number)[:number] if said.dilation else [1] * number
        whole = (local or not (said.kernels or said.strides or said.single or nature)) and said.padding is None
        for place, unit in enumerate(mine):
            kernel, stride = kernels[place], strides[place]
            same = said.padding == -1 or dilation[place] > 1 or (whole and (stride == 1 or not nature))
            padding = dilation[place] * (kernel - 1) // 2 if same else max(said.padding or 0, 0)
            unit.layer = Conv(channels=channels[place], kernel=kernel, stride=stride, padding=padding,
                              dilation=dilation[place], separable=said.separable)  # fmt: skip


def _linears(draft: Draft, spatial: bool) -> None:
    for unit in draft.units:
        if unit.kind == "linear" and unit.layer is None:
            last = unit is draft.units[-1] and draft.feature_dim is not None
            if not unit.size and not last:
                unit.size = 256 if spatial else 64
                draft.notes.append(f"The width of a linear layer is not stated: {unit.size}.")
            elif not unit.size:
                unit.size, draft.feature_dim = draft.feature_dim or 64, None
            unit.layer = Linear(size=unit.size)


def _features(
    draft: Draft, spatial: bool, nature: bool, function: Function
) -> tuple[list[Unit], str | None, str | None, int | None]:
    """The last linear layer as that of the features: units before it, its activation, its norm, its size."""
    units = list(draft.units)
    last: str | None = None if draft.no_last or draft.chain else function
    size = draft.feature_dim
    if size is not None and units and units[-1].kind == "linear" and units[-1].size == size and not draft.sequel:
        size = None
    if size is not None:
        told = [one.layer for one in draft.said if one.reach == "last"]
        if units and told and not draft.no_last:  # "...128 features, tanh at the end": of the features' own layer
            for layer in told:
                units[-1].after = [kept for kept in units[-1].after if kept is not layer]
            norm, act = _of(told)
            return units, act or last, norm, size
        return units, last, None, size
    tail = units[-1] if units else None
    if tail is not None and tail.kind == "linear" and isinstance(tail.layer, Linear) and not _plain_tail(tail):
        tail.plain = draft.no_last
        return units, None, None, None
    if tail is not None and tail.kind == "linear" and isinstance(tail.layer, Linear) and not _tokens(units):
        norm, act = _of(tail.after)
        return units[:-1], None if draft.no_last else act or last, norm, tail.layer.size
    if spatial and not draft.no_features and not _ended(draft, units):
        size = 512 if nature else 256
        draft.notes.append(f"The size of the features is not stated: {size}.")
        return units, last, None, size
    return units, last, None, None


def _of(layers: list[Layer]) -> tuple[str | None, str | None]:
    norm = next((layer.by for layer in layers if isinstance(layer, Norm)), None)
    return norm, next((layer.function for layer in layers if isinstance(layer, Activation)), None)


def _plain_tail(unit: Unit) -> bool:
    """Whether nothing follows but a norm and then an activation, one of each at most."""
    ops = [layer.op for layer in unit.after]
    return ops in ([], ["norm"], ["activation"], ["norm", "activation"])


def _tokens(units: list[Unit]) -> bool:
    """Whether the last layer is of each token: nothing made one row of them yet."""
    state = False
    for unit in units:
        state = state or isinstance(unit.layer, Tokens | Frames) or unit.kind in {"patches"}
        if isinstance(unit.layer, Reduce) or unit.kind in {"recurrent", "flatten", "dense"}:
            state = False
    return state


def _ended(draft: Draft, units: list[Unit]) -> bool:
    """Whether the layers end in one row of numbers, or are told one by one to their end."""
    kinds = {"recurrent", "reduce", "softmax2d"}
    return draft.chain or (bool(units) and units[-1].kind in kinds) or any(unit.kind in kinds for unit in units[-2:])
