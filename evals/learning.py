"""Learning with the library's presets: mean return over 100 evaluation episodes after the last step, per seed."""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
import time
from typing import Any

import torch as th

from rllte.core.errors import ParameterError
from rllte.core.presets import preset
from rllte.core.registry import find
from rllte.env import make_rllte_env


def one_run(agent_name: str, env_id: str, seed: int, episodes: int, log_dir: str) -> dict[str, Any]:
    """Train with the preset and evaluate in fresh environments with another seed.

    Raises:
        ParameterError: the library ships no preset for the pair.
    """
    settings = preset(agent_name, env_id)
    if settings is None:
        raise ParameterError(f"There is no preset for {agent_name} on {env_id}; see rllte/core/presets.py.")
    env = make_rllte_env(env_id, num_envs=settings.num_envs, seed=seed)
    eval_env = make_rllte_env(env_id, num_envs=10, seed=seed + 10_000)
    cls = find(agent_name, "agent").cls
    agent = cls(env=env, tag=f"seed{seed}", seed=seed, log_dir=log_dir, **settings.agent_kwargs)
    started = time.perf_counter()
    agent.train(settings.num_train_steps, log_interval=50, save_interval=10**9, **settings.train_kwargs)
    wall = time.perf_counter() - started
    agent.eval_env = eval_env
    figures = agent.eval(episodes)
    env.close()
    eval_env.close()
    return {
        "seed": seed,
        "steps": agent.global_step,
        "episode_reward": figures["episode_reward"],
        "episode_reward_std": figures["episode_reward_std"],
        "wall_s": round(wall, 1),
    }


def measure(args: list[str]) -> dict[str, object]:
    """Run all seeds, one after the other, on one thread: small networks are slower on more."""
    parser = argparse.ArgumentParser(prog="python -m evals learning")
    parser.add_argument("--agent", default="PPO")
    parser.add_argument("--env", default="CartPole-v1")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--episodes", type=int, default=100)
    given = parser.parse_args(args)
    th.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(sys.stderr):
        runs = [one_run(given.agent, given.env, seed, given.episodes, folder) for seed in given.seeds]
    return {"agent": given.agent, "env_id": given.env, "torch": th.__version__, "runs": runs}
