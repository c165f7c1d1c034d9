"""Blocks of an encoder as source: residual blocks, attention, tokens, memories, and what is done to inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copilot.codegen.authoring.encoder import blocks as blocks_encoder
from copilot.codegen.authoring.encoder import blocks_basis, blocks_layers
from copilot.codegen.authoring.encoder import blocks_tokens as tokens
from copilot.codegen.authoring.encoder.spec import (
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
from copilot.codegen.authoring.layout import call
from copilot.codegen.authoring.spec import Attention, Fourier, Gate, Layer
from copilot.core.errors import InvalidRequest

if TYPE_CHECKING:
    from copilot.codegen.authoring.encoder.render_layers import Layers


def add(layers: Layers, layer: Layer) -> None:
    """Append a layer that is no plain one."""
    if isinstance(layer, Rescale | Bound | Running | Gray | Resize | Differences):
        _of_input(layers, layer)
    elif isinstance(layer, Parallel | SpatialGate | ConcatRelu):
        _of_pixels(layers, layer)
    elif isinstance(layer, Basis | RadialBasis | Tiles):
        _basis(layers, layer)
    elif isinstance(layer, DenseMlp | Experts | Embedding | Gate | Fourier):
        _of_vectors(layers, layer)
    else:
        _of_tokens(layers, layer)


def _of_input(layers: Layers, layer: Layer) -> None:
    classes, items = layers.classes, layers.items
    if isinstance(layer, Rescale):
        classes["Rescale"] = blocks_layers.RESCALE
        items.append(f"Rescale({layer.factor!r}, {layer.offset!r})")
    elif isinstance(layer, Bound):
        classes["Bound"] = blocks_layers.BOUND
        items.append(f"Bound({layer.by!r})")
    elif isinstance(layer, Running):
        classes["RunningNorm"] = blocks_layers.RUNNING
        shape = layers.shape if layers.pixels else f"({layers.width()},)"
        items.append(f"RunningNorm({shape}{f', {layer.clip!r}' if layer.clip else ''})")
    elif isinstance(layer, Gray):
        layers.need_pixels("A change of colours to brightness")
        classes["Gray"] = blocks_layers.GRAY
        layers.size, layers.known = (layers.size // 3, None) if layers.size else (None, f"{layers.known} // 3")
        items.append("Gray()")
    elif isinstance(layer, Resize):
        layers.need_pixels("A change of an image's size")
        layers.imports.add("import torch.nn.functional as F")
        classes["Resize"] = blocks_layers.RESIZE
        items.append(f"Resize({layer.size})")
    elif isinstance(layer, Differences):
        if layers.form == "flat":
            raise InvalidRequest("Differences are between frames or time steps; here is one row of numbers.",
                                 hint="Say how many time steps of how many numbers a state holds.")  # fmt: skip
        about, shape, value = ("", "(K - 1)", "changes")
        if layer.joined:
            about, shape, value = ", after the frames themselves", "(2 K - 1)", "th.cat([x, changes], dim=1)"
        classes["Differences"] = blocks_layers.DIFFERENCES.format(about=about, shape=shape, value=value)
        items.append("Differences(1)")
        if layers.pixels:
            known = layers.width()
            layers.known = f"{known} + {known} - 1" if layer.joined else f"{known} - 1"


def _of_pixels(layers: Layers, layer: Layer) -> None:
    if isinstance(layer, ConcatRelu):
        layers.classes["ConcatRelu"] = blocks_layers.CONCAT_RELU
        layers.items.append("ConcatRelu()")
        if layers.size is None:
            layers.known = f"2 * ({layers.width()})"
        else:
            layers.size *= 2
        return
    layers.need_pixels("A convolution")
    if isinstance(layer, SpatialGate):
        layers.classes["SpatialGate"] = blocks_layers.SPATIAL_GATE
        layers.items.append(f"SpatialGate({layer.kernel})")
    elif isinstance(layer, Parallel):
        if any(kernel % 2 == 0 for kernel in layer.kernels):
            raise InvalidRequest("Convolutions side by side keep the size of an image, which takes odd kernels.",
                                 hint="Ask for kernels of 3, 5 and 7.")  # fmt: skip
        layers.classes["Parallel"] = blocks_layers.PARALLEL
        sizes = ", ".join(map(str, layer.kernels))
        layers.items.append(f"Parallel({layers.width()}, {layer.channels}, ({sizes}), {layer.stride})")
        layers.size = layer.channels * len(layer.kernels)


def _of_vectors(layers: Layers, layer: Layer) -> None:
    layers.end_frames()
    if layers.pixels or (layers.form == "tokens" and isinstance(layer, DenseMlp)):
        layers.flatten()
    inputs = layers.width()
    if isinstance(layer, DenseMlp):
        _dense(layers, layer, inputs)
    elif isinstance(layer, Experts):
        top = min(layer.top or layer.count, layer.count)
        less = top < layer.count
        layers.classes["Experts"] = blocks_layers.EXPERTS.format(
            about=f".\n\n    The best {top} alone are asked (arXiv 1701.06538)" if less else "",
            top=blocks_layers.EXPERTS_TOP.format(top=top) if less else "",
        )
        layers.items.append(f"Experts({inputs}, {layer.size}, {layer.count})")
        layers.size = layer.size
    elif isinstance(layer, Gate):
        layers.imports.add("import torch.nn.functional as F")
        layers.classes["GatedLinear"] = blocks_layers.GATED.format(function=layer.function)
        layers.items.append(f"GatedLinear({inputs}, {layer.size})")
        layers.size = layer.size
    elif isinstance(layer, Embedding):
        layers.imports.add("from rllte.core.errors import SpaceError")
        layers.classes["Embeddings"] = blocks_layers.EMBEDDING
        layers.items.append(f"Embeddings(label_sizes({layers.space}), {layer.size})")
        layers.size, layers.known = None, f"{layer.size} * len(label_sizes({layers.space}))"
    elif isinstance(layer, Fourier):
        name = "LearnedFourier" if layer.learned else "FourierFeatures"
        layers.classes[name] = blocks_layers.LEARNED_FOURIER if layer.learned else blocks_encoder.FOURIER
        made = f"{name}({inputs}, {layer.size}, {layer.scale!r})"
        if not layer.joined:
            layers.size = 2 * layer.size
        else:
            layers.classes["Beside"], made = blocks_layers.BESIDE, f"Beside({made})"
            layers.known, layers.size = f"{inputs} + {2 * layer.size}", None
        layers.items.append(made)


def _dense(layers: Layers, layer: DenseMlp, inputs: str) -> None:
    every = layer.joins == "all"
    linear = f"{layers.weighed('nn.Linear')}(seen, size{layers.unbiased}), {layers.activation}"
    layers.classes["DenseMlp"] = blocks_layers.DENSE.format(
        about="Linear layers that each see the input and all layers before them (arXiv 1608.06993)."
        if every
        else "Linear layers that each see the input beside the layer before (arXiv 2010.09163).",
        linear=linear,
        before="before + size" if every else "size",
        value=blocks_layers.DENSE_ALL if every else blocks_layers.DENSE_INPUT,
    )
    layers.items.append(f"DenseMlp({inputs}, ({', '.join(map(str, layer.sizes))},))")
    layers.size = layer.sizes[-1]


def _basis(layers: Layers, layer: Basis | RadialBasis | Tiles) -> None:
    """A fixed basis of states within their bounds; what comes in is the observation itself."""
    inputs = layers.width()
    if layers.form != "flat" or layers.items:
        raise InvalidRequest("A fixed basis takes the states themselves.", hint="Name it before all other layers.")
    layers.imports.add("from rllte.core.errors import SpaceError")
    if isinstance(layer, Basis):
        fourier = layer.kind == "fourier"
        name, text = ("FourierBasis", blocks_basis.FOURIER) if fourier else ("PolynomialBasis", blocks_basis.POLYNOMIAL)
        made, size = f"{name}({inputs}, {layer.order})", f"{layer.order + 1} ** {inputs}"
    elif isinstance(layer, RadialBasis):
        name, text = "RadialBasis", blocks_basis.RADIAL
        made, size = f"{name}({inputs}, {layer.centres}, {layer.width!r})", f"{layer.centres} ** {inputs}"
    else:
        name, text = "TileCoding", blocks_basis.TILES
        made, size = f"{name}({inputs}, {layer.tilings}, {layer.tiles})", f"{layer.tilings} * {layer.tiles} ** {inputs}"
    layers.classes[name] = text
    layers.items += [f"Bounded({layers.space})", made]
    layers.size, layers.known = None, size


def _of_tokens(layers: Layers, layer: Layer) -> None:
    if isinstance(layer, Frames):
        layers.begin_frames(layer.channels)
    elif isinstance(layer, Patches):
        layers.need_pixels("Patches")
        layers.classes["Patches"] = tokens.PATCHES
        layers.items.append(f"Patches({layers.width()}, {layer.dim}, {layer.size})")
        layers.form, layers.size = "tokens", layer.dim
    elif isinstance(layer, Tokens):
        _cut(layers, layer)
    elif isinstance(layer, Position):
        layers.tokens("A position")
        learned = layer.by == "learned"
        layers.classes["Position"] = tokens.LEARNED_POSITION if learned else tokens.SINE_POSITION
        width = layers.width()
        number = f"{layers.total()} // {_bracketed(width)}" if learned else ""
        layers.items.append(f"Position({number}, {width})" if learned else "Position()")
    elif isinstance(layer, ClassToken):
        layers.tokens("A class token")
        layers.classes["ClassToken"] = tokens.CLASS_TOKEN
        layers.items.append(f"ClassToken({layers.width()})")
    elif isinstance(layer, Transformer):
        _transformer(layers, layer)
    elif isinstance(layer, Reduce):
        _reduce(layers, layer)
    elif isinstance(layer, Recurrent):
        _recurrent(layers, layer)
    elif isinstance(layer, TemporalConv):
        _temporal(layers, layer)


def _bracketed(source: str) -> str:
    return source if source.isalnum() else f"({source})"


def _cut(layers: Layers, layer: Tokens) -> None:
    if layers.form != "flat":
        layers.tokens("A row of tokens")
        return
    inputs = layers.width()
    layers.classes["Tokens"] = tokens.ENTITIES
    layers.imports.add("from rllte.core.errors import SpaceError")
    size = str(layer.size) if layer.size else f"{_bracketed(inputs)} // {layer.count}"
    layers.items.append(f"Tokens({inputs}, {size})")
    layers.form, layers.size, layers.known = "tokens", layer.size, size
    if layer.masked:
        layers.masked, layers.items = layers.items, []


def attention(layers: Layers, layer: Attention) -> None:
    """Self-attention of pixels or tokens."""
    layers.end_frames()
    if layers.form == "flat":
        layers.tokens("Attention")
    channels = layers.width()
    _divides(channels, layer.heads)
    if layers.pixels:
        layers.classes["SelfAttention"] = blocks_encoder.ATTENTION
        layers.items.append(f"SelfAttention({channels}, {layer.heads})")
    else:
        layers.classes["TokenAttention"] = tokens.TOKEN_ATTENTION
        layers.items.append(f"TokenAttention({channels}, {layer.heads})")


def _divides(channels: str, heads: int) -> None:
    if channels.isdigit() and int(channels) % heads:
        raise InvalidRequest(
            f"{channels} channels cannot be divided among {heads} heads of attention.",
            hint="Choose a number of heads that divides the channels.",
        )


def _transformer(layers: Layers, layer: Transformer) -> None:
    layers.tokens("A transformer")
    width = layers.width()
    _divides(width, layer.heads)
    layers.classes["TransformerBlock"] = tokens.TRANSFORMER
    hidden = layer.hidden or (4 * int(width) if width.isdigit() else f"4 * {_bracketed(width)}")
    layers.items.append(f"TransformerBlock({width}, {layer.heads}, {hidden})")


def _reduce(layers: Layers, layer: Reduce) -> None:
    layers.tokens("A mean of tokens")
    if layers.masked is not None:
        _present(layers, layer)
        return
    if layer.by == "attention":
        layers.classes["AttentionPool"] = tokens.ATTENTION_POOL
        layers.items.append(f"AttentionPool({layers.width()})")
    else:
        name, about, value = tokens.REDUCES[layer.by]
        layers.width()
        layers.classes[name] = tokens.REDUCE.format(name=name, about=about, value=value)
        layers.items.append(f"{name}()")
    layers.form = "flat"


def _present(layers: Layers, layer: Reduce) -> None:
    """The layers since the tokens were cut, as one that knows which of them are absent."""
    if layer.by not in tokens.PRESENT_VALUES:
        raise InvalidRequest(
            "Of tokens that may be absent there are mean, sum and maximum.", hint="Ask for one of them."
        )
    layers.width()
    layers.classes.setdefault("TokenAttention", tokens.TOKEN_ATTENTION)
    layers.classes["Present"] = tokens.PRESENT.format(value=tokens.PRESENT_VALUES[layer.by])
    layers.prelude += call("present = nn.ModuleList", [f"[{', '.join(layers.items)}]"])
    layers.items, layers.masked = [*(layers.masked or []), "Present(present)"], None
    layers.form = "flat"


def _recurrent(layers: Layers, layer: Recurrent) -> None:
    layers.tokens("A memory")
    width = layers.width()
    cell = layer.cell.upper()
    more = ", batch_first=True" + (f", num_layers={layer.layers}" if layer.layers > 1 else "")
    more += ", bidirectional=True" if layer.both else ""
    layers.classes["Recurrent"] = tokens.RECURRENT.format(
        cell=cell, more=more, outputs="2 size" if layer.both else "size",
        last=tokens.RECURRENT_BOTH if layer.both else tokens.RECURRENT_LAST,
    )  # fmt: skip
    layers.items.append(f"Recurrent({width}, {layer.size})")
    layers.form, layers.size = "flat", layer.size * (2 if layer.both else 1)


def _temporal(layers: Layers, layer: TemporalConv) -> None:
    layers.tokens("A convolution over time")
    width = layers.width()
    rows = "x.transpose(1, 2)"
    layers.classes["TemporalConv"] = tokens.TEMPORAL.format(
        about=", each of which sees none of those after it" if layer.causal else "",
        padding="", rows=f"nn.functional.pad({rows}, (self.before, 0))" if layer.causal else rows,
    )  # fmt: skip
    layers.items.append(f"TemporalConv({width}, {layer.channels}, {layer.kernel}, {layer.stride}, {layer.dilation})")
    layers.size = layer.channels


def weight_normed(layers: Layers, name: str) -> str:
    """The class of a layer whose weights are a direction and a length."""
    base = name.removeprefix("nn.")
    own = f"Normed{base}"
    call = (
        "F.linear(x, weight, self.bias)"
        if base == "Linear"
        else "F.conv2d(x, weight, self.bias, self.stride, self.padding, self.dilation, self.groups)"
    )
    layers.classes[own] = blocks_layers.WEIGHT_NORM.format(name=own, base=base, call=call)
    layers.imports.add("import torch.nn.functional as F")
    return own
