"""Residual blocks of an encoder as source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copilot.codegen.authoring.encoder import blocks_layers
from copilot.codegen.authoring.layout import sequence
from copilot.codegen.authoring.spec import Conv, Residual

if TYPE_CHECKING:
    from copilot.codegen.authoring.encoder.render_layers import Layers

_STYLES = {
    "twice": "{x} + two {layers} of {x}", "pre": "{x} + norm, a wider layer, the activation and a layer back of {x}",
    "post": "{x} + layer, norm, activation, layer, norm of {x}",
    "resnet": "The activation of {x} + two normalised {layers} of {x}",
    "bottleneck": "{x} + 1x1, 3x3 and 1x1 convolutions of {x}",
    "inverted": "{x} + wider, depthwise and narrower convolutions of {x}",
    "convnext": "{x} + depthwise, 1x1 wider and 1x1 narrower convolutions of {x}",
}  # fmt: skip
_PAPERS = {
    "pre": " (arXiv 2410.09754)", "post": " (arXiv 2405.16158)", "resnet": " (arXiv 1512.03385)",
    "bottleneck": " (arXiv 1512.03385)", "inverted": " (arXiv 1801.04381)", "convnext": " (arXiv 2201.03545)",
}  # fmt: skip


def residual(layers: Layers, layer: Residual) -> None:
    """A residual block of what is there."""
    layers_of_pixels = layer.style in {"bottleneck", "inverted", "convnext", "resnet"}
    if layers_of_pixels:
        layers.need_pixels(f"A {layer.style} block")
    if layers.size is None:
        if layers.pixels:
            layers.add(Conv(channels=32, kernel=3, stride=1, padding=1))
        else:
            layers.linear(layer.hidden or 64)
    name, parts = _named(layers, layer)
    size = "channels" if layers.pixels else "size"
    written = "\n".join(sequence("self.layers", parts))
    if layer.scale is not None:
        shape = "(channels, 1, 1)" if layers.pixels else "size"
        written += f"\n        self.scale = nn.Parameter(th.full({_tuple(shape)}, {float(layer.scale)!r}))"
    added = "self.scale * self.layers(x)" if layer.scale is not None else "self.layers(x)"
    value = f"x + {added}"
    if layer.style == "resnet":
        value = f"self.last(x + {added})"
        written += f"\n        self.last = {layers.activation}"
    kind = "convolutions" if layers.pixels else "linear layers"
    layers.classes[name] = blocks_layers.BLOCK.format(
        name=name, size=size, layers=written,
        about=_STYLES[layer.style].format(x="x", layers=kind) + _PAPERS.get(layer.style, "") + ".",
        shape="(B, C, H, W)" if layers.pixels else "(B, ..., D)",
        value=f"total: th.Tensor = {value}\n        return total",
    )  # fmt: skip
    layers.items.append(f"{name}({layers.size})")


def _tuple(shape: str) -> str:
    return shape if shape.startswith("(") else f"({shape},)"


def _named(layers: Layers, layer: Residual) -> tuple[str, list[str]]:
    """The class of a block, and its layers; one more class where the same name has others."""
    parts = _conv_parts(layers, layer) if layers.pixels else _vector_parts(layers, layer)
    plain = "Residual" if layer.style == "twice" else f"{layer.style.title()}Block"
    name, number = plain, 1
    shown = "\n".join(sequence("self.layers", parts))
    while name in layers.classes and shown not in layers.classes[name]:
        number += 1
        name = f"{plain}{number}"
    return name, parts


def _vector_parts(layers: Layers, layer: Residual) -> list[str]:
    linear, function = layers.weighed("nn.Linear"), layers.activation
    inside = str(layer.hidden) if layer.hidden else "size" if layer.style != "pre" else "4 * size"
    first = f"{linear}(size, {inside}{layers.unbiased})"
    second = f"{linear}({inside}, size{layers.unbiased})"
    norm = [layers.norm(layer.norm, "size")] if layer.norm else []
    middle = [layers.norm(layer.norm, inside)] if layer.norm else []
    if layer.style == "pre":
        return [*norm, first, function, second]
    if layer.style == "post":
        return [first, *middle, function, second, *norm]
    return [*norm, function, first, *middle, function, second]


def _conv_parts(layers: Layers, layer: Residual) -> list[str]:
    conv, function, style = layers.weighed("nn.Conv2d"), layers.activation, layer.style
    kernel = layer.kernel or (7 if style == "convnext" else 3)
    more = f", padding={kernel // 2}{layers.unbiased}"
    default = {"bottleneck": "channels // 4", "inverted": "6 * channels", "convnext": "4 * channels"}.get(
        style, "channels"
    )
    inside = str(layer.hidden) if layer.hidden else default

    def norm(size: str) -> list[str]:
        return [layers.norm(layer.norm, size)] if layer.norm else []

    full = [f"{conv}(channels, {inside}, {kernel}{more})", f"{conv}({inside}, channels, {kernel}{more})"]
    bare = layers.unbiased
    if style == "convnext":
        return [
            f"{conv}(channels, channels, {kernel}{more}, groups=channels)", "nn.GroupNorm(1, channels)",
            f"{conv}(channels, {inside}, 1{bare})", "nn.GELU()", f"{conv}({inside}, channels, 1{bare})",
        ]  # fmt: skip
    if style in {"bottleneck", "inverted"}:
        depthwise = f", groups={inside}" if style == "inverted" else ""
        return [
            f"{conv}(channels, {inside}, 1{bare})", *norm(inside), function,
            f"{conv}({inside}, {inside}, {kernel}{more}{depthwise})", *norm(inside), function,
            f"{conv}({inside}, channels, 1{bare})", *norm("channels"),
        ]  # fmt: skip
    if style in {"post", "resnet"}:
        return [full[0], *norm(inside), function, full[1], *norm("channels")]
    if style == "pre":
        return [*norm("channels"), full[0], function, full[1]]
    return [*norm("channels"), function, full[0], *norm(inside), function, full[1]]
