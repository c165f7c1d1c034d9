"""Requests for encoders, each with the plan that it tells."""

from __future__ import annotations

import random
from collections.abc import Sequence

from tests.copilot.codegen.authoring.spoken.encoder_plans import (
    FUNCTIONS,
    NORMS,
    Plan,
    differences,
    plan,
)
from tests.copilot.codegen.authoring.spoken.encoders_chinese import chinese
from tests.copilot.codegen.authoring.spoken.saying import GREETINGS, REASONS, Teller

__all__ = ["Plan", "differences", "plan", "told"]


def told(plan: Plan, draw: random.Random) -> str:
    """A request for it."""
    teller = Teller(draw, chinese=draw.random() < 0.25)
    text = (chinese if teller.chinese else _english)(plan, teller)
    return teller.typed(text)


def _english(plan: Plan, t: Teller) -> str:
    start = t.pick(*GREETINGS) + t.pick(
        "write an encoder",
        "implement an encoder",
        "write a custom encoder",
        "make me an encoder",
        "I need an encoder",
        "build an encoder module",
    )
    layers: list[str] = []
    if plan.extra == "coords":
        layers.append(t.pick("two coordinate channels appended to the input", "coord channels at the input"))
    if plan.channels:
        layers.append(_convs(plan, t))
    layers.append(_extra(plan, t))
    if plan.pool == "global":
        layers.append(t.pick("global average pooling", "a global average pool"))
    if plan.hidden:
        layers.append(_hidden(plan, t))
    if plan.features:
        layers.append(_features(plan, t))
    layers = [layer for layer in layers if layer]
    rest = t.shuffled(
        [
            t.pick(
                "{} activations",
                "{} as activation",
                "{} everywhere",
                "activation {}",
                "{} nonlinearities",
                "{} between the layers",
            ).format(FUNCTIONS[plan.function])
            if plan.function
            else "",
            t.pick("no bias", "without biases", "no bias terms", "bias-free layers") if not plan.bias else "",
            t.pick("orthogonal initialisation", "orthogonal init", "orthogonally initialised weights")
            if plan.init
            else "",
            t.pick("spectral normalisation", "spectral norm on every layer") if plan.spectral else "",
            f"dropout {t.pick('of', 'with p =', 'rate', '')} {plan.dropout:g} "
            + t.pick("after each hidden layer", "between the hidden layers")
            if plan.dropout
            else "",
            _denied(plan, t),
        ]
    )
    style = t.random.random()
    kind = (
        t.pick(" for images", " for pixels", " for image observations")
        if plan.channels
        else t.pick(" for state vectors", " for vector observations", "")
    )
    kind = kind if t.chance(0.5) else ""
    end = t.pick(*REASONS)
    if style < 0.15:
        lines = "\n".join(f"- {part}" for part in [*layers, *rest])
        return f"{start}{kind}:\n{lines}{end}"
    if style < 0.25:
        return f"{start}{kind}: {' -> '.join(layers)}{'. ' if rest else ''}{_upper(t.joined(rest))}{end}"
    body = layers[0]
    for layer in layers[1:]:
        body += t.pick(", then ", ", followed by ", " followed by ", " and then ", ", ", " and ") + layer
    if rest and style < 0.6:
        body += t.pick(". Use ", ". It has ", ", with ", "; use ") + t.joined(rest)
    elif rest:
        body += t.pick(", ", ", and ", " with ", "; ") + t.joined(rest)
    if style > 0.9 and rest and t.chance(0.5):
        return (
            f"{start}{kind} with {t.joined(rest)}: {layers[0]}" + "".join(f", then {one}" for one in layers[1:]) + end
        )
    return f"{start}{kind}{t.pick(' with ', ': ', ' that has ', ' using ', ' made of ')}{body}{end}"


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _convs(plan: Plan, t: Teller) -> str:
    number = len(plan.channels)
    noun = t.pick("conv layer", "convolution", "convolutional layer", "conv")
    style = t.random.random()
    if plan.kernels and plan.strides and plan.padding is None and style < 0.3:
        return _one_by_one(plan, t, noun) + _follows(plan, t, number)
    many = f"{noun}{'s' if number > 1 else ''}"
    parts: list[str] = []
    if style < 0.55:  # sizes right behind the noun
        head = f"{t.count(number)} {many} {t.pick('', 'of ', 'with ', '(')}{_channels(plan, t, bare=True)}"
        head += ")" if head.count("(") > head.count(")") else ""
    else:
        head = f"{t.count(number)} {many}"
        parts.append(_channels(plan, t))
    if plan.kernels and plan.strides:
        parts += [_sizes("kernel", plan.kernels, t), _sizes("stride", plan.strides, t)]
    if plan.padding is not None:
        parts.append(t.pick("padding {}", "padding of {}").format(plan.padding))
    parts = t.shuffled(parts) if t.chance(0.6) else parts
    if not parts:
        return head + _follows(plan, t, number)
    way = t.random.random()
    if way < 0.5:
        return f"{head} {t.pick('with', 'having', 'with', 'using')} {t.joined(parts)}{_follows(plan, t, number)}"
    if way < 0.8:
        return f"{head} ({t.pick(', ', '; ').join(parts)}){_follows(plan, t, number)}"
    return f"{head}, {t.joined(parts)}{_follows(plan, t, number)}"


def _follows(plan: Plan, t: Teller, number: int) -> str:
    """What follows each convolution."""
    after: list[str] = []
    if plan.norm and plan.normed == "conv":
        after.append(t.pick(*NORMS[plan.norm]))
    if plan.pool == "max":
        after.append(t.pick("2x2 max pooling", "max pooling of size 2", "a 2x2 max pool"))
    if not after:
        return ""
    said = " and ".join(after)
    if number == 1:
        return t.pick(f" followed by {said}", f", {said}", f" with {said}")
    return t.pick(
        f", each followed by {said}",
        f", {said} after each",
        f", with {said} after every convolution",
        f" and {said} after each of them",
    )


def _channels(plan: Plan, t: Teller, bare: bool = False) -> str:
    values, number = plan.channels, len(plan.channels)
    same = len(set(values)) == 1 and number > 1
    noun = t.pick("filters", "channels", "filters", "output channels", "feature maps")
    if bare:
        if same:
            return t.pick(f"{values[0]} {noun} each", f"{values[0]} {noun}", f"{values[0]} each")
        return t.listed(values)
    if same and t.chance(0.8):
        return t.pick(
            f"{values[0]} {noun} each",
            f"{values[0]} {noun}",
            f"{noun}: {values[0]} each",
            f"{values[0]} {noun} everywhere",
        )
    return t.pick(
        f"{t.listed(values)} {noun}",
        f"{noun} {t.listed(values)}",
        f"{noun} of {t.listed(values)}",
        f"{noun}: {t.listed(values)}",
        f"{noun} = {t.listed(values)}",
    )


def _sizes(noun: str, values: Sequence[int], t: Teller) -> str:
    number = len(values)
    if len(set(values)) == 1 and (number == 1 or t.chance(0.8)):
        size = values[0]
        if noun == "kernel" and t.chance(0.3):
            return f"{size}x{size} kernels"
        name = (
            t.pick("kernel size", "kernel", "kernel size of", "kernels of")
            if noun == "kernel"
            else t.pick("stride", "stride of")
        )
        each = t.pick("", "", " each", " everywhere", " throughout") if number > 1 else ""
        return f"{name} {size}{each}"
    name = (
        t.pick("kernels", "kernel sizes", "kernel sizes of", "kernels of", "kernels:", "kernel sizes =")
        if (noun == "kernel")
        else t.pick("strides", "strides of", "strides:", "strides =", "the strides are")
    )
    return f"{name} {t.listed(values, spelt=True)}"


def _one_by_one(plan: Plan, t: Teller, noun: str) -> str:
    assert plan.kernels
    assert plan.strides
    form = t.pick(
        "{c} filters of {k}x{k} with stride {s}",
        "{c} filters {k}x{k} stride {s}",
        "{c} channels, kernel {k}, stride {s}",
        "{c} filters ({k}x{k}, stride {s})",
        "{c} {k}x{k}/{s}",
        "{c} channels with kernel size {k} and stride {s}",
    )
    ones = [form.format(c=c, k=k, s=s) for c, k, s in zip(plan.channels, plan.kernels, plan.strides, strict=True)]
    if len(ones) == 1:
        return f"a {noun} {t.pick('of', 'with')} {ones[0]}"
    way = t.random.random()
    if way < 0.5:
        return f"a {noun} {t.pick('of', 'with')} {ones[0]}, " + ", ".join(
            f"then one {t.pick('of', 'with')} {one}" for one in ones[1:]
        )
    if way < 0.75:
        return "; ".join(f"{noun} {one}" for one in ones)
    return f"{t.count(len(ones))} {noun}s: {'; '.join(ones)}"


def _extra(plan: Plan, t: Teller) -> str:
    if plan.extra == "squeeze":
        return t.pick("a squeeze-and-excitation block", "squeeze and excitation", "channel attention")
    if plan.extra == "softmax2d":
        return t.pick("a spatial softmax", "spatial softmax")
    if plan.extra == "attention":
        return t.pick("a self-attention layer", "self-attention")
    return ""


def _hidden(plan: Plan, t: Teller) -> str:
    number, values = len(plan.hidden), plan.hidden
    unit = t.pick("units", "neurons", "units", "hidden units")
    follow = ""
    if plan.norm and plan.normed == "linear":
        norm = t.pick(*NORMS[plan.norm])
        follow = (
            t.pick(f", each followed by {norm}", f", {norm} after each hidden layer", f" with {norm} after each")
            if (number > 1)
            else t.pick(f" followed by {norm}", f", {norm}")
        )
    noun = t.pick("hidden layer", "linear layer", "dense layer", "fully connected layer", "fc layer")
    if number == 1:
        return (
            t.pick(
                f"a {noun} of {values[0]} {unit}",
                f"a {noun} with {values[0]} {unit}",
                f"one {noun} of {values[0]}",
                f"a {values[0]}-unit {noun}",
            )
            + follow
        )
    if len(set(values)) == 1:
        return (
            t.pick(
                f"{t.count(number)} {noun}s of {values[0]} {unit}",
                f"{t.count(number)} {noun}s with {values[0]} {unit} each",
                f"{t.count(number)} {noun}s ({values[0]} each)",
                f"{t.count(number)} {values[0]}-unit {noun}s",
                f"an MLP with {t.count(number)} layers of {values[0]} {unit}",
                f"{t.count(number)} {noun}s of width {values[0]}",
                f"an MLP {t.listed(values)}",
            )
            + follow
        )
    sizes = t.listed(values)
    return (
        t.pick(
            f"{t.count(number)} {noun}s of {sizes} {unit}",
            f"{noun}s {sizes}",
            f"{noun}s of {sizes} {unit}",
            f"an MLP with {noun}s of {sizes}",
            f"an MLP ({sizes})",
            f"an MLP {sizes}",
            f"{noun}s with widths {sizes}",
            f"{t.count(number)} {noun}s with {sizes} {unit}",
            f"hidden sizes {sizes}",
        )
        + follow
    )


def _features(plan: Plan, t: Teller) -> str:
    size = plan.features
    said = t.pick(
        f"{size} features",
        f"a linear layer to {size} features",
        f"a {size}-dimensional feature vector",
        f"an output of {size} features",
        f"a linear layer to {size}",
        f"feature dim {size}",
        f"{size} output features",
        f"a final linear layer with {size} outputs",
        f"features of size {size}",
    )
    if plan.last == "none":
        said += t.pick(" without an activation at the end", " and no activation after it", ", no final activation")
    elif plan.last:
        said += t.pick(f" with {plan.last} at the end", f" and a final {plan.last}", f" followed by {plan.last}")
    return said


def _denied(plan: Plan, t: Teller) -> str:
    if not t.chance(0.2):
        return ""
    free = ["dropout"] if plan.dropout is None else []
    free += ["batch norm"] if plan.norm is None else []
    free += ["pooling", "max pooling"] if plan.pool is None else []
    free += ["residual connections"]
    return f"{t.pick('no', 'without any', 'no')} {t.random.choice(free)}"
