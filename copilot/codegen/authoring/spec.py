"""What a new module or agent is, as data: a plan that can be shown, edited, rendered again, or written by a model.

Common families are lists of vetted parts, and are rendered. `Free` is for the rest: its body is written by a model.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from copilot.codegen.authoring.agent.spec import Continuous, Fall, Learner, Optimizer, Term
from copilot.codegen.authoring.augmentation.spec import Augmentation, Operation, Step
from copilot.codegen.authoring.distribution.spec import Distribution
from copilot.codegen.authoring.encoder.spec import (
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
from copilot.codegen.authoring.policy.spec import ActorPolicy, Policy, QPolicy
from copilot.codegen.authoring.reward.spec import Bonus, Measure, Shape, When
from copilot.codegen.authoring.storage.spec import Storage, StorageKind

__all__ = [
    "PRIMITIVES", "Activation", "ActorPolicy", "AgentSpec", "Amount", "Attention", "Augmentation", "Body", "Bonus",
    "Continuous", "Conv", "Coords", "Count", "Design", "Distribution", "Dropout", "Encoder", "Fall", "Fourier", "Free",
    "Function", "Gate", "Layer", "Learner", "Linear", "Measure", "ModuleSpec", "Norm", "Normal", "Operation",
    "Optimizer", "Policy", "Pool", "Primitive", "QPolicy", "Residual", "Shape", "Share", "Side", "SpatialSoftmax",
    "Squeeze", "Step", "Storage", "StorageKind", "Strict", "Symlog", "Term", "When", "Written", "of_json",
]  # fmt: skip

Primitive = Literal["encoder", "augmentation", "reward", "distribution", "policy", "storage"]
PRIMITIVES: tuple[Primitive, ...] = ("encoder", "augmentation", "reward", "distribution", "policy", "storage")


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
