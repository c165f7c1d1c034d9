"""Rollouts that processes write and a learner reads, in memory that they share; for IMPALA."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Annotated, Any

import gymnasium as gym
import numpy as np
import torch as th

from rllte.core.bases import BaseStorage
from rllte.core.errors import ParameterError
from rllte.core.registry import Paper, Param, register
from rllte.core.trees import space_leaves, to_device, tree_map
from rllte.core.types import DistributedBatch


@register(
    "storage",
    paper=Paper("IMPALA: Scalable Distributed Deep-RL with Importance Weighted Actor-Learner Architectures", "1802.01561"),
    aliases=("distributed storage", "actor-learner storage"),
    observation_spaces=("Box1", "Box3", "Discrete", "MultiDiscrete", "MultiBinary", "Dict"),
    action_spaces=("Discrete", "Box", "MultiDiscrete", "MultiBinary"),
)
class VanillaDistributedStorage(BaseStorage):
    """`num_storages` rollouts of one environment each, T steps long, with the observation that follows the last step.

    Whoever acts writes rollout `idx` step by step with `add`; whoever learns takes the indices of whole ones from a queue
    with `sample`, and gives them back to another.

    Raises:
        ParameterError: too little shared memory.
    """

    def __init__(
        self,
        observation_space: gym.Space[Any],
        action_space: gym.Space[Any],
        device: Annotated[str, Param("where batches go")] = "cpu",
        storage_size: Annotated[int, Param("steps of a rollout", low=1)] = 100,
        num_storages: Annotated[int, Param("rollouts that are kept at once", low=1)] = 80,
        num_envs: Annotated[int, Param("environments that are acted in", low=1)] = 45,
        batch_size: Annotated[int, Param("rollouts in a batch", low=1)] = 32,
    ) -> None:
        super().__init__(observation_space, action_space, device, storage_size, batch_size, num_envs)
        self.num_storages = num_storages
        shape = (num_storages, storage_size)
        self.observations = tree_map(
            lambda space: _shared((num_storages, storage_size + 1, *space.shape), _dtype(space)),
            space_leaves(observation_space),
        )
        self.starts = _shared((num_storages, storage_size + 1), th.float32)
        self.actions = _shared((*shape, *(action_space.shape or ())), _dtype(action_space))
        names = ("rewards", "terminateds", "truncateds", "log_probs", "final_values")
        self.rewards, self.terminateds, self.truncateds, self.log_probs, self.final_values = (
            _shared(shape, th.float32) for _ in names
        )
        self.states: th.Tensor | None = None

    def remember(self, width: int) -> None:
        """Make room for the memory (num_storages, width) that a recurrent policy begins a rollout with."""
        self.states = _shared((self.num_storages, width), th.float32)

    def reset(self) -> None:
        """Forget everything."""
        self.starts.zero_()
        self.rewards.zero_()

    def add(
        self, idx: Any, timestep: int, actor_output: Mapping[str, th.Tensor], env_output: Mapping[str, Any]
    ) -> None:
        """Write one step of one or several rollouts.

        Args:
            idx: index of a rollout, or (k,) of several; then every tensor has k as its first axis.
            timestep: 0 to T - 1, or T for the observation after the last step, which has no action.
            actor_output: `actions`, `log_probs`, and `final_values`: V of an episode's own last observation where it was
                truncated, else 0.
            env_output: `observations` that were acted on and `starts` (1 where they begin an episode); `rewards`,
                `terminateds`, `truncateds` that followed.

        Raises:
            ParameterError: a step outside of the rollout.
        """
        if not 0 <= timestep <= self.storage_size:
            raise ParameterError(f"timestep is {timestep}; expected 0 to {self.storage_size}.")
        tree_map(lambda kept, leaf: _put(kept, idx, timestep, leaf), self.observations, env_output["observations"])
        self.starts[idx, timestep] = env_output["starts"]
        if timestep == self.storage_size:
            return
        for name in ("actions", "log_probs", "final_values"):
            getattr(self, name)[idx, timestep] = actor_output[name].to(getattr(self, name).dtype)
        for name in ("rewards", "terminateds", "truncateds"):
            getattr(self, name)[idx, timestep] = env_output[name]

    def sample(
        self, free_queue: Any, full_queue: Any, lock: AbstractContextManager[Any] | None = None
    ) -> DistributedBatch:
        """A batch of whole rollouts, time first.

        Args:
            free_queue: takes the indices back once they have been copied.
            full_queue: gives `batch_size` indices of whole rollouts.
            lock: held while indices are taken, for several learners.
        """
        with lock or threading.Lock():
            indices = th.tensor([full_queue.get() for _ in range(self.batch_size)])
        batch = self.batch(indices)
        for index in indices.tolist():
            free_queue.put(index)
        return batch

    def batch(self, indices: th.Tensor) -> DistributedBatch:
        """The rollouts (B,) of these indices, on the device, time first."""

        def take(tensor: th.Tensor) -> th.Tensor:
            return tensor[indices].transpose(0, 1).contiguous().to(self.device)

        return DistributedBatch(
            observations=to_device(tree_map(take, self.observations), self.device),
            actions=take(self.actions),
            rewards=take(self.rewards),
            terminateds=take(self.terminateds),
            truncateds=take(self.truncateds),
            log_probs=take(self.log_probs),
            final_values=take(self.final_values),
            starts=take(self.starts),
            states=None if self.states is None else self.states[indices].to(self.device),
        )

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Nothing is due: rollouts are overwritten."""


def _shared(shape: tuple[int, ...], dtype: th.dtype) -> th.Tensor:
    """Zeros that processes share.

    Raises:
        ParameterError: the system has too little shared memory.
    """
    size = int(np.prod(shape)) * dtype.itemsize
    if os.path.isdir("/dev/shm"):
        room = os.statvfs("/dev/shm")
        free = room.f_bavail * room.f_frsize
        if size > free:
            raise ParameterError(
                f"The rollouts need {size / 1e6:,.0f} MB of shared memory; /dev/shm has {free / 1e6:,.0f}. "
                "Lower num_storages or num_steps, or enlarge /dev/shm."
            )
    return th.zeros(shape, dtype=dtype).share_memory_()


def _put(kept: th.Tensor, idx: Any, timestep: int, leaf: th.Tensor) -> None:
    kept[idx, timestep] = leaf.to(kept.dtype)


def _dtype(space: gym.Space[Any]) -> th.dtype:
    if isinstance(space, gym.spaces.Discrete | gym.spaces.MultiDiscrete):
        return th.int64
    return th.uint8 if space.dtype == np.uint8 else th.float32
