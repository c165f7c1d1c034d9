"""RLLTE's questions about spaces, answered by `rllte.core.spaces` and `rllte.core.observations`."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np

from rllte.core.errors import SpaceError
from rllte.core.observations import preprocess
from rllte.core.spaces import action_kind, action_size, flat_size, policy_outputs
from rllte.core.trees import space_leaves, tree_map


def process_observation_space(observation_space: gym.Space[Any]) -> Any:
    """The shape of one observation, of a Dict space by key; a single label counts as (1,), as in RLLTE."""
    return tree_map(lambda space: tuple(space.shape or ()) or (1,), space_leaves(observation_space))


def process_action_space(action_space: gym.Space[Any]) -> tuple[tuple[int, ...], int, int, str]:
    """What networks need to know of an action space.

    Returns:
        Shape; number of actions if Discrete, else of scalars in an action; how many numbers a policy head puts out; kind.

    Raises:
        SpaceError: a space that policies cannot act in.
    """
    outputs = policy_outputs(action_space)
    return tuple(action_space.shape or ()), action_size(action_space), outputs, action_kind(action_space)


def get_flattened_obs_dim(observation_space: gym.Space[Any]) -> int:
    """Number of scalars of an observation as a network takes it, labels as one-hot vectors, a Dict space all together.

    Raises:
        SpaceError: a space of no fixed size.
    """
    if isinstance(observation_space, gym.spaces.Dict):
        return sum(get_flattened_obs_dim(part) for part in observation_space.spaces.values())
    return flat_size(observation_space)


def is_image_space_channels_first(observation_space: gym.spaces.Box) -> bool:
    """Whether the first axis of an image is the shortest: that is where its channels are, as a rule.

    Raises:
        SpaceError: the space has not three axes.
    """
    if len(observation_space.shape) != 3:
        raise SpaceError(f"An image has three axes; received a space of shape {observation_space.shape}.")
    return int(np.argmin(observation_space.shape)) == 0


def is_image_space(
    observation_space: gym.Space[Any], check_channels: bool = False, normalized_image: bool = False
) -> bool:
    """Whether observations are images.

    Args:
        observation_space: any space.
        check_channels: an image has also to have 1, 3 or 4 channels.
        normalized_image: three axes are enough; else it has also to hold bytes from 0 to 255.
    """
    space = observation_space
    if not isinstance(space, gym.spaces.Box) or len(space.shape) != 3:
        return False
    if not normalized_image and (space.dtype != np.uint8 or bool((space.low != 0).any() or (space.high != 255).any())):
        return False
    return not check_channels or space.shape[0 if is_image_space_channels_first(space) else -1] in (1, 3, 4)


def preprocess_obs(obs: Any, observation_space: gym.Space[Any]) -> Any:
    """Observations (B, ...) as float32: bytes scaled to [0, 1], labels one-hot; by key in Dict spaces.

    Raises:
        SpaceError: a space that networks do not take.
    """
    return preprocess(obs, observation_space)
