"""Layers of encoders beside convolutions and linear layers, as data."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from copilot.codegen.authoring.spec_base import Count, Side, Strict


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
    masked: bool = False
    """Tokens whose numbers are all zero are absent: nothing attends to them, and no mean has them."""


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


class Basis(Strict):
    """cos(pi c . s) of a state s within [0, 1], for every c of whole numbers up to `order` (Konidaris et al. 2011)."""

    op: Literal["basis"] = "basis"
    order: Annotated[int, Field(ge=1, le=16)] = 3
    kind: Literal["fourier", "polynomial"] = "fourier"
    """polynomial: products of powers up to `order` of the numbers of s."""


class RadialBasis(Strict):
    """Gaussians on a grid of so many centres in each dimension of a state within [0, 1]."""

    op: Literal["radial_basis"] = "radial_basis"
    centres: Annotated[int, Field(ge=2, le=64)] = 7
    width: Annotated[float, Field(gt=0)] = 0.15


class Tiles(Strict):
    """Tilings of so many tiles in each dimension of a state, each displaced, as ones and zeros."""

    op: Literal["tiles"] = "tiles"
    tilings: Annotated[int, Field(ge=1, le=64)] = 8
    tiles: Annotated[int, Field(ge=2, le=64)] = 8
