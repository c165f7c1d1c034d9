"""The six contracts that users implement; exported to them as `rllte.common.prototype`. B samples, N environments."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import gymnasium as gym
import torch as th
from torch import nn

from rllte.core import weights
from rllte.core.device import resolve_device
from rllte.core.normalization import ForwardFilter, RunningMeanStd, minmax
from rllte.core.registry import Param, checked


class BaseEncoder(nn.Module, ABC):
    """Turns observations into features.

    Args:
        observation_space: what comes in, one observation of shape `(*observation_shape,)`.
        feature_dim: size of what goes out.

    `forward` takes (B, *observation_shape) and returns (B, feature_dim) float32.
    """

    @checked
    def __init__(
        self, observation_space: gym.Space[Any], feature_dim: Annotated[int, Param("size of the features", low=0)] = 0
    ) -> None:
        super().__init__()
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

    @checked
    def __init__(
        self,
        observation_space: gym.Space[Any],
        action_space: gym.Space[Any],
        feature_dim: Annotated[int, Param("size of the encoder's features", low=1)],
        hidden_dim: Annotated[int, Param("width of the heads", low=1)],
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

    @classmethod
    def describe(cls) -> str:
        """What the policy is, for people."""
        return inspect.getdoc(cls) or cls.__name__

    def compile(self, *args: Any, **kwargs: Any) -> None:
        """Compile acting and, where the policy has them, what learning calls: `evaluate_actions` and `get_value`.

        Args:
            args, kwargs: of `torch.compile`.
        """
        super().compile(*args, **kwargs)
        for name in ("evaluate_actions", "get_value"):
            method = getattr(type(self), name, None)
            if method is not None:
                setattr(self, name, th.compile(method.__get__(self), *args, **kwargs))

    def save(self, path: str | Path, pretraining: bool = False, global_step: int = 0) -> Path:
        """Write the weights alone into the folder `path`, as agent_<step> or pretrained_<step>; `agent.save` writes all.

        Returns:
            Where they are.
        """
        file = Path(path) / f"{'pretrained' if pretraining else 'agent'}_{global_step}.safetensors"
        return weights.write(file, weights.state_of(self, weights.POLICY), {"step": global_step, "episode": 0})

    def load(self, path: str | Path, device: str | th.device = "cpu") -> None:
        """Take the weights of a checkpoint, and nothing else of it, and move to a device.

        Raises:
            CheckpointError: unreadable, or of other modules; the weights are as before.
        """
        self.load_state_dict(weights.fitting(weights.read(path), self, weights.POLICY))
        self.to(resolve_device(device))


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
