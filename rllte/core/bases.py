"""The six contracts that users implement; exported to them as `rllte.common.prototype`. B samples, N environments."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import gymnasium as gym
import torch as th
from torch import nn

from rllte.core.errors import ParameterError


class BaseEncoder(nn.Module, ABC):
    """Turns observations into features.

    Args:
        observation_space: what comes in, one observation of shape `(*observation_shape,)`.
        feature_dim: size of what goes out.

    `forward` takes (B, *observation_shape) and returns (B, feature_dim) float32.
    """

    def __init__(self, observation_space: gym.Space[Any], feature_dim: int = 0) -> None:
        super().__init__()
        if feature_dim < 0:
            raise ParameterError(f"feature_dim is {feature_dim}; expected a positive number.")
        self.observation_space = observation_space
        self.obs_shape: tuple[int, ...] = tuple(observation_space.shape or ())
        self._feature_dim = feature_dim

    @property
    def feature_dim(self) -> int:
        """Size of the features."""
        return self._feature_dim


class BasePolicy(nn.Module, ABC):
    """Encoder and heads: from observations to actions and values.

    Args:
        observation_space: of the environment.
        action_space: of the environment.
        feature_dim: size of the encoder's features.
        hidden_dim: width of the heads.
        opt_class: class of the optimiser.
        opt_kwargs: its arguments.
        init_fn: name of the initialisation of the heads (see `rllte.nn.get_init_fn`).
    """

    def __init__(
        self,
        observation_space: gym.Space[Any],
        action_space: gym.Space[Any],
        feature_dim: int,
        hidden_dim: int,
        opt_class: type[th.optim.Optimizer] = th.optim.Adam,
        opt_kwargs: Mapping[str, Any] | None = None,
        init_fn: str = "orthogonal",
    ) -> None:
        super().__init__()
        self.observation_space = observation_space
        self.action_space = action_space
        self.feature_dim = feature_dim
        self.hidden_dim = hidden_dim
        self.opt_class = opt_class
        self.opt_kwargs = dict(opt_kwargs or {})
        self.init_fn = init_fn
        self._optimizers: dict[str, th.optim.Optimizer] = {}

    @property
    def optimizers(self) -> dict[str, th.optim.Optimizer]:
        """By name; filled by `freeze`."""
        return self._optimizers

    @abstractmethod
    def freeze(self, encoder: BaseEncoder, dist: BaseDistribution) -> None:
        """Take the encoder and the distribution and build the optimisers. Weights are left as they are."""


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

    def __init__(
        self,
        observation_space: gym.Space[Any],
        action_space: gym.Space[Any],
        device: str | th.device,
        storage_size: int,
        batch_size: int,
        num_envs: int,
    ) -> None:
        for name, value in (("storage_size", storage_size), ("batch_size", batch_size), ("num_envs", num_envs)):
            if value < 1:
                raise ParameterError(f"{name} is {value}; expected at least 1.")
        self.observation_space = observation_space
        self.action_space = action_space
        self.device = th.device(device)
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


class BaseAugmentation(nn.Module, ABC):
    """Changes observations without changing what they mean; `forward` keeps shape and dtype."""


class BaseReward(ABC):
    """An intrinsic reward.

    Args:
        envs: the training environments, looked at for their spaces and number only.
        device: where its networks live.
        beta: weight of the reward.
        kappa: decay of the weight; after n calls of `update` it is beta * (1 - kappa)^n.
    """

    def __init__(self, envs: Any, device: str = "cpu", beta: float = 1.0, kappa: float = 0.0) -> None:
        self.observation_space: gym.Space[Any] = envs.observation_space
        self.action_space: gym.Space[Any] = envs.action_space
        self.num_envs: int = envs.num_envs
        self.device = th.device(device)
        self.beta = beta
        self.kappa = kappa
        self.updates = 0

    @property
    def weight(self) -> float:
        """The present weight."""
        return float(self.beta * (1.0 - self.kappa) ** self.updates)

    def watch(  # noqa: B027 (most rewards need not watch)
        self,
        observations: th.Tensor,
        actions: th.Tensor,
        rewards: th.Tensor,
        terminateds: th.Tensor,
        truncateds: th.Tensor,
        next_observations: th.Tensor,
    ) -> None:
        """See one step of all environments, each argument (N, ...); for rewards with a memory."""

    @abstractmethod
    def compute(self, samples: Mapping[str, th.Tensor], sync: bool = True) -> th.Tensor:
        """Intrinsic rewards (T, N) float32 of a rollout, weighted.

        Args:
            samples: observations, actions, rewards, terminateds, truncateds, next_observations, each (T, N, ...).
            sync: whether running statistics are updated.
        """

    @abstractmethod
    def update(self, samples: Mapping[str, th.Tensor]) -> None:
        """Learn from a rollout, and count the update for the decay of the weight."""
