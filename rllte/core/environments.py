"""The environments that the catalogue names: their spaces, the function that makes them, the packages they need."""

from __future__ import annotations

import importlib
from typing import Any

import gymnasium as gym

from rllte.core.spaces import action_kind, observation_kind

OWN = "rllte.env.testing"
NEEDED = {"classic_control": None, "toy_text": None, "box2d": "Box2D", "mujoco": "mujoco", "rllte": None}
"""The suites whose environments are made to see their spaces, and the module that each needs."""


def environments() -> list[dict[str, Any]]:
    """One row per id that a user types.

    Rows: id, suite, maker (a function of `rllte.env`), requires (a module, or None), max_episode_steps, kinds of
    observation and action space and their shapes, None where they are not known; eval_kwargs: what the maker is given
    besides for environments to evaluate in.
    """
    importlib.import_module(OWN)
    registered = [_gymnasium(env_id) for env_id in sorted(gym.registry) if _plain_id(env_id)]
    suites = importlib.import_module("rllte.env.suites").SUITES
    others = [_of_suite(env_id, suite) for suite in suites for env_id in suite["ids"]]
    return sorted([*registered, *others], key=lambda row: str(row["id"]))


def _plain_id(env_id: str) -> bool:
    """Only ids that a user types: no namespaces, and the newest version of each name."""
    spec = gym.registry[env_id]
    own = str(spec.entry_point).startswith(("gymnasium.envs.", OWN))  # the same rows whatever else is installed
    if (spec.namespace not in (None, "rllte")) or spec.version is None or not own:
        return False
    newer = [other for other in gym.registry.values() if (other.version or 0) > spec.version]
    return not any((other.namespace, other.name) == (spec.namespace, spec.name) for other in newer)


def _row(env_id: str, suite: str, maker: str, requires: str | None, **more: Any) -> dict[str, Any]:
    return {
        "id": env_id,
        "suite": suite,
        "maker": maker,
        "requires": requires,
        "max_episode_steps": None,
        "observation_space": None,
        "action_space": None,
        "observation_shape": None,
        "action_n": None,
        "action_shape": None,
        "eval_kwargs": {},
        **more,
    }


def _gymnasium(env_id: str) -> dict[str, Any]:
    spec = gym.registry[env_id]
    parts = str(spec.entry_point).split(":")[0].split(".")
    suite = "rllte" if spec.namespace else parts[2] if len(parts) > 2 else "other"
    row = _row(env_id, suite, "make_rllte_env", NEEDED.get(suite), max_episode_steps=spec.max_episode_steps)
    if suite not in NEEDED:
        return row
    try:
        env = gym.make(env_id)
    except (ImportError, gym.error.Error):
        return row
    observation, action = env.observation_space, env.action_space
    env.close()
    return {
        **row,
        "observation_space": observation_kind(observation),
        "action_space": action_kind(action),
        "observation_shape": list(observation.shape or ()),
        "action_n": int(action.n) if isinstance(action, gym.spaces.Discrete) else None,
        "action_shape": list(action.shape or ()),
    }


def _of_suite(env_id: str, suite: dict[str, Any]) -> dict[str, Any]:
    module = suite["package"].replace("-", "_")
    return _row(
        env_id,
        suite["maker"].removeprefix("make_").removesuffix("_env"),
        suite["maker"],
        module,
        observation_space=suite["observation_space"],
        action_space=suite["action_space"],
        eval_kwargs=suite.get("eval_kwargs", {}),
    )
