"""The environments that the catalogue names: their spaces, the function that makes them, the packages they need."""

from __future__ import annotations

import contextlib
import importlib
from typing import Any

import gymnasium as gym

from rllte.core.spaces import action_kind, observation_kind

SUITES = {"classic_control": None, "toy_text": None, "box2d": "Box2D", "mujoco": "mujoco", "minigrid": "minigrid"}
"""Suites whose environments are made to see their spaces, and the module that each needs."""


def environments() -> list[dict[str, Any]]:
    """One row per id that a user types.

    Rows: id, suite, maker (a function of `rllte.env`), requires (a module, or None), max_episode_steps, kinds of
    observation and action space and their shapes, None where a package that would tell is not installed; eval_kwargs: what
    the maker is given besides for environments to evaluate in.
    """
    with contextlib.suppress(ImportError):
        importlib.import_module("minigrid")  # registers its ids
    registered = [_gymnasium(env_id) for env_id in sorted(gym.registry) if _plain_id(env_id)]
    return sorted([*registered, *_atari(), *_dmc()], key=lambda row: str(row["id"]))


def _plain_id(env_id: str) -> bool:
    """Only ids that a user types: no namespaces, and the newest version of each name."""
    spec = gym.registry[env_id]
    if spec.namespace or spec.version is None:
        return False
    return not any(o.name == spec.name and (o.version or 0) > spec.version for o in gym.registry.values())


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
    suite = "minigrid" if parts[0] == "minigrid" else parts[2] if len(parts) > 2 else "other"
    maker = "make_minigrid_env" if suite == "minigrid" else "make_rllte_env"
    row = _row(env_id, suite, maker, SUITES.get(suite), max_episode_steps=spec.max_episode_steps)
    if suite not in SUITES:
        return row
    try:
        if suite == "minigrid":  # its maker shows an image where the environment itself has a Dict
            env: Any = importlib.import_module("rllte.env").make_minigrid_env(env_id, num_envs=1)
        else:
            env = gym.make(env_id)
    except (ImportError, gym.error.Error, ValueError):
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


def _atari() -> list[dict[str, Any]]:
    """Games that ale-py has the code of, under the names of their newest version."""
    try:
        games = importlib.import_module("ale_py.roms").get_all_rom_ids()
    except ImportError:
        return []
    spaces = {
        "observation_space": "Box3",
        "observation_shape": [4, 84, 84],
        "action_space": "Discrete",
        "action_shape": [],
    }
    evaluation = {"episodic_life": False, "clip_rewards": False}
    names = ["".join(word.capitalize() for word in game.split("_")) for game in sorted(games)]
    return [_row(f"{name}-v5", "atari", "make_atari_env", "ale_py", **spaces, eval_kwargs=evaluation) for name in names]


_DMC = (
    "acrobot swingup swingup_sparse; ball_in_cup catch; cartpole balance balance_sparse swingup swingup_sparse; "
    "cheetah run; finger spin turn_easy turn_hard; fish upright swim; hopper stand hop; humanoid stand walk run; "
    "manipulator bring_ball; pendulum swingup; point_mass easy; reacher easy hard; swimmer swimmer6 swimmer15; "
    "walker stand walk run"
)
"""The benchmark of the DeepMind Control Suite (arXiv 1801.00690): domain, tasks. Importing it would set up drawing."""


def _dmc() -> list[dict[str, Any]]:
    """Tasks of the DeepMind Control Suite that are benchmarked, from states."""
    spaces = {"observation_space": "Box1", "action_space": "Box", "max_episode_steps": 1000}
    rows = [line.split() for line in _DMC.split("; ")]
    return [
        _row(f"{domain}_{task}", "dmc", "make_dmc_env", "dm_control", **spaces)
        for domain, *tasks in rows
        for task in tasks
    ]
