"""What the noises around a deterministic action have in common."""

from __future__ import annotations

from abc import abstractmethod
from typing import NoReturn

import torch as th

from rllte.core.bases import BaseDistribution
from rllte.core.errors import IncompatibleError, ParameterError


class ActionNoise(BaseDistribution):
    """A deterministic action (B, A), disturbed and kept within bounds.

    Args:
        mu: mean of the noise.
        sigma: standard deviation of the noise.
        low, high: bounds of an action, for all its dimensions; deterministic actors put out [-1, 1].
        eps: how far inside the bounds disturbed actions stay.

    A subclass writes `noise(shape)`. Bounds do not stop the gradient: an actor whose action lies beyond one still learns
    (the straight-through clamp of arXiv 2107.09645).

    Raises:
        ParameterError: bounds that leave no room.
    """

    def __init__(self, mu: float, sigma: float, low: float, high: float, eps: float) -> None:
        if not low + eps < high - eps:
            raise ParameterError(f"low={low} and high={high} leave no room for actions {eps} inside them.")
        self.mu = mu
        self.sigma = sigma
        self.low = low
        self.high = high
        self.eps = eps
        self._actions: th.Tensor | None = None

    def __call__(self, noiseless_action: th.Tensor) -> ActionNoise:
        """The noise around actions (B, A)."""
        return self._with(_actions=noiseless_action)

    def _with(self, **changes: object) -> ActionNoise:
        """A copy with some attributes changed; what is checked in the constructor is not checked again."""
        new = object.__new__(type(self))
        new.__dict__.update(self.__dict__, **changes)
        return new

    @property
    def mean(self) -> th.Tensor:
        """(B, A) the noiseless actions."""
        if self._actions is None:
            raise ParameterError(f"This {type(self).__name__} has no action yet: call it, dist(noiseless_action).")
        return self._actions

    @property
    def mode(self) -> th.Tensor:
        """(B, A) the noiseless actions, which a greedy agent takes."""
        return self.mean

    @property
    def stddev(self) -> float:
        """Standard deviation of the noise, before any bound."""
        return self.sigma

    @abstractmethod
    def noise(self, shape: th.Size) -> th.Tensor:
        """Noise of this shape, without gradient, on the device of the actions."""

    def sample(self, clip: float | None = None, sample_shape: th.Size = th.Size()) -> th.Tensor:  # noqa: B008
        """(*sample_shape, B, A) disturbed actions within the bounds, with gradient 1 to the noiseless actions.

        Args:
            clip: keep the noise itself within [-clip, clip]; None does not.
            sample_shape: how many for each action.
        """
        actions = self.mean
        with th.no_grad():
            noise = self.noise(th.Size([*sample_shape, *actions.shape]))
            if clip is not None:
                noise = noise.clamp(-clip, clip)
        disturbed = actions + noise
        bounded = disturbed.detach().clamp(self.low + self.eps, self.high - self.eps)
        return disturbed - disturbed.detach() + bounded if disturbed.requires_grad else bounded

    def rsample(self, clip: float | None = None, sample_shape: th.Size = th.Size()) -> th.Tensor:  # noqa: B008
        """The same as `sample`, which keeps the gradient already."""
        return self.sample(clip, sample_shape)

    def log_prob(self, actions: th.Tensor) -> NoReturn:
        """None: noise around a deterministic action is no policy with a density.

        Raises:
            IncompatibleError: always.
        """
        raise IncompatibleError(self._no_density())

    def entropy(self) -> NoReturn:
        """None, as for `log_prob`.

        Raises:
            IncompatibleError: always.
        """
        raise IncompatibleError(self._no_density())

    def _no_density(self) -> str:
        return (
            f"{type(self).__name__} is noise around a deterministic action and has no log-probability or entropy. "
            "Agents that need them take DiagonalGaussian or SquashedNormal."
        )
