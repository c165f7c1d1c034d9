"""Tests of what a request says of an encoder: sizes and order of its layers, ranges of its features, what never learns."""

from __future__ import annotations

from copilot.codegen.authoring.encoder.spec import Basis, RadialBasis, Recurrent, Reduce, Running, Tiles, Tokens
from copilot.codegen.authoring.facts import method
from copilot.codegen.authoring.spec import Conv, Dropout, Encoder, Layer, Linear

_RANGES = {"tanh": ("-1.0", "1.0"), "sigmoid": ("0.0", "1.0"), "relu": ("0.0", None), "softplus": ("0.0", None)}


def facts_of_encoder(plan: Encoder) -> list[str]:
    """Methods of the suite of an encoder."""
    lines = _of_layers(plan) + _of_features(plan)
    every = [*plan.layers, *(layer for branch in plan.branches for layer in branch.layers)]
    if any(isinstance(layer, Dropout) for layer in every):
        lines += method("dropout_is_there_while_training_alone", [
            "encoder, obs = next(self._each())", "assert not th.equal(encoder.train()(obs), encoder(obs))",
            "assert th.equal(encoder.eval()(obs), encoder(obs))",
        ])  # fmt: skip
    if any(isinstance(layer, Running) for layer in every):
        lines += method("statistics_follow_what_is_learned_from", [
            "encoder, obs = next(self._each())", "before = encoder.eval()(obs)", "encoder.train()(obs)",
            "assert not th.equal(encoder.eval()(obs), before)",
        ])  # fmt: skip
    if plan.frozen == "all":
        lines += method("no_weight_learns", [
            "encoder, _ = next(self._each())", "assert not list(encoder.parameters())",
        ])  # fmt: skip
    if plan.frozen == "convolutions":
        lines += method("convolutions_never_learn", [
            "encoder, _ = next(self._each())",
            "layers = [layer for layer in encoder.modules() if isinstance(layer, nn.Conv2d)]",
            "assert layers and not any(list(layer.parameters()) for layer in layers)",
        ])  # fmt: skip
    lines += _of_sets(plan) + _of_bases(plan)
    if plan.branches:
        lines += _of_branches(plan)
    return lines


def _of_layers(plan: Encoder) -> list[str]:
    """Convolutions and linear layers of a plan that has only those, in order."""
    if plan.branches or not all(_plain(layer) for layer in plan.layers):
        return []
    lines = ["encoder, _ = next(self._each())"]
    convs = [layer for layer in plan.layers if isinstance(layer, Conv) and not layer.separable]
    if convs and all(
        isinstance(layer, Conv) and not layer.separable for layer in plan.layers if isinstance(layer, Conv)
    ):
        shown = ", ".join(f"({c.channels}, {c.kernel}, {c.stride})" for c in convs)
        lines += [
            "layers = [layer for layer in encoder.modules() if isinstance(layer, nn.Conv2d)]",
            "found = [(layer.out_channels, layer.kernel_size[0], layer.stride[0]) for layer in layers]",
            f"assert found == [{shown}]",
        ]
    sizes = [layer.size for layer in plan.layers if isinstance(layer, Linear)]
    sizes += [plan.feature_dim] if plan.feature_dim is not None else []
    if sizes and not plan.shortcut:
        lines += [
            "linear = [layer for layer in encoder.modules() if isinstance(layer, nn.Linear)]",
            f"assert [layer.out_features for layer in linear] == {sizes!r}",
        ]
        if not plan.bias:
            lines.append("assert all(layer.bias is None for layer in linear)")
    return method("layers_have_these_sizes", lines) if len(lines) > 1 else []


def _plain(layer: Layer) -> bool:
    """Whether a layer holds no convolution or linear layer of its own."""
    return layer.op in {
        "conv", "linear", "dropout", "norm", "activation", "pool", "coords", "symlog", "rescale", "bound", "running",
        "gray", "resize", "differences", "spatial_softmax", "concat_relu", "fourier",
    }  # fmt: skip


def _of_features(plan: Encoder) -> list[str]:
    lines = []
    if plan.feature_dim is not None and plan.last in _RANGES and not plan.shortcut and not plan.unit_length:
        low, high = _RANGES[plan.last]
        lines += [f"assert float(features.min()) >= {low}"]
        lines += [f"assert float(features.max()) <= {high}"] if high else []
    if plan.feature_dim is not None and plan.last is None and plan.norm_last is None and not plan.unit_length:
        lines += ["assert float(features.min()) < 0.0  # no activation after the last layer"]
    if plan.unit_length:
        lines += ["th.testing.assert_close(features.norm(dim=1), th.ones(len(features)))"]
    ends_in_norm = plan.feature_dim is None and plan.layers and plan.layers[-1].op == "norm"
    if (ends_in_norm and plan.layers[-1].by == "layer") or (plan.norm_last == "layer" and plan.last is None):  # type: ignore[union-attr]
        lines += ["th.testing.assert_close(features.mean(1), th.zeros(len(features)), atol=1e-4, rtol=0.0)"]
    if not lines:
        return []
    return method("features_are_in_their_range", [
        "for encoder, obs in self._each():", "    features = encoder.eval()(obs).detach()",
        *(f"    {line}" for line in lines),
    ])  # fmt: skip


def _of_sets(plan: Encoder) -> list[str]:
    """Sets have no order; what runs over time has one; frames are seen one by one."""
    ops = [layer.op for layer in plan.layers]
    tokens = next((layer for layer in plan.layers if isinstance(layer, Tokens)), None)
    reduced = next((layer for layer in plan.layers if isinstance(layer, Reduce)), None)
    if tokens is None or tokens.size is None or plan.branches:
        return []
    if any(isinstance(layer, Recurrent) for layer in plan.layers):
        return _turned(tokens.size, "the_order_of_tokens_matters", "assert not th.allclose(turned, encoder(obs))")
    ordered = {"position", "class_token", "temporal_conv", "differences"} & set(ops)
    before = ops[: ops.index("tokens")]
    if tokens.masked:
        absent = method("tokens_of_zeros_are_absent", [
            "encoder, obs = next(self._each())", "assert bool(encoder(th.zeros_like(obs)).isfinite().all())",
            f"fewer = obs.unflatten(1, (-1, {tokens.size})).clone()", "fewer[:, 0] = 0.0",
            "turned = encoder.eval()(fewer.roll(1, 1).flatten(1))",
            "th.testing.assert_close(turned, encoder(fewer.flatten(1)), atol=1e-5, rtol=1e-4)",
        ])  # fmt: skip
        if reduced and reduced.by in {"mean", "max"}:
            absent += method("absent_tokens_change_nothing", [
                "encoder, obs = next(self._each())", "encoder.eval()",
                f"one = th.zeros_like(obs).unflatten(1, (-1, {tokens.size}))",
                f"one[:, 0] = obs[:, :{tokens.size}]", "two = one.clone()", "two[:, 1] = two[:, 0]  # the same once more",
                "th.testing.assert_close(encoder(two.flatten(1)), encoder(one.flatten(1)), atol=1e-5, rtol=1e-4)",
            ])  # fmt: skip
    else:
        absent = []
    if reduced and reduced.by in {"mean", "sum", "max", "attention"} and not ordered and not before:
        return absent + _turned(
            tokens.size, "the_order_of_tokens_says_nothing",
            "th.testing.assert_close(turned, encoder(obs), atol=1e-5, rtol=1e-4)",
        )  # fmt: skip
    return []


def _turned(size: int, name: str, claim: str) -> list[str]:
    return method(name, [
        "for encoder, obs in self._each():", "    encoder.eval()",
        f"    turned = encoder(obs.unflatten(1, (-1, {size})).flip(1).flatten(1))", f"    {claim}",
    ])  # fmt: skip


def _of_bases(plan: Encoder) -> list[str]:
    """Known values of fixed bases, which hold no weight, and refuse what has no bounds."""
    first = plan.layers[0] if plan.layers else None
    if not isinstance(first, Basis | RadialBasis | Tiles) or plan.feature_dim is not None or len(plan.layers) > 1:
        return []
    lines = ["encoder = self.make(self.spaces[0])",
             "low = th.as_tensor(self.spaces[0].low)[None]", "features = encoder(low)",
             "assert not list(encoder.parameters())"]  # fmt: skip
    if isinstance(first, Basis):
        lines += [f"assert features.shape == (1, {(first.order + 1) ** 2})", "assert float(features[0, 0]) == 1.0"]
        lines += ["th.testing.assert_close(features, th.ones_like(features))"] if first.kind == "fourier" else []
    elif isinstance(first, RadialBasis):
        lines += [f"assert features.shape == (1, {first.centres**2})", "th.testing.assert_close(features[0, 0], "
                                                                       "th.tensor(1.0))",
                  f"step = th.tensor(-((1 / {first.centres - 1}) ** 2) / (2 * {first.width!r} ** 2)).exp()",
                  "th.testing.assert_close(features[0, 1], step)"]  # fmt: skip
    else:
        lines += [f"assert features.shape == (1, {first.tilings * first.tiles**2})", "encoder, obs = next(self._each())",
                  f"assert bool((encoder(obs).sum(1) == {first.tilings}).all())",
                  "assert set(encoder(obs).unique().tolist()) == {0.0, 1.0}"]  # fmt: skip
    return method("values_are_those_of_the_basis", lines) + method("spaces_without_bounds_are_refused", [
        "try:", "    self.make(gym.spaces.Box(-np.inf, np.inf, (2,), np.float32))", "except SpaceError:", "    return",
        'raise AssertionError("a space without bounds was taken")',
    ])  # fmt: skip


def _of_branches(plan: Encoder) -> list[str]:
    """Each part of a dict changes the features; a dict without it is refused."""
    if plan.observations != "dict":
        return []
    keys = [branch.key for branch in plan.branches]
    return method("each_part_changes_the_features", [
        "encoder, obs = next(self._each())", "encoder.eval()", f"for key in {keys!r}:",
        "    other = {**obs, key: obs[key].flip(0)}", "    assert not th.allclose(encoder(other), encoder(obs))",
    ]) + method("a_dict_without_a_key_is_refused", [
        "encoder, obs = next(self._each())", f"del obs[{keys[-1]!r}]", "try:", "    encoder(obs)",
        "except ParameterError:", "    return", 'raise AssertionError("observations without a key were taken")',
    ])  # fmt: skip


def needs(plan: Encoder) -> list[str]:
    """Import lines that these tests need."""
    text = "\n".join(facts_of_encoder(plan))
    lines = ["import torch as th"] if "th." in text else []
    lines += ["from torch import nn"] if "nn." in text else []
    return lines + [
        f"from rllte.core.errors import {name}" for name in ("ParameterError", "SpaceError") if name in text
    ]
