"""The contract of intrinsic rewards. T steps, N environments."""

from __future__ import annotations

import functools
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from numbers import Integral
from typing import Annotated, Any

import gymnasium as gym
import torch as th
from torch import nn

from rllte.core.device import resolve_device
from rllte.core.errors import ParameterError
from rllte.core.normalization import ForwardFilter, RunningMeanStd, RunningRange, minmax
from rllte.core.registry import Param, checked
from rllte.core.seeding import drawn_apart
from rllte.core.spaces import action_kind, action_size, byte_factor, observation_kind
from rllte.core.trees import Tree, leaves, space_leaves, tree_map

ENOUGH = 64
"""Rewards that `ready` waits for."""


class BaseReward(ABC):
    """An intrinsic reward.

    Args:
        envs: the training environments, looked at for their spaces and number only; nothing here steps them. The
            library's own, or any that is vectorised: Gymnasium's, Stable-Baselines3's.
        device: where its networks live.
        beta: weight of the reward.
        kappa: decay of the weight; after n calls of `update` it is beta * (1 - kappa)^n.
        gamma: `scale` measures the deviation of the discounted sum of rewards instead of single ones; None does not.
        rwd_norm_type: what `scale` divides by: rms (the deviation so far), minmax (the range of the rollout; of
            all so far where steps come one by one, as in off-policy loops) or none.
        obs_norm_type: whether `normalize` shifts and divides observations (rms) or not (none).

    Attributes:
        observation_space, action_space, num_envs: of the environments.
        obs_kind, obs_shape: `rllte.core.spaces.observation_kind`, and the shape of one observation (of a Dict space: by
            key).
        action_type, action_dim, action_shape: the kind of action; n of Discrete, else the number of scalars; the shape.

    `check`, `flat`, `scale` and `normalize` are for use in `compute` and `update`; nothing calls them otherwise. Weights
    that a constructor draws leave torch's generator as it was, so that a reward of weight 0 changes nothing. They depend on
    its state and on the name of the class: two rewards of one class, made one after the other, begin with the same.
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "__init__" in vars(cls):
            cls.__init__ = _apart(cls.__init__)  # type: ignore[method-assign]  # the same with a stream of its own

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
        self.observation_space, self.action_space = (
            _single(envs, name) for name in ("observation_space", "action_space")
        )
        self.num_envs: int = envs.num_envs
        self.obs_kind = observation_kind(self.observation_space)
        self.obs_shape: Any = tree_map(lambda space: tuple(space.shape or ()), space_leaves(self.observation_space))
        self.action_type = action_kind(self.action_space)
        self.action_dim = action_size(self.action_space)
        self.action_shape: tuple[int, ...] = tuple(self.action_space.shape or ())
        self.device = resolve_device(device)
        self.beta = beta
        self.kappa = kappa
        self.rwd_norm_type = rwd_norm_type
        self.obs_norm_type = obs_norm_type
        self.rwd_norm = RunningMeanStd(()).to(self.device)
        self.rwd_range = RunningRange().to(self.device)
        self.obs_norm = _observation_scales(self.observation_space).to(self.device)
        self.forward_filter = ForwardFilter(gamma, self.num_envs).to(self.device) if gamma is not None else None
        self.updates = 0

    @property
    def ready(self) -> bool:
        """Whether `scale` has seen enough to divide by: the deviation of a few rewards of the very start may be tiny.

        Loops that pay step by step, and keep what they paid, pay nothing before. Rollouts are long enough by themselves.
        """
        seen = int(self.rwd_norm.count)
        return self.rwd_norm_type != "rms" or seen == 0 or seen >= ENOUGH

    @property
    def weight(self) -> float:
        """The present weight."""
        return float(self.beta * (1.0 - self.kappa) ** self.updates)

    def check(self, samples: Mapping[str, Any]) -> int:
        """T, the number of steps in samples, after comparing all shapes.

        Raises:
            ParameterError: a tensor is not (T, N, *shape); the message names it.
        """
        steps: int | None = None
        for name, given in samples.items():
            for where, tensor, shape in self._expected(name, given):
                steps = len(tensor) if steps is None and tensor.ndim else steps
                if tuple(tensor.shape) != (steps, self.num_envs, *shape):
                    raise ParameterError(
                        f"{where} has shape {tuple(tensor.shape)}; expected {(steps, self.num_envs, *shape)}: steps, "
                        f"environments{', then the shape of one' if shape else ''}. Off-policy loops give one step."
                    )
        if not steps:
            raise ParameterError("The samples hold no step; expected tensors (T, N, ...) with T of at least 1.")
        return steps

    def _expected(self, name: str, given: Any) -> list[tuple[str, th.Tensor, tuple[int, ...]]]:
        """Name, tensor and shape of one sample, of each leaf of an entry; nothing for entries of other names."""
        if name in ("observations", "next_observations"):
            shapes, found = leaves(self.obs_shape), leaves(given)
            if shapes.keys() != found.keys():
                raise ParameterError(f"samples[{name!r}] has the keys {sorted(found)}; expected {sorted(shapes)}.")
            many = isinstance(given, dict)
            return [(f"samples[{name!r}]" + (f"[{k!r}]" if many else ""), found[k], shapes[k]) for k in shapes]
        if name in ("rewards", "terminateds", "truncateds", "actions"):
            return [(f"samples[{name!r}]", given, self.action_shape if name == "actions" else ())]
        return []

    def flat(self, samples: Mapping[str, Any], name: str) -> Any:
        """An entry (T, N, ...) as (T * N, ...), on the device; step by step, so that row t * N + n is environment n.

        Raises:
            ParameterError: it is missing.
        """
        if name not in samples:
            raise ParameterError(f"{type(self).__name__} needs samples[{name!r}]; received {sorted(samples)}.")
        return tree_map(lambda leaf: leaf.detach().to(self.device).flatten(0, 1), samples[name])

    def ends(self, samples: Mapping[str, Any]) -> th.Tensor:
        """Whether an episode ended with the step, (T, N) bool."""
        over: th.Tensor = samples["terminateds"].bool() | samples["truncateds"].bool()
        return over.to(self.device)

    def scale(self, rewards: th.Tensor, sync: bool = True) -> th.Tensor:
        """Rewards (T, N) in the unit of `rwd_norm_type`, weighted.

        Args:
            sync: whether the deviation is updated with them first. Nothing is divided while all that was seen is equal.
        """
        if self.rwd_norm_type == "minmax":
            return self.weight * (minmax(rewards) if len(rewards) > 1 else self.rwd_range(rewards, sync))
        if self.rwd_norm_type == "rms":
            if sync:
                seen = rewards if self.forward_filter is None else self.forward_filter(rewards)
                self.rwd_norm.update(seen.flatten())
            return self.weight * rewards / self.rwd_norm.divisor
        return self.weight * rewards

    def init_normalization(self, observations: Tree | None = None) -> None:
        """See observations (..., *observation_shape) for `normalize` before the first rollout, for example of random steps.

        It is never needed: the statistics come from the rollouts. The environments are not touched, ever: without
        observations, as constructors of RLLTE's rewards call it, nothing happens.
        """
        if observations is not None:
            self.normalize(observations, sync=True)

    def normalize(self, observations: Any, sync: bool = True) -> Any:
        """Observations (..., *observation_shape) of mean 0 and deviation 1, kept within [-5, 5] (RND, section 2.4).

        Only Box spaces (in a Dict: its Box entries) have a scale; others pass as they are. uint8 becomes [0, 1] first,
        and stays there where `obs_norm_type` is none.

        Args:
            sync: whether mean and deviation are updated with them first.
        """
        spaces, found = leaves(space_leaves(self.observation_space)), leaves(observations)
        scales = self.obs_norm if isinstance(self.obs_norm, nn.ModuleList) else [self.obs_norm]
        out = {
            key: self._normalized(found[key], spaces[key], scale, sync)
            for key, scale in zip(sorted(spaces), scales, strict=True)
        }
        return out if isinstance(observations, dict) else out["observations"]

    def _normalized(self, obs: th.Tensor, space: gym.Space[Any], scale: Any, sync: bool) -> th.Tensor:
        if not isinstance(space, gym.spaces.Box):
            return obs
        values = obs.float() * byte_factor(space)
        if self.obs_norm_type == "none":
            return values
        if sync:
            scale.update(values.reshape(-1, *scale.mean.shape))
        scaled: th.Tensor = scale(values)
        return scaled.clamp(-5.0, 5.0)

    def watch(  # noqa: B027 (most rewards need not watch)
        self,
        observations: Tree,
        actions: th.Tensor,
        rewards: th.Tensor,
        terminateds: th.Tensor,
        truncateds: th.Tensor,
        next_observations: Tree,
    ) -> None:
        """See one step of all environments, each argument (N, ...) and a copy; for rewards with a memory."""

    def reset(self, ended: th.Tensor) -> None:  # noqa: B027 (most rewards remember no episode)
        """Forget the present episode of the environments where `ended` (N,) is true; for rewards with a memory.

        Loops call it where episodes are broken off; an end that `compute` sees needs no call.
        """

    @abstractmethod
    def compute(self, samples: Mapping[str, Any], sync: bool = True) -> th.Tensor:
        """Intrinsic rewards (T, N) float32 of a rollout, weighted. What is learned from them has no gradient.

        Args:
            samples: observations, actions, rewards, terminateds, truncateds, next_observations, each (T, N, ...), copies.
                T is the rollout of an on-policy loop and 1 of an off-policy loop; either way they come in order of time.
            sync: whether running statistics and memories are updated.
        """

    @abstractmethod
    def update(self, samples: Mapping[str, Any]) -> None:
        """Learn from a rollout, and count the update for the decay of the weight."""


def _single(envs: Any, name: str) -> gym.Space[Any]:
    """The space of one environment: Gymnasium's vector environments say it in `single_...`, others without."""
    space = getattr(envs, f"single_{name}", getattr(envs, name, None))
    if not isinstance(space, gym.Space) or not isinstance(getattr(envs, "num_envs", None), Integral):
        raise ParameterError(
            f"An intrinsic reward is made for environments side by side; received {_named(envs)}. Give it what "
            'make_rllte_env("CartPole-v1", num_envs=8) returns, or gymnasium.make_vec("CartPole-v1", num_envs=8).'
        )
    return space


def _named(given: Any) -> str:
    return repr(given) if isinstance(given, str) else f"a {type(given).__name__}"


def _apart(init: Callable[..., None]) -> Callable[..., None]:
    """A constructor that draws from a stream of its own; constructors of bases, called within, draw from the same."""

    @functools.wraps(init)
    def call(self: Any, *args: Any, **kwargs: Any) -> None:
        if vars(self).get("_drawing"):
            return init(self, *args, **kwargs)
        vars(self)["_drawing"] = True
        try:
            with drawn_apart(type(self).__name__):
                return init(self, *args, **kwargs)
        finally:
            del vars(self)["_drawing"]

    return call


def _observation_scales(space: gym.Space[Any]) -> nn.Module:
    """A scale of one observation or, in Dict spaces, one per key in alphabetical order (a key may be any text)."""
    if isinstance(space, gym.spaces.Dict):
        return nn.ModuleList(RunningMeanStd(tuple(space.spaces[key].shape or ())) for key in sorted(space.spaces))
    return RunningMeanStd(tuple(space.shape or ()))
