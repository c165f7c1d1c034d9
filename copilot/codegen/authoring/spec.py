"""What a new module or agent is, as data: a plan that can be shown, edited, rendered again, or written by a model.

Common families are lists of vetted parts, and are rendered. `Free` is for the rest: its body is written by a model.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from copilot.codegen.authoring.spec_encoder import (
    Activation,
    Amount,
    Attention,
    Conv,
    Coords,
    Count,
    Dropout,
    Encoder,
    Fourier,
    Function,
    Gate,
    Layer,
    Linear,
    Norm,
    Normal,
    Pool,
    Residual,
    Share,
    Side,
    SpatialSoftmax,
    Squeeze,
    Strict,
    Symlog,
)  # fmt: skip
from copilot.codegen.authoring.spec_learner import Continuous, Fall, Learner, Optimizer, Term
from copilot.codegen.authoring.spec_policy import ActorPolicy, Policy, QPolicy

__all__ = [
    "PRIMITIVES", "Activation", "ActorPolicy", "AgentSpec", "Amount", "Attention", "Augmentation", "Body", "Bonus",
    "Continuous", "Conv", "Coords", "Count", "Design", "Distribution", "Dropout", "Encoder", "Fall", "Fourier", "Free",
    "Function", "Gate", "Layer", "Learner", "Linear", "Measure", "ModuleSpec", "Norm", "Normal", "Operation",
    "Optimizer", "Policy", "Pool", "Primitive", "QPolicy", "Residual", "Share", "Side", "SpatialSoftmax", "Squeeze",
    "Step", "Storage", "StorageKind", "Strict", "Symlog", "Term", "Written", "of_json",
]  # fmt: skip

Primitive = Literal["encoder", "augmentation", "reward", "distribution", "policy", "storage"]
PRIMITIVES: tuple[Primitive, ...] = ("encoder", "augmentation", "reward", "distribution", "policy", "storage")
StorageKind = Literal["replay", "rollout", "prioritized"]

Operation = Literal[
    "noise", "scale", "offset", "mask", "shift", "crop", "translate", "cutout", "cutout_color", "flip", "flip_vertical",
    "rotate", "brightness", "contrast", "jitter", "grayscale", "convolution", "blur", "invert", "drop_channel",
    "gamma", "saturation", "salt_pepper", "spectrum", "turn", "zoom", "mix", "erase", "posterize", "scale_each",
    "shuffle_channels", "uniform_noise",
]  # fmt: skip


class Step(Strict):
    """One operation of an augmentation; `kwargs` are its numbers."""

    op: Operation
    kwargs: dict[str, float | int] = Field(default_factory=dict)
    p: Share | None = None
    """For each observation with this probability; None: always."""


class Augmentation(Strict):
    """Operations in order."""

    family: Literal["augmentation"] = "augmentation"
    observations: Literal["image", "vector"] = "image"
    steps: Annotated[list[Step], Field(min_length=1, max_length=12)]


Measure = Literal[
    "count", "prediction_error", "nearest", "disagreement", "change", "elliptical", "density", "control", "reward_error",
    "potential",
]  # fmt: skip


class Bonus(Strict):
    """An embedding, what is new in it, and the scale of the reward."""

    family: Literal["reward"] = "reward"
    measure: Measure
    embedding: Literal["none", "random", "inverse"] = "random"
    """none: observations as numbers; random: a fixed network; inverse: one that learns to tell actions."""
    predicts: Literal["random", "next", "itself"] = "random"
    """Of prediction errors: what a fixed random network says of a state, what follows it, or the state from a code."""
    error: Literal["squared", "absolute", "cosine", "euclidean"] = "squared"
    """How far two latents are from each other; of changes of state: euclidean unless said otherwise."""
    pairs: bool = False
    """Of counts: state and action together."""
    width: Annotated[float, Field(gt=0)] | None = None
    """Of a grid: cells of so much of each number, over all numbers; None: `bins` of them within 5 deviations."""
    index: Annotated[int, Field(ge=0, le=4095)] = 0
    """Of a potential: which number of the observation it is."""
    of: Literal["number", "distance"] = "number"
    """Of a potential: that number, or minus the distance of the observation to `goal`."""
    goal: list[float] = Field(default_factory=list)
    factor: float = 1.0
    discount: Share = 0.99
    kth: bool = False
    """Of distances: that to the k-th neighbour, not the mean over all k."""
    forward_weight: Share = 0.2
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
    of: Literal[
        "temperature", "mixed_uniform", "scaled_gaussian", "laplace", "noise", "clipped_gaussian", "top_k",
        "clipped_logits", "beta",
    ]  # fmt: skip
    noise: Literal["gaussian", "uniform", "laplace"] = "gaussian"
    amount: Annotated[float, Field(gt=0, le=1e3)] = 1.0
    """Temperature, share of uniform, factor of the deviation, deviation of the noise, or bound of the logits."""
    low: Annotated[float, Field(gt=0)] = 0.1
    high: Annotated[float, Field(gt=0)] = 1.0
    """Of a clipped Gaussian: between what its deviation stays."""
    k: Count = 3
    schedule: str | None = None
    """By environment step, as rllte's schedules are written: linear(1.0, 0.1, 100000)."""


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
    newest_share: Share | None = None
    """Instead of `newest`: a share of what is stored."""
    positive: Share | None = None
    """Share of a batch whose rewards are above zero, where there are such."""
    stratified: bool = False
    """One transition from each of as many stretches of time as a batch has places."""
    delay: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    """So many of the last steps are not drawn yet."""
    standardise: bool = False
    """Rewards are divided by their running deviation."""
    n_step: Annotated[int, Field(ge=1, le=64)] = 1
    alpha: Share | None = None
    importance: Share | None = None
    """beta of a prioritised replay."""
    by_reward: bool = False
    """Transitions are drawn in proportion to the size of their rewards."""


class Free(Strict):
    """What no family holds: the model writes the body of the primitive's methods."""

    family: Literal["free"] = "free"
    observations: Literal["image", "vector"] = "vector"
    actions: Literal["Discrete", "Box"] = "Discrete"


Body = Annotated[
    Encoder | Augmentation | Bonus | Distribution | Policy | QPolicy | ActorPolicy | Storage | Free,
    Field(discriminator="family"),
]


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
    body: Annotated[Learner | Continuous | Free, Field(discriminator="family")]


class Design(Strict):
    """A plan of something new, and what its reader should know of it."""

    spec: ModuleSpec | AgentSpec
    notes: list[str] = Field(default_factory=list)
    unread: list[str] = Field(default_factory=list)
    """Words of the request that sound like a part and are in no plan."""


def of_json(data: dict[str, Any]) -> ModuleSpec | AgentSpec:
    """The spec of a plan file's object.

    Raises:
        pydantic.ValidationError: it is none.
    """
    kind = AgentSpec if data.get("kind") == "agent" else ModuleSpec
    return kind.model_validate(data)
