"""Observation spaces that an encoder's plan can take: for its tests, and where none of an environment fits."""

from __future__ import annotations

from copilot.codegen.authoring.encoder.spec import Branch, Differences, Embedding, Frames, Gray, Tokens
from copilot.codegen.authoring.layout import literal_key
from copilot.codegen.authoring.spec import Encoder

_NEW = "gym.spaces."


def tested(plan: Encoder, shape: list[int] | None) -> list[str]:
    """Source of the spaces that its tests try.

    Args:
        shape: of the environment's observations, where it is known.
    """
    if plan.observations == "dict":
        return (
            [_dict(plan, 0), _dict(plan, 1)] if not any(branch.shape for branch in plan.branches) else [_dict(plan, 0)]
        )
    if plan.observations == "labels":
        return [f"{_NEW}Discrete(6)", f"{_NEW}MultiDiscrete([3, 4])"]
    if plan.observations == "image":
        step = _frame(plan)
        first = tuple(shape) if shape and len(shape) == 3 and shape[0] % step == 0 else (_channels(plan), 84, 84)
        second = (first[0] + step, first[1] + 8, first[2])
        return [f"{_NEW}Box(0, 255, {size}, np.uint8)" for size in (first, second)]
    if any(layer.op in {"basis", "radial_basis", "tiles"} for layer in plan.layers):
        return [f"{_NEW}Box(-2.0, 3.0, ({size},), np.float32)" for size in (2, 1)]
    sizes = _sizes(plan)
    if sizes is not None:
        return [f"{_NEW}Box(-1.0, 1.0, ({size},), np.float32)" for size in sizes]
    size = shape[0] if shape and len(shape) == 1 else 5
    return [
        f"{_NEW}Box(-1.0, 1.0, ({size},), np.float32)",
        f"{_NEW}Box(-1.0, 1.0, (17,), np.float32)",
        f"{_NEW}Discrete(6)",
        f"{_NEW}MultiBinary(5)",
    ]


def stand_in(plan: Encoder, shape: list[int] | None, kind: str | None) -> str | None:
    """Source of observations that stand in for those of an environment that this encoder cannot take; None: it can.

    Args:
        shape, kind: of the environment's observations, as the catalogue has them.
    """
    if plan.observations == "dict":
        return _bare(_dict(plan, 0))
    if plan.observations == "labels":
        return None if kind in {"Discrete", "MultiDiscrete"} else _bare(f"{_NEW}Discrete(6)")
    if plan.observations == "image":
        step, channels = _frame(plan), (shape or [4])[0]
        if channels % step == 0 and channels >= _channels(plan, least=True):
            return None
        return f"Box(0, 255, ({_channels(plan)}, 84, 84), np.uint8)"
    sizes = _sizes(plan)
    if sizes is None or (shape and len(shape) == 1 and _takes(plan, shape[0])):
        return None
    return f"Box(-1.0, 1.0, ({sizes[0]},), np.float32)"


def _bare(space: str) -> str:
    return " ".join(space.removeprefix(_NEW).split())


def _frame(plan: Encoder) -> int:
    """How many channels belong together."""
    of_frames = [layer.channels for layer in plan.layers if isinstance(layer, Frames)]
    return max([3 if any(isinstance(layer, Gray) for layer in plan.layers) else 1, *of_frames])


def _channels(plan: Encoder, least: bool = False) -> int:
    frame = _frame(plan)
    several = any(isinstance(layer, Frames | Differences) for layer in plan.layers)
    if least:
        return frame * (2 if several else 1)
    return frame * (3 if several else 1) if frame > 1 else 4


def _takes(plan: Encoder, size: int) -> bool:
    for layer in plan.layers:
        if isinstance(layer, Tokens):
            return size % (layer.size or layer.count or 1) == 0 and not (
                layer.size and layer.count and size != layer.size * layer.count
            )
    stops = [branch.stop or branch.start + 1 for branch in plan.branches]
    return size >= max(stops, default=0)


def _sizes(plan: Encoder) -> list[int] | None:
    """Sizes of vectors that its cuts allow; None: any."""
    for layer in plan.layers:
        if isinstance(layer, Tokens):
            size, count = layer.size, layer.count
            if size and count:
                return [size * count]
            return [3 * size, 4 * size] if size else [3 * (count or 1), 4 * (count or 1)]
    if any(branch.stop or branch.start for branch in plan.branches):
        least = max(branch.stop or branch.start + 3 for branch in plan.branches)
        return [least, least + 2]
    return None


def _dict(plan: Encoder, more: int) -> str:
    parts = {branch.key or "state": _part(branch, more) for branch in plan.branches}
    inside = "".join(f"            {literal_key(key)}: {space},\n" for key, space in parts.items())
    return f"{_NEW}Dict({{\n{inside}        }})"


def _part(branch: Branch, more: int) -> str:
    if branch.observations == "image":
        shape = tuple(branch.shape) if len(branch.shape) == 3 else (3, 64 + 8 * more, 64)
        return f"{_NEW}Box(0, 255, {shape}, np.uint8)"
    if any(isinstance(layer, Embedding) for layer in branch.layers):
        return f"{_NEW}Discrete(6)"
    size = branch.shape[0] if len(branch.shape) == 1 else 7 + more
    return f"{_NEW}Box(-1.0, 1.0, ({size},), np.float32)"
