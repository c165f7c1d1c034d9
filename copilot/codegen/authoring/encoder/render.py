"""An encoder's plan as source: layers in an `nn.Sequential`, sizes computed by the base class."""

from __future__ import annotations

from copilot.codegen.authoring.encoder import blocks_layers, render_branches
from copilot.codegen.authoring.encoder.describe import describe
from copilot.codegen.authoring.encoder.facts import facts_of_encoder, needs
from copilot.codegen.authoring.encoder.render_layers import Layers, Written, tail
from copilot.codegen.authoring.encoder.spaces import tested
from copilot.codegen.authoring.layout import docstring, imports, joined, signature, source
from copilot.codegen.authoring.spec import Encoder, ModuleSpec, Norm


def module(spec: ModuleSpec, plan: Encoder) -> tuple[str, str]:
    """The source of the class, and a sentence on what it is."""
    written = render_branches.written(plan) if plan.branches else _single(plan)
    about = describe(plan)
    default = plan.feature_dim if plan.feature_dim is not None else 0
    body = [f"class {spec.name}(BaseEncoder):", *docstring(f"{about}\n\n{_contract(plan)}"), ""]
    arguments = ["self", "observation_space: gym.Space[Any]", f"feature_dim: int = {default}"]
    body += signature("__init__", arguments, "None")
    body += ["        super().__init__(observation_space, feature_dim)"]
    body += written.made + _weights(plan, written)
    body += _forward(plan, written)
    head = [f'"""{spec.name}: an encoder written for RLLTE."""', "", "from __future__ import annotations"]
    library = {line for line in written.imports if line.startswith("from rllte")}
    head += imports(
        ["from typing import Any"],
        ["import gymnasium as gym", "import torch as th", "from torch import nn", *(written.imports - library)],
        ["from rllte.common.prototype import BaseEncoder", *library],
    )
    return source(head, *([text] for text in written.classes.values()), body), about


def _single(plan: Encoder) -> Written:
    """Layers one after another."""
    layers = Layers(plan, plan.observations == "image")
    for layer in plan.layers:
        layers.add(layer)
    made, value = tail(layers, plan)
    return Written(made, value, layers.classes, layers.imports)


def _weights(plan: Encoder, written: Written) -> list[str]:
    """How weights begin, and which never learn."""
    lines = []
    if plan.init is not None:
        fills = {
            "orthogonal": ("Orthogonal", f"nn.init.orthogonal_(module.weight, gain={plan.gain!r})"),
            "xavier": ("Glorot's uniform", f"nn.init.xavier_uniform_(module.weight, gain={plan.gain!r})"),
            "kaiming": ("He's uniform", 'nn.init.kaiming_uniform_(module.weight, nonlinearity="relu")'),
        }
        about, fill = fills[plan.init]
        written.classes["initialised"] = blocks_layers.INITIALISED.format(about=about, fill=fill)
        lines.append("        self.apply(initialised)")
    if plan.frozen is not None:
        kinds = "nn.Conv2d" if plan.frozen == "convolutions" else "nn.Module"
        written.classes["freeze"] = blocks_layers.FREEZE.format(kinds=kinds)
        lines.append("        freeze(self)")
    return lines


def _forward(plan: Encoder, written: Written) -> list[str]:
    shapes = {"image": "(B, C, H, W)", "dict": "by key, (B, *shape) each"}
    shape = shapes.get(plan.observations, "(B, *obs_shape)")
    kind = "dict[str, th.Tensor]" if plan.observations == "dict" else "th.Tensor"
    flat = ".flatten(1)" if plan.observations in {"vector", "labels"} else ""
    lines = [
        "", f"    def forward(self, obs: {kind}) -> th.Tensor:",
        f'        """Observations {shape}, bytes or floats, to features (B, feature_dim) float32."""',
        f"        x = self.preprocess(obs){flat}",
        *written.before,
    ]  # fmt: skip
    value = f"{written.value} + self.shortcut(x.flatten(1))" if plan.shortcut else written.value
    lines.append(f"        features: th.Tensor = {value}")
    if plan.unit_length:
        written.imports.add("import torch.nn.functional as F")
    lines.append(f"        return {'F.normalize(features, dim=1)' if plan.unit_length else 'features'}")
    return lines


def _contract(plan: Encoder) -> str:
    what = {
        "image": "images, channels first", "labels": "labels, of Discrete and MultiDiscrete spaces",
        "dict": f"a dict of {joined([repr(branch.key) for branch in plan.branches] or ['parts'])}",
    }.get(plan.observations, "vectors and labels")  # fmt: skip
    text = f"Takes {what}; bytes become [0, 1] and labels one-hot vectors before the first layer."
    if any(isinstance(layer, Norm) and layer.by == "batch" for layer in plan.layers):
        text += " Batch norm learns from batches: its statistics are part of a checkpoint."
    return text


def test(spec: ModuleSpec, plan: Encoder, shape: list[int] | None) -> str:
    """The test file: the suite of encoders, in the spaces that this one is for."""
    lines = [f'"""{spec.name} against the suite of encoders: pytest {spec.module}, or see README.md."""', ""]
    lines += ["from __future__ import annotations"]
    needed = needs(plan)
    library = [line for line in needed if line.startswith("from rllte")]
    spaces = tested(plan, shape)
    arrays = any("np." in line for line in [*spaces, *facts_of_encoder(plan)])
    lines += imports(
        ["from typing import Any"],
        ["import gymnasium as gym", *(["import numpy as np"] if arrays else []),
         *(line for line in needed if line not in library)],
        ["from rllte.conformance.encoder import EncoderSuite", *library],
        [f"from {spec.module} import {spec.name}"],
    )  # fmt: skip
    body = [f"class Test{spec.name}(EncoderSuite):", "    spaces = ("]
    body += [f"        {space}," for space in spaces]
    body += ["    )", "", f"    def make(self, observation_space: gym.Space[Any]) -> {spec.name}:"]
    body += [f"        return {spec.name}(observation_space)", *facts_of_encoder(plan)]
    return source(lines, body)


def wiring(spec: ModuleSpec) -> list[str]:
    """What `train.py` does with it: the policy is made anew, for another number of features."""
    return [f"    encoder = {spec.name}(env.observation_space)"]
