"""What a new module or agent is, as data: a plan that can be shown, edited, rendered again, or written by a model.

Common families are lists of vetted parts, and are rendered. `Free` is for the rest: its body is written by a model.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Primitive = Literal["encoder", "augmentation", "reward", "distribution", "policy", "storage"]
PRIMITIVES: tuple[Primitive, ...] = ("encoder", "augmentation", "reward", "distribution", "policy", "storage")
Function = Literal["relu", "tanh", "elu", "gelu", "silu", "leaky_relu", "mish", "sigmoid", "selu", "softplus"]
StorageKind = Literal["replay", "rollout", "prioritized"]
Normal = Literal["layer", "batch", "group", "rms"]
Count = Annotated[int, Field(ge=1, le=65_536)]
Side = Annotated[int, Field(ge=1, le=64)]
Share = Annotated[float, Field(ge=0, le=1)]
Amount = Annotated[float, Field(ge=0, le=1e6)]


class Strict(BaseModel):
    """A part of a plan: no field that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Conv(Strict):
    """A convolution."""

    op: Literal["conv"] = "conv"
    channels: Count
    kernel: Side = 3
    stride: Side = 1
    padding: Annotated[int, Field(ge=0, le=64)] = 0


class Linear(Strict):
    """A linear layer."""

    op: Literal["linear"] = "linear"
    size: Count


class Norm(Strict):
    """A normalisation of what is there."""

    op: Literal["norm"] = "norm"
    by: Normal = "layer"


class Activation(Strict):
    """A function of each number."""

    op: Literal["activation"] = "activation"
    function: Function = "relu"


class Pool(Strict):
    """The largest or mean of each square of pixels; `global`: the mean of all."""

    op: Literal["pool"] = "pool"
    by: Literal["max", "average", "global"] = "max"
    size: Side = 3
    stride: Side = 2


class Residual(Strict):
    """x + two layers of x."""

    op: Literal["residual"] = "residual"
    norm: Normal | None = None


class Attention(Strict):
    """x + what each pixel attends to in the others."""

    op: Literal["attention"] = "attention"
    heads: Annotated[int, Field(ge=1, le=64)] = 4


class Squeeze(Strict):
    """Channels weighed by their means (squeeze and excitation)."""

    op: Literal["squeeze"] = "squeeze"


class SpatialSoftmax(Strict):
    """Where each channel is largest, as two coordinates."""

    op: Literal["spatial_softmax"] = "spatial_softmax"


class Fourier(Strict):
    """Sines and cosines of random projections."""

    op: Literal["fourier"] = "fourier"
    size: Count = 64
    scale: Amount = 1.0


class Dropout(Strict):
    """Numbers set to 0 while training."""

    op: Literal["dropout"] = "dropout"
    p: Share = 0.1


Layer = Annotated[
    Conv | Linear | Norm | Activation | Pool | Residual | Attention | Squeeze | SpatialSoftmax | Fourier | Dropout,
    Field(discriminator="op"),
]


class Encoder(Strict):
    """Layers in order; images are flattened where the first linear layer, or the features, come."""

    family: Literal["encoder"] = "encoder"
    observations: Literal["image", "vector"] = "image"
    layers: Annotated[list[Layer], Field(min_length=1, max_length=64)]
    feature_dim: Count | None = None
    """None: what the layers give."""
    last: Function | None = "relu"
    """After the linear layer of the features."""


Operation = Literal[
    "noise", "scale", "offset", "mask", "shift", "crop", "translate", "cutout", "cutout_color", "flip", "flip_vertical",
    "rotate", "brightness", "contrast", "jitter", "grayscale", "convolution", "blur", "invert", "drop_channel",
]  # fmt: skip


class Step(Strict):
    """One operation of an augmentation; `kwargs` are its numbers."""

    op: Operation
    kwargs: dict[str, float | int] = {}
    p: Share | None = None
    """For each observation with this probability; None: always."""


class Augmentation(Strict):
    """Operations in order."""

    family: Literal["augmentation"] = "augmentation"
    observations: Literal["image", "vector"] = "image"
    steps: Annotated[list[Step], Field(min_length=1, max_length=12)]


Measure = Literal["count", "prediction_error", "nearest", "disagreement", "change", "elliptical"]


class Bonus(Strict):
    """An embedding, what is new in it, and the scale of the reward."""

    family: Literal["reward"] = "reward"
    measure: Measure
    embedding: Literal["none", "random", "inverse"] = "random"
    """none: observations as numbers; random: a fixed network; inverse: one that learns to tell actions."""
    predicts: Literal["random", "next"] = "random"
    """Of prediction errors: what a fixed random network says of a state, or what follows it."""
    latent_dim: Count = 64
    scope: Literal["lifetime", "episode", "rollout"] = "lifetime"
    """What a state is compared with."""
    counted_by: Literal["hash", "grid", "simhash"] = "hash"
    """Of counts: observations rounded and hashed, cut into a grid of `bins`, or the signs of random projections."""
    decimals: Annotated[int, Field(ge=0, le=8)] = 2
    bins: Count = 10
    bits: Annotated[int, Field(ge=1, le=60)] = 16
    table: Annotated[int, Field(ge=16, le=16_777_216)] = 65_536
    pays: Literal["root", "inverse", "first", "log"] = "root"
    """Of counts n: 1/sqrt(n), 1/n, 1 the first time. Of distances d: log(1 + d) for "log", else d."""
    k: Count = 5
    models: Annotated[int, Field(ge=2, le=64)] = 5
    episodic_factor: bool = False
    """The reward is divided by the root of the visits to the state in its episode."""
    memory: Count = 5000
    lr: Annotated[float, Field(gt=0, le=1)] = 1e-3
    beta: Amount = 1.0
    """The weight that `train.py` gives it."""
    rwd_norm_type: Literal["rms", "minmax", "none"] = "rms"
    obs_norm_type: Literal["rms", "none"] = "rms"


class Distribution(Strict):
    """Families of action distributions and noises."""

    family: Literal["distribution"] = "distribution"
    of: Literal["temperature", "mixed_uniform", "scaled_gaussian", "laplace", "noise"]
    noise: Literal["gaussian", "uniform", "laplace"] = "gaussian"
    amount: Annotated[float, Field(gt=0, le=1e3)] = 1.0
    """Temperature, share of uniform, factor of the deviation, or deviation of the noise."""
    schedule: str | None = None
    """By environment step, as rllte's schedules are written: linear(1.0, 0.1, 100000)."""


class Policy(Strict):
    """Trunks and heads of an actor-critic."""

    family: Literal["policy"] = "policy"
    actor: Annotated[list[Count], Field(max_length=8)] = [64, 64]
    critic: Annotated[list[Count], Field(max_length=8)] = [64, 64]
    trunk: Annotated[list[Count], Field(max_length=8)] = []
    function: Function = "tanh"
    norm: bool = False


class Storage(Strict):
    """A storage of the library with a change where experience comes in or goes out."""

    family: Literal["storage"] = "storage"
    of: StorageKind = "replay"
    clip: Annotated[float, Field(gt=0)] | None = None
    """Rewards are kept within [-clip, clip]."""
    scale: Annotated[float, Field(gt=0)] | None = None
    sign: bool = False
    recent: Share | None = None
    """Share of a batch that comes from the newest transitions."""
    newest: Count = 1000


class Term(Strict):
    """One term of a loss, with its weight."""

    name: Literal[
        "clip", "gradient", "kl_penalty", "adaptive_kl", "entropy", "value", "clipped_value", "huber_value",
        "self_imitation", "weighted_imitation", "q", "conservative",
    ]  # fmt: skip
    weight: Amount = 1.0
    value: Annotated[float, Field(ge=0)] | None = None
    """Clip range, target of the divergence, temperature of the imitation."""


class Learner(Strict):
    """An agent as a prototype and the terms of its loss."""

    family: Literal["actor_critic", "q_learning"]
    terms: Annotated[list[Term], Field(min_length=1, max_length=10)]
    targets: Literal["max", "double", "soft", "munchausen"] = "double"
    """Of Q-learning: what the next observation is worth."""
    temperature: Annotated[float, Field(gt=0)] = 0.03
    error: Literal["huber", "squared"] = "huber"
    dueling: bool = False
    n_step: Annotated[int, Field(ge=1, le=64)] = 1
    prioritized: bool = False
    normalize_advantages: bool = True
    epochs: Annotated[int, Field(ge=1, le=100)] = 4
    lr: Annotated[float, Field(gt=0, le=1)] = 1e-3
    discount: Share = 0.99
    gae_lambda: Share = 0.95


class Free(Strict):
    """What no family holds: the model writes the body of the primitive's methods."""

    family: Literal["free"] = "free"
    observations: Literal["image", "vector"] = "vector"
    actions: Literal["Discrete", "Box"] = "Discrete"


Body = Annotated[Encoder | Augmentation | Bonus | Distribution | Policy | Storage | Free, Field(discriminator="family")]


class Written(Strict):
    """What modules and agents have in common."""

    name: Annotated[str, Field(pattern=r"^[A-Z][A-Za-z0-9]{0,59}$")]
    """The class."""
    request: Annotated[str, Field(max_length=4000)] = ""
    """The words that asked for it."""
    env_id: str
    """Where `train.py` uses it."""
    agent: str
    """What `train.py` trains; for a new agent, its prototype in the library."""
    num_train_steps: Annotated[int, Field(ge=1)] = 20_000

    @property
    def module(self) -> str:
        """The name of its file and folder: KLPenalty -> kl_penalty."""
        out = ""
        for index, sign in enumerate(self.name):
            after = self.name[index + 1 : index + 2]
            begins = sign.isupper() and index and (not self.name[index - 1].isupper() or after.islower())
            out += ("_" if begins else "") + sign.lower()
        return out


class ModuleSpec(Written):
    """A module of one of the six primitives."""

    kind: Literal["module"] = "module"
    primitive: Primitive
    body: Body


class AgentSpec(Written):
    """An algorithm."""

    kind: Literal["agent"] = "agent"
    body: Annotated[Learner | Free, Field(discriminator="family")]


class Design(Strict):
    """A plan of something new, and what its reader should know of it."""

    spec: ModuleSpec | AgentSpec
    notes: list[str] = []


def of_json(data: dict[str, Any]) -> ModuleSpec | AgentSpec:
    """The spec of a plan file's object.

    Raises:
        pydantic.ValidationError: it is none.
    """
    kind = AgentSpec if data.get("kind") == "agent" else ModuleSpec
    return kind.model_validate(data)
