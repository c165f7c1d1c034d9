"""The contract of storages."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Annotated, Any

import gymnasium as gym
import torch as th

from rllte.core.device import resolve_device
from rllte.core.registry import Param, checked


class BaseStorage(ABC):
    """Keeps experience and hands out batches.

    Args:
        observation_space: of the environment.
        action_space: of the environment.
        device: where batches go.
        storage_size: capacity; steps per environment for rollouts.
        batch_size: samples in a batch.
        num_envs: environments side by side.
    """

    @checked
    def __init__(
        self,
        observation_space: gym.Space[Any],
        action_space: gym.Space[Any],
        device: str | th.device,
        storage_size: Annotated[int, Param("capacity", low=1)],
        batch_size: Annotated[int, Param("samples in a batch", low=1)],
        num_envs: Annotated[int, Param("environments side by side", low=1)],
    ) -> None:
        self.observation_space = observation_space
        self.action_space = action_space
        self.device = resolve_device(device)
        self.storage_size = storage_size
        self.batch_size = batch_size
        self.num_envs = num_envs

    @abstractmethod
    def reset(self) -> None:
        """Forget everything."""

    @abstractmethod
    def add(self, *args: Any, **kwargs: Any) -> None:
        """Keep one step of all environments."""

    @abstractmethod
    def sample(self) -> Any:
        """A batch, or an iterator over batches for rollouts."""

    @abstractmethod
    def update(self, *args: Any, **kwargs: Any) -> None:
        """What is due after learning from what is stored."""
