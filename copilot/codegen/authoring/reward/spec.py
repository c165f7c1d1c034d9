"""An intrinsic reward as data: an embedding, what is new in it, what becomes of that number, and when it is paid."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from copilot.codegen.authoring.encoder.spec import Amount, Count, Share, Strict

Measure = Literal[
    "count", "prediction_error", "nearest", "disagreement", "change", "elliptical", "density", "control", "reward_error",
    "potential", "progress", "action_change", "action_size", "away", "constant", "random", "mixed",
    "since", "imitation", "value",
]  # fmt: skip
"""progress: how much less wrong a model is than a slow copy of it; away: the distance from where the episode began;
since: how long ago the state was visited last; value: a number of the observation itself;
imitation: how much a discriminator takes a state for an expert's;
mixed: several rewards, see `parts`."""

When = Literal["unrewarded", "rewarded", "until_reward", "not_at_end", "at_end"]
"""Steps that are paid: without or with a reward of the environment, before the first such one of the episode, and all
but, or only, the last of an episode."""


class Shape(Strict):
    """One operation on the novelty x, before it is scaled and weighted."""

    op: Literal[
        "least", "most", "root", "square", "absolute", "log1p", "tanh", "power", "factor", "offset", "above", "flag"
    ]
    """max(x, value), min(x, value), ..., sign(x) |x|^value, value * x, x + value, x where it is above value else 0,
    1 where it is above value else 0."""
    value: float | None = None
    scaled: bool = False
    """Of least and most: after the reward has been scaled, not before."""


class Bonus(Strict):
    """An embedding, what is new in it, and the scale of the reward."""

    family: Literal["reward"] = "reward"
    measure: Measure
    embedding: Literal["none", "random", "inverse"] = "random"
    """none: observations as numbers; random: a fixed network; inverse: one that learns to tell actions."""
    numbers: Annotated[list[Annotated[int, Field(ge=0, le=4095)]], Field(max_length=64)] = Field(default_factory=list)
    """Of plain observations: only these numbers of them; none: all."""
    predicts: Literal["random", "next", "itself"] = "random"
    """Of prediction errors: what a fixed random network says of a state, what follows it, or the state from a code."""
    error: Literal["squared", "absolute", "manhattan", "cosine", "euclidean", "likelihood"] = "squared"
    """How far two latents are from each other; of changes of state: euclidean unless said otherwise. likelihood: minus
    the log-density of what follows under a Gaussian that the model predicts."""
    variational: bool = False
    """Of reconstructions: the code is drawn from a Gaussian that is kept near the standard one."""
    predictors: Annotated[int, Field(ge=1, le=32)] = 1
    """Of what a random network says: so many networks learn it."""
    of_predictors: Literal["mean", "min", "max", "variance"] = "mean"
    """What is made of their errors; variance: of what they say."""
    spread: Literal["variance", "deviation", "range"] = "variance"
    """Of disagreement."""
    slow: Annotated[float, Field(ge=0, lt=1)] = 0.99
    """Of progress: what the slow copy keeps of itself with each update."""
    copied_every: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    """Of progress: the slow copy is made anew after so many updates, and does not move between."""
    pairs: bool = False
    """Of counts: state and action together."""
    counted: Literal["states", "actions", "transitions", "changes"] = "states"
    """What is counted, else: actions alone, both states of a step, or what changed in it."""
    width: Annotated[float, Field(gt=0)] | None = None
    """Of a grid: cells of so much of each number, over all numbers; None: `bins` of them within 5 deviations."""
    index: Annotated[int, Field(ge=0, le=4095)] = 0
    """Of a potential: which number of the observation it is."""
    of: Literal["number", "distance"] = "number"
    """Of a potential: that number, or minus the distance of the observation to `goal`."""
    absolute: bool = False
    """Of a potential: the size of that number."""
    terminal_zero: bool = False
    """Of a potential: that of a terminal state is 0."""
    unseen: Annotated[int, Field(ge=1, le=1_000_000_000)] = 1000
    """Of the time since a visit: steps that count for a state without one."""
    min_deviation: Annotated[float, Field(gt=0)] = 0.1
    """Of the density in an episode: deviations are at least this."""
    cells: Annotated[int, Field(ge=1, le=256)] | None = None
    """Of changes of images: the mean over squares of so many pixels a side, each at most `cell_most`."""
    cell_most: Annotated[float, Field(gt=0)] | None = None
    hidden_dim: Count = 256
    """Of the discriminator: units of its two hidden layers."""
    per_update: Count = 64
    """Of the discriminator: samples of the expert's, and as many of the agent's, in each gradient step."""
    goal: list[float] = Field(default_factory=list)
    gaussian: bool = False
    """Of random numbers: from a standard Gaussian, not uniform between 0 and 1."""
    factor: float = 1.0
    discount: Share = 0.99
    record: bool = False
    """Of the distance from the start: only by how much it is larger than ever before in the episode."""
    kth: bool = False
    """Of distances: that to the k-th neighbour, not the mean over all k."""
    each_log: bool = False
    """Of the logarithm: of each distance, before their mean."""
    kernel: bool = False
    """Of distances: 1 / sqrt(sum of similarities) of Never Give Up's inverse kernel."""
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
    pays: Literal["root", "inverse", "first", "log", "ucb", "power"] = "root"
    """Of counts n: 1/sqrt(n), 1/n, 1 the first time, 1/(1 + log n), sqrt(`factor` log t / n) after t steps, n^-`exponent`.
    Of distances d: log(1 + d) for "log", else d."""
    plus: Annotated[float, Field(ge=0)] = 0.0
    """Added to the counts before the root or the inverse."""
    visits: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    """Of what pays the first time: so many first times."""
    exponent: Annotated[float, Field(gt=0, le=8)] = 0.5
    k: Count = 5
    models: Annotated[int, Field(ge=2, le=64)] = 5
    ridge: Annotated[float, Field(gt=0)] = 0.1
    """Of the elliptical bonus: lambda."""
    difference: Annotated[float, Field(gt=0, le=100)] | None = None
    """max(novelty of what follows - difference * novelty of the observation, 0), as NovelD; None: that of what follows."""
    per_visit: Literal["none", "root", "inverse", "first"] = "none"
    """With n visits to the state in its episode: divided by sqrt(n), by n, or paid only for the first."""
    memory: Count = 5000
    lr: Annotated[float, Field(gt=0, le=1)] = 1e-3
    shape: Annotated[list[Shape], Field(max_length=8)] = Field(default_factory=list)
    """What becomes of the number, in order."""
    negative: bool = False
    """It is a penalty."""
    first_steps: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    """Paid only in so many first steps of an episode."""
    after_steps: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    """Not paid in so many first steps of an episode."""
    every_steps: Annotated[int, Field(ge=2, le=1_000_000)] | None = None
    """Paid only with every so manieth step of an episode."""
    when: list[When] = Field(default_factory=list)
    beta: Amount = 1.0
    """The weight that `train.py` gives it."""
    kappa: Share = 0.0
    """The weight is multiplied by 1 - kappa after each update."""
    decay: Literal["none", "linear", "exponential"] = "none"
    """The weight goes from `beta` to `beta_end` over `decay_steps` steps of the environments."""
    decay_steps: Annotated[int, Field(ge=1, le=10_000_000_000)] = 1_000_000
    beta_end: Amount = 0.0
    warmup_steps: Annotated[int, Field(ge=0, le=10_000_000_000)] = 0
    """Nothing is paid in so many first steps of the environments; what learns, learns."""
    rwd_norm_type: Literal["rms", "minmax", "none"] = "rms"
    obs_norm_type: Literal["rms", "none"] = "rms"
    combined: Literal["sum", "product", "max", "min", "mean", "alternate"] = "sum"
    """What becomes of the `parts`; alternate: another one in each episode."""
    parts: Annotated[list[Bonus], Field(max_length=4)] = Field(default_factory=list)
    """Of what is mixed: the rewards, each with its own weight and scale."""
