"""An encoder's layers in order, from what a request says of them."""

from __future__ import annotations

from dataclasses import dataclass

from copilot.codegen.authoring.spec import (
    Activation,
    Conv,
    Dropout,
    Encoder,
    Fourier,
    Function,
    Gate,
    Layer,
    Linear,
    Norm,
    Normal,
    Pool,
    Residual,
)  # fmt: skip

NATURE = ((8, 4), (4, 2), (3, 1))


@dataclass
class Said:
    """What a request says of an encoder, word by word."""

    first: list[Layer]
    """Layers that see the input itself."""
    extra: list[Layer]
    feature_dim: int | None
    kernels: list[int]
    strides: list[int]
    dropout: float | None
    function: Function | None
    norm: Normal | None
    norm_where: str
    """each, last or first."""
    pool: Pool | None
    residuals: int | None
    residual: bool
    convs: list[int] | None
    dense: list[int] | None
    gate: int | None
    flags: dict[str, bool]
    last: Function | str | None = "same"
    plain: bool = False
    """Whether the features' own linear layer is all there is."""
    dilation: int = 1
    separable: bool = False


def built(said: Said, spatial: bool, nature: bool, notes: list[str]) -> Encoder:
    """The layers in order."""
    function, feature_dim = said.function or "relu", said.feature_dim
    inside = said.norm if said.norm_where == "each" else None
    rest: list[Layer] = [Norm(by=inside)] if inside else []
    rest.append(Activation(function=function))
    layers: list[Layer] = [*said.first]
    if said.norm and said.norm_where == "first":
        layers.append(Norm(by=said.norm))
    if spatial:
        layers += _images(said, rest, nature, notes)
        layers += [x for x in said.extra if not isinstance(x, Fourier)]
        hidden = said.dense or []
    else:
        layers += [x for x in said.extra if isinstance(x, Fourier)]
        hidden = said.dense or ([] if said.gate or said.plain else _default_hidden(feature_dim, notes))
    if feature_dim is None and hidden and not said.gate:
        feature_dim, hidden = (hidden[-1], hidden[:-1]) if not (said.residual and not spatial) else (None, hidden)
    layers += _vectors(hidden, said.residual and not spatial, said.residuals, rest, inside)
    layers += [Gate(size=said.gate)] if said.gate else []
    if said.dropout is not None:
        layers.append(Dropout(p=said.dropout if said.dropout < 1 else 0.1))
    if feature_dim is None and spatial:
        feature_dim = 512 if nature else 256
        notes.append(f"The size of the features is not stated: {feature_dim}.")
    norm_last = said.norm if said.norm_where == "last" else None
    if norm_last and feature_dim is None:
        layers, norm_last = [*layers, Norm(by=norm_last)], None
    last = function if said.last == "same" else said.last
    if not layers and feature_dim is not None and not spatial:  # one linear layer is all
        layers = [Linear(size=feature_dim), *([Norm(by=norm_last)] if norm_last else [])]
        layers += [Activation(function=last)] if last else []  # type: ignore[arg-type]
        feature_dim, norm_last = None, None
    return Encoder(
        observations="image" if spatial else "vector", layers=layers or [Activation(function=function)],
        feature_dim=feature_dim, last=last, norm_last=norm_last, **said.flags,  # type: ignore[arg-type]
    )  # fmt: skip


def _images(said: Said, rest: list[Layer], nature: bool, notes: list[str]) -> list[Layer]:
    pool, kernels, strides = said.pool, said.kernels, said.strides
    channels = _channels(said.convs, said.residuals, said.residual, notes)
    sections = said.residual and not strides and not kernels
    local = pool is not None and pool.by != "global"
    pairs = steps(len(channels), kernels, strides, nature and not sections and pool is None, sections or local, notes)
    layers: list[Layer] = []
    blocks = _blocks(said.residuals, len(channels), said.residual)
    norm = next((x.by for x in rest if isinstance(x, Norm)), None)
    for size, (kernel, stride), number in zip(channels, pairs, blocks, strict=True):
        same = (stride == 1 and (sections or pool is not None)) or (not nature and not (kernels or strides))
        padding = said.dilation * (kernel - 1) // 2 if same or said.dilation > 1 else 0
        layers.append(
            Conv(
                channels=size,
                kernel=kernel,
                stride=stride,
                padding=padding,
                dilation=said.dilation,
                separable=said.separable,
            )
        )
        layers += rest
        if sections:
            layers.append(pool if pool is not None and local else Pool(by="max", size=3, stride=2))
        elif pool is not None and local:
            layers.append(pool)
        layers += [Residual(norm=norm)] * number
    if pool is not None and not local:
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
    if residuals is None or residuals < 0:
        return [-residuals if residuals else 1] * sections
    return [residuals // sections + (index < residuals % sections) for index in range(sections)]


def steps(
    number: int, kernels: list[int], strides: list[int], nature: bool, pooled: bool, notes: list[str]
) -> list[tuple[int, int]]:
    """Kernel and stride of each convolution."""
    defaults = [(3, 1)] * number if pooled else [(3, 2)] * number
    if nature and not (strides and not kernels) and number == len(NATURE):
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
        return layers + [Residual(norm=norm)] * (abs(blocks or 0) or max(1, len(sizes)))
    for size in sizes:
        layers += [Linear(size=size), *rest]
    return layers
