"""MiniGrid: small worlds of rooms, doors and keys."""

from __future__ import annotations

from typing import Annotated, Any

import gymnasium as gym
import numpy as np

from rllte.core.errors import ParameterError, UnknownNameError
from rllte.core.registry import SEEDS, Param, checked
from rllte.env.make import vectorize
from rllte.env.packages import needed
from rllte.env.torch_env import Gymnasium2Torch
from rllte.env.wrappers import FrameStack

LARGEST = 10
"""The largest number of an object, a colour or a state: with 255 as their bound, cells would differ by next to nothing."""


@checked
def make_minigrid_env(
    env_id: Annotated[str, Param("MiniGrid id")] = "MiniGrid-DoorKey-5x5-v0",
    num_envs: Annotated[int, Param("environments side by side", low=1)] = 8,
    fully_observable: Annotated[bool, Param("the whole grid; False: the 7x7 cells before the agent")] = True,
    fully_numerical: Annotated[bool, Param("a Dict: image, direction, and the mission as numbers of words")] = False,
    seed: Annotated[int, Param("environment i is seeded with seed + i", **SEEDS)] = 0,
    frame_stack: Annotated[int, Param("observations in one, not for a Dict", low=1)] = 1,
    device: Annotated[str, Param("where observations go: auto, cpu, cuda, cuda:N, npu or mps")] = "cpu",
    asynchronous: Annotated[bool, Param("one process per environment")] = True,
    flat: Annotated[
        bool, Param("the view as one vector with the mission's letters; False: as an image (3, 7, 7)")
    ] = True,
    layouts: Annotated[
        int, Param("each episode takes one of so many layouts, the same for every seed; 0: a new one each time", low=0)
    ] = 0,
) -> Gymnasium2Torch:
    """Make N MiniGrid environments; a cell is three numbers: object, colour and state.

    Observations are the whole grid (3, W, H) uint8 channels first. With `fully_observable=False` they are one vector
    uint8 of the agent's view and the mission's letters or, with `flat=False`, the view alone as an image (3, 7, 7), as
    MiniGrid's own ImgObsWrapper gives it. With `fully_numerical=True` they are a Dict: `image` (3, W, H)
    uint8 of the grid or the view, `direction` Discrete(4), and `mission`, 50 numbers of words.

    With `layouts=1` every episode is in the same rooms, those that MiniGrid makes of the seed 1: a novelty that counts
    over all of training, such as RND's, then means places and not colours (Raileanu and Rocktäschel 2020, arXiv
    2002.12292, compare both ways).

    Raises:
        UnknownNameError: there is no such id; the nearest are named.
        ParameterError: an argument outside its range, stacked Dicts, or minigrid is not installed.
    """
    if fully_numerical and frame_stack > 1:
        raise ParameterError(f"frame_stack is {frame_stack}; observations that are a Dict are not stacked, expected 1.")
    needed("minigrid", "MiniGrid")
    known = [name for name in gym.registry if name.startswith(("MiniGrid-", "BabyAI-"))]
    if env_id not in known:
        raise UnknownNameError("MiniGrid environment", env_id, known)

    def one() -> gym.Env[Any, Any]:
        wrappers = needed("minigrid.wrappers", "MiniGrid")
        env = Layouts(gym.make(env_id), layouts) if layouts else gym.make(env_id)
        if fully_observable:
            env = wrappers.FullyObsWrapper(env)
        if fully_numerical:
            return DictChannelsFirst(wrappers.DictObservationSpaceWrapper(env))
        env = wrappers.FlatObsWrapper(env) if flat and not fully_observable else GridImage(env)
        return FrameStack(env, frame_stack) if frame_stack > 1 else env

    apart = asynchronous and num_envs > 1
    return vectorize(one, num_envs, seed=seed, device=device, apart=apart, frame_stack=frame_stack)


class Layouts(gym.Wrapper[Any, Any, Any, Any]):
    """The layouts of the seeds 1 to `number`, whatever seed a reset is given."""

    def __init__(self, env: gym.Env[Any, Any], number: int) -> None:
        super().__init__(env)
        self.number = number

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Begin an episode; without a seed in the first layout."""
        return self.env.reset(seed=1 + (seed or 0) % self.number, options=options)


class GridImage(gym.ObservationWrapper[Any, Any, Any]):
    """The image of MiniGrid's observation alone, channels first."""

    def __init__(self, env: gym.Env[Any, Any]) -> None:
        super().__init__(env)
        self.observation_space = _channels_first(env.observation_space["image"])  # type: ignore[index]  # a Dict

    def observation(self, observation: Any) -> Any:
        """(3, W, H) uint8."""
        return np.ascontiguousarray(np.moveaxis(observation["image"], -1, 0))


class DictChannelsFirst(gym.ObservationWrapper[Any, Any, Any]):
    """A Dict with its image channels first and its mission as an array."""

    def __init__(self, env: gym.Env[Any, Any]) -> None:
        super().__init__(env)
        inner: dict[str, gym.Space[Any]] = dict(env.observation_space.spaces)  # type: ignore[attr-defined]  # a Dict
        self.observation_space = gym.spaces.Dict({**inner, "image": _channels_first(inner["image"])})

    def observation(self, observation: Any) -> Any:
        """`image` (3, W, H) uint8, `direction`, `mission` (50,) int64."""
        image = np.ascontiguousarray(np.moveaxis(observation["image"], -1, 0))
        return {**observation, "image": image, "mission": np.asarray(observation["mission"], dtype=np.int64)}


def _channels_first(space: Any) -> gym.spaces.Box:
    width, height, channels = space.shape
    return gym.spaces.Box(0, LARGEST, (channels, width, height), space.dtype)
