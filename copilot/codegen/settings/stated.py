"""What a request states, by where it goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Fade:
    """What the weight of a bonus falls to."""

    last: float
    share: bool
    """Whether that is a part of the first one."""
    length: int | None
    """Until then; None: the whole run."""
    unit: str
    """What the length counts: "steps" or "updates"."""


@dataclass
class Stated:
    """Values by the part of the experiment that takes them."""

    run: dict[str, Any] = field(default_factory=dict[str, Any])
    agent: dict[str, Any] = field(default_factory=dict[str, Any])
    train: dict[str, Any] = field(default_factory=dict[str, Any])
    env: dict[str, Any] = field(default_factory=dict[str, Any])
    """Of the environment's maker."""
    task: dict[str, Any] = field(default_factory=dict[str, Any])
    """Of the environment itself."""
    units: dict[str, str] = field(default_factory=dict[str, str])
    """Of intervals: what the request counts them in."""
    horizons: dict[str, int] = field(default_factory=dict[str, int])
    """Of schedules of which nothing else is said: the steps until their last value."""
    schedules: dict[str, str] = field(default_factory=dict[str, str])
    """Whole schedules, and of such as are changed in part what is said, for example `linear(?, 0.02, ?)`."""
    modules: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    minibatches: int | None = None
    """How many a rollout is cut into, where the request counts them."""
    rollout: int | None = None
    """The samples of a rollout, where it says of what size those many are."""
    fade: Fade | None = None
    """Where the weight of the bonus goes."""

    def of(self, owner: str) -> dict[str, Any]:
        """The values of an owner: "run", "agent", "train", "env", "task", or the primitive of a module."""
        if owner in self.modules:
            return self.modules[owner]
        values: dict[str, Any] = getattr(self, owner)
        return values

    def has(self, name: str) -> bool:
        """True if a value of that name has been stated, whoever takes it."""
        groups = (self.run, self.agent, self.train, self.env, self.task, self.horizons, self.schedules)
        return any(name in group for group in (*groups, *self.modules.values()))

    def anything(self) -> bool:
        """True if anything has been stated."""
        groups = (self.run, self.agent, self.train, self.env, self.task, self.horizons, self.schedules)
        return any(groups) or any(self.modules.values())
