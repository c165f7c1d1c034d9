"""The general maker: any Gymnasium id or callable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import gymnasium as gym
from gymnasium.vector import AsyncVectorEnv, AutoresetMode, SyncVectorEnv

from rllte.core.errors import ParameterError, UnknownNameError
from rllte.core.registry import Param
from rllte.env.torch_env import Gymnasium2Torch

CHEAP = ("gymnasium.envs.classic_control", "gymnasium.envs.toy_text", "gymnasium.envs.tabular")
"""A step of these costs less than a message to another process: they always run in this one."""


def make_rllte_env(
    env_id: Annotated[str | Callable[..., gym.Env[Any, Any]], Param("Gymnasium id, or a function that makes one")],
    num_envs: Annotated[int, Param("environments side by side", low=1)] = 1,
    seed: Annotated[int, Param("environment i is seeded with seed + i", low=0)] = 1,
    device: Annotated[str, Param("where observations go")] = "cpu",
    asynchronous: Annotated[bool, Param("one process per environment, unless a step is cheaper than a message")] = True,
    env_kwargs: Annotated[dict[str, Any] | None, Param("arguments of the environment")] = None,
) -> Gymnasium2Torch:
    """Make N environments that speak torch.

    Raises:
        UnknownNameError: Gymnasium knows no such id; the nearest are named.
        ParameterError: `num_envs` is less than 1, or the environment needs a package that is not installed.
    """
    if num_envs < 1:
        raise ParameterError(f"num_envs is {num_envs}; expected at least 1.")
    kwargs = dict(env_kwargs or {})
    if isinstance(env_id, str):
        entry_point = str(_spec(env_id).entry_point)
        name = env_id

        def one() -> gym.Env[Any, Any]:
            try:
                return gym.make(name, **kwargs)
            except gym.error.DependencyNotInstalled as error:
                raise ParameterError(f"{name} needs a package that is not installed: {error}") from error
    else:
        entry_point = ""
        maker = env_id

        def one() -> gym.Env[Any, Any]:
            return maker(**kwargs)

    apart = asynchronous and num_envs > 1 and not entry_point.startswith(CHEAP)
    vector = AsyncVectorEnv if apart else SyncVectorEnv
    env = vector([one] * num_envs, autoreset_mode=AutoresetMode.SAME_STEP)
    env.action_space.seed(seed)
    return Gymnasium2Torch(env, device, seed)


def _spec(env_id: str) -> Any:
    try:
        return gym.spec(env_id)
    except gym.error.Error as error:
        raise UnknownNameError("environment", env_id, gym.registry) from error
