"""What a new algorithm is, as data: a prototype of the library, the terms of its loss, its targets and its optimiser."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from copilot.codegen.authoring.encoder.spec import Amount, Count, Share, Strict

Positive = Annotated[float, Field(gt=0)]
Steps = Annotated[int, Field(ge=1, le=10_000_000_000)]
Rate = Annotated[float, Field(gt=0, le=1)]


class Fall(Strict):
    """A number that changes over environment steps, from what it is to `end`."""

    shape: Literal["linear", "cosine", "exponential", "step"] = "linear"
    end: Annotated[float, Field(ge=0)] = 0.0
    over: Steps | None = None
    """Environment steps, or updates; None: all of training."""
    by: Literal["steps", "updates"] = "steps"
    floor: Annotated[float, Field(ge=0)] = 0.0
    """It is never below."""
    factor: Annotated[float, Field(gt=0, lt=1)] = 0.5
    """Of steps: by what it is multiplied after each `over`."""


class Optimizer(Strict):
    """How weights follow gradients."""

    name: Literal["Adam", "AdamW", "RMSprop", "SGD", "NAdam"] = "Adam"
    eps: Positive | None = None
    weight_decay: Amount = 0.0
    momentum: Share = 0.0
    fall: Fall | None = None
    """Of the learning rate."""
    warmup: Annotated[int, Field(ge=0)] = 0
    """Environment steps over which the learning rate rises from 0."""


class Term(Strict):
    """One term of a loss, with its weight."""

    name: Literal[
        "clip", "gradient", "ratio", "spo", "rollback", "truncated", "kl_penalty", "adaptive_kl", "entropy", "value",
        "clipped_value", "huber_value", "self_imitation", "weighted_imitation", "slow_policy", "inverse_model",
        "forward_model", "reward_model", "reconstruction", "contrastive", "q", "conservative",
    ]  # fmt: skip
    weight: Amount = 1.0
    value: Annotated[float, Field(ge=0)] | None = None
    """Clip range, target of the divergence, temperature of the imitation, where the error of a value is linear."""
    high: Annotated[float, Field(ge=0)] | None = None
    """Upper clip range, where it is another."""
    dual: Annotated[float, Field(ge=1)] | None = None
    """Of the clipped surrogate: c of dual clipping."""
    cap: Positive | None = None
    """Of advantage-weighted imitation: no weight is larger."""
    forward: bool = True
    """Of a divergence: KL(old || new), of the old policy from the new; else KL(new || old)."""
    slope: Amount = 0.3
    """Of the rollback: how steeply the surrogate falls outside of the clip range."""
    decay: Share = 0.99
    """Of a slow copy of the policy: how much of it stays with each update."""
    divided: bool = False
    """Of a divergence: the loss has it over the number that falls, as mirror descent does, not times it."""
    fall: Fall | None = None
    """Of the weight, or of the clip range."""


class Learner(Strict):
    """An agent as a prototype and the terms of its loss."""

    family: Literal["actor_critic", "q_learning"]
    terms: Annotated[list[Term], Field(min_length=1, max_length=12)]
    optimizer: Optimizer = Field(default_factory=Optimizer)
    # Of actor-critics.
    advantages: Literal["batch", "rollout", "none", "rank", "sign"] = "batch"
    """How advantages are normalised: to deviation 1 in a minibatch or the rollout, to their ranks in [-1, 1], to signs."""
    baseline: Literal["critic", "moving_average", "leave_one_out", "group", "none"] = "critic"
    """What returns are compared with: a critic (GAE), their running mean, those of the other environments."""
    momentum: Share = 0.9
    """Of the running mean."""
    correction: Literal["none", "vtrace"] = "none"
    rho: Positive = 1.0
    """Where V-trace truncates ratios."""
    critic_error: Literal["plain", "symlog", "hl_gauss", "two_hot"] = "plain"
    bins: Annotated[int, Field(ge=3, le=1024)] = 51
    low: float = -10.0
    high: float = 10.0
    """Between what the bins of a critic, or the atoms of a Q-function, lie."""
    positive_advantages: bool = False
    """Negative advantages count as 0."""
    stop_kl: Positive | None = None
    """The passes over a rollout end where the divergence is above this."""
    epochs: Annotated[int, Field(ge=1, le=100)] = 4
    num_steps: Count | None = None
    gae_lambda: Share = 0.95
    # Of Q-learning.
    targets: Literal["max", "double", "soft", "munchausen", "mellowmax", "expected"] = "double"
    """What the next observation is worth."""
    temperature: Positive = 0.03
    alpha: Share = 0.9
    """Of Munchausen: the weight of the log-policy."""
    log_low: Annotated[float, Field(lt=0)] = -1.0
    """Of Munchausen: the log-policy is kept within [log_low, 0]."""
    greedy: Share = 0.05
    """Of expected SARSA: the share of random actions."""
    tau: Rate | None = None
    """Targets follow the weights by this share with every update; None: they are copied at times."""
    target_network: bool = True
    averaged: Annotated[int, Field(ge=1, le=32)] = 1
    """Targets are the mean over so many copies of the past."""
    heads: Annotated[int, Field(ge=1, le=32)] = 1
    """Q-functions that learn side by side."""
    subset: Annotated[int, Field(ge=1, le=32)] | None = None
    """So many of them, drawn at random, make a target; None: all."""
    combined: Literal["min", "mean"] = "min"
    gap: Share = 0.0
    """Of advantage learning: alpha of what is taken off targets where the action is not the best."""
    persistent: bool = False
    omega: Positive = 5.0
    """Of mellowmax."""
    expectile: Annotated[float, Field(gt=0, lt=1)] = 0.7
    quantiles: Annotated[int, Field(ge=2, le=256)] = 51
    error: Literal["huber", "squared", "absolute", "log_cosh", "expectile", "quantile", "implicit", "categorical"] = (
        "huber"
    )
    delta: Positive = 1.0
    """Of Huber: where it turns linear."""
    dueling: bool = False
    noisy: bool = False
    """Layers of noise explore, and no random actions are taken."""
    sigma: Positive = 0.5
    norm: bool = False
    """LayerNorm in the heads."""
    n_step: Annotated[int, Field(ge=1, le=64)] = 1
    prioritized: bool = False
    priority: Share | None = None
    importance: Share | None = None
    target_update_freq: Steps | None = None
    epsilon: str | None = None
    """A schedule, as rllte writes them."""
    # Of both.
    updates: Annotated[int, Field(ge=1, le=64)] = 1
    """Gradient steps per call of `update`, off-policy."""
    num_init_steps: Steps | None = None
    storage_size: Steps | None = None
    every: Steps | None = None
    """Environment steps per call of `update`, off-policy."""
    reset_every: Steps | None = None
    """The last layers are made anew after each so many environment steps."""
    reset_all: bool = False
    reset_by: Literal["steps", "updates"] = "steps"
    max_grad_norm: Positive | None = None
    batch_size: Steps | None = None
    hidden_dim: Count | None = None
    lr: Rate = 1e-3
    discount: Share = 0.99


class Continuous(Strict):
    """An off-policy actor-critic for Box actions: what its critics learn from, and what its actor climbs."""

    family: Literal["continuous"] = "continuous"
    base: Literal["TD3", "SAC", "DDPG"]
    optimizer: Optimizer = Field(default_factory=Optimizer)
    critics: Annotated[int, Field(ge=1, le=64)] = 2
    subset: Annotated[int, Field(ge=1, le=64)] | None = None
    """So many critics, drawn at random, make a target; None: all."""
    combined: Literal["min", "mean", "mixed", "bound"] = "min"
    """Of the critics' next values; mixed: `share` of the smallest, the rest of the mean or of the largest."""
    share: Share = 0.75
    rest: Literal["mean", "max"] = "mean"
    pessimism: Amount = 1.0
    """Of a bound: so many deviations below the mean."""
    climbs: Literal["first", "min", "mean"] = "first"
    """What of the critics the actor climbs."""
    quantiles: Annotated[int, Field(ge=2, le=256)] | None = None
    dropped: Annotated[int, Field(ge=0, le=256)] = 0
    """Of quantiles: so many of the largest are left out, per critic."""
    norm: bool = False
    dropout: Share = 0.0
    error: Literal["squared", "huber"] = "squared"
    cloning: Positive | None = None
    """Weight of the distance to the stored actions."""
    scaled: bool = False
    """The critic is divided by its mean size, and `cloning` weighs the critic: TD3+BC."""
    weighted: Positive | None = None
    """Temperature of exp(advantage / temperature), the weights of stored actions: AWAC."""
    cap: Positive = 100.0
    entropy: Literal["learned", "fixed", "none"] = "learned"
    temperature: Positive = 1.0
    """Of the entropy, at first or fixed."""
    target_entropy: float | None = None
    delay: Annotated[int, Field(ge=1, le=1000)] = 1
    target_noise: Amount = 0.0
    noise_clip: Amount = 0.5
    noise: Amount = 0.1
    """Deviation of the noise that explores."""
    drifting: bool = False
    """An Ornstein-Uhlenbeck noise explores, as that of DDPG does."""
    critic_weight_decay: Amount = 0.0
    num_init_steps: Steps | None = None
    storage_size: Steps | None = None
    tau: Rate = 0.005
    n_step: Annotated[int, Field(ge=1, le=64)] = 1
    prioritized: bool = False
    updates: Annotated[int, Field(ge=1, le=64)] = 1
    """Steps of the critics per call of `update`."""
    reset_every: Steps | None = None
    reset_all: bool = False
    reset_by: Literal["steps", "updates"] = "steps"
    max_grad_norm: Positive | None = None
    actor_lr: Rate | None = None
    critic_lr: Rate | None = None
    batch_size: Count = 256
    hidden_dim: Count = 256
    lr: Rate = 3e-4
    discount: Share = 0.99
