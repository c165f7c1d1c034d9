"""Environments of any suite by their id alone: what the command line and the evaluations make them with."""

from __future__ import annotations

import importlib
from typing import Any

import gymnasium as gym

from rllte.core.errors import UnknownNameError
from rllte.env.make import gymnasium_ids
from rllte.env.suites import SUITES
from rllte.env.torch_env import Gymnasium2Torch


def make_env(
    env_id: str, num_envs: int = 1, seed: int = 1, device: str = "cpu", *, evaluation: bool = False, **kwargs: Any
) -> Gymnasium2Torch:
    """N environments, made by the function of `rllte.env` that the id belongs to.

    Args:
        env_id: as the catalogue names it, or any Gymnasium id.
        num_envs: environments side by side.
        seed: environment i is seeded with seed + i.
        device: where observations go.
        evaluation: true scores and whole episodes, where learning has others (Atari).
        kwargs: of that function.

    Raises:
        UnknownNameError: no suite has such an id; the nearest of all suites are named.
        ParameterError: as that function.
    """
    suite: dict[str, Any] = next((suite for suite in SUITES if env_id in suite["ids"]), {})
    if not suite and ":" not in env_id and env_id not in gym.registry:
        raise UnknownNameError(
            "environment", env_id, [*gymnasium_ids(), *(one for each in SUITES for one in each["ids"])]
        )
    maker = getattr(importlib.import_module("rllte.env"), suite.get("maker", "make_rllte_env"))
    kwargs = {**kwargs, **suite.get("eval_kwargs", {})} if evaluation else kwargs
    made: Gymnasium2Torch = maker(env_id, num_envs=num_envs, seed=seed, device=device, **kwargs)
    return made
