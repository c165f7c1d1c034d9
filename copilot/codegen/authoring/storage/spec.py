"""A storage as data: what becomes of rewards on their way in, what is drawn and how often, and what returns are made of."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from copilot.codegen.authoring.encoder.spec import Share, Strict

StorageKind = Literal["replay", "rollout", "prioritized"]
Steps = Annotated[int, Field(ge=1, le=1_000_000_000)]
Positive = Annotated[float, Field(gt=0)]


class Storage(Strict):
    """A storage of the library with a change where experience comes in or goes out."""

    family: Literal["storage"] = "storage"
    of: StorageKind = "replay"
    storage_size: Steps | None = None
    """Transitions; of a rollout: steps of each environment. None: what the agent has."""
    batch_size: Steps | None = None
    num_envs: Annotated[int, Field(ge=1, le=4096)] | None = None
    """Environments of `train.py`."""
    discount: Share | None = None
    frame_stack: Annotated[int, Field(ge=1, le=16)] = 1
    """Above 1: of stacks of so many frames, the newest alone is kept."""

    clip: Positive | None = None
    """Rewards are kept at or below this, and at or above its negative, or `clip_low`."""
    clip_low: float | None = None
    scale: Positive | None = None
    sign: bool = False
    squash: Literal["none", "root", "symlog", "tanh"] = "none"
    """sign(r) sqrt(|r|), sign(r) log(1 + |r|), tanh(r)."""
    standardise: bool = False
    """Rewards are divided by their running deviation."""
    centre: bool = False
    """The running mean is subtracted before."""
    of_returns: bool = False
    """The deviation is that of the discounted sums of rewards."""
    noise: Positive | None = None
    """Deviation of the Gaussian noise that is added to rewards."""
    flipped: Share | None = None
    """The sign of a reward is changed with this probability."""

    recent: Share | None = None
    """Share of a batch that comes from the newest transitions."""
    newest: Steps = 1000
    newest_share: Share | None = None
    """Instead of `newest`: a share of what is stored."""
    latest: bool = False
    """The transitions of the last step are in every batch."""
    positive: Share | None = None
    """Share of a batch whose rewards are above zero, where there are such."""
    negative: Share | None = None
    zero: Share | None = None
    ended: Share | None = None
    """Share of a batch with which an episode ended."""
    good: Share | None = None
    """Share of a batch from episodes whose return is above the mean so far."""
    bad: bool = False
    """All else of a batch comes from episodes whose return is not."""
    demos: Share | None = None
    """Share of a batch from transitions that were loaded beforehand."""
    stratified: bool = False
    """One transition from each of as many stretches of time as a batch has places."""
    distinct: bool = False
    """No transition comes twice in a batch."""
    epochs: bool = False
    """All that is stored comes once, in random order, before any comes again."""
    by_reward: bool = False
    """Transitions are drawn in proportion to the size of their rewards, and `floor` more."""
    floor: Positive = 0.01
    by_age: Literal["none", "linear", "exponential"] = "none"
    """The older, the more seldom: linearly down to 0, or halved with every `half_life` transitions."""
    half_life: Steps = 10_000
    by_return: bool = False
    """The larger the return of its episode, the more often a transition is drawn."""
    by_action: bool = False
    """Every action is drawn as often as any other."""
    emphasis: Annotated[float, Field(gt=0, lt=1)] | None = None
    """eta of Emphasizing Recent Experience: draw k of `emphasis_updates` comes from the newest
    max(N eta^(1000 k / updates), `newest`)."""
    emphasis_updates: Steps = 1000
    attention: Annotated[float, Field(gt=1, le=64)] | None = None
    """So many times as many are drawn, and those are kept whose states are most like the newest one."""
    attention_steps: Steps | None = None
    """Transitions added until none are left out any more."""
    chunk: Annotated[int, Field(ge=2, le=1024)] | None = None
    """Transitions come in runs of so many steps that followed each other."""
    delay: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    """So many of the last steps are not drawn yet."""
    oldest: Steps | None = None
    """Transitions older than so many are not drawn any more."""
    keep_zero: Share | None = None
    """Transitions without a reward can be drawn at all with this probability."""

    n_step: Annotated[int, Field(ge=1, le=1024)] = 1
    alpha: Share | None = None
    importance: Share | None = None
    """beta of a prioritised replay."""
    beta_steps: Steps | None = None
    """Transitions added until it is 1."""
    unweighted: bool = False
    """No importance weights."""
    ranked: bool = False
    """Priorities are one over the rank of an error."""
    eps: Positive | None = None
    """Added to every priority."""
    error_clip: Positive | None = None
    """Errors count as at most this."""
    uniform: Share | None = None
    """Share of a batch that is drawn without regard of priorities."""

    gae_lambda: Share | None = None
    normalise: bool = False
    """Advantages have mean 0 and deviation 1 over the rollout."""
    advantage_clip: Positive | None = None
    positive_advantages: bool = False
    """Advantages below 0 count as 0."""
    best: Annotated[float, Field(gt=0, lt=1)] | None = None
    """Share of the samples that are learned from: those with the largest advantages."""
    best_size: bool = False
    """The largest by size, whatever their sign."""
    ordered: bool = False
    """Batches come in order of time."""
