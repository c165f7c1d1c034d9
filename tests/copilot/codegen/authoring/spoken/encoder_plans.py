"""Plans of encoders, drawn at random, and what a plan that was read has other than one."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from copilot.codegen.authoring.spec import Activation, Body, Conv, Dropout, Encoder, Linear, Norm, Pool

FUNCTIONS = {
    "relu": "ReLU",
    "gelu": "GELU",
    "elu": "ELU",
    "silu": "SiLU",
    "tanh": "tanh",
    "leaky_relu": "leaky ReLU",
    "mish": "Mish",
}
NORMS = {
    "layer": ("layer norm", "layer normalisation", "LayerNorm", "layernorm", "layer normalization"),
    "batch": ("batch norm", "batch normalization", "BatchNorm", "batchnorm"),
    "group": ("group norm", "group normalisation", "GroupNorm"),
}
NORMS_CHINESE = {"layer": ("层归一化", "LayerNorm"), "batch": ("批归一化", "BatchNorm"), "group": ("组归一化",)}


@dataclass
class Plan:
    """What is told; None is not."""

    channels: list[int] = field(default_factory=list[int])
    kernels: list[int] | None = None
    strides: list[int] | None = None
    padding: int | None = None
    norm: str | None = None
    normed: str = "conv"
    """conv, linear, each, or last."""
    function: str | None = None
    pool: str | None = None
    """max, average: of 2, after each convolution; global."""
    hidden: list[int] = field(default_factory=list[int])
    features: int | None = None
    dropout: float | None = None
    last: str | None = None
    """A function, or "none"."""
    bias: bool = True
    init: str | None = None
    spectral: bool = False
    extra: str | None = None
    """squeeze, attention, softmax2d, coords: after the convolutions, or before them."""

    def layers(self) -> list[str]:
        """Its layers in order, an asterisk for a number that is not told."""
        out: list[str] = []
        act = f"a {self.function or 'relu'}"
        out += ["coords"] if self.extra == "coords" else []
        for index, channels in enumerate(self.channels):
            kernel = self.kernels[index] if self.kernels else "*"
            stride = self.strides[index] if self.strides else "*"
            out.append(f"c {channels} {kernel} {stride}" + (f" p{self.padding}" if self.padding is not None else ""))
            out += [f"n {self.norm}"] if self.norm and self.normed in {"conv", "each"} else []
            out.append(act)
            out += [f"p {self.pool}"] if self.pool in {"max", "average"} else []
        out += [self.extra] if self.extra in {"squeeze", "attention", "softmax2d"} else []
        out += ["p global"] if self.pool == "global" else []
        sizes = [*self.hidden, *([self.features] if self.features else [])]
        for index, size in enumerate(sizes):
            final = index + 1 == len(sizes)
            out.append(f"l {size}")
            normed = (self.normed in {"linear", "each"} and not (final and self.features)) or (
                final and self.normed == "last"
            )
            out += [f"n {self.norm}"] if self.norm and normed else []
            told = self.last if final and self.last else self.function or "relu"
            out += [f"a {told}"] if told != "none" else []
            out += [f"d {self.dropout:g}"] if self.dropout and not (final and self.features) else []
        return out


def plan(draw: random.Random) -> Plan:
    """A random plan of the family."""
    out = Plan()
    image = draw.random() < 0.7
    sizes = [4, 8, 16, 24, 32, 48, 64, 96, 128]
    if image:
        number = draw.choice([1, 2, 3, 3, 3, 4])
        out.channels = sorted(draw.choices(sizes, k=number)) if draw.random() < 0.8 else [draw.choice(sizes)] * number
        if draw.random() < 0.8:
            out.kernels = sorted(draw.choices([3, 4, 5, 8], k=number), reverse=True)
            out.kernels = [out.kernels[0]] * number if draw.random() < 0.3 else out.kernels
            out.strides = sorted(draw.choices([1, 2, 4], k=number), reverse=True)
            out.strides = [draw.choice([1, 2])] * number if draw.random() < 0.3 else out.strides
        out.padding = draw.choice([1, 2]) if out.kernels and draw.random() < 0.1 else None
        out.pool = draw.choice(["max", "global"]) if draw.random() < 0.2 else None
        out.extra = draw.choice(["squeeze", "softmax2d", "coords", "attention"]) if draw.random() < 0.15 else None
        out.pool = None if out.extra else out.pool
    widths = [32, 50, 64, 100, 128, 200, 256, 400, 512, 1024]
    if not image or draw.random() < 0.25:
        number = draw.choice([1, 2, 2, 3])
        out.hidden = [draw.choice(widths)] * number if draw.random() < 0.4 else draw.choices(widths, k=number)
    if image or draw.random() < 0.5:
        out.features = draw.choice([32, 50, 64, 128, 256, 512])
    if draw.random() < 0.4:
        out.norm = draw.choice(list(NORMS))
        out.normed = "conv" if image else "linear"
        if out.norm != "layer" and not image:
            out.norm = "layer"
    out.function = draw.choice(list(FUNCTIONS)) if draw.random() < 0.5 else None
    out.dropout = (
        draw.choice([0.1, 0.2, 0.25, 0.5]) if len(out.hidden) > 1 and out.features and draw.random() < 0.3 else None
    )
    if out.features and draw.random() < 0.2:
        out.last = draw.choice(["none", "tanh", "sigmoid"])
    out.bias = draw.random() > 0.06
    out.init = "orthogonal" if draw.random() < 0.06 else None
    out.spectral = draw.random() < 0.05
    return out


def layers(plan: Encoder) -> list[str]:
    """An encoder's layers in the notation of `Plan.layers`."""
    out: list[str] = []
    for layer in plan.layers:
        if isinstance(layer, Conv):
            out.append(f"c {layer.channels} {layer.kernel} {layer.stride} p{layer.padding}")
        elif isinstance(layer, Linear):
            out.append(f"l {layer.size}")
        elif isinstance(layer, Norm):
            out.append(f"n {layer.by}")
        elif isinstance(layer, Activation):
            out.append(f"a {layer.function}")
        elif isinstance(layer, Pool):
            whole = layer.by not in {"max", "average"} or (layer.size, layer.stride) == (2, 2)
            out.append(f"p {layer.by}" if whole else f"p {layer}")
        elif isinstance(layer, Dropout):
            out.append(f"d {layer.p:g}")
        else:
            out.append({"spatial_softmax": "softmax2d"}.get(layer.op, layer.op))
    if plan.feature_dim:
        out.append(f"l {plan.feature_dim}")
        out += [f"n {plan.norm_last}"] if plan.norm_last else []
        out += [f"a {plan.last}"] if plan.last else []
    return out


def differences(told: Plan, read: Body, notes: list[str]) -> list[str]:
    """Where an encoder is another than the plan that was told."""
    assert isinstance(read, Encoder)
    want, got = told.layers(), layers(read)
    if told.last is None:
        want, got = _open(want), _open(got)
    out = []
    if len(want) != len(got) or not all(_same(a, b) for a, b in zip(want, got, strict=True)):
        out.append(f"told {'; '.join(want)} | read {'; '.join(got)}")
    for name, value in (("bias", told.bias), ("init", told.init), ("spectral", told.spectral)):
        if getattr(read, name) != value:
            out.append(f"{name} {value} is {getattr(read, name)}")
    out += [
        f"{name} was not asked for"
        for name in ("unit_length", "shortcut", "frozen", "weight_norm", "spectral_last")
        if getattr(read, name)
    ]
    if (read.observations == "image") != bool(told.channels):
        out.append(f"observations {read.observations}")
    return out


def _open(layers: list[str]) -> list[str]:
    """Without the activation at the end, of which nothing is told."""
    return layers[:-1] if layers and layers[-1].startswith("a ") else layers


def _same(told: str, read: str) -> bool:
    """Whether two layers are the same, where a number is told."""
    if not told.startswith("c ") or not read.startswith("c "):
        return told == read
    return all(a in {"*", b} for a, b in zip(told.split(), read.split(), strict=False))
