"""What an encoder is, in a sentence."""

from __future__ import annotations

from copilot.codegen.authoring.encoder.spec import (
    Basis,
    Bound,
    Branch,
    DenseMlp,
    Embedding,
    Experts,
    Frames,
    Parallel,
    Patches,
    Position,
    RadialBasis,
    Recurrent,
    Reduce,
    Rescale,
    Resize,
    Running,
    TemporalConv,
    Tiles,
    Tokens,
    Transformer,
)
from copilot.codegen.authoring.layout import counted, joined
from copilot.codegen.authoring.spec import (
    Activation,
    Attention,
    Conv,
    Coords,
    Dropout,
    Encoder,
    Fourier,
    Gate,
    Layer,
    Linear,
    Norm,
    Pool,
    Residual,
    SpatialSoftmax,
    Squeeze,
    Symlog,
)

_PLAIN = (Activation, Attention, Conv, Coords, Dropout, Fourier, Gate, Linear, Norm, Pool, Residual, SpatialSoftmax,
          Squeeze, Symlog)  # fmt: skip
"""Layers whose kinds and numbers say enough; with others their order is told."""
NORMS = {"layer": "layer norm", "batch": "batch norm", "group": "group norm", "rms": "RMS norm",
         "instance": "instance norm"}  # fmt: skip
_BLOCKS = {
    "twice": "residual block", "pre": "pre-norm residual block", "post": "post-norm residual block",
    "resnet": "ResNet block", "bottleneck": "bottleneck block", "inverted": "inverted residual block",
    "convnext": "ConvNeXt block",
}  # fmt: skip
_REDUCED = {"mean": "the mean of the tokens", "sum": "the sum of the tokens", "max": "the maximum over the tokens",
            "first": "the first token", "last": "the last token", "attention": "a weighed mean of the tokens"}  # fmt: skip
_GATES = {"sigmoid": "a gated linear unit", "gelu": "a GEGLU", "silu": "a SwiGLU", "relu": "a ReGLU"}


def describe(plan: Encoder) -> str:
    """What its layers are: their kinds, or one by one where there are branches or other than plain ones."""
    if not plan.branches and all(isinstance(layer, _PLAIN) for layer in plan.layers):
        parts = _kinds(plan.layers)
    else:
        parts = [_branch(branch) for branch in plan.branches]
        parts += [f"joined by {plan.combine}"] if plan.branches else []
        parts += in_order(plan.layers)
    parts += ["spectral norm"] if plan.spectral else []
    if plan.feature_dim is not None:
        norm = f" with {NORMS[plan.norm_last]}" if plan.norm_last else ""
        norm += " and spectral norm" if plan.spectral_last else ""
        parts.append(f"a linear layer to {plan.feature_dim} features{norm}")
    parts += ["a linear shortcut from the input"] if plan.shortcut else []
    parts += ["features of length 1"] if plan.unit_length else []
    parts += ["weight norm"] if plan.weight_norm else []
    parts += ["no biases"] if not plan.bias else []
    parts += [f"{plan.init} weights at the start"] if plan.init else []
    frozen = {"convolutions": "convolutions that never learn", "all": "weights that never learn"}
    parts += [frozen[plan.frozen]] if plan.frozen else []
    text = joined(parts or ["an activation"])
    return text[0].upper() + text[1:] + "."


def _kinds(layers: list[Layer]) -> list[str]:
    convs = [layer for layer in layers if isinstance(layer, Conv)]
    dense = [layer for layer in layers if isinstance(layer, Linear)]
    parts = []
    if convs:
        shown = joined([_conv(layer) for layer in convs])
        parts.append(f"{counted(len(convs), 'convolution')} ({shown})")
    if dense:
        parts.append(f"{counted(len(dense), 'linear layer')} ({joined([str(x.size) for x in dense])})")
    for style, name in _BLOCKS.items():
        blocks = sum(isinstance(layer, Residual) and layer.style == style for layer in layers)
        parts += [counted(blocks, name)] if blocks else []
    parts += sorted({NORMS[layer.by] for layer in layers if isinstance(layer, Norm)})
    named = {Attention: "self-attention", Squeeze: "squeeze-and-excitation", SpatialSoftmax: "a spatial softmax"}
    parts += [text for kind, text in named.items() if any(isinstance(layer, kind) for layer in layers)]
    parts += [_pool(x) for x in layers[-1:] + layers if isinstance(x, Pool)][:1]
    parts += ["random Fourier features"] if any(isinstance(x, Fourier) for x in layers) else []
    parts += ["dropout"] if any(isinstance(x, Dropout) for x in layers) else []
    parts += [f"{_GATES[x.function]} of {x.size}" for x in layers if isinstance(x, Gate)]
    parts += ["channels of coordinates"] if any(isinstance(x, Coords) for x in layers) else []
    parts += ["symlog of the input"] if any(isinstance(x, Symlog) for x in layers) else []
    return parts


def _branch(branch: Branch) -> str:
    of = f"of {branch.key!r}" if branch.key else "of the observation"
    if branch.start or branch.stop:
        of += f" from number {branch.start}" + (f" to before {branch.stop}" if branch.stop else " on")
    return f"{of}: {', '.join(in_order(branch.layers)) or 'as it is'}"


def _conv(layer: Conv) -> str:
    more = " separable" if layer.separable else ""
    more += f" dilated by {layer.dilation}" if layer.dilation > 1 else ""
    return f"{layer.channels} of {layer.kernel}x{layer.kernel}/{layer.stride}{more}"


def _pool(layer: Pool) -> str:
    return "global max pooling" if layer.by == "global_max" else f"{layer.by} pooling"


def in_order(layers: list[Layer]) -> list[str]:
    """Each layer in a few words, in order; what is said twice in a row is counted."""
    out: list[str] = []
    for layer in layers:
        text = _told(layer)
        if out and out[-1].split(" x ", 1)[-1] == text:
            number = int(out[-1].split(" x ", 1)[0]) if " x " in out[-1] else 1
            out[-1] = f"{number + 1} x {text}"
        else:
            out.append(text)
    return out


def _told(layer: Layer) -> str:
    kinds: list[tuple[type, str]] = [
        (Conv, "a convolution of {0}"), (Linear, "a linear layer of {x.size}"), (Norm, "{0}"),
        (Activation, "{x.function}"), (Pool, "{0}"), (Residual, "a {0}"), (Dropout, "dropout of {x.p:g}"),
        (Gate, "{0} of {x.size}"), (Fourier, "{x.size} Fourier features"), (Rescale, "{x.factor:g} x + {x.offset:g}"),
        (Bound, "a bound of {x.by:g}"), (Running, "running normalisation"), (Resize, "images of {x.size} x {x.size}"),
        (Parallel, "convolutions of {x.channels} side by side, of sizes {0}"),
        (Patches, "patches of {x.size} x {x.size}, {x.dim} wide"), (Tokens, "tokens of {x.size} numbers"),
        (Frames, "each frame of a stack by itself"), (Position, "{x.by} positions"),
        (Transformer, "a transformer block of {x.heads} heads"), (Reduce, "{0}"),
        (Recurrent, "{0} of {x.size} over the tokens"),
        (TemporalConv, "a convolution over the tokens, {x.channels} of {x.kernel}/{x.stride}"),
        (DenseMlp, "linear layers of {0} with dense connections"), (Experts, "{x.count} experts of {x.size}"),
        (Basis, "a {x.kind} basis of order {x.order}"), (Tiles, "{x.tilings} tilings of {x.tiles} tiles in each dimension"),
        (RadialBasis, "{x.centres} radial basis functions of width {x.width:g} in each dimension"),
        (Embedding, "embeddings of {x.size}"),
    ]  # fmt: skip
    for kind, text in kinds:
        if isinstance(layer, kind):
            if isinstance(layer, Tokens) and layer.size is None:
                text = "{x.count} tokens" if layer.count else "a token for each pixel"
            return text.format(_shown(layer), x=layer)
    return layer.op.replace("_", " ")


def _shown(layer: Layer) -> str:
    if isinstance(layer, Conv):
        return _conv(layer)
    if isinstance(layer, Norm):
        return NORMS[layer.by]
    if isinstance(layer, Pool):
        return _pool(layer)
    if isinstance(layer, Residual):
        return _BLOCKS[layer.style]
    if isinstance(layer, Gate):
        return _GATES[layer.function]
    if isinstance(layer, Parallel):
        return joined([str(size) for size in layer.kernels])
    if isinstance(layer, DenseMlp):
        return joined([str(size) for size in layer.sizes])
    if isinstance(layer, Reduce):
        return _REDUCED[layer.by]
    return layer.cell.upper() if isinstance(layer, Recurrent) else ""
