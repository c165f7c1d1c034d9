"""The rollout of on-policy agents: T steps of N environments in preallocated tensors, images as uint8."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import gymnasium as gym
import numpy as np
import torch as th

from rllte.core.bases import BaseStorage
from rllte.core.errors import ParameterError
from rllte.core.registry import Param, register
from rllte.core.types import VanillaRolloutBatch
from rllte.losses import generalized_advantages


@register(
    "storage", aliases=("rollout storage",), observation_spaces=("Box1", "Box3"), action_spaces=("Discrete", "Box")
)
class VanillaRolloutStorage(BaseStorage):
    """Filled with `add`, closed with `compute_returns_and_advantages`, read with `sample`, emptied with `update`."""

    def __init__(
        self,
        observation_space: gym.Space[Any],
        action_space: gym.Space[Any],
        device: Annotated[str, Param("where the tensors live")] = "cpu",
        storage_size: Annotated[int, Param("steps per environment", low=1)] = 256,
        batch_size: Annotated[int, Param("samples in a minibatch", low=1)] = 64,
        num_envs: Annotated[int, Param("environments side by side", low=1)] = 8,
        discount: Annotated[float, Param("discount factor gamma", low=0, high=1, aliases=("gamma",))] = 0.99,
        gae_lambda: Annotated[float, Param("lambda of generalised advantage estimation", low=0, high=1)] = 0.95,
    ) -> None:
        super().__init__(observation_space, action_space, device, storage_size, batch_size, num_envs)
        self.discount = discount
        self.gae_lambda = gae_lambda
        shape = (storage_size, num_envs)
        obs_dtype = th.uint8 if observation_space.dtype == np.uint8 else th.float32
        act_dtype = th.int64 if isinstance(action_space, gym.spaces.Discrete) else th.float32
        self.observations = th.zeros(*shape, *(observation_space.shape or ()), dtype=obs_dtype, device=self.device)
        self.actions = th.zeros(*shape, *(action_space.shape or ()), dtype=act_dtype, device=self.device)
        self.rewards, self.terminateds, self.truncateds = (th.zeros(shape, device=self.device) for _ in range(3))
        self.log_probs, self.values, self.final_values = (th.zeros(shape, device=self.device) for _ in range(3))
        self.returns, self.advantages = (th.zeros(shape, device=self.device) for _ in range(2))
        self.next_observations_at_end: list[tuple[int, th.Tensor, th.Tensor]] = []
        self.last_observations: th.Tensor | None = None
        self.step = 0

    def reset(self) -> None:
        """Start a new rollout."""
        self.step = 0
        self.next_observations_at_end = []
        self.last_observations = None

    def add(
        self,
        observations: th.Tensor,
        actions: th.Tensor,
        rewards: th.Tensor,
        terminateds: th.Tensor,
        truncateds: th.Tensor,
        infos: dict[str, Any],
        next_observations: th.Tensor,
        log_probs: th.Tensor,
        values: th.Tensor,
        final_values: th.Tensor | None = None,
    ) -> None:
        """Keep one step of all environments; every argument has N as its first axis.

        Args:
            infos: where episodes ended, `final_obs` (N, *observation_shape) holds their own last observations.
            next_observations: what the next actions will see: the first of a new episode where one ended.
            final_values: (N,) V of `final_obs` where an episode was truncated, 0 elsewhere; None where none was.

        Raises:
            ParameterError: the storage is full, or a tensor is not of N environments.
        """
        if self.step >= self.storage_size:
            raise ParameterError(f"The rollout is full ({self.storage_size} steps): learn from it, then call update().")
        for tensor in (observations, actions, rewards, terminateds, truncateds, next_observations, log_probs, values):
            if tensor.shape[:1] != (self.num_envs,):
                raise ParameterError(
                    f"A tensor of shape {tuple(tensor.shape)}; this storage was made for num_envs={self.num_envs}, "
                    "which is the first axis of every argument."
                )
        t = self.step
        self.observations[t].copy_(observations)
        self.actions[t].copy_(actions)
        self.rewards[t].copy_(rewards)
        self.terminateds[t].copy_(terminateds)
        self.truncateds[t].copy_(truncateds)
        self.log_probs[t].copy_(log_probs)
        self.values[t].copy_(values)
        self.final_values[t] = 0.0 if final_values is None else final_values
        ended = (terminateds.bool() | truncateds.bool()).nonzero().flatten()
        if len(ended) and "final_obs" in infos:
            final = infos["final_obs"][ended].to(self.device, copy=True)
            self.next_observations_at_end.append((t, ended.to(self.device), final))
        self.last_observations = next_observations.to(self.device, copy=True)
        self.step += 1

    def next_observations(self) -> th.Tensor:
        """(T, N, *observation_shape): what truly followed each step, an episode's own last observation at its end."""
        if self.last_observations is None:
            raise ParameterError("The rollout is empty.")
        last = self.last_observations.unsqueeze(0).to(self.observations.dtype)
        following = th.cat([self.observations[1 : self.step], last])
        for step, ended, observations in self.next_observations_at_end:
            following[step, ended] = observations.to(following.dtype)
        return following

    def compute_returns_and_advantages(self, last_values: th.Tensor) -> None:
        """Fill `returns` and `advantages` from `rewards`, which may have been changed since.

        Args:
            last_values: (N,) V of the observations after the last step.
        """
        steps = self.step
        values = self.values[:steps]
        following = th.cat([values[1:], last_values.reshape(1, -1).to(values)])
        following = th.where(self.truncateds[:steps].bool(), self.final_values[:steps], following)
        arrays = [
            tensor[:steps].cpu().numpy()
            for tensor in (self.rewards, values, following, self.terminateds, self.truncateds)
        ]
        advantages, returns = generalized_advantages(*arrays, self.discount, self.gae_lambda)
        self.advantages[:steps] = th.from_numpy(advantages).to(self.device)
        self.returns[:steps] = th.from_numpy(returns).to(self.device)

    def sample(self) -> Iterator[VanillaRolloutBatch]:
        """Every sample once, in random order; batches of near-equal size, none larger than `batch_size`.

        A small remainder would be learned from with as much weight as a whole batch, and one sample alone has no
        deviation to be normalised by.
        """
        total = self.step * self.num_envs
        flat = [
            tensor[: self.step].flatten(0, 1)
            for tensor in (
                self.observations,
                self.actions,
                self.values,
                self.returns,
                self.terminateds,
                self.truncateds,
                self.log_probs,
                self.advantages,
            )
        ]
        for indices in th.randperm(total, device=self.device).tensor_split(-(-total // self.batch_size)):
            yield VanillaRolloutBatch(*(tensor[indices] for tensor in flat))

    def update(self) -> None:
        """Make room for the next rollout."""
        self.reset()
