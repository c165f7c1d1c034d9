"""Arrays that cost memory only where they have been written, and the dtypes and checks that all storages share."""

from __future__ import annotations

import math
import mmap
import sys
from collections.abc import Mapping
from typing import Any

import gymnasium as gym
import numpy as np
import torch as th

from rllte.core.errors import ParameterError, SpaceError
from rllte.core.spaces import observation_kind
from rllte.core.trees import leaves, space_leaves, tree_map

Array = np.ndarray[Any, Any]

NORESERVE = 0x4000
"""Linux's MAP_NORESERVE (in Python's mmap from 3.13 on): address space beyond the memory there is may be had."""

ARRAYS = ("Box1", "Box3", "Box", "Discrete", "MultiDiscrete", "MultiBinary")
"""Kinds of observation spaces that are one array."""
ACTIONS = ("Discrete", "Box", "MultiDiscrete", "MultiBinary")
"""Kinds of action spaces."""


def zeros(shape: tuple[int, ...], dtype: Any) -> Array:
    """An array of zeros whose pages the system provides when they are first written.

    Raises:
        ParameterError: there is no address space for it.
    """
    size = math.prod(shape) * np.dtype(dtype).itemsize
    try:
        if size < 1 << 20 or sys.platform != "linux":
            return np.zeros(shape, dtype)
        pages = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | NORESERVE)
    except (MemoryError, OSError, ValueError, OverflowError) as error:
        raise ParameterError(
            f"A storage of this size needs {size / 1e9:,.1f} GB for one of its arrays, which this machine refuses "
            f"({error}). Make it with a smaller storage_size."
        ) from error
    return np.frombuffer(pages, dtype).reshape(shape)


def observation_dtype(space: gym.Space[Any]) -> np.dtype[Any]:
    """How observations of a space (not Dict) are kept: in its own dtype, float64 as float32."""
    dtype = np.dtype(space.dtype) if space.dtype is not None else np.dtype(np.float32)
    if np.issubdtype(dtype, np.floating):
        return np.dtype(np.float32)
    if dtype in (np.uint8, np.int8, np.int16, np.int32, np.int64, np.bool_):
        return dtype
    return np.dtype(np.int64)


def action_dtype(space: gym.Space[Any]) -> np.dtype[Any]:
    """How actions are kept: Discrete and MultiDiscrete as int64, Box and MultiBinary as float32."""
    whole = isinstance(space, gym.spaces.Discrete | gym.spaces.MultiDiscrete)
    return np.dtype(np.int64 if whole else np.float32)


def torch_dtype(dtype: np.dtype[Any]) -> th.dtype:
    """The same in torch."""
    return th.from_numpy(np.zeros(0, dtype)).dtype


def shape_of(space: gym.Space[Any]) -> tuple[int, ...]:
    """The shape of one observation or action; () for Discrete."""
    return tuple(space.shape or ())


def observation_arrays(space: gym.Space[Any], lead: tuple[int, ...]) -> Any:
    """Tensors of zeros (*lead, *observation_shape), by key for Dict spaces."""
    return tree_map(
        lambda leaf: th.from_numpy(zeros((*lead, *shape_of(leaf)), observation_dtype(leaf))), space_leaves(space)
    )


def array(tensor: Any) -> Array:
    """A tensor, or anything like it, as an array on the CPU; without a copy where it is there already."""
    if isinstance(tensor, th.Tensor):
        simple = tensor.is_cpu and not tensor.requires_grad
        return tensor.numpy() if simple else tensor.detach().cpu().numpy()
    return np.asarray(tensor)


def check_step(name: str, value: Any, shape: tuple[int, ...]) -> None:
    """Compare what is added with the shape it must have; the first axis is the environments.

    Raises:
        ParameterError: another shape.
    """
    if value.shape != shape:
        raise ParameterError(
            f"{name} has shape {tuple(value.shape)}; expected {shape}. This storage was made for num_envs={shape[0]}, "
            "the first axis of every argument, and for the spaces that it was given."
        )


def check_tree(name: str, tree: Any, shapes: Any) -> None:
    """Compare observations, or those of each key, with the shapes that they must have.

    Raises:
        ParameterError: other keys, or another shape.
    """
    if not isinstance(tree, dict) and not isinstance(shapes, dict):
        check_step(name, tree, shapes)
        return
    if isinstance(tree, dict) != isinstance(shapes, dict) or leaves(tree).keys() != leaves(shapes).keys():
        received, expected = (f"keys {', '.join(x)}" if isinstance(x, dict) else "one tensor" for x in (tree, shapes))
        raise ParameterError(f"{name}: received {received}; expected {expected}, as the observation space says.")
    tree_map(lambda leaf, shape: check_step(name, leaf, shape), tree, shapes)


def check_saved(saved: Mapping[str, th.Tensor], own: Mapping[str, th.Tensor], rows: Mapping[str, int]) -> None:
    """Compare saved arrays with those they go to, before anything is changed: dtypes, and shapes but for the first axis.

    Args:
        saved: by name; more than is needed may be there.
        own: tensors of the same dtypes and shapes, of any number of rows.
        rows: the number of rows that some of them must have.

    Raises:
        ParameterError: one is missing, or is of another kind.
    """
    for name, mine in own.items():
        if name not in saved:
            raise ParameterError(f"The saved storage has no {name!r}. Make this storage of the class of the saved one.")
        given, wanted = saved[name], rows.get(name)
        same = given.dtype == mine.dtype and given.shape[1:] == mine.shape[1:] and given.ndim == mine.ndim
        if not same or (wanted is not None and len(given) != wanted):
            first = () if mine.ndim == 0 else ("any" if wanted is None else wanted,)
            raise ParameterError(
                f"{name!r} of the saved storage is {given.dtype} of shape {tuple(given.shape)}; expected {mine.dtype} of "
                f"shape {(*first, *mine.shape[1:])}. Make this storage with the spaces and arguments of the saved one."
            )


def check_kind(storage: Any, kinds: tuple[str, ...]) -> None:
    """Compare the observation space of a storage with the kinds that it takes, and its action space with all.

    Raises:
        SpaceError: another kind; the message names the storage that would fit.
    """
    name, space, action_space = type(storage).__name__, storage.observation_space, storage.action_space
    kind = observation_kind(space)
    if kind not in kinds:
        hint = "Wrap the environment (gymnasium.wrappers.TransformObservation) so that it gives one of them."
        if kind in ("Dict", *ARRAYS):
            pair = ("Vanilla", "Dict") if kind == "Dict" else ("Dict", "Vanilla")
            hint = f"Use {name.replace(*pair)} for it."
        raise SpaceError(f"{name} keeps observations of {', '.join(kinds)}; received {space}. {hint}")
    if observation_kind(action_space) not in (*ACTIONS, "Box1", "Box3"):
        raise SpaceError(f"{name} keeps actions of {', '.join(ACTIONS)}; received {action_space}.")
    nested = [key for key, inner in leaves(space_leaves(space)).items() if observation_kind(inner) not in ARRAYS]
    if nested:
        raise SpaceError(
            f"{name} keeps Dict spaces of arrays; {', '.join(nested)} of {space} is none. Wrap the environment "
            "(gymnasium.wrappers.TransformObservation) so that all keys are on one level."
        )
