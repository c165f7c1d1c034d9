"""Where `train.py` uses an encoder, and what it is called where nobody names it."""

from __future__ import annotations

from typing import Any

from copilot.codegen.authoring import harness, subject
from copilot.codegen.authoring.spec import Encoder, ModuleSpec
from copilot.codegen.authoring.subject import Subject
from copilot.core.catalogue import Catalogue
from copilot.core.errors import SpaceMismatch

_DEFAULTS = {"image": "Pong-v5", "vector": "CartPole-v1", "labels": "FrozenLake-v1", "dict": "rllte/BitFlipping-v0"}


def place_encoder(body: Encoder, about: Subject, catalogue: Catalogue) -> tuple[str, str, int]:
    """Environment, agent and steps; a note where no environment of the library shows what the encoder takes.

    Raises:
        SpaceMismatch: the environment that is named shows something else.
    """
    environment = (catalogue.environment(about.env_id) if about.env_id else None) or {}
    kind = environment.get("observation_space")
    if about.env_id and _other(body, kind, environment):
        raise SpaceMismatch(
            f"The encoder takes {_takes(body)}; {about.env_id} shows {kind}.",
            hint="Name another environment, or none.",
        )
    fixed = any(layer.op in {"basis", "radial_basis", "tiles"} for layer in body.layers)
    default = "MountainCar-v0" if fixed else _DEFAULTS[body.observations]  # its states are bounded, and two numbers
    found = subject.settle(about, about.env_id or default, "PPO", catalogue)
    plan = ModuleSpec(name="Any", env_id=found[0], agent=found[1], primitive="encoder", body=body)
    if harness.needed(plan, catalogue.environment(found[0]) or {}) is not None:
        about.notes.append(
            f"The encoder takes {_takes(body)}, which {found[0]} does not show: put your own environment in train.py."
        )
    return found


def _other(body: Encoder, kind: Any, environment: dict[str, Any]) -> bool:
    if body.observations == "labels":
        return kind not in {"Discrete", "MultiDiscrete"}
    if body.observations == "dict":
        return bool(kind != "Dict")
    return False


def _takes(body: Encoder) -> str:
    keys = " and ".join(repr(branch.key) for branch in body.branches)
    return {
        "dict": f"a dict of {keys}", "labels": "labels", "image": "images of other channels",
        "vector": "vectors of another size",
    }[body.observations]  # fmt: skip


_NAMES = (
    ("tiles", "TileCoding"), ("radial_basis", "RadialBasisEncoder"), ("basis", "BasisEncoder"),
    ("transformer", "TransformerEncoder"), ("recurrent", "RecurrentEncoder"), ("experts", "ExpertsEncoder"),
    ("dense_mlp", "DenseEncoder"), ("attention", "AttentionEncoder"), ("temporal_conv", "TemporalEncoder"),
    ("reduce", "SetEncoder"), ("embedding", "EmbeddingEncoder"), ("residual", "ResidualEncoder"),
    ("squeeze", "SqueezeEncoder"), ("spatial_softmax", "SpatialSoftmaxEncoder"), ("fourier", "FourierEncoder"),
)  # fmt: skip


def encoder_name(body: Encoder) -> str:
    """A name by the most special of its layers."""
    if body.combine == "film" and body.branches:
        return "FilmEncoder"
    if body.branches:
        return "CombinedEncoder" if body.observations == "dict" else "BranchedEncoder"
    ops = {layer.op for layer in body.layers}
    for op, name in _NAMES:
        if op in ops:
            return name
    return "ConvEncoder" if body.observations == "image" else "MlpEncoder"
