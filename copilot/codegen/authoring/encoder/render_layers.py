"""An encoder's layers as source, one by one, with the sizes that are known and those that the base class computes."""

from __future__ import annotations

from dataclasses import dataclass, field

from copilot.codegen.authoring.encoder import blocks, blocks_tokens, render_blocks, render_residual
from copilot.codegen.authoring.layout import sequence
from copilot.codegen.authoring.spec import (
    Activation,
    Attention,
    Conv,
    Coords,
    Dropout,
    Encoder,
    Fourier,
    Function,
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
from copilot.core.errors import InvalidRequest

FUNCTIONS: dict[Function, str] = {
    "relu": "nn.ReLU()", "tanh": "nn.Tanh()", "elu": "nn.ELU()", "gelu": "nn.GELU()", "silu": "nn.SiLU()",
    "leaky_relu": "nn.LeakyReLU()", "mish": "nn.Mish()", "sigmoid": "nn.Sigmoid()", "selu": "nn.SELU()",
    "softplus": "nn.Softplus()",
}  # fmt: skip


class Layers:
    """Renders layers one by one, and knows how many channels, or numbers, there are.

    Args:
        plan: of the encoder.
        image: whether these layers begin with pixels.
        shape: source of the shape of what they take.
        counted: source of a function that counts what layers put out for it, without arguments what there is of it.
        name: of the layers before those whose sizes depend on theirs.
    """

    def __init__(
        self,
        plan: Encoder,
        image: bool,
        *,
        shape: str = "self.obs_shape",
        counted: str = "self.flat_size({})",
        name: str = "before",
    ) -> None:
        self.plan, self.image = plan, image
        self.shape, self.counted, self.name = shape, counted, name
        self.form = "pixels" if image else "flat"
        """pixels (B, C, H, W), tokens (B, N, D) or flat (B, D)."""
        self.size: int | None = None
        self.known: str | None = f"{shape}[0]" if image else counted.format("")
        """Source of the size where it is not a number; None: after layers whose outputs have to be counted."""
        self.items: list[str] = []
        self.space = "observation_space"
        self.prelude: list[str] = []
        """Lines before those of the layers."""
        self.stages: list[list[str]] = []
        """Layers before each one that has to know how many numbers there are."""
        self.classes: dict[str, str] = {}
        self.imports: set[str] = set()
        self.frames: list[str] | None = None
        """What came before the layers of single frames, while these are told."""
        self.frame = 1
        self.masked: list[str] | None = None
        """What came before the layers of tokens of which some may be absent."""
        self.function: Function = next((x.function for x in plan.layers if isinstance(x, Activation)), "relu")

    @property
    def pixels(self) -> bool:
        """Whether there are pixels still."""
        return self.form == "pixels"

    def add(self, layer: Layer) -> None:
        """Append one layer."""
        if isinstance(layer, Conv):
            self.need_pixels("A convolution")
            self._conv(layer)
        elif isinstance(layer, Linear):
            self.linear(layer.size)
        elif isinstance(layer, Norm):
            self.items.append(self.norm(layer.by))
        elif isinstance(layer, Activation):
            self.items.append(FUNCTIONS[layer.function])
        elif isinstance(layer, Pool):
            self.need_pixels("A pooling layer")
            self.items.append(_pool(layer))
        elif isinstance(layer, Dropout):
            self.items.append(f"nn.Dropout({layer.p!r})")
        elif isinstance(layer, Gate) and layer.function == "sigmoid":
            self.linear(2 * layer.size)
            self.items.append("nn.GLU()")
            self.size = layer.size
        elif isinstance(layer, Symlog):
            self.classes["Symlog"] = blocks.SYMLOG
            self.items.append("Symlog()")
        elif isinstance(layer, Coords):
            self.need_pixels("A channel of coordinates")
            self.classes["Coords"] = blocks.COORDS
            self.items.append("Coords()")
            self.size, self.known = (self.size + 2, None) if self.size else (None, f"{self.known} + 2")
        elif isinstance(layer, Residual):
            render_residual.residual(self, layer)
        elif isinstance(layer, Attention | Squeeze | SpatialSoftmax):
            self._block(layer)
        elif isinstance(layer, Fourier) and not layer.learned and not layer.joined:
            self.flatten()
            self.classes["FourierFeatures"] = blocks.FOURIER
            self.items.append(f"FourierFeatures({self.width()}, {layer.size}, {layer.scale!r})")
            self.size = 2 * layer.size
        else:
            render_blocks.add(self, layer)

    def _block(self, layer: Attention | Squeeze | SpatialSoftmax) -> None:
        if isinstance(layer, Attention):
            render_blocks.attention(self, layer)
            return
        self.need_pixels("Squeeze-and-excitation and a spatial softmax")
        if isinstance(layer, Squeeze):
            self.classes["SqueezeExcite"] = blocks.SQUEEZE
            more = f", {layer.reduction}" if layer.reduction != 4 else ""
            self.items.append(f"SqueezeExcite({self.width()}{more})")
        else:
            self.classes["SpatialSoftmax"] = blocks.SOFTMAX
            self.items.append("SpatialSoftmax()")
            self.form, self.size = "flat", 2 * self.size if self.size else None
            self.known = None if self.size is None else self.known
            self.end_frames()

    def _conv(self, layer: Conv) -> None:
        inputs = self.width()
        more = f", stride={layer.stride}" if layer.stride != 1 else ""
        more += f", padding={layer.padding}" if layer.padding else ""
        more += f", dilation={layer.dilation}" if layer.dilation != 1 else ""
        more += self.unbiased
        name = self.weighed("nn.Conv2d")
        if layer.separable:
            self.items.append(f"{name}({inputs}, {inputs}, {layer.kernel}{more}, groups={inputs})")
            self.items.append(f"{name}({inputs}, {layer.channels}, 1{self.unbiased})")
        else:
            self.items.append(f"{name}({inputs}, {layer.channels}, {layer.kernel}{more})")
        self.size = layer.channels

    @property
    def activation(self) -> str:
        """Source of the activation of the encoder's layers."""
        return FUNCTIONS[self.function]

    @property
    def unbiased(self) -> str:
        """The argument of layers without biases."""
        return "" if self.plan.bias else ", bias=False"

    def weighed(self, name: str) -> str:
        """The class of a layer, or that which normalises its weight."""
        if self.plan.weight_norm:
            return render_blocks.weight_normed(self, name)
        return self.spectral(name) if self.plan.spectral else name

    def spectral(self, name: str) -> str:
        """The class of a layer whose weight is divided by its largest singular value."""
        own = {"nn.Conv2d": "SpectralConv2d", "nn.Linear": "SpectralLinear"}[name]
        self.classes[own] = blocks.SPECTRAL_CONV if own == "SpectralConv2d" else blocks.SPECTRAL_LINEAR
        self.imports.add("import torch.nn.functional as F")
        return own

    def linear(self, size: int) -> None:
        """A linear layer; pixels are flattened before it."""
        self.end_frames()
        if self.pixels:
            self.flatten()
        self.items.append(f"{self.weighed('nn.Linear')}({self.width()}, {size}{self.unbiased})")
        self.size = size

    def width(self) -> str:
        """Source of the number of channels, or of numbers in a token or row; it is counted where nobody knows it."""
        if self.size is not None:
            return str(self.size)
        if self.known is None:
            self.known = self.total()
            if self.form == "tokens":
                self.known += f" // ({self.shape}[0] // {self.frame})"
        return self.known

    def total(self) -> str:
        """Source of the number of all that the layers so far put out."""
        self.end_frames()
        done = sum(len(stage) for stage in self.stages)
        if len(self.items) > done or not self.stages:
            self.stages.append(self.items[done:])
        return self.counted.format(self.stage(len(self.stages) - 1))

    def stage(self, index: int) -> str:
        """The name of the layers of a stage."""
        return self.name if index == 0 else f"{self.name}_{index + 1}"

    def begin_frames(self, channels: int) -> None:
        """What follows is of each frame by itself."""
        self.need_pixels("A stack of frames")
        if self.frames is None:
            self.frames, self.items, self.frame = self.items, [], channels
            self.size, self.known = channels, None

    def end_frames(self) -> None:
        """Frames are tokens from here on."""
        if self.frames is None:
            return
        self.prelude += sequence("frame", self.items)
        known = self.form == "flat" and self.size is not None
        self.items, self.frames = [*self.frames, f"Frames(frame, {self.frame})"], None
        self.classes["Frames"] = blocks_tokens.FRAMES
        self.form, self.size, self.known = "tokens", self.size if known else None, None

    def tokens(self, what: str) -> None:
        """Tokens are there from here on; pixels become as many tokens.

        Raises:
            InvalidRequest: here is one row of numbers, which nobody said how to cut.
        """
        self.end_frames()
        if self.pixels:
            self.classes["PixelTokens"] = blocks_tokens.PIXELS
            self.items.append("PixelTokens()")
            self.form = "tokens"
        if self.form != "tokens":
            raise InvalidRequest(
                f"{what} takes several tokens; here is one row of numbers.",
                hint="Say what the tokens are: patches, frames of a stack, objects of 5 numbers each, 8 time steps.",
            )

    def flatten(self) -> None:
        """From pixels or tokens to one row of numbers, whose count the base class computes."""
        self.end_frames()
        if self.form == "flat":
            return
        self.items.append("nn.Flatten()")
        self.form, self.size, self.known = "flat", None, None

    def norm(self, by: str, size: str | int | None = None) -> str:
        """A normalisation of what is there, or of so many numbers."""
        size = size or self.width()
        number = int(size) if str(size).isdigit() else size
        if self.pixels:
            return {
                "layer": f"nn.GroupNorm(1, {size})  # a layer norm over channels and pixels, whatever their number",
                "rms": f"nn.GroupNorm(1, {size})  # over channels and pixels; RMSNorm would need their number",
                "batch": f"nn.BatchNorm2d({size})",
                "group": f"nn.GroupNorm({_groups(number)}, {size})",
                "instance": f"nn.InstanceNorm2d({size}, affine=True)",
            }[by]
        if by == "instance" or (self.form == "tokens" and by in {"batch", "group"}):
            raise InvalidRequest(f"A {by} norm takes images; here are none.", hint="Ask for layer norm here.")
        return {
            "layer": f"nn.LayerNorm({size})",
            "rms": f"nn.RMSNorm({size})",
            "batch": f"nn.BatchNorm1d({size})",
            "group": f"nn.GroupNorm({_groups(number)}, {size})",
        }[by]

    def need_pixels(self, what: str) -> None:
        """Raises InvalidRequest where there are none."""
        if not self.pixels:
            raise InvalidRequest(
                f"{what} takes images; here are vectors, or the image is flat already.",
                hint="Put it before the first linear layer, or ask for an encoder of images.",
            )

    def written(self, target: str) -> list[str]:
        """Lines that make all layers, stage by stage, each as its own `nn.Sequential`; the last one is `target`."""
        lines, before = list(self.prelude), list[str]()
        for index, stage in enumerate(self.stages):
            lines += sequence(self.stage(index), [*before, *stage])
            before = [self.stage(index)]
        done = sum(len(stage) for stage in self.stages)
        return [*lines, *sequence(target, [*before, *self.items[done:]])]


def _pool(layer: Pool) -> str:
    if layer.by in {"global", "global_max", "adaptive"}:
        size = layer.size if layer.by == "adaptive" else 1
        return f"nn.Adaptive{'Max' if layer.by == 'global_max' else 'Avg'}Pool2d({size})"
    name = "MaxPool2d" if layer.by == "max" else "AvgPool2d"
    padding = f", padding={layer.size // 2}" if layer.size > layer.stride else ""
    stride = f", stride={layer.stride}" if layer.stride != layer.size else ""
    return f"nn.{name}({layer.size}{stride}{padding})"


def _groups(size: str | int) -> str:
    return str(next(n for n in (8, 4, 2, 1) if size % n == 0)) if isinstance(size, int) else "1"


@dataclass
class Written:
    """Lines of an encoder's constructor and of its `forward`, and what they need."""

    made: list[str]
    value: str
    """Source of what `forward` computes of `x`."""
    classes: dict[str, str]
    imports: set[str]
    before: list[str] = field(default_factory=list[str])
    """Lines of `forward` before that."""


def tail(layers: Layers, plan: Encoder, value: str = "x") -> tuple[list[str], str]:
    """Lines that make the layers and the features' one, and what `forward` computes of `value` with them."""
    last = [FUNCTIONS[plan.last]] if plan.last else []
    layers.flatten()
    made = layers.written("self.layers")
    size = str(layers.size) if layers.size is not None else layers.known or layers.counted.format("self.layers")
    name = layers.weighed("nn.Linear") if not plan.spectral_last else layers.spectral("nn.Linear")
    if plan.feature_dim is None:
        lines = [*made, f"        self._feature_dim = {size}"]
        outputs, computed = size, f"self.layers({value})"
    else:
        layers.form = "flat"
        norm = [layers.norm(plan.norm_last, "feature_dim")] if plan.norm_last else []
        features = [f"{name}({size}, feature_dim{layers.unbiased})", *norm, *last]
        lines = [*made, *sequence("self.features", features)]
        outputs, computed = "feature_dim", f"self.features(self.layers({value}))"
    if plan.shortcut:
        lines.append(f"        self.shortcut = {layers.weighed('nn.Linear')}({layers.counted.format('')}, {outputs})")
    return lines, computed
