"""Spaces by kind: what components declare to support, and the sizes that networks need."""

from __future__ import annotations

import hashlib
from typing import Any

import gymnasium as gym
import numpy as np

from rllte.core.errors import SpaceError

OBSERVATION_KINDS = ("Box1", "Box3", "Discrete", "MultiDiscrete", "MultiBinary", "Dict", "Box")
ACTION_KINDS = ("Discrete", "Box", "MultiDiscrete", "MultiBinary")


def check_space(name: str, space: Any) -> None:
    """Whether this is a space at all.

    Raises:
        SpaceError: it is not.
    """
    if not isinstance(space, gym.Space):
        raise SpaceError(f"{name} is {space!r}; expected a space of Gymnasium. Give the environment's own, env.{name}.")


def observation_kind(space: gym.Space[Any]) -> str:
    """`Box1` for vectors, `Box3` for images (channels first), else the class name of the space."""
    if isinstance(space, gym.spaces.Box):
        rank = len(space.shape)
        return f"Box{rank}" if rank in (1, 3) else "Box"
    return type(space).__name__


def channels_last(space: gym.Space[Any]) -> bool:
    """Whether an image has its channels last, beyond doubt: read the other way it would be many channels of a narrow strip.

    The last axis is 1, 3 or 4 and both others are longer: at least 16, or equal and of bytes up to 255 (MiniGrid's views,
    7 x 7 x 3). Square images with the channels first never look like that, nor do the planes of small boards.
    """
    if not isinstance(space, gym.spaces.Box) or len(space.shape) != 3:
        return False
    first, second, last = space.shape
    if last not in (1, 3, 4) or min(first, second) <= last:
        return False
    square_bytes = first == second >= 5 and space.dtype == np.uint8 and int(space.high.max()) == 255
    return min(first, second) >= 16 or square_bytes


def check_channels(name: str, space: gym.Space[Any]) -> None:
    """Refuse images with their channels last.

    Args:
        name: of who would take them, for the message.
        space: of the observations.

    Raises:
        SpaceError: they are.
    """
    if channels_last(space):
        height, width, channels = space.shape or ()
        raise SpaceError(
            f"{name} takes images with their channels first (channels, height, width); received {space}, which has "
            f"them last. Wrap the environment so that it observes {(channels, height, width)}: "
            "gymnasium.wrappers.TransformObservation(env, lambda image: numpy.moveaxis(image, -1, 0), space) with a space "
            "of that shape, or rllte.env.wrappers.ChannelsFirst; the makers do it by themselves for ids that observe one "
            "image."
        )


def action_kind(space: gym.Space[Any]) -> str:
    """`Discrete`, `Box`, `MultiDiscrete` or `MultiBinary`."""
    return type(space).__name__


def flat_size(space: gym.Space[Any]) -> int:
    """Number of scalars in an observation as a network takes it: labels count as one-hot vectors.

    Raises:
        SpaceError: a space of parts (Dict, Tuple) or of no fixed size.
    """
    if isinstance(space, gym.spaces.Discrete):
        return int(space.n)
    if isinstance(space, gym.spaces.MultiDiscrete):
        return int(space.nvec.sum())
    if isinstance(space, gym.spaces.Box | gym.spaces.MultiBinary):
        return int(np.prod(space.shape))
    hint = " Its parts go through RaffinCombinedEncoder." if isinstance(space, gym.spaces.Dict) else ""
    raise SpaceError(
        f"A flat size is defined for Box, Discrete, MultiDiscrete and MultiBinary observations; received {space}.{hint}"
    )


def byte_factor(space: gym.spaces.Box) -> float:
    """What brings uint8 observations to [0, 1]: one over the largest number of the space; 1 for other dtypes."""
    return 1.0 / max(int(space.high.max()), 1) if space.dtype == np.uint8 and space.high.size else 1.0


def policy_outputs(space: gym.Space[Any]) -> int:
    """How many numbers a policy head puts out for an action space.

    Logits for Discrete (n), MultiDiscrete (the sum of its sizes, split in their order) and MultiBinary (n); means for Box.

    Raises:
        SpaceError: a space that policies cannot act in.
    """
    if isinstance(space, gym.spaces.Discrete):
        return int(space.n)
    if isinstance(space, gym.spaces.Box) and len(space.shape) == 1 and np.issubdtype(space.dtype, np.floating):
        return int(space.shape[0])
    if isinstance(space, gym.spaces.MultiDiscrete) and len(space.shape) == 1:
        return int(space.nvec.sum())
    if isinstance(space, gym.spaces.MultiBinary) and len(space.shape) == 1:
        return int(space.shape[0])
    raise SpaceError(
        "Policies act in Discrete, MultiDiscrete, MultiBinary or Box spaces, the last three of one axis, Box of floats; "
        f"received {space}. Wrap the environment (gymnasium.wrappers.TransformAction) so that it takes one of them."
    )


def action_size(space: gym.Space[Any]) -> int:
    """RLLTE's `action_dim`: the number of actions of a Discrete space, else the number of scalars in an action."""
    return int(space.n) if isinstance(space, gym.spaces.Discrete) else int(np.prod(space.shape or ()))


def signature(space: gym.Space[Any]) -> str:
    """A text that two spaces share exactly if they are equal; unlike `str`, whatever NumPy's print options."""
    if isinstance(space, gym.spaces.Discrete):
        return f"Discrete(n={int(space.n)}, start={int(space.start)})"
    if isinstance(space, gym.spaces.Box):
        return f"Box(shape={space.shape}, dtype={space.dtype}, low={_bounds(space.low)}, high={_bounds(space.high)})"
    return str(space)


def _bounds(array: np.ndarray[Any, Any]) -> str:
    """One number if all are equal, a list of a few, a digest of many."""
    values = array.ravel().tolist()
    if len(set(values)) == 1:
        return repr(values[0])
    return repr(values) if len(values) <= 32 else hashlib.sha256(array.tobytes()).hexdigest()[:16]
