"""Blocks of vectors that an encoder's request names: dense connections, experts, gates."""

from __future__ import annotations

import re

from copilot.codegen.authoring.ask import INT
from copilot.codegen.authoring.encoder.mentions import MENTIONS, Mention, Piece
from copilot.codegen.authoring.encoder.sizes import WIDTH
from copilot.codegen.authoring.encoder.spec import (
    Experts,
)
from copilot.codegen.authoring.encoder.units import Draft, Unit
from copilot.codegen.authoring.spec import (
    Activation,
    Gate,
)


def dense(draft: Draft, one: Mention, piece: Piece) -> None:
    draft.flags["_dense"] = "all" if re.search(r"dense[- ]?net|稠密", one.match[0]) else "input"
    piece.has(r"style|like|connections?")


def experts(draft: Draft, one: Mention, piece: Piece) -> None:
    count = piece.count(MENTIONS["experts"])
    top = piece.whole(rf"(?:top|best)[- ](?P<n>{INT})")
    size = piece.whole(*WIDTH)
    piece.has(
        r"each(?: a)?|softmax(?: gat\w+)?(?: (?:of|on|over) the inputs?)?|gat(?:e|ed|ing)(?: network)?|"
        r"weighted (?:sum|mean|average)"
    )
    unit = next((unit for unit in draft.units if unit.kind == "experts"), None)
    if unit is None:
        unit = Unit("experts", Experts(), draft.group(), after=[Activation()])
        draft.units.append(unit)
    changes = {name: value for name, value in (("count", count), ("top", top), ("size", size)) if value}
    unit.layer = unit.layer.model_copy(update=changes) if unit.layer else None


def gate(draft: Draft, one: Mention, piece: Piece) -> None:
    function = (
        {"g": "gelu", "s": "silu", "r": "relu"}.get(one.match[0][0], "sigmoid")
        if not re.match(r"glu|gated", one.match[0])
        else "sigmoid"
    )
    size = piece.whole(*WIDTH, r"(?P<n>\d+)")
    draft.put("gate", Gate(size=size or 64, function=function))  # type: ignore[arg-type]
