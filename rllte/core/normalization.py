"""Scales of intrinsic rewards: running mean and deviation, discounted sums, range. Checkpoints keep their state."""

from __future__ import annotations

import torch as th
from torch import nn


class RunningMeanStd(nn.Module):
    """Mean and deviation of all that has been seen, in one pass (Chan, Golub and LeVeque 1979, equation 2.1).

    Args:
        shape: of one sample.
    """

    mean: th.Tensor
    var: th.Tensor
    count: th.Tensor

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.register_buffer("mean", th.zeros(shape))
        self.register_buffer("var", th.ones(shape))
        self.register_buffer("count", th.zeros(()))

    @property
    def std(self) -> th.Tensor:
        """Of `shape`; 1 before the first sample, 0 where all that was seen is equal: divide by `divisor`."""
        return self.var.sqrt()

    @property
    def divisor(self) -> th.Tensor:
        """The deviation, of `shape`; 1 where all that was seen is equal, of which rounding alone would be left."""
        differs = self.var > 1e-10 * self.mean.square()  # of its own size: rewards of 1e-5 have a deviation as well
        return th.where(differs, self.std, th.ones_like(self.std))

    @th.no_grad()
    def update(self, samples: th.Tensor) -> None:
        """See samples (B, *shape) float32."""
        if len(samples):
            self.update_from_moments(samples.mean(0), samples.var(0, correction=0), len(samples))

    @th.no_grad()
    def update_from_moments(self, batch_mean: th.Tensor, batch_var: th.Tensor, batch_count: int) -> None:
        """See `batch_count` samples, at least one, of a mean and a variance (divided by their number), of `shape` each."""
        number = batch_count
        total = self.count + number
        shift = batch_mean - self.mean
        squares = self.var * self.count + batch_var * number
        self.var = (squares + shift.pow(2) * self.count * number / total) / total
        self.mean = self.mean + shift * number / total
        self.count = total

    def forward(self, samples: th.Tensor) -> th.Tensor:
        """Samples (..., *shape) float32 with mean 0 and deviation 1; 0 where all that was seen is equal."""
        return (samples - self.mean) / self.divisor


class ForwardFilter(nn.Module):
    """Discounted sums of the rewards so far, per environment: S_t = gamma S_{t-1} + r_t.

    Args:
        gamma: discount.
        num_envs: environments.
    """

    sums: th.Tensor

    def __init__(self, gamma: float, num_envs: int) -> None:
        super().__init__()
        self.gamma = gamma
        self.register_buffer("sums", th.zeros(num_envs))

    @th.no_grad()
    def forward(self, rewards: th.Tensor) -> th.Tensor:
        """The sums (T, N) after each of the rewards (T, N); the last is kept."""
        out = []
        for reward in rewards:
            self.sums = self.gamma * self.sums + reward
            out.append(self.sums)
        return th.stack(out)


class RunningRange(nn.Module):
    """The least and the largest number that has been seen."""

    low: th.Tensor
    high: th.Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("low", th.tensor(th.inf))
        self.register_buffer("high", th.tensor(-th.inf))

    @th.no_grad()
    def forward(self, samples: th.Tensor, sync: bool = True) -> th.Tensor:
        """Samples of any shape, moved to [0, 1] by the range of all so far, these included; 0 while all are equal.

        Args:
            sync: whether they are remembered.
        """
        low, high = th.minimum(self.low, samples.min()), th.maximum(self.high, samples.max())
        if sync:
            self.low, self.high = low, high
        return (samples - low) / (high - low + 1e-8)


def minmax(rewards: th.Tensor) -> th.Tensor:
    """Rewards of any shape, moved to [0, 1]; all 0 where all are equal."""
    moved: th.Tensor = RunningRange().to(rewards.device)(rewards, sync=False)
    return moved
