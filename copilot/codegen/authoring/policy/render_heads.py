"""Hidden layers and heads of policies as source; what they need beside them is collected."""

from __future__ import annotations

from dataclasses import dataclass, field

from copilot.codegen.authoring.policy import blocks
from copilot.codegen.authoring.spec import Function

CLASSES: dict[Function, str] = {
    "relu": "nn.ReLU", "tanh": "nn.Tanh", "elu": "nn.ELU", "gelu": "nn.GELU", "silu": "nn.SiLU",
    "leaky_relu": "nn.LeakyReLU", "mish": "nn.Mish", "sigmoid": "nn.Sigmoid", "selu": "nn.SELU",
    "softplus": "nn.Softplus",
}  # fmt: skip


@dataclass(frozen=True)
class Style:
    """What the hidden layers of one head are made of."""

    function: Function = "tanh"
    norm: bool = False
    dropout: float = 0.0
    spectral: bool = False
    blocks: str = "layers"


@dataclass
class Heads:
    """Renders hidden layers; the same function makes those of all heads, with arguments where they differ.

    Args:
        styles: of all heads.
        gain: of hidden layers, as source.
    """

    styles: list[Style]
    gain: str = "2**0.5"
    classes: dict[str, str] = field(default_factory=dict[str, str])

    def differ(self, name: str) -> bool:
        """Whether heads differ in one thing."""
        return len({getattr(style, name) for style in self.styles}) > 1

    def hidden(self, style: Style, inputs: str, sizes: list[int]) -> str:
        """Source of hidden layers of these sizes; without any, of none."""
        if not sizes:
            return "nn.Identity()"
        widths = ", ".join(map(str, sizes))
        if style.blocks == "residual":
            self.classes["residual"] = blocks.RESIDUAL
            return f"residual({inputs}, ({widths},), {CLASSES[style.function]})"
        given = self.given(style)
        if style.blocks == "dense":
            arguments = self.arguments()
            passed = "".join(f", {argument.split(':')[0].strip()}" for argument in arguments)
            self.classes["Dense"] = blocks.DENSE.format(
                arguments="".join(f", {argument}" for argument in arguments), given=passed
            )
            self.classes["layers"] = self.function()
            return f"Dense(({inputs}, {widths}){given})"
        self.classes["layers"] = self.function()
        return f"layers(({inputs}, {widths}){given})"

    def given(self, style: Style) -> str:
        """Arguments in which this head differs from the first."""
        first, out = self.styles[0], ""
        if self.differ("function") and style.function != first.function:
            out += (
                f", {CLASSES[style.function]}" if len(self.styles) <= 2 else f", activation={CLASSES[style.function]}"
            )
        for name in ("norm", "dropout", "spectral"):
            if self.differ(name) and getattr(style, name):
                out += f", {name}={getattr(style, name)!r}"
        return out

    def arguments(self) -> list[str]:
        """Parameters of the function that makes hidden layers."""
        out = [f"activation: type[nn.Module] = {CLASSES[self.styles[0].function]}"] if self.differ("function") else []
        out += ["norm: bool = False"] if self.differ("norm") else []
        out += ["dropout: float = 0.0"] if self.differ("dropout") else []
        return out + (["spectral: bool = False"] if self.differ("spectral") else [])

    def function(self) -> str:
        """The source of that function."""
        first = self.styles[0]
        linear = f"head(before, after, {self.gain})"
        if any(style.spectral for style in self.styles):
            self.classes["SpectralLinear"] = blocks.SPECTRAL
            own = "SpectralLinear(before, after)"
            linear = f"{own} if spectral else {linear}" if self.differ("spectral") else own
        body = [f"parts.append({linear})"]
        if self.differ("dropout"):
            body.append("parts += [nn.Dropout(dropout)] if dropout else []")
        elif first.dropout:
            body.append(f"parts.append(nn.Dropout({first.dropout!r}))")
        if self.differ("norm"):
            body.append("parts += [nn.LayerNorm(after)] if norm else []")
        elif first.norm:
            body.append("parts.append(nn.LayerNorm(after))")
        name = "activation" if self.differ("function") else CLASSES[first.function]
        body.append(f"parts.append({name}())")
        arguments = "".join(f", {argument}" for argument in self.arguments())
        text = blocks.LAYERS.format(arguments=arguments, about="", body="\n".join(f"        {line}" for line in body))
        if max(map(len, text.splitlines())) > 100:
            start, rest = text.split("\n", 1)
            inside = start.removeprefix("def layers(").removesuffix(") -> nn.Sequential:")
            text = f"def layers(\n    {inside}\n) -> nn.Sequential:\n{rest}"
        return text

    @property
    def imports(self) -> list[str]:
        """Lines of the standard library that they need."""
        return ["from itertools import pairwise"] if {"layers", "residual"} & set(self.classes) else []
