"""Encoders of the literature by their names, as the layers that they are."""

from __future__ import annotations

import re

from copilot.codegen.authoring.ask import NUM, to_list
from copilot.codegen.authoring.encoder.layer_words import norm_of_word
from copilot.codegen.authoring.encoder.mentions import MENTIONS, Mention, Piece
from copilot.codegen.authoring.encoder.sizes import CHANNELS, Convs
from copilot.codegen.authoring.encoder.spec import (
    Rescale,
)
from copilot.codegen.authoring.encoder.units import Draft, Unit
from copilot.codegen.authoring.spec import (
    Activation,
    Norm,
    Pool,
    Residual,
)


def _preset(
    draft: Draft, channels: list[int], sizes: list[tuple[int, int]], dense: int | None, padding: int = 0
) -> list[Unit]:
    group = draft.group()
    draft.convs[group] = Convs(
        channels=channels, kernels=[k for k, _ in sizes], strides=[s for _, s in sizes], padding=padding
    )
    units = [Unit("conv", None, group, preset=True) for _ in channels]
    draft.units += units
    if dense:
        draft.units.append(Unit("linear", None, draft.group(), size=dense, preset=True))
    return units


def _times(piece: Piece) -> float:
    """How many times as many channels as the original has."""
    match = piece.first(
        rf"(?:with )?(?:(?P<h>half)|(?P<t>twice|double|两倍|加倍|翻倍)|(?P<n>{NUM}|three|four|3|4)(?: times|x|×|倍)(?: as "
        rf"many| the)?)"
        r"(?: (?:as many|the|of the|number of|its|all))*(?: (?:channels|filters|width))?|(?P<d>width (?:x "
        r"?)?(?P<n2>\d)|(?P<n3>\d) ?x (?:wider|width))|通道(?:数)?减半"
    )
    if not match:
        return 1.0
    words = {"three": 3.0, "four": 4.0}
    if match["t"] or ("倍" in match[0] and not match["n"]):
        return 2.0
    told = match["n"] or match["n2"] or match["n3"]
    return 0.5 if match["h"] or "减半" in match[0] else words.get(told) or float(told)


def nips(draft: Draft, one: Mention, piece: Piece) -> None:
    if not draft.units:
        _preset(draft, [16, 32], [(8, 4), (4, 2)], 256)


def nature(draft: Draft, one: Mention, piece: Piece) -> None:
    if draft.of_kind("conv"):  # "three convolutions as in Nature"
        group = draft.of_kind("conv")[-1].group
        if draft.convs[group].empty or not draft.convs[group].channels:
            draft.convs[group] = Convs(channels=[32, 64, 64], kernels=[8, 4, 3], strides=[4, 2, 1], padding=0)
            mine = [unit for unit in draft.units if unit.group == group]
            draft.units += [Unit("conv", None, group) for _ in range(3 - len(mine))]
        return
    times = _times(piece)
    only = re.search(r"conv(?!.*(?:network|cnn))|卷积(?!网络)", one.match[0])
    sizes = [(8, 4), (4, 2), (3, 1)]
    _preset(draft, [max(1, round(c * times)) for c in (32, 64, 64)], sizes, None if only or draft.no_features else 512)


def pathak(draft: Draft, one: Mention, piece: Piece) -> None:
    times = _times(piece)
    _preset(draft, [round(32 * times)] * 4, [(3, 2)] * 4, 288, padding=1)
    draft.function = "elu"


def drq(draft: Draft, one: Mention, piece: Piece) -> None:
    if piece.says(r":|like") and piece.ask.says(r"conv\w* (?:with|of)|3x3 conv"):
        return  # its layers are told one by one
    draft.first.append(Rescale(offset=-0.5))
    _preset(draft, [32] * 4, [(3, 2), (3, 1), (3, 1), (3, 1)], 50)
    draft.units[-1].after = [Norm(by="layer"), Activation(function="tanh")]


def vanilla(draft: Draft, one: Mention, piece: Piece) -> None:
    draft.units += [
        Unit("linear", None, draft.group(), size=64),
        Unit("linear", None, draft.group(), size=64, preset=True),
    ]


def impala(draft: Draft, one: Mention, piece: Piece) -> None:
    if draft.units:
        return  # "as in IMPALA"
    times = _times(piece)
    told = piece.first(
        rf"(?:with |of )?(?:channels|sections?|stages?|段|通道)(?:\s|of|with|:|=|为)*(?P<n>\d+(?:\s*(?:,|"
        rf"、|and|-)\s*\d+)+)|(?P<m>\d+(?:\s*(?:,|、|and|-)\s*\d+)+)\s*{CHANNELS}"
    )
    channels = to_list(told["n"] or told["m"]) if told else [16, 32, 32]
    norm = piece.first(rf"(?:with|and|plus|using|加)\s*(?P<n>{MENTIONS['norm']})")
    for size in channels:
        group = draft.group()
        draft.convs[group] = Convs(channels=[max(1, round(size * times))], kernels=[3], strides=[1], padding=1)
        draft.units.append(Unit("conv", None, group, preset=True, plain=True))
        draft.put("section", Pool(by="max", size=3, stride=2))
        for _ in range(2):
            draft.put("residual", Residual(norm=norm_of_word(norm["n"]) if norm else None))
    draft.put("activation", Activation())
    if "impoola" in one.match[0]:
        draft.put("pool", Pool(by="global"))
    if not draft.no_features:
        draft.units.append(Unit("linear", None, draft.group(), size=256, preset=True))
