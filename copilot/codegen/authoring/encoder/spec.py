"""What an encoder is, as data: its layers in order."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from copilot.codegen.authoring.encoder.spec_layers import (
    Basis,
    Bound,
    ClassToken,
    ConcatRelu,
    DenseMlp,
    Differences,
    Embedding,
    Experts,
    Frames,
    Gray,
    Parallel,
    Patches,
    Position,
    RadialBasis,
    Recurrent,
    Reduce,
    Rescale,
    Resize,
    Running,
    SpatialGate,
    TemporalConv,
    Tiles,
    Tokens,
    Transformer,
)
from copilot.codegen.authoring.spec_base import Amount, Count, Function, Normal, Share, Side, Strict


class Conv(Strict):
    """A convolution."""

    op: Literal["conv"] = "conv"
    channels: Count
    kernel: Side = 3
    stride: Side = 1
    padding: Annotated[int, Field(ge=0, le=64)] = 0
    dilation: Annotated[int, Field(ge=1, le=16)] = 1
    separable: bool = False
    """Each channel by itself, then a 1x1 convolution over all."""


class Coords(Strict):
    """Two channels more: row and column of each pixel, from -1 to 1."""

    op: Literal["coords"] = "coords"


class Gate(Strict):
    """A gated linear unit of so many outputs: half of a linear layer, times a function of its other half."""

    op: Literal["gate"] = "gate"
    size: Count = 64
    function: Literal["sigmoid", "gelu", "silu", "relu"] = "sigmoid"
    """GLU, GEGLU, SwiGLU, ReGLU (arXiv 2002.05202)."""


class Symlog(Strict):
    """sign(x) log(1 + |x|)."""

    op: Literal["symlog"] = "symlog"


class Linear(Strict):
    """A linear layer."""

    op: Literal["linear"] = "linear"
    size: Count


class Norm(Strict):
    """A normalisation of what is there."""

    op: Literal["norm"] = "norm"
    by: Normal = "layer"


class Activation(Strict):
    """A function of each number."""

    op: Literal["activation"] = "activation"
    function: Function = "relu"


class Pool(Strict):
    """The largest or mean of each square of pixels; `global`, `global_max`: of all; `adaptive`: to size x size means."""

    op: Literal["pool"] = "pool"
    by: Literal["max", "average", "global", "global_max", "adaptive"] = "max"
    size: Side = 3
    stride: Side = 2


class Residual(Strict):
    """x + what some layers make of x."""

    op: Literal["residual"] = "residual"
    norm: Normal | None = None
    style: Literal["twice", "pre", "post", "resnet", "bottleneck", "inverted", "convnext"] = "twice"
    """twice: function and layer, two times; pre: norm, wider layer, function, layer back (arXiv 2410.09754); post: layer,
    norm, function, layer, norm (arXiv 2405.16158); resnet: as post, with the function after the sum (arXiv 1512.03385);
    bottleneck: 1x1, 3x3, 1x1; inverted: the same, wider inside and depthwise (arXiv 1801.04381); convnext: depthwise,
    layer norm, 1x1 to four times as many, GELU, 1x1 (arXiv 2201.03545)."""
    hidden: Count | None = None
    """Inside of it; None: as the style has it."""
    kernel: Side | None = None
    """Of what is convolved; None: 3, and 7 of convnext."""
    scale: Amount | None = None
    """A learned factor of what is added, at the start; 0 as in ReZero (arXiv 2003.04887)."""


class Attention(Strict):
    """x + what each pixel, or token, attends to in the others."""

    op: Literal["attention"] = "attention"
    heads: Annotated[int, Field(ge=1, le=64)] = 4


class Squeeze(Strict):
    """Channels weighed by their means (squeeze and excitation)."""

    op: Literal["squeeze"] = "squeeze"
    reduction: Annotated[int, Field(ge=1, le=256)] = 4


class SpatialSoftmax(Strict):
    """Where each channel is largest, as two coordinates."""

    op: Literal["spatial_softmax"] = "spatial_softmax"


class Fourier(Strict):
    """Sines and cosines of random projections."""

    op: Literal["fourier"] = "fourier"
    size: Count = 64
    scale: Amount = 1.0
    learned: bool = False
    """Whether the projections learn (arXiv 2112.03257)."""
    joined: bool = False
    """Beside the input itself."""


class Dropout(Strict):
    """Numbers set to 0 while training."""

    op: Literal["dropout"] = "dropout"
    p: Share = 0.1


Layer = Annotated[
    Conv
    | Linear
    | Norm
    | Activation
    | Pool
    | Residual
    | Attention
    | Squeeze
    | SpatialSoftmax
    | Fourier
    | Dropout
    | Coords
    | Gate
    | Symlog
    | Rescale
    | Bound
    | Running
    | Gray
    | Resize
    | Differences
    | Parallel
    | SpatialGate
    | Patches
    | Tokens
    | Frames
    | Position
    | ClassToken
    | Transformer
    | Reduce
    | Recurrent
    | TemporalConv
    | DenseMlp
    | Experts
    | Embedding
    | ConcatRelu
    | Basis
    | RadialBasis
    | Tiles,
    Field(discriminator="op"),
]


__all__ = [
    "Activation",
    "Amount",
    "Attention",
    "Basis",
    "Bound",
    "Branch",
    "ClassToken",
    "ConcatRelu",
    "Conv",
    "Coords",
    "Count",
    "DenseMlp",
    "Differences",
    "Dropout",
    "Embedding",
    "Encoder",
    "Experts",
    "Fourier",
    "Frames",
    "Function",
    "Gate",
    "Gray",
    "Layer",
    "Linear",
    "Norm",
    "Normal",
    "Parallel",
    "Patches",
    "Pool",
    "Position",
    "RadialBasis",
    "Recurrent",
    "Reduce",
    "Rescale",
    "Residual",
    "Resize",
    "Running",
    "Share",
    "Side",
    "SpatialGate",
    "SpatialSoftmax",
    "Squeeze",
    "Strict",
    "Symlog",
    "TemporalConv",
    "Tiles",
    "Tokens",
    "Transformer",
]


class Branch(Strict):
    """Layers of one part of the observation."""

    key: str | None = None
    """Of a dict; None: of a vector, the numbers from `start` to before `stop`, or of any observation all of it."""
    start: Annotated[int, Field(ge=0)] = 0
    stop: Count | None = None
    observations: Literal["image", "vector"] = "vector"
    shape: list[Count] = Field(max_length=3, default_factory=list)
    """Of a dict's part, where it is told: what the tests take."""
    layers: list[Layer] = Field(max_length=32, default_factory=list)


class Encoder(Strict):
    """Layers in order; images are flattened where the first linear layer, or the features, come."""

    family: Literal["encoder"] = "encoder"
    observations: Literal["image", "vector", "labels", "dict"] = "image"
    branches: list[Branch] = Field(max_length=8, default_factory=list)
    """What comes before the layers, side by side."""
    combine: Literal["concat", "sum", "product", "film"] = "concat"
    """How branches become one; film: the last one says a scale and a shift of each channel of the first."""
    every: bool = False
    """Of film: after each convolution of the first branch, not after all its layers alone."""
    stated: list[float] = Field(max_length=16, default_factory=list)
    """Numbers of the request that follow from the others, such as how many features these make."""
    layers: Annotated[list[Layer], Field(max_length=64)]
    feature_dim: Count | None = None
    """None: what the layers give."""
    last: Function | None = "relu"
    """After the linear layer of the features."""
    norm_last: Normal | None = None
    """Between that layer and its activation."""
    spectral: bool = False
    """Weights are divided by their largest singular value."""
    spectral_last: bool = False
    """Those of the features' layer alone."""
    weight_norm: bool = False
    """Weights are a direction and a length that learn apart (arXiv 1602.07868)."""
    bias: bool = True
    """Of convolutions and linear layers."""
    init: Literal["orthogonal", "xavier", "kaiming"] | None = None
    gain: Annotated[float, Field(gt=0)] = 1.0
    frozen: Literal["convolutions", "all"] | None = None
    """What never learns."""
    unit_length: bool = False
    """Features are scaled to length 1."""
    shortcut: bool = False
    """A linear layer from the input straight to the features is added."""
