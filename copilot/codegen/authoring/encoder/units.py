"""An encoder's layers as they are told: units of a layer and what follows it, and how far each word reaches."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from copilot.codegen.authoring.encoder.sizes import Convs
from copilot.codegen.authoring.spec import Activation, Conv, Dropout, Layer, Linear, Norm, Pool

Reach = Literal["own", "each", "last", "input", "place"]
EACH = r"\b(?:each|every|all|both|everywhere|throughout|between|everything)\b|每|都|各|均|所有|一律|全部"
LAST = r"\b(?:last|final|end|outputs?|features?|top|finally)\b|最后|末|输出|特征"
INPUT = r"\b(?:inputs?|observations?|raw|incoming)\b|输入|观测"
CONVS = r"\bconv\w*|\bcnn\b|卷积"
LINEARS = r"\b(?:linear|dense|fc|hidden|mlp|fully|projection)\b|全连接|线性|隐藏"


@dataclass
class Unit:
    """One layer with numbers of its own, and what follows it."""

    kind: str
    """conv, linear, or another mention's."""
    layer: Layer | None
    """None: a convolution or linear layer whose sizes are told later."""
    group: int
    after: list[Layer] = field(default_factory=list[Layer])
    size: int = 0
    """Of a linear layer; 0: not told."""
    preset: bool = False
    noun: bool = False
    """A word for the whole, such as "MLP", without sizes: what it is made of comes after it."""
    plain: bool = False
    """No activation follows."""
    key: int = -1
    """The branch that it is of; -1: what comes after them."""

    def has(self, op: str) -> bool:
        """Whether a layer of a kind follows."""
        return any(layer.op == op for layer in self.after)


@dataclass
class Said:
    """What follows layers, and how far it reaches."""

    layer: Layer
    reach: Reach
    target: str | None = None
    """conv or linear: these alone."""
    index: int | None = None
    """The second of them, and so on."""
    group: int = -1
    place: int = 0
    """How many units were told before it."""
    told: bool = False
    """Whether its place in the order is told: "then", an arrow, a list."""
    local: bool = False
    """Of what is told before it alone: "three convolutions, each followed by layer norm, then a linear layer"."""
    own_kind: bool = False
    """Of layers of the kind that was told last: "after each of them"."""


@dataclass
class Draft:
    """An encoder while it is read."""

    units: list[Unit] = field(default_factory=list[Unit])
    said: list[Said] = field(default_factory=list[Said])
    first: list[Layer] = field(default_factory=list[Layer])
    convs: dict[int, Convs] = field(default_factory=dict[int, Convs])
    """By group."""
    feature_dim: int | None = None
    flags: dict[str, object] = field(default_factory=dict[str, object])
    notes: list[str] = field(default_factory=list[str])
    groups: int = 0
    chain: bool = False
    """Layers are listed one after another, so that what is not told is not there."""
    no_features: bool = False
    no_last: bool = False
    """No activation after the features."""
    joined: Said | None = None
    """What reaches as far as what it is joined to by "and"."""
    last_said: Said | None = None
    """What followed layers last, where nothing came after it."""
    joined_at: int | None = None
    """Where the request begins to tell what comes after several parts."""
    function: str | None = None
    """Of the preset that it is like."""
    told_at: int = 0
    """Where the words of the last layer end."""
    referred: tuple[int, int] = (0, 0)
    """Where layers that are told already were spoken of last."""
    last_kind: str = ""
    """What was named last."""
    sequel: bool = False
    """Whether the features are told as one more layer: "then 64 features"."""

    def group(self) -> int:
        """The number of a new group of units."""
        self.groups += 1
        return self.groups - 1

    def put(self, kind: str, layer: Layer) -> None:
        """Add one more layer where the request is."""
        self.units.append(Unit(kind, layer, self.group()))

    def of_kind(self, kind: str) -> list[Unit]:
        """Units of a kind."""
        return [unit for unit in self.units if unit.kind == kind]


_ORDINALS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "one": 0, "一": 0, "二": 1, "三": 2, "四": 3}


def reach_of(text: str, layer: Layer, draft: Draft, begins: bool) -> Said:
    """How far a norm, an activation, a dropout or a pooling reaches, by the words around it.

    Args:
        text: the part of the request that speaks of it.
        begins: whether no layer was told before it.
    """
    text = re.sub(r"(?:but )?not (?:after|on|in|for) (?:the )?[\w ]+$", "", text)
    target = "conv" if re.search(CONVS, text) else "linear" if re.search(LINEARS, text) else None
    group = draft.units[-1].group if draft.units else -1
    told = bool(re.search(r"->|→|\bthen\b|followed|\bfinally\b|然后|接着|再|后接|之后", text)) or bool(
        re.match(r"\s*\w+[ -]?\w*\s*,?\s*$", text)
    )
    said = Said(layer, "own", target, group=group, place=len(draft.units), told=told)
    ordinal = re.search(
        r"(?:after|on|in|for|of) the (first|second|third|fourth)(?! (?:two|three))|第([一二三四])(?:个|层)", text
    )
    several = re.search(r"(?:after|on|in) the first (two|three)", text)
    if re.search(EACH, text) and not re.search(r"before (?:each|every)", text):
        said.reach = "each"
    elif several:
        said.reach, said.index = "each", {"two": -2, "three": -3}[several[1]]
    elif ordinal and target:
        said.reach, said.index = "each", _ORDINALS[ordinal[1] or ordinal[2]]
    elif re.search(LAST, text) and not re.search(r"output (?:of|from)", text):
        said.reach = "last" if target != "conv" else "own"
    elif (re.search(INPUT, text) and layer.op in {"norm", "dropout"}) or (
        begins and layer.op == "norm" and re.search(r"\bfirst\b|\bstart\w*\b|\bbegin\w*|先", text)
    ):
        said.reach = "input"
    elif target and re.search(r"(?:after|on|in) the ", text):
        said.reach = "each"
    return said


def settle(draft: Draft) -> list[Layer]:
    """All that follows layers put where it belongs; what is of the input is returned."""
    first: list[Layer] = []
    late = [one for one in draft.said if one.layer.op == "activation" and one.reach == "each" and not one.place]
    for one in [*(one for one in draft.said if one not in late), *late]:
        units = _units(draft, one)
        if one.reach == "input" or (not units and one.layer.op in {"norm", "dropout"}):
            first.append(one.layer)
            continue
        for unit in units:
            _follow(unit, one)
    return first


def _units(draft: Draft, one: Said) -> list[Unit]:
    learned = [unit for unit in draft.units if unit.kind in {"conv", "linear"}]
    if one.local and one.reach == "each" and one.index is None:
        learned = [unit for unit in draft.units[: one.place] if unit.kind in {"conv", "linear"}]
        if one.own_kind and not one.target:
            learned = _run(draft.units[: one.place], learned)
        if one.target:
            learned = [unit for unit in learned if unit.kind == one.target]
            learned = _hidden(draft, one, learned)
        return [unit for unit in learned if not unit.plain]
    if one.target:
        learned = [unit for unit in learned if unit.kind == one.target]
    if one.reach == "last":
        return draft.units[-1:]
    if one.reach == "each":
        if one.index is not None:
            return learned[: -one.index] if one.index < 0 else learned[one.index : one.index + 1]
        if one.layer.op == "activation" or one.target:
            return [unit for unit in _hidden(draft, one, learned) if not unit.plain]
        return learned[:-1] if len(learned) > 1 and learned[-1].kind == "linear" and _features(draft) else learned
    own = [unit for unit in draft.units[: one.place] if unit.group == one.group]
    if len(own) > 1 and one.told and one.layer.op != "activation":
        return own[-1:]
    if one.layer.op == "dropout" and len(own) > 1 and own[-1] is draft.units[-1] and own[-1].kind == "linear":
        return own[:-1]
    return own


def _hidden(draft: Draft, one: Said, learned: list[Unit]) -> list[Unit]:
    """Of "each hidden layer" those without the last, where that is told apart as the features'."""
    last = draft.units[-1]
    apart = draft.feature_dim is None and sum(unit.group == last.group for unit in draft.units) == 1
    if one.target == "linear" and one.layer.op in {"norm", "dropout"} and apart and len(learned) > 1:
        return [unit for unit in learned if unit is not last]
    return learned


def _run(units: list[Unit], learned: list[Unit]) -> list[Unit]:
    """Of learned layers, those of the last one's kind with no others between them."""
    out: list[Unit] = []
    for unit in reversed(units):
        if unit in learned and learned[-1].kind != unit.kind:
            break
        out += [unit] if unit in learned else []
    return out[::-1]


def _features(draft: Draft) -> bool:
    """Whether the last linear layer stands apart, as that of the features."""
    last = draft.units[-1]
    if draft.feature_dim is not None:
        return not draft.sequel and last.size in {0, draft.feature_dim}
    return sum(unit.group == last.group for unit in draft.units) == 1


def _follow(unit: Unit, one: Said) -> None:
    """What follows a unit: norms before activations, where nobody told it otherwise."""
    layer = one.layer
    if isinstance(layer, Activation):
        if unit.has("activation"):
            if one.reach == "each":
                return  # its own counts
            unit.after = [kept for kept in unit.after if not isinstance(kept, Activation)]
        ends = next((i for i, kept in enumerate(unit.after) if isinstance(kept, Pool | Dropout)), len(unit.after))
        unit.after.insert(ends if one.reach == "each" else len(unit.after), layer)
    elif isinstance(layer, Norm):
        at = next((i for i, kept in enumerate(unit.after) if isinstance(kept, Activation)), len(unit.after))
        unit.after.insert(len(unit.after) if one.told else at, layer)
    elif isinstance(layer, Pool | Dropout):
        unit.after.append(layer)
    else:
        unit.after.append(layer)


def flat(units: list[Unit], default: str, chain: bool) -> list[Layer]:
    """Units as layers in order, with an activation after each convolution and linear layer that has none."""
    out: list[Layer] = []
    for unit in units:
        if unit.layer is None:
            continue
        out.append(unit.layer)
        after = list(unit.after)
        if isinstance(unit.layer, Conv | Linear) and not unit.plain and not chain and not _active(unit):
            at = next((i + 1 for i, kept in reversed(list(enumerate(after))) if isinstance(kept, Norm)), 0)
            after.insert(at, Activation(function=default))  # type: ignore[arg-type]
        out += after
    return out


def _active(unit: Unit) -> bool:
    return unit.has("activation") or unit.has("concat_relu")
