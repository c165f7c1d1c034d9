"""What an action distribution, or a noise around an action, is, as data."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from copilot.codegen.authoring.encoder.spec import Count, Share, Strict

Shape = Literal[
    "temperature", "mixed_uniform", "scaled_gaussian", "laplace", "noise", "clipped_gaussian", "top_k", "clipped_logits",
    "beta", "top_p", "min_p", "masked", "rank", "mellowmax", "sparsemax",
    "epsilon", "max_boltzmann", "ez_greedy", "ucb", "sticky",
    "kumaraswamy", "truncated_gaussian", "censored_gaussian", "logistic_normal", "student", "cauchy", "logistic",
    "contaminated", "von_mises", "bang_bang", "binned_gaussian",
]  # fmt: skip
Marginal = Literal["gaussian", "uniform", "laplace", "cauchy", "student", "bang"]
Positive = Annotated[float, Field(gt=0, le=1e6)]


class Distribution(Strict):
    """Families of action distributions and noises."""

    family: Literal["distribution"] = "distribution"
    of: Shape
    noise: Marginal = "gaussian"
    amount: Annotated[float, Field(gt=0, le=1e3)] = 1.0
    """Temperature, share of uniform, factor of the deviation, deviation of the noise, or bound of the logits."""
    low: Annotated[float, Field(gt=0)] = 0.1
    high: Annotated[float, Field(gt=0)] = 1.0
    """Of a clipped Gaussian: between what its deviation stays."""
    k: Count = 3
    """Of top-k; degrees of freedom; bins; for how many steps a noise is held."""
    schedule: str | None = None
    """By environment step, as rllte's schedules are written: linear(1.0, 0.1, 100000); also exponential(1.0, 0.1, 1000)."""
    share: Share | None = None
    """Of greedy kinds: epsilon; of a mixture: the weight of its other part; of a noise: how often it comes."""
    temperature: Positive | None = None
    """Of what is drawn by a softmax."""
    only: Annotated[list[int], Field(max_length=64)] = Field(default_factory=list[int])
    """Actions that are never taken."""
    raw: Literal["mode", "softplus"] = "mode"
    """Of a Beta: the parameters are mode and width, or become its alpha and beta by softplus plus 1."""
    acts: Literal["mode", "mean"] = "mode"
    """Of a Beta: what a greedy agent does."""
    time: Literal["white", "ou", "ar", "coloured", "hold"] = "white"
    """Of a noise: how following steps hang together."""
    theta: Positive = 0.15
    dt: Positive = 1e-2
    correlation: Annotated[float, Field(gt=-1, lt=1)] = 0.9
    exponent: Annotated[float, Field(ge=-2, le=2)] = 1.0
    length: Annotated[int, Field(ge=2, le=1_000_000)] = 1000
    """Of coloured noise: power falls as frequency to minus the exponent, in sequences of this length."""
    clip: Positive | None = None
    """Between what a noise stays."""
    random: Share | None = None
    """How often a noise gives way to any action, each alike."""
    start: Annotated[int, Field(ge=0, le=10**9)] = 0
    """For so many steps all actions are any, each alike."""
    decay: Annotated[float, Field(gt=0, le=1)] | None = None
    """The deviation is multiplied by it whenever an episode ends."""
    floor: Annotated[float, Field(ge=0)] = 0.0
    each: Annotated[list[float], Field(max_length=64)] = Field(default_factory=list[float])
    """Deviations by dimension of the action."""
    exploration: Annotated[float, Field(ge=0)] = 2.0
    """Of UCB: c; of a zeta distribution: its exponent."""
