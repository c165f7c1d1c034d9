"""An encoder's plan as source: layers in an `nn.Sequential`, sizes computed by the base class."""

from __future__ import annotations

from copilot.codegen.authoring import blocks_encoder as blocks
from copilot.codegen.authoring.layout import counted, docstring, imports, joined, sequence, signature, source
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
    ModuleSpec,
    Norm,
    Pool,
    Residual,
    SpatialSoftmax,
    Squeeze,
    Symlog,
)
from copilot.core.errors import InvalidRequest

_FUNCTIONS: dict[Function, str] = {
    "relu": "nn.ReLU()", "tanh": "nn.Tanh()", "elu": "nn.ELU()", "gelu": "nn.GELU()", "silu": "nn.SiLU()",
    "leaky_relu": "nn.LeakyReLU()", "mish": "nn.Mish()", "sigmoid": "nn.Sigmoid()", "selu": "nn.SELU()",
    "softplus": "nn.Softplus()",
}  # fmt: skip
_NORMS = {"layer": "layer norm", "batch": "batch norm", "group": "group norm", "rms": "RMS norm"}


class _Layers:
    """Renders layers one by one, and knows how many channels, or numbers, there are."""

    def __init__(self, plan: Encoder) -> None:
        self.image = plan.observations == "image"
        self.spectral = plan.spectral
        self.flat = not self.image
        self.size: int | None = None
        self.more = 0  # channels beside those of the observation
        self.pixels = self.image
        self.items: list[str] = []
        self.head: list[str] = []  # layers before the first linear one, whose outputs are counted
        self.classes: dict[str, str] = {}
        self.function: Function = next((x.function for x in plan.layers if isinstance(x, Activation)), "relu")

    def add(self, layer: Layer) -> None:
        """Append one layer."""
        if isinstance(layer, Conv):
            self._need_pixels("A convolution")
            self._conv(layer)
        elif isinstance(layer, Linear):
            self._linear(layer.size)
        elif isinstance(layer, Norm):
            self.items.append(self._norm(layer.by, "self.obs_shape[0]"))
        elif isinstance(layer, Activation):
            self.items.append(_FUNCTIONS[layer.function])
        elif isinstance(layer, Pool):
            self._need_pixels("A pooling layer")
            self.items.append(self._pool(layer))
        elif isinstance(layer, Dropout):
            self.items.append(f"nn.Dropout({layer.p!r})")
        elif isinstance(layer, Gate):
            self._linear(2 * layer.size)
            self.items.append("nn.GLU()")
            self.size = layer.size
        elif isinstance(layer, Symlog):
            self.classes["Symlog"] = blocks.SYMLOG
            self.items.append("Symlog()")
        elif isinstance(layer, Coords):
            self._need_pixels("A channel of coordinates")
            self.classes["Coords"] = blocks.COORDS
            self.items.append("Coords()")
            self.more = 2
        elif isinstance(layer, Fourier):
            self.classes["FourierFeatures"] = blocks.FOURIER
            inputs = "self.flat_size()" if self.size is None else str(self.size)
            self.items.append(f"FourierFeatures({inputs}, {layer.size}, {layer.scale!r})")
            self.size = 2 * layer.size
        else:
            self._block(layer)

    def _block(self, layer: Residual | Attention | Squeeze | SpatialSoftmax) -> None:
        if isinstance(layer, Residual):
            self._residual(layer)
            return
        self._need_pixels("Attention, squeeze-and-excitation and a spatial softmax")
        channels = self.size if self.size is not None else "self.obs_shape[0]"
        if isinstance(layer, Attention):
            if isinstance(channels, int) and channels % layer.heads:
                raise InvalidRequest(
                    f"{channels} channels cannot be divided among {layer.heads} heads of attention.",
                    hint="Choose a number of heads that divides the channels.",
                )
            self.classes["SelfAttention"] = blocks.ATTENTION
            self.items.append(f"SelfAttention({channels}, {layer.heads})")
        elif isinstance(layer, Squeeze):
            self.classes["SqueezeExcite"] = blocks.SQUEEZE
            self.items.append(f"SqueezeExcite({channels})")
        else:
            self.classes["SpatialSoftmax"] = blocks.SOFTMAX
            self.items.append("SpatialSoftmax()")
            self.pixels, self.size = False, 2 * self.size if self.size else None

    def _residual(self, layer: Residual) -> None:
        if self.size is None:
            if self.pixels:
                self.add(Conv(channels=32, kernel=3, stride=1, padding=1))
            else:
                self._linear(64)
        text = blocks.RESIDUAL_IMAGE if self.pixels else blocks.RESIDUAL_VECTOR
        name = "channels" if self.pixels else "size"
        one = (
            f"{self.weighed('nn.Conv2d')}({name}, {name}, 3, padding=1)"
            if self.pixels
            else f"{self.weighed('nn.Linear')}({name}, {name})"
        )
        norm = [self._norm(layer.norm, name, name)] if layer.norm else []
        function = _FUNCTIONS[self.function]
        parts = [*norm, function, one, *norm, function, one]
        written = "\n".join(sequence("self.layers", parts))
        self.classes["Residual"] = text.replace("        self.layers = nn.Sequential({layers})", written)
        self.items.append(f"Residual({self.size})")

    def _conv(self, layer: Conv) -> None:
        inputs = self.size if self.size is not None else f"self.obs_shape[0]{' + 2' if self.more else ''}"
        more = f", stride={layer.stride}" if layer.stride != 1 else ""
        more += f", padding={layer.padding}" if layer.padding else ""
        more += f", dilation={layer.dilation}" if layer.dilation != 1 else ""
        name = self.weighed("nn.Conv2d")
        if layer.separable:
            self.items.append(f"{name}({inputs}, {inputs}, {layer.kernel}{more}, groups={inputs})")
            self.items.append(f"{name}({inputs}, {layer.channels}, 1)")
        else:
            self.items.append(f"{name}({inputs}, {layer.channels}, {layer.kernel}{more})")
        self.size = layer.channels

    def weighed(self, name: str) -> str:
        """The class of a layer, or that which normalises its weight."""
        if not self.spectral:
            return name
        own = {"nn.Conv2d": "SpectralConv2d", "nn.Linear": "SpectralLinear"}[name]
        self.classes[own] = blocks.SPECTRAL_CONV if own == "SpectralConv2d" else blocks.SPECTRAL_LINEAR
        return own

    def _linear(self, size: int) -> None:
        if self.pixels or (self.image and not self.flat):
            self.flatten()
        inputs = "self.flat_size()" if self.size is None else str(self.size)
        if self.size is None and self.image:
            self.head = list(self.items)
            inputs = "self.flat_size(before)"
        self.items.append(f"{self.weighed('nn.Linear')}({inputs}, {size})")
        self.size, self.flat = size, True

    def flatten(self) -> None:
        """From pixels to one row of numbers, whose count the base class computes."""
        if self.pixels:
            self.items.append("nn.Flatten()")
            self.pixels, self.size = False, None

    def _norm(self, by: str, unknown: str, size: str | int | None = None) -> str:
        size = size or self.size or (unknown if self.pixels else "self.flat_size()")
        if self.pixels:
            return {
                "layer": f"nn.GroupNorm(1, {size})  # a layer norm over channels and pixels, whatever their number",
                "rms": f"nn.GroupNorm(1, {size})  # over channels and pixels; RMSNorm would need their number",
                "batch": f"nn.BatchNorm2d({size})",
                "group": f"nn.GroupNorm({_groups(size)}, {size})",
            }[by]
        return {
            "layer": f"nn.LayerNorm({size})",
            "rms": f"nn.RMSNorm({size})",
            "batch": f"nn.BatchNorm1d({size})",
            "group": f"nn.GroupNorm({_groups(size)}, {size})",
        }[by]

    def norm_of_features(self, by: str) -> str:
        """The norm of the layer that puts out the features."""
        self.pixels = False
        return self._norm(by, "feature_dim", "feature_dim")

    def _pool(self, layer: Pool) -> str:
        if layer.by == "global":
            return "nn.AdaptiveAvgPool2d(1)"
        name = "MaxPool2d" if layer.by == "max" else "AvgPool2d"
        padding = f", padding={layer.size // 2}" if layer.size > layer.stride else ""
        stride = f", stride={layer.stride}" if layer.stride != layer.size else ""
        return f"nn.{name}({layer.size}{stride}{padding})"

    def _need_pixels(self, what: str) -> None:
        if not self.pixels:
            raise InvalidRequest(
                f"{what} takes images; here are vectors, or the image is flat already.",
                hint="Put it before the first linear layer, or ask for an encoder of images.",
            )


def _groups(size: str | int) -> str:
    return str(next(n for n in (8, 4, 2, 1) if size % n == 0)) if isinstance(size, int) else "1"


def module(spec: ModuleSpec, plan: Encoder) -> tuple[str, str]:
    """The source of the class, and a sentence on what it is."""
    layers = _Layers(plan)
    for layer in plan.layers:
        layers.add(layer)
    about = describe(plan)
    default = plan.feature_dim if plan.feature_dim is not None else 0
    body = [f"class {spec.name}(BaseEncoder):", *docstring(f"{about}\n\n{_contract(plan)}"), ""]
    arguments = ["self", "observation_space: gym.Space[Any]", f"feature_dim: int = {default}"]
    body += signature("__init__", arguments, "None")
    body += ["        super().__init__(observation_space, feature_dim)"]
    body += _tail(layers, plan)
    body += _forward(layers, plan)
    head = [f'"""{spec.name}: an encoder written for RLLTE."""', "", "from __future__ import annotations"]
    head += imports(
        ["from typing import Any"],
        [
            "import gymnasium as gym",
            "import torch as th",
            "from torch import nn",
            *(["import torch.nn.functional as F"] if plan.spectral or plan.unit_length else []),
        ],
        ["from rllte.common.prototype import BaseEncoder"],
    )
    return source(head, *([text] for text in layers.classes.values()), body), about


def _forward(layers: _Layers, plan: Encoder) -> list[str]:
    shape = "(B, C, H, W)" if layers.image else "(B, *obs_shape)"
    flat = "" if layers.image else ".flatten(1)"
    lines = [
        "", "    def forward(self, obs: th.Tensor) -> th.Tensor:",
        f'        """Observations {shape}, bytes or floats, to features (B, feature_dim) float32."""',
        f"        x = self.preprocess(obs){flat}",
    ]  # fmt: skip
    value = "self.features(self.layers(x))" if plan.feature_dim is not None else "self.layers(x)"
    value += " + self.shortcut(x.flatten(1))" if plan.shortcut else ""
    lines.append(f"        features: th.Tensor = {value}")
    lines.append(f"        return {'F.normalize(features, dim=1)' if plan.unit_length else 'features'}")
    return lines


def _tail(layers: _Layers, plan: Encoder) -> list[str]:
    """The layers, and how the number of features comes about."""
    last = [_FUNCTIONS[plan.last]] if plan.last else []
    layers.flatten()
    before = sequence("before", layers.head) if layers.head else []
    items = layers.items[len(layers.head) :]
    lines = [*before, *sequence("self.layers", [*(["before"] if layers.head else []), *items])]
    size = str(layers.size) if layers.size is not None else "self.flat_size(self.layers)"
    linear = layers.weighed("nn.Linear")
    if plan.feature_dim is None:
        lines.append(f"        self._feature_dim = {size}")
        outputs = size
    else:
        if not layers.items[:1] or (layers.size is None and not layers.image):
            size = "self.flat_size()"
        norm = [layers.norm_of_features(plan.norm_last)] if plan.norm_last else []
        lines += sequence("self.features", [f"{linear}({size}, feature_dim)", *norm, *last])
        outputs = "feature_dim"
    if plan.shortcut:
        lines.append(f"        self.shortcut = {linear}(self.flat_size(), {outputs})")
    return lines


def _contract(plan: Encoder) -> str:
    what = "images, channels first" if plan.observations == "image" else "vectors and labels"
    text = f"Takes {what}; bytes become [0, 1] and labels one-hot vectors before the first layer."
    if any(isinstance(layer, Norm) and layer.by == "batch" for layer in plan.layers):
        text += " Batch norm learns from batches: its statistics are part of a checkpoint."
    return text


def _special(layer: Conv) -> str:
    return (" separable" if layer.separable else "") + (f" dilated by {layer.dilation}" if layer.dilation > 1 else "")


def describe(plan: Encoder) -> str:
    """What its layers are, in a sentence."""
    convs = [layer for layer in plan.layers if isinstance(layer, Conv)]
    dense = [layer for layer in plan.layers if isinstance(layer, Linear)]
    parts = []
    if convs:
        shown = joined([f"{x.channels} of {x.kernel}x{x.kernel}/{x.stride}{_special(x)}" for x in convs])
        parts.append(f"{counted(len(convs), 'convolution')} ({shown})")
    if dense:
        parts.append(f"{counted(len(dense), 'linear layer')} ({joined([str(x.size) for x in dense])})")
    blocks = sum(isinstance(layer, Residual) for layer in plan.layers)
    parts += [counted(blocks, "residual block")] if blocks else []
    parts += sorted({_NORMS[layer.by] for layer in plan.layers if isinstance(layer, Norm)})
    named = {Attention: "self-attention", Squeeze: "squeeze-and-excitation", SpatialSoftmax: "a spatial softmax"}
    parts += [text for kind, text in named.items() if any(isinstance(layer, kind) for layer in plan.layers)]
    parts += [f"{x.by} pooling" for x in plan.layers[-1:] + plan.layers if isinstance(x, Pool)][:1]
    parts += ["random Fourier features"] if any(isinstance(x, Fourier) for x in plan.layers) else []
    parts += ["dropout"] if any(isinstance(x, Dropout) for x in plan.layers) else []
    parts += [f"a gated linear unit of {x.size}" for x in plan.layers if isinstance(x, Gate)]
    parts += ["channels of coordinates"] if any(isinstance(x, Coords) for x in plan.layers) else []
    parts += ["symlog of the input"] if any(isinstance(x, Symlog) for x in plan.layers) else []
    parts += ["spectral norm"] if plan.spectral else []
    if plan.feature_dim is not None:
        norm = f" with {_NORMS[plan.norm_last]}" if plan.norm_last else ""
        parts.append(f"a linear layer to {plan.feature_dim} features{norm}")
    parts += ["a linear shortcut from the input"] if plan.shortcut else []
    parts += ["features of length 1"] if plan.unit_length else []
    text = joined(parts or ["an activation"])
    return text[0].upper() + text[1:] + "."


def test(spec: ModuleSpec, plan: Encoder, shape: list[int] | None) -> str:
    """The test file: the suite of encoders, in the spaces that this one is for."""
    spaces = _spaces(plan, shape)
    lines = [f'"""{spec.name} against the suite of encoders: pytest {spec.module}, or see README.md."""', ""]
    lines += ["from __future__ import annotations"]
    lines += imports(
        ["from typing import Any"],
        ["import gymnasium as gym", "import numpy as np"],
        ["from rllte.conformance.encoder import EncoderSuite"],
        [f"from {spec.module} import {spec.name}"],
    )
    body = [f"class Test{spec.name}(EncoderSuite):", "    spaces = ("]
    body += [f"        {space}," for space in spaces]
    body += ["    )", "", f"    def make(self, observation_space: gym.Space[Any]) -> {spec.name}:"]
    body += [f"        return {spec.name}(observation_space)"]
    return source(lines, body)


def _spaces(plan: Encoder, shape: list[int] | None) -> list[str]:
    if plan.observations == "image":
        first = tuple(shape) if shape and len(shape) == 3 else (4, 84, 84)
        second = (first[0] + 1, first[1] + 8, first[2])
        return [f"gym.spaces.Box(0, 255, {size}, np.uint8)" for size in (first, second)]
    size = shape[0] if shape and len(shape) == 1 else 5
    return [
        f"gym.spaces.Box(-1.0, 1.0, ({size},), np.float32)",
        "gym.spaces.Box(-1.0, 1.0, (17,), np.float32)",
        "gym.spaces.Discrete(6)",
        "gym.spaces.MultiBinary(5)",
    ]


def wiring(spec: ModuleSpec) -> list[str]:
    """What `train.py` does with it: the policy is made anew, for another number of features."""
    return [f"    encoder = {spec.name}(env.observation_space)"]
