"""The contract of intrinsic rewards. T steps, N environments."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Annotated, Any

import gymnasium as gym
import torch as th

from rllte.core.device import resolve_device
from rllte.core.normalization import ForwardFilter, RunningMeanStd, minmax
from rllte.core.registry import Param, checked


class BaseReward(ABC):
    """An intrinsic reward.

    Args:
        envs: the training environments, looked at for their spaces and number only.
        device: where its networks live.
        beta: weight of the reward.
        kappa: decay of the weight; after n calls of `update` it is beta * (1 - kappa)^n.
        gamma: `scale` measures the deviation of the discounted sum of rewards instead of single ones; None does not.
        rwd_norm_type: what `scale` divides by: rms (the deviation so far), minmax (the range of the rollout) or none.
        obs_norm_type: whether `normalize` shifts and divides observations (rms) or not (none).

    `scale` and `normalize` are for use in `compute`; nothing calls them otherwise.
    """

    @checked
    def __init__(
        self,
        envs: Any,
        device: str | th.device = "cpu",
        beta: Annotated[float, Param("weight of the reward")] = 1.0,
        kappa: Annotated[float, Param("decay of the weight", low=0, high=1)] = 0.0,
        gamma: Annotated[float | None, Param("discount of the sum of rewards", low=0, high=1)] = None,
        rwd_norm_type: Annotated[str, Param("scale of rewards", choices=("rms", "minmax", "none"))] = "rms",
        obs_norm_type: Annotated[str, Param("scale of observations", choices=("rms", "none"))] = "rms",
    ) -> None:
        self.observation_space: gym.Space[Any] = envs.observation_space
        self.action_space: gym.Space[Any] = envs.action_space
        self.num_envs: int = envs.num_envs
        self.device = resolve_device(device)
        self.beta = beta
        self.kappa = kappa
        self.rwd_norm_type = rwd_norm_type
        self.obs_norm_type = obs_norm_type
        self.rwd_norm = RunningMeanStd(()).to(self.device)
        self.obs_norm = RunningMeanStd(tuple(self.observation_space.shape or ())).to(self.device)
        self.forward_filter = ForwardFilter(gamma, self.num_envs).to(self.device) if gamma is not None else None
        self.updates = 0

    @property
    def weight(self) -> float:
        """The present weight."""
        return float(self.beta * (1.0 - self.kappa) ** self.updates)

    def scale(self, rewards: th.Tensor) -> th.Tensor:
        """Rewards (T, N) in the unit of `rwd_norm_type`, weighted; the deviation is updated with them."""
        if self.rwd_norm_type == "minmax":
            return self.weight * minmax(rewards)
        if self.rwd_norm_type == "rms":
            seen = rewards if self.forward_filter is None else self.forward_filter(rewards)
            self.rwd_norm.update(seen.flatten())
            return self.weight * rewards / self.rwd_norm.std
        return self.weight * rewards

    def normalize(self, observations: th.Tensor, sync: bool = True) -> th.Tensor:
        """Observations (..., *observation_shape) as float32 of mean 0 and deviation 1, kept within [-5, 5].

        Args:
            sync: whether mean and deviation are updated with them first.
        """
        if self.obs_norm_type == "none":
            return observations.float()
        if sync:
            self.obs_norm.update(observations.float().reshape(-1, *self.obs_norm.mean.shape))
        scaled: th.Tensor = self.obs_norm(observations.float())
        return scaled.clamp(-5.0, 5.0)

    def watch(  # noqa: B027 (most rewards need not watch)
        self,
        observations: th.Tensor,
        actions: th.Tensor,
        rewards: th.Tensor,
        terminateds: th.Tensor,
        truncateds: th.Tensor,
        next_observations: th.Tensor,
    ) -> None:
        """See one step of all environments, each argument (N, ...) and a copy; for rewards with a memory."""

    @abstractmethod
    def compute(self, samples: Mapping[str, th.Tensor], sync: bool = True) -> th.Tensor:
        """Intrinsic rewards (T, N) float32 of a rollout, weighted. What is learned from them has no gradient.

        Args:
            samples: observations, actions, rewards, terminateds, truncateds, next_observations, each (T, N, ...), copies.
            sync: whether running statistics are updated.
        """

    @abstractmethod
    def update(self, samples: Mapping[str, th.Tensor]) -> None:
        """Learn from a rollout, and count the update for the decay of the weight."""
