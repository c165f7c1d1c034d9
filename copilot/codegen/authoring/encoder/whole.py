"""What becomes of an encoder's layers once all words are read: transformers over patches, dense connections, and "
"the like."""

from __future__ import annotations

from copilot.codegen.authoring.encoder.sizes import Convs
from copilot.codegen.authoring.encoder.spec import DenseMlp, Patches, Recurrent, Reduce, Transformer
from copilot.codegen.authoring.encoder.units import Draft, Unit
from copilot.codegen.authoring.spec import Residual, Squeeze


def finish(draft: Draft) -> None:
    """Apply what was said of the whole."""
    flags = draft.flags
    dense, told = flags.pop("_dense", None), flags.pop("_told", None)
    if flags.pop("_vit", False):
        _vision(draft)
    flags.pop("_heads", None)
    _of_frames(draft)
    others = [unit for unit in draft.units if unit.kind not in {"linear", "features"} or unit.size]
    if others:
        draft.units = [unit for unit in draft.units if not (unit.noun and not unit.size)]
    named = flags.pop("_blocks", None)
    if isinstance(named, Residual) and not any(unit.kind == "residual" for unit in draft.units):
        _named(draft, named)
    stated = flags.pop("_patch_stated", True)
    if any(unit.kind == "patches" for unit in draft.units) and not stated:
        draft.notes.append("The size of the patches is not stated: 14.")
    if dense is not None:
        _densely(draft, str(dense))
    if flags.pop("_squeeze", False):
        for unit in draft.of_kind("conv"):
            unit.after.append(Squeeze())
    if isinstance(told, int):
        _told(draft, told)
    draft.flags.pop("_transformers_told", None)
    if any(unit.kind == "patches" for unit in draft.units):
        _in_order(draft)
    spot = next((unit for unit in draft.units if unit.kind == "softmax2d"), None)
    if spot is not None:  # "with a spatial softmax: four convolutions ...": it comes after them
        draft.units.remove(spot)
        at = max(
            [i + 1 for i, unit in enumerate(draft.units) if unit.kind in {"conv", "residual", "squeeze", "pool"}],
            default=0,
        )
        draft.units.insert(at, spot)
        _of_channels(draft)
    tokens = any(unit.kind in {"patches", "transformer"} for unit in draft.units)
    if tokens and not any(unit.kind in {"reduce", "recurrent"} for unit in draft.units):
        at = max(i for i, unit in enumerate(draft.units) if unit.kind in {"patches", "transformer", "attention"})
        draft.units.insert(at + 1, Unit("reduce", Reduce(by="mean"), draft.group()))
        draft.notes.append("What becomes of the tokens is not stated: their mean.")


def _in_order(draft: Draft) -> None:
    """Patches come first, then the class token, positions and blocks, in whatever order they are told."""
    order = {"frames": 0, "conv": 0, "patches": 1, "class": 2, "position": 3}
    draft.units.sort(key=lambda unit: order.get(unit.kind, 4))


def _of_frames(draft: Draft) -> None:
    """Frames that go into a memory without convolutions: those of the Nature paper come between."""
    ops = [unit.kind for unit in draft.units]
    if "frames" in ops and not any(kind in {"conv", "linear", "patches", "residual"} for kind in ops):
        group = draft.group()
        draft.convs[group] = Convs(channels=[32, 64, 64], kernels=[8, 4, 3], strides=[4, 2, 1], padding=0)
        at = ops.index("frames") + 1
        draft.units[at:at] = [Unit("conv", None, group) for _ in range(3)]
        draft.notes.append("The network of a frame is not stated: the convolutions of the Nature paper.")


def _named(draft: Draft, named: Residual) -> None:
    """A ResNet, SimBa or BRO encoder whose blocks are not told: two, after the first layer."""
    if named.style in {"pre", "post"} and not draft.units:
        draft.units.append(Unit("linear", None, draft.group(), size=128))
        draft.notes.append("The width is not stated: 128.")
    at = next(
        (index + 1 for index, unit in enumerate(draft.units) if unit.kind in {"linear", "conv"}), len(draft.units)
    )
    draft.units[at:at] = [Unit("residual", named, draft.group()) for _ in range(2)]
    draft.notes.append("The number of residual blocks is not stated: two.")


def _of_channels(draft: Draft) -> None:
    """Keep what the request says of a spatial softmax's size if it is two numbers for each channel."""
    conv = next((draft.convs[unit.group] for unit in reversed(draft.units) if unit.kind == "conv"), None)
    size = 2.0 * (conv.channels or [0])[-1] if conv else 0.0
    stated = draft.flags.get("stated")
    draft.flags["stated"] = [size] if isinstance(stated, list) and size in stated else []


def _told(draft: Draft, size: int) -> None:
    """A size that was said of what has one already: of what ends in another, a linear layer makes it."""
    last = draft.units[-1] if draft.units else None
    conv = next((draft.convs[unit.group] for unit in reversed(draft.units) if unit.kind == "conv"), None)
    channels = (conv.channels or [0])[-1] if conv else 0
    same = last is not None and (
        (last.kind == "softmax2d" and 2 * channels == size)
        or (isinstance(last.layer, Recurrent) and last.layer.size == size)
    )
    if last is not None and isinstance(last.layer, Reduce):
        patches = next((unit.layer.dim for unit in draft.units if isinstance(unit.layer, Patches)), None)
        linear = [unit.size for unit in draft.units if unit.kind == "linear"]
        same = size == (linear[-1] if linear else patches)
    if last is not None and last.kind == "softmax2d" and same:
        draft.flags.setdefault("stated", []).append(size)  # type: ignore[attr-defined]
    if not same:
        draft.feature_dim = size


def _vision(draft: Draft) -> None:
    """A vision transformer has patches, and blocks."""
    if not any(isinstance(unit.layer, Patches) for unit in draft.units):
        draft.units.insert(0, Unit("patches", Patches(size=14), draft.group()))
    if not any(isinstance(unit.layer, Transformer) for unit in draft.units):
        draft.units.append(Unit("transformer", Transformer(), draft.group()))
        draft.notes.append("The blocks of the transformer are not stated: one, of 4 heads.")


def _densely(draft: Draft, joins: str) -> None:
    """Linear layers that see the input too are one layer."""
    linear = draft.of_kind("linear")
    if not linear:
        sizes = [256] * 4 if joins == "input" else [64] * 3
        draft.notes.append(f"The widths of the layers are not stated: {', '.join(map(str, sizes))}.")
        draft.units.append(Unit("dense", DenseMlp(sizes=sizes, joins=joins), draft.group()))  # type: ignore[arg-type]
        return
    group = next((unit.group for unit in linear if sum(o.group == unit.group for o in linear) > 1), linear[0].group)
    mine = [unit for unit in linear if unit.group == group]
    at = draft.units.index(mine[0])
    draft.units = [unit for unit in draft.units if unit.group != group]
    layer = DenseMlp(sizes=[unit.size or 256 for unit in mine], joins=joins)  # type: ignore[arg-type]
    draft.units.insert(at, Unit("dense", layer, group))
