"""The general maker: any Gymnasium id or callable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import gymnasium as gym
import torch as th
from gymnasium.vector import AutoresetMode

from rllte.core.errors import ParameterError, UnknownNameError
from rllte.core.registry import SEEDS, Param, checked
from rllte.core.spaces import channels_last
from rllte.env.episodes import Episodic, EpisodicAsync, EpisodicSync
from rllte.env.suites import SUITES
from rllte.env.torch_env import Gymnasium2Torch
from rllte.env.wrappers import ChannelsFirst

CHEAP = tuple(f"gymnasium.envs.{suite}" for suite in ("classic_control", "toy_text", "tabular", "box2d", "mujoco"))
"""A step of these costs less than a message to another process: they always run in this one."""


@checked
def make_rllte_env(
    env_id: Annotated[str | Callable[..., gym.Env[Any, Any]], Param("Gymnasium id, or a function that makes one")],
    num_envs: Annotated[int, Param("environments side by side", low=1)] = 1,
    seed: Annotated[int, Param("environment i is seeded with seed + i", **SEEDS)] = 1,
    device: Annotated[str, Param("where observations go: auto, cpu, cuda, cuda:N, npu or mps")] = "cpu",
    asynchronous: Annotated[bool, Param("one process per environment, unless a step is cheaper than a message")] = True,
    env_kwargs: Annotated[dict[str, Any] | None, Param("arguments of the environment")] = None,
) -> Gymnasium2Torch:
    """Make N environments that speak torch.

    An id that observes one image gives it with its channels first; what a function makes stays as it is.

    Raises:
        UnknownNameError: Gymnasium knows no such id; the nearest are named.
        ParameterError: an argument outside its range, an environment instead of its maker, arguments that the
            environment does not take, or a package that is not installed.
    """
    if not isinstance(env_id, str) and (not callable(env_id) or isinstance(env_id, gym.Env | gym.vector.VectorEnv)):
        raise ParameterError(
            f"make_rllte_env takes an id or a function that makes an environment; received a {type(env_id).__name__}. "
            'Write make_rllte_env("CartPole-v1", num_envs=8), or give the class or a function without arguments.'
        )
    entry_point = str(_spec(env_id).entry_point) if isinstance(env_id, str) else ""
    apart = asynchronous and num_envs > 1 and not entry_point.startswith(CHEAP)
    return vectorize(_maker(env_id, dict(env_kwargs or {})), num_envs, seed=seed, device=device, apart=apart)


def vectorize(
    one: Callable[[], gym.Env[Any, Any]],
    num_envs: int,
    *,
    seed: int,
    device: str | th.device,
    apart: bool,
    context: str | None = None,
    frame_stack: int = 1,
) -> Gymnasium2Torch:
    """N environments that can be restored, in this process or, begun in the way `context` says, in their own ones.

    `frame_stack` says how many pictures `one` has put into an observation.
    """
    makers = [lambda: Episodic(one())] * num_envs
    settings: dict[str, Any] = {"copy": False, "autoreset_mode": AutoresetMode.SAME_STEP}  # the wrapper copies
    env = EpisodicAsync(makers, context=context, **settings) if apart else EpisodicSync(makers, **settings)
    env.action_space.seed(seed)
    made = Gymnasium2Torch(env, device, seed=seed, frame_stack=frame_stack)
    made.part = lambda first, count: vectorize(
        one, count, seed=seed + first, device="cpu", apart=False, frame_stack=frame_stack
    )
    return made


def _maker(env_id: str | Callable[..., Any], kwargs: dict[str, Any]) -> Callable[[], gym.Env[Any, Any]]:
    def one() -> gym.Env[Any, Any]:
        try:
            if not isinstance(env_id, str):
                return env_id(**kwargs)
            env = gym.make(env_id, **kwargs)
            return ChannelsFirst(env) if channels_last(env.observation_space) else env
        except gym.error.DependencyNotInstalled as error:
            raise ParameterError(f"{env_id} needs a package that is not installed: {error}") from error
        except TypeError as error:
            if not kwargs:
                raise
            raise ParameterError(f"{env_id} does not take env_kwargs={kwargs}: {error}.") from error

    return one


def _spec(env_id: str) -> Any:
    try:
        return gym.spec(env_id)
    except gym.error.Error as error:
        for suite in SUITES:
            name = env_id.removeprefix("ALE/")
            if name in suite["ids"]:
                raise ParameterError(f'{env_id} is made by another function: {suite["maker"]}("{name}").') from error
        raise UnknownNameError("environment", env_id, gymnasium_ids()) from error


def gymnasium_ids() -> list[str]:
    """Ids of Gymnasium that a typo may mean; not those that need JAX."""
    return [name for name in gym.registry if not name.startswith(("phys2d/", "tabular/"))]
