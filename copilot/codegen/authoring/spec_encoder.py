"""What an encoder is, as data: its layers in order."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Function = Literal["relu", "tanh", "elu", "gelu", "silu", "leaky_relu", "mish", "sigmoid", "selu", "softplus"]
Normal = Literal["layer", "batch", "group", "rms"]
Count = Annotated[int, Field(ge=1, le=65_536)]
Side = Annotated[int, Field(ge=1, le=64)]
Share = Annotated[float, Field(ge=0, le=1)]
Amount = Annotated[float, Field(ge=0, le=1e6)]


class Strict(BaseModel):
    """A part of a plan: no field that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


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
    """A gated linear unit of so many outputs."""

    op: Literal["gate"] = "gate"
    size: Count = 64


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
    """The largest or mean of each square of pixels; `global`: the mean of all."""

    op: Literal["pool"] = "pool"
    by: Literal["max", "average", "global"] = "max"
    size: Side = 3
    stride: Side = 2


class Residual(Strict):
    """x + two layers of x."""

    op: Literal["residual"] = "residual"
    norm: Normal | None = None


class Attention(Strict):
    """x + what each pixel attends to in the others."""

    op: Literal["attention"] = "attention"
    heads: Annotated[int, Field(ge=1, le=64)] = 4


class Squeeze(Strict):
    """Channels weighed by their means (squeeze and excitation)."""

    op: Literal["squeeze"] = "squeeze"


class SpatialSoftmax(Strict):
    """Where each channel is largest, as two coordinates."""

    op: Literal["spatial_softmax"] = "spatial_softmax"


class Fourier(Strict):
    """Sines and cosines of random projections."""

    op: Literal["fourier"] = "fourier"
    size: Count = 64
    scale: Amount = 1.0


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
    | Symlog,
    Field(discriminator="op"),
]


class Encoder(Strict):
    """Layers in order; images are flattened where the first linear layer, or the features, come."""

    family: Literal["encoder"] = "encoder"
    observations: Literal["image", "vector"] = "image"
    layers: Annotated[list[Layer], Field(min_length=1, max_length=64)]
    feature_dim: Count | None = None
    """None: what the layers give."""
    last: Function | None = "relu"
    """After the linear layer of the features."""
    norm_last: Normal | None = None
    """Between that layer and its activation."""
    spectral: bool = False
    """Weights are divided by their largest singular value."""
    unit_length: bool = False
    """Features are scaled to length 1."""
    shortcut: bool = False
    """A linear layer from the input straight to the features is added."""
