"""Normalisation of what the environment gives, as options of `train`; its state is saved with the agent."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import torch as th
from torch import nn

from rllte.core.bases import BaseEncoder
from rllte.core.errors import SpaceError
from rllte.core.normalization import RunningMeanStd
from rllte.core.spaces import observation_kind
from rllte.core.trees import Tree, leaves, space_leaves, tree_map

LIMIT = 10.0
"""What is normalised is kept within this many deviations."""


class ObservationNormalizer(nn.Module):
    """Shifts and scales vectors before the encoder sees them, by mean and deviation of all that was seen in training.

    Images are left alone: encoders scale them. It hangs on the encoder, so it is saved, copied and exported with it.

    Args:
        observation_space: Box vectors, or a Dict with some.
    """

    def __init__(self, observation_space: gym.Space[Any]) -> None:
        super().__init__()
        vectors = {
            key: space
            for key, space in leaves(space_leaves(observation_space)).items()
            if observation_kind(space) == "Box1" and np.issubdtype(space.dtype, np.floating)
        }
        if not vectors:
            raise SpaceError(
                f"normalize_obs is for vectors of floats; these observations are {observation_space}. Leave it off."
            )
        self.norms = nn.ModuleDict({key: RunningMeanStd(space.shape) for key, space in vectors.items()})

    def update(self, observations: Tree) -> None:
        """See observations (..., *shape), of any device; what is not normalised stays where it is."""
        for key, leaf in leaves(observations).items():
            if key in self.norms:
                norm: Any = self.norms[key]
                norm.update(leaf.to(norm.mean.device).float().reshape(-1, *norm.mean.shape))

    def forward(self, observations: Tree) -> Tree:
        """Observations (B, *shape) with vectors at mean 0 and deviation 1, within `LIMIT`."""
        if not isinstance(observations, dict):
            return self._leaf("observations", observations)
        return {key: self._leaf(key, leaf) for key, leaf in observations.items()}

    def _leaf(self, key: str, leaf: th.Tensor) -> th.Tensor:
        return self.norms[key](leaf.float()).clamp(-LIMIT, LIMIT) if key in self.norms else leaf


def attach(encoder: BaseEncoder) -> None:
    """Normalise what an encoder takes from now on."""
    encoder.add_module("normalizer", ObservationNormalizer(encoder.observation_space))
    encoder.register_forward_pre_hook(_normalize)


def detach(encoder: BaseEncoder) -> None:
    """Take `attach` back; nothing where it has not been called."""
    if hasattr(encoder, "normalizer"):
        del encoder.normalizer
        for key in [key for key, hook in encoder._forward_pre_hooks.items() if hook is _normalize]:
            del encoder._forward_pre_hooks[key]


def _normalize(encoder: nn.Module, args: tuple[Any, ...]) -> tuple[Any, ...]:
    normalizer: Any = encoder.normalizer
    return (normalizer(args[0]), *args[1:])


def see(policy: nn.Module, observations: Tree) -> None:
    """Show observations (..., *shape) to every normaliser in a policy; encoders and their copies see the same."""
    for module in policy.modules():
        if isinstance(module, ObservationNormalizer):
            module.update(tree_map(lambda leaf: leaf.detach(), observations))


class RewardScaler(nn.Module):
    """Divides rewards by the deviation of the discounted sum of rewards, so that returns are of the order of 1.

    As in the implementation of PPO that came with arXiv 1707.06347. The mean is kept: what pays stays positive.
    While all sums are equal, as after the very first step, nothing is divided.

    Args:
        discount: gamma of the sums.
        num_envs: N.
    """

    sums: th.Tensor

    def __init__(self, discount: float, num_envs: int) -> None:
        super().__init__()
        self.discount = discount
        self.register_buffer("sums", th.zeros(num_envs))
        self.norm = RunningMeanStd(())

    def reset(self, ended: th.Tensor) -> None:
        """Begin the sums anew in the environments where `ended` (N,) is 1: their episodes were broken off."""
        self.sums = self.sums * (1.0 - ended.to(self.sums))

    @th.no_grad()
    def forward(self, rewards: th.Tensor, ended: th.Tensor) -> th.Tensor:
        """Rewards (T, N) scaled; `ended` (T, N) is 1 where a step was an episode's last. Statistics see them first."""
        sums = []
        for reward, over in zip(rewards, ended, strict=True):
            self.sums = self.discount * self.sums + reward
            sums.append(self.sums)
            self.sums = self.sums * (1.0 - over)
        self.norm.update(th.stack(sums).flatten())
        return (rewards / self.norm.divisor).clamp(-LIMIT, LIMIT)
