"""Arrays that cost memory only where they have been written, and the dtypes and checks that all storages share."""

from __future__ import annotations

import math
import mmap
from typing import Any

import gymnasium as gym
import numpy as np
import torch as th

from rllte.core.errors import ParameterError
from rllte.core.trees import space_leaves, tree_map

Array = np.ndarray[Any, Any]


def zeros(shape: tuple[int, ...], dtype: Any) -> Array:
    """An array of zeros whose pages the system provides when they are first written.

    Raises:
        ParameterError: there is no address space for it.
    """
    size = math.prod(shape) * np.dtype(dtype).itemsize
    try:
        if size < 1 << 20 or not hasattr(mmap, "MAP_NORESERVE"):
            return np.zeros(shape, dtype)
        pages = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | mmap.MAP_NORESERVE)
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
        tensor = tensor.detach()
        return tensor.numpy() if tensor.device.type == "cpu" else tensor.cpu().numpy()
    return np.asarray(tensor)


def check_step(name: str, value: Any, shape: tuple[int, ...]) -> None:
    """Compare what is added with the shape it must have; the first axis is the environments.

    Raises:
        ParameterError: another shape.
    """
    if tuple(value.shape) != shape:
        raise ParameterError(
            f"{name} has shape {tuple(value.shape)}; expected {shape}. This storage was made for num_envs={shape[0]}, "
            "the first axis of every argument, and for the spaces that it was given."
        )
