"""Several intrinsic rewards as one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import torch as th
from torch import nn

from rllte.core.bases import BaseReward
from rllte.core.errors import IncompatibleError, ParameterError
from rllte.core.registry import Param, register
from rllte.core.spaces import ACTION_KINDS, OBSERVATION_KINDS
from rllte.xplore.reward.learned import Gamma


class Counts(nn.Module):
    """How often each of the rewards has learned, for checkpoints."""

    numbers: th.Tensor

    def __init__(self, number: int) -> None:
        super().__init__()
        self.register_buffer("numbers", th.zeros(number, dtype=th.int64))


@register("reward", aliases=("mixed reward",), observation_spaces=OBSERVATION_KINDS, action_spaces=ACTION_KINDS)
class Fabric(BaseReward):
    """The sum of intrinsic rewards, for example `Fabric(RE3(env), ICM(env, beta=0.5))`.

    Each keeps its own weight, scale and memory. The sum has another weight, and another scale if asked for. What the
    rewards have of networks and optimisers is kept by checkpoints.

    Args:
        rewards: at least one, for the same environments and device.
        beta, kappa, gamma, rwd_norm_type: of the sum; see `BaseReward`.

    Raises:
        ParameterError: no reward, or something that is none.
        IncompatibleError: rewards for different spaces, numbers of environments or devices, or the same one twice.
    """

    def __init__(
        self,
        *rewards: BaseReward,
        beta: Annotated[float, Param("weight of the sum")] = 1.0,
        kappa: Annotated[float, Param("decay of that weight per update", low=0, high=1)] = 0.0,
        gamma: Gamma = None,
        rwd_norm_type: Annotated[str, Param("scale of the sum", choices=("rms", "minmax", "none"))] = "none",
    ) -> None:
        _check(rewards)
        first = rewards[0]
        super().__init__(first, first.device, beta, kappa, gamma, rwd_norm_type, "none")
        self.rewards = rewards
        self.counts = Counts(len(rewards))
        self._count()
        for index, reward in enumerate(rewards):
            for name, value in [*vars(reward).items(), ("self", reward)]:
                if isinstance(value, nn.Module | nn.Parameter | th.optim.Optimizer):
                    setattr(self, f"part{index}_{name}", value)  # where checkpoints look

    @property
    def updates(self) -> int:
        """How often `update` was called; setting it, as a checkpoint does, puts back those of the rewards too."""
        return self._updates

    @updates.setter
    def updates(self, number: int) -> None:
        self._updates = number
        for reward, own in zip(getattr(self, "rewards", ()), self.counts.numbers if number else (), strict=False):
            reward.updates = int(own)

    def init_normalization(self, observations: Any) -> None:
        """Let all see observations; see `BaseReward`."""
        for reward in self.rewards:
            reward.init_normalization(observations)

    def watch(self, *args: Any, **kwargs: Any) -> None:
        """Let all see the step."""
        for reward in self.rewards:
            reward.watch(*args, **kwargs)

    def reset(self, ended: th.Tensor) -> None:
        """Let all forget the episode; see `BaseReward.reset`."""
        for reward in self.rewards:
            reward.reset(ended)

    @property
    def ready(self) -> bool:
        """Whether the sum and all of its parts have seen enough; see `BaseReward.ready`."""
        return super().ready and all(reward.ready for reward in self.rewards)

    def compute(self, samples: Mapping[str, Any], sync: bool = True) -> th.Tensor:
        """The sum (T, N) float32, weighted.

        Args:
            samples: see `BaseReward`.
            sync: whether memories and running statistics are updated, here and in each reward.
        """
        parts = [reward.compute(samples, sync=sync).detach() for reward in self.rewards]
        return self.scale(th.stack(parts).sum(0), sync)

    def update(self, samples: Mapping[str, Any]) -> None:
        """Let all learn, and count the update for the decay of the weight."""
        for reward in self.rewards:
            reward.update(samples)
        self._updates += 1
        self._count()

    def _count(self) -> None:
        self.counts.numbers = th.tensor([reward.updates for reward in self.rewards])


def _check(rewards: tuple[Any, ...]) -> None:
    if not rewards:
        raise ParameterError("Fabric needs at least one intrinsic reward: Fabric(RE3(env), RND(env)).")
    for reward in rewards:
        if not isinstance(reward, BaseReward):
            raise ParameterError(
                f"Fabric sums intrinsic rewards; received a {type(reward).__name__}. Make them first: "
                "Fabric(RE3(env), RND(env))."
            )
        for what in ("observation_space", "action_space", "num_envs", "device"):
            mine, theirs = getattr(rewards[0], what), getattr(reward, what)
            if mine != theirs:
                raise IncompatibleError(
                    f"Fabric takes rewards of the same environments and device; the {what} of "
                    f"{type(rewards[0]).__name__} is {mine}, of {type(reward).__name__} {theirs}."
                )
    if len({id(reward) for reward in rewards}) < len(rewards):
        raise IncompatibleError("Fabric received the same reward twice: it would learn twice. Give it a larger beta.")
