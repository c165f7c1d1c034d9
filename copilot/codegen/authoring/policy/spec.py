"""What a policy is, as data: trunks, heads, and what their networks are made of."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from copilot.codegen.authoring.spec_base import Count, Function, Share, Strict

Rate = Annotated[float, Field(gt=0, le=1)]
Widths = Annotated[list[Count], Field(max_length=8)]


class Policy(Strict):
    """Trunks and heads of an actor-critic."""

    family: Literal["policy"] = "policy"
    actor: Annotated[list[Count], Field(max_length=8, default_factory=lambda: [64, 64])]
    critic: Annotated[list[Count], Field(max_length=8, default_factory=lambda: [64, 64])]
    trunk: Annotated[list[Count], Field(max_length=8, default_factory=list)]
    function: Function = "tanh"
    critic_function: Function | None = None
    """None: as the actor's."""
    norm: bool = False
    critic_norm: bool | None = None
    """None: as the actor's."""
    blocks: Literal["layers", "dense", "residual"] = "layers"
    """dense: each layer sees the features too (arXiv 2010.09163); residual: pre-norm blocks of four times the width inside,
    one for each width, layer norm at the end (arXiv 2410.09754)."""
    dropout: Share = 0.0
    critic_dropout: Share | None = None
    """None: as the actor's."""
    spectral: bool = False
    """The critic's hidden weights are divided by their largest singular value."""
    critics: Annotated[int, Field(ge=1, le=16)] = 1
    combined: Literal["mean", "min", "max", "median"] = "mean"
    """What several critics say together."""
    experts: Annotated[int, Field(ge=1, le=16)] = 1
    """Actors side by side, weighed by a softmax of the features."""
    tasks: Annotated[int, Field(ge=0, le=64)] = 0
    """The last so many numbers of an observation are a task's one-hot code; each task has its own heads."""
    bins: Annotated[int, Field(ge=0, le=1024)] = 0
    """The value is the mean of so many bins from `low` to `high` under a softmax (arXiv 2403.03950); 0: one number."""
    low: float = -10.0
    high: float = 10.0
    deviation: Annotated[float, Field(gt=0, le=100)] | None = None
    """At the start, of Gaussian policies; None: 1."""
    deviates: Literal["learned", "state", "fixed"] = "learned"
    """One learned deviation for each dimension, one that the actor says of each state, or one that stays."""
    log_low: float | None = None
    log_high: float | None = None
    """Between what log-deviations are kept."""
    squashed: bool = False
    """Means of Gaussians go through tanh."""
    boxes: bool = False
    """Other actions than those of a Box are refused."""
    actor_lr: Rate | None = None
    critic_lr: Rate | None = None
    actor_gain: Annotated[float, Field(gt=0)] = 0.01
    critic_gain: Annotated[float, Field(gt=0)] = 1.0
    hidden_gain: Annotated[float, Field(gt=0)] | None = None
    """None: sqrt(2). All are of orthogonal weights."""
    detached: bool = False
    """No gradient of the critic reaches the encoder or the trunk."""


class QPolicy(Strict):
    """A Q-network and its slow copy."""

    family: Literal["q_policy"] = "q_policy"
    hidden: Annotated[list[Count], Field(max_length=8, default_factory=lambda: [256])]
    """Of the network, or of what comes before the streams."""
    dueling: Literal["no", "mean", "max"] = "no"
    """What is subtracted from the advantages (arXiv 1511.06581, equations 8 and 9)."""
    value: Annotated[list[Count], Field(max_length=8, default_factory=list)]
    advantage: Annotated[list[Count], Field(max_length=8, default_factory=list)]
    function: Function = "relu"
    concat_relu: bool = False
    """relu(x) beside relu(-x): twice as many numbers (arXiv 2303.07507)."""
    activations: Annotated[list[Count], Field(max_length=8, default_factory=list)]
    """How many numbers these give after each hidden layer, where they are told."""
    norm: bool = False
    dropout: Share = 0.0
    noisy: Annotated[float, Field(gt=0, le=10)] | None = None
    """sigma 0 of noisy linear layers (arXiv 1706.10295); None: plain ones."""
    noisy_layers: Literal["all", "last_two", "last"] = "all"
    heads: Annotated[int, Field(ge=1, le=64)] = 1
    """Networks side by side: their mean acts and learns."""
    target: Literal["mean", "min"] = "mean"
    """What the slow copies of several networks say together."""
    atoms: Annotated[int, Field(ge=0, le=1024)] = 0
    """Of a categorical distribution of returns between `low` and `high` (arXiv 1707.06887); 0: none."""
    low: float = -10.0
    high: float = 10.0
    quantiles: Annotated[int, Field(ge=0, le=1024)] = 0
    """Of the returns (arXiv 1710.10044); 0: none."""


class ActorPolicy(Strict):
    """Actor and twin critics over features and actions, for SAC, TD3 or DDPG."""

    family: Literal["actor_policy"] = "actor_policy"
    of: Literal["SAC", "TD3", "DDPG"] = "SAC"
    actor: Annotated[list[Count], Field(max_length=8, default_factory=lambda: [256, 256])]
    critic: Annotated[list[Count], Field(max_length=8, default_factory=lambda: [256, 256])]
    function: Function = "relu"
    critic_function: Function | None = None
    norm: bool = False
    """Layer norm in the actor."""
    critic_norm: bool = False
    dropout: Share = 0.0
    critic_dropout: Share = 0.0
    """After each hidden linear layer, before its norm (arXiv 2110.02034)."""
    blocks: Literal["layers", "dense", "residual"] = "layers"
    spectral: bool = False
    late_action: bool = False
    """Actions enter the critics after their first hidden layer."""
    actor_lr: Rate | None = None
    critic_lr: Rate | None = None
    log_low: float = -5.0
    log_high: float = 2.0
