"""Observations as networks take them: float32, bytes scaled to [0, 1], labels as one-hot vectors. B samples."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import gymnasium as gym
import torch as th
import torch.nn.functional as F

from rllte.core.errors import SpaceError
from rllte.core.spaces import byte_factor


def preprocess(obs: Any, space: gym.Space[Any]) -> Any:
    """One batch of observations as float32; `preprocessor` looks at the space once instead of at each call."""
    return preprocessor(space)(obs)


def preprocessor(space: gym.Space[Any]) -> Callable[[Any], Any]:
    """A function of observations as the storage holds them; it can be pickled.

    Box (B, ...) keeps its shape; uint8 is divided by the largest number of the space, 255 as a rule, float images in such
    a space too. Discrete (B,) becomes one-hot (B, n); MultiDiscrete (B, ...) one-hot vectors side by side (B, sum of n);
    MultiBinary (B, ...) keeps its shape. A Dict space gives a dict of these. Labels count from the `start` of their space.

    Raises:
        SpaceError: another space.
    """
    if isinstance(space, gym.spaces.Dict):
        return partial(_by_key, parts={key: preprocessor(part) for key, part in space.spaces.items()})
    if isinstance(space, gym.spaces.Box):
        return partial(_scaled, factor=byte_factor(space))
    if isinstance(space, gym.spaces.MultiBinary):
        return partial(_scaled, factor=1.0)
    if isinstance(space, gym.spaces.Discrete):
        return partial(_one_hot, sizes=(int(space.n),), starts=(int(space.start),))
    if isinstance(space, gym.spaces.MultiDiscrete):
        sizes, starts = space.nvec.ravel().tolist(), space.start.ravel().tolist()
        return partial(_one_hot, sizes=tuple(sizes), starts=tuple(starts))
    raise SpaceError(
        f"Observations are of Box, Discrete, MultiDiscrete, MultiBinary or flat Dict spaces; received {space}. "
        "Wrap the environment (gymnasium.wrappers.FlattenObservation) so that it gives one of them."
    )


def _scaled(obs: th.Tensor, factor: float) -> th.Tensor:
    return obs.float() if factor == 1.0 else obs.float() * factor


def _one_hot(obs: th.Tensor, sizes: tuple[int, ...], starts: tuple[int, ...]) -> th.Tensor:
    labels = obs.reshape(obs.shape[0], -1).long()
    if len(set(sizes)) == 1 and not any(starts):
        return F.one_hot(labels, sizes[0]).flatten(1).float()
    columns = zip(labels.unbind(1), sizes, starts, strict=True)
    return th.cat([F.one_hot(column - start, size) for column, size, start in columns], dim=1).float()


def _by_key(obs: Mapping[str, th.Tensor], parts: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    return {key: part(obs[key]) for key, part in parts.items()}
