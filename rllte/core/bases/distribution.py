"""The contract of action distributions and noises. B samples, A (or D) dimensions of an action."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import torch as th

from rllte.core.errors import IncompatibleError


class BaseDistribution(ABC):
    """An action distribution. Immutable: calling one with parameters returns a new object.

    An object without parameters is a template: agents hold one and call it with what the policy puts out.
    """

    @abstractmethod
    def __call__(self, *args: Any, **kwargs: Any) -> BaseDistribution:
        """A new distribution with these parameters."""

    @abstractmethod
    def sample(self, *args: Any, **kwargs: Any) -> th.Tensor:
        """Actions (*sample_shape, B, ...).

        Distributions take `sample(sample_shape)` and give no gradient; noises take `sample(clip, sample_shape)` and
        pass the gradient on to the action that they disturb.
        """

    @abstractmethod
    def log_prob(self, actions: th.Tensor) -> th.Tensor:
        """(B,) log-probabilities, summed over the dimensions of an action."""

    @abstractmethod
    def entropy(self) -> th.Tensor:
        """(B,) entropies in nats, summed over the dimensions of an action."""

    @property
    @abstractmethod
    def mode(self) -> th.Tensor:
        """The actions that a greedy agent takes: the most likely ones, where the class does not say otherwise."""

    def kl(self, other: Any) -> th.Tensor:
        """(B,) divergence KL(self || other) in nats, summed over the dimensions of an action.

        Raises:
            IncompatibleError: there is none in closed form.
        """
        raise IncompatibleError(
            f"{type(self).__name__} has no divergence in closed form. Write `kl(other)` in the class if it has one."
        )

    def at(self, step: int) -> BaseDistribution:
        """The distribution as its schedule has it at an environment step; without a schedule, itself.

        The training loop calls it before acting and learning; nothing else moves a schedule, so that drawing samples
        never does.
        """
        return self

    def reset(self, ended: th.Tensor | None = None) -> None:  # noqa: B027 (most distributions remember nothing)
        """Forget what depends on the course of an episode, in noises that remember; the training loop calls it.

        Args:
            ended: (N,) 1 or True for each environment whose episode ended; None: all.
        """

    def state(self) -> dict[str, th.Tensor]:
        """What a noise remembers, by name, for checkpoints; nothing for most."""
        return {}

    def restore(self, state: Mapping[str, th.Tensor]) -> None:  # noqa: B027 (most distributions remember nothing)
        """Take what `state` gave.

        Args:
            state: on the device of the policy.
        """
