"""What an encoder is, as data: its layers in order."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Function = Literal["relu", "tanh", "elu", "gelu", "silu", "leaky_relu", "mish", "sigmoid", "selu", "softplus"]
Normal = Literal["layer", "batch", "group", "rms", "instance"]
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


class Rescale(Strict):
    """factor * x + offset, of the numbers as the encoder sees them: bytes are in [0, 1]."""

    op: Literal["rescale"] = "rescale"
    factor: float = 1.0
    offset: float = 0.0


class Bound(Strict):
    """Numbers kept within [-by, by]."""

    op: Literal["bound"] = "bound"
    by: Annotated[float, Field(gt=0)]


class Running(Strict):
    """Each number of the observation less its running mean, over its running deviation."""

    op: Literal["running"] = "running"
    clip: Annotated[float, Field(gt=0)] | None = None


class Gray(Strict):
    """Colours to brightness: each three channels to one."""

    op: Literal["gray"] = "gray"


class Resize(Strict):
    """Images to size x size."""

    op: Literal["resize"] = "resize"
    size: Annotated[int, Field(ge=1, le=512)]


class Differences(Strict):
    """Each frame of a stack less the one before it."""

    op: Literal["differences"] = "differences"
    joined: bool = False
    """After the frames themselves, not instead of them."""


class Parallel(Strict):
    """Convolutions of several sizes side by side, their channels one after another (arXiv 1409.4842)."""

    op: Literal["parallel"] = "parallel"
    kernels: Annotated[list[Side], Field(min_length=2, max_length=8)]
    channels: Count = 32
    stride: Side = 1


class SpatialGate(Strict):
    """Pixels weighed by what a convolution makes of the channels' mean and maximum (arXiv 1807.06521)."""

    op: Literal["spatial_gate"] = "spatial_gate"
    kernel: Side = 7


class Patches(Strict):
    """Squares of pixels, each a token of so many numbers (arXiv 2010.11929)."""

    op: Literal["patches"] = "patches"
    size: Side
    dim: Count = 64


class Tokens(Strict):
    """Pixels as a row of tokens; a vector cut into tokens of `size` numbers, or into `count` of them."""

    op: Literal["tokens"] = "tokens"
    size: Count | None = None
    count: Count | None = None


class Frames(Strict):
    """Each frame of a stack by itself, up to the first layer of tokens: as many tokens as frames."""

    op: Literal["frames"] = "frames"
    channels: Count = 1
    """Of one frame."""


class Position(Strict):
    """A vector for each place is added to its token."""

    op: Literal["position"] = "position"
    by: Literal["learned", "sine"] = "learned"


class ClassToken(Strict):
    """A learned token before the others."""

    op: Literal["class_token"] = "class_token"


class Transformer(Strict):
    """Self-attention and an MLP over tokens, each added to its input, layer norm first (arXiv 2002.04745)."""

    op: Literal["transformer"] = "transformer"
    heads: Annotated[int, Field(ge=1, le=64)] = 4
    hidden: Count | None = None
    """Of the MLP; None: four times as wide as a token."""


class Reduce(Strict):
    """Tokens to one: their mean, sum, largest numbers, first or last, or a mean weighed by attention."""

    op: Literal["reduce"] = "reduce"
    by: Literal["mean", "sum", "max", "first", "last", "attention"] = "mean"


class Recurrent(Strict):
    """A memory that runs over the tokens; what it says last."""

    op: Literal["recurrent"] = "recurrent"
    cell: Literal["lstm", "gru", "rnn"] = "lstm"
    size: Count = 128
    layers: Annotated[int, Field(ge=1, le=8)] = 1
    both: bool = False
    """Forwards and backwards."""


class TemporalConv(Strict):
    """A convolution over the row of tokens."""

    op: Literal["temporal_conv"] = "temporal_conv"
    channels: Count
    kernel: Side = 3
    stride: Side = 1
    causal: bool = False
    """No token sees later ones."""
    dilation: Annotated[int, Field(ge=1, le=64)] = 1


class DenseMlp(Strict):
    """Linear layers, each of which sees the input too (D2RL, arXiv 2010.09163), or all layers before it (DenseNet)."""

    op: Literal["dense_mlp"] = "dense_mlp"
    sizes: Annotated[list[Count], Field(min_length=1, max_length=16)]
    joins: Literal["input", "all"] = "input"


class Experts(Strict):
    """Linear layers side by side, weighed by a softmax of the input; the `top` of them, or all."""

    op: Literal["experts"] = "experts"
    count: Annotated[int, Field(ge=2, le=64)] = 4
    size: Count = 64
    top: Count | None = None


class Embedding(Strict):
    """A learned vector for each label, of Discrete and MultiDiscrete observations."""

    op: Literal["embedding"] = "embedding"
    size: Count = 32


class ConcatRelu(Strict):
    """relu(x) beside relu(-x) (arXiv 1603.05201)."""

    op: Literal["concat_relu"] = "concat_relu"


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
    | ConcatRelu,
    Field(discriminator="op"),
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
