"""Learning with the library's presets: mean return over 100 evaluation episodes after the last step, per seed."""

from __future__ import annotations

import argparse
import contextlib
import json
import statistics
import sys
import tempfile
import time
from typing import Any

import torch as th

from rllte.core.errors import ParameterError
from rllte.core.presets import PRESETS, Preset, preset
from rllte.core.registry import find
from rllte.env.by_id import make_env


def one_run(given: argparse.Namespace, seed: int, log_dir: str) -> dict[str, Any]:
    """Train with the preset and evaluate in fresh environments with another seed."""
    settings = settings_of(given)
    env_kwargs = {**settings.env_kwargs, **given.env_kwargs}
    env = make_env(given.env, settings.num_envs, seed, **env_kwargs)
    agent = find(given.agent, "agent").cls(
        env=env, tag=f"seed{seed}", seed=seed, log_dir=log_dir, **settings.agent_kwargs
    )
    if given.storage:
        agent.set(storage=another_storage(given.storage, env, agent.storage))
    if given.reward:
        agent.set(reward=find(given.reward, "reward").cls(env, **of_reward(given, settings)))
    steps = given.steps or settings.num_train_steps
    started = time.perf_counter()
    agent.train(steps, log_interval=given.log_interval, save_interval=10**9, **settings.train_kwargs)
    wall = time.perf_counter() - started
    agent.eval_env = make_env(given.env, min(10, given.episodes), seed + 10_000, evaluation=True, **env_kwargs)
    figures = agent.eval(given.episodes)
    env.close()
    agent.eval_env.close()
    trained = agent.live.episodes.means()["episode_reward"]
    return {
        "seed": seed,
        "steps": agent.global_step,
        "episode_reward": round(figures["episode_reward"], 2),
        "episode_reward_std": round(figures["episode_reward_std"], 2),
        "reward_in_training": None if trained is None else round(trained, 2),
        "wall_s": round(wall, 1),
        "steps_per_s": round(agent.global_step / wall),
    }


def settings_of(given: argparse.Namespace) -> Preset:
    """The library's preset of the pair, or of the agent on the environment whose settings are asked for.

    Raises:
        ParameterError: it ships none.
    """
    settings = preset(given.agent, given.preset_of or given.env)
    if settings is None:
        known = ", ".join(sorted(f"{entry.agent} {entry.env_id}" for entry in PRESETS))
        raise ParameterError(f"There is no preset for {given.agent} on {given.preset_of or given.env}. Known: {known}.")
    return settings


def of_reward(given: argparse.Namespace, settings: Preset) -> dict[str, Any]:
    """Arguments of the intrinsic reward: the preset's, or a weight of 0.01; the weight as given."""
    return {
        "beta": 0.01,
        **settings.rewards.get(given.reward, {}),
        **({} if given.beta is None else {"beta": given.beta}),
    }


def another_storage(name: str, env: Any, replaced: Any) -> Any:
    """A storage of the same size; hindsight replay asks the environment for its rewards."""
    sizes = {key: getattr(replaced, key) for key in ("storage_size", "batch_size", "discount")}
    hindsight = {"reward_fn": env.compute_reward} if name == "HerReplayStorage" else {}
    spaces = env.observation_space, env.action_space
    return find(name, "storage").cls(*spaces, num_envs=env.num_envs, **sizes, **hindsight)


def measure(args: list[str]) -> dict[str, object]:
    """Run all seeds, one after the other, on one thread: small networks are slower on more."""
    parser = argparse.ArgumentParser(prog="python -m evals learning")
    parser.add_argument("--agent", default="PPO")
    parser.add_argument("--env", default="CartPole-v1")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--episodes", type=int, default=100)
    parser.add_argument("--steps", type=int, help="environment steps (default: the preset's)")
    parser.add_argument("--storage", help="another storage than the agent's, for example HerReplayStorage")
    parser.add_argument("--reward", help="an intrinsic reward, for example RE3")
    parser.add_argument("--beta", type=float, help="its weight (default: the preset's, or 0.01)")
    parser.add_argument("--preset-of", metavar="ENV", help="take the settings of another environment")
    parser.add_argument("--env-kwargs", type=json.loads, default={}, metavar="JSON", help='for example {"layouts": 1}')
    parser.add_argument("--log-interval", type=int, default=1000)
    given = parser.parse_args(args)
    th.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(sys.stderr):
        runs = [one_run(given, seed, folder) for seed in given.seeds]
    rewards = [run["episode_reward"] for run in runs]
    spread = statistics.stdev(rewards) if len(rewards) > 1 else None
    return {
        "agent": given.agent,
        "env_id": given.env,
        "env_kwargs": given.env_kwargs,
        "reward": given.reward and {given.reward: of_reward(given, settings_of(given))},
        "storage": given.storage,
        "torch": th.__version__,
        "mean": round(statistics.mean(rewards), 2),
        "std_over_seeds": None if spread is None else round(spread, 2),
        "runs": runs,
    }
