"""The contract of action distributions and noises. B samples."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import torch as th


class BaseDistribution(ABC):
    """An action distribution. Immutable: calling one with parameters returns a new object."""

    @abstractmethod
    def __call__(self, *args: Any, **kwargs: Any) -> BaseDistribution:
        """A new distribution with these parameters."""

    @abstractmethod
    def sample(self, sample_shape: th.Size = th.Size()) -> th.Tensor:  # noqa: B008 (torch's own convention, immutable)
        """Actions, without gradient."""

    @abstractmethod
    def log_prob(self, actions: th.Tensor) -> th.Tensor:
        """(B,) log-probabilities, summed over the dimensions of an action."""

    @abstractmethod
    def entropy(self) -> th.Tensor:
        """(B,) entropies, summed over the dimensions of an action."""

    @property
    @abstractmethod
    def mode(self) -> th.Tensor:
        """The most likely actions."""
