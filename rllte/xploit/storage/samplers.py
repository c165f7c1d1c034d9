"""Which transitions are drawn: all alike, or by priority."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import torch as th

from rllte.xploit.storage.memory import Array
from rllte.xploit.storage.ring import Ring


class Sampler(Protocol):
    """Draws transitions from a ring, with replacement, by torch's global generator."""

    def added(self) -> None:
        """A step has been added to the ring."""

    def draw(self, count: int) -> tuple[Array, Array, Array | None]:
        """Steps and environments (B,) int64, and importance weights (B,) float32 or None for ones."""

    def update(self, metrics: Any) -> None:
        """Something was learned from the last batch."""

    def clear(self) -> None:
        """The ring has been emptied."""

    def state_dict(self) -> dict[str, th.Tensor]:
        """Copies of what it knows."""

    def load_state_dict(self, state: Mapping[str, th.Tensor]) -> None:
        """Take what `state_dict` gave; the ring has been loaded before."""


class UniformSampler:
    """Every stored transition with the same probability."""

    def __init__(self, ring: Ring) -> None:
        self.ring = ring

    def added(self) -> None:
        """A step has been added to the ring."""

    def draw(self, count: int) -> tuple[Array, Array, Array | None]:
        """Steps and environments (B,) int64, and None for weights of one."""
        held = len(self.ring)
        drawn = th.randint(held * self.ring.num_envs, (count,)).numpy()
        offsets, envs = np.divmod(drawn, self.ring.num_envs)
        return offsets + (self.ring.steps - held), envs, None

    def update(self, metrics: Any) -> None:
        """Nothing is due: what was learned does not change what is drawn."""

    def clear(self) -> None:
        """The ring has been emptied."""

    def state_dict(self) -> dict[str, th.Tensor]:
        """Nothing."""
        return {}

    def load_state_dict(self, state: Mapping[str, th.Tensor]) -> None:
        """Nothing."""
