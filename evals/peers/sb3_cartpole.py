"""The peer of `python -m evals learning`: Stable-Baselines3 on CartPole-v1, with our preset's settings and with its zoo's.

Needs an environment of its own: `pip install torch==2.13.0 stable-baselines3`, then `python evals/peers/sb3_cartpole.py`.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import torch as th
from stable_baselines3 import PPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy


def falling(start: float) -> Callable[[float], float]:
    """A schedule that falls to zero linearly."""
    return lambda remaining: start * remaining


OURS: dict[str, Any] = {
    "n_steps": 128,
    "batch_size": 128,
    "n_epochs": 10,
    "learning_rate": falling(1e-3),
    "gamma": 0.99,
    "gae_lambda": 0.95,
    "clip_range": 0.2,
    "ent_coef": 0.0,
}
ZOO: dict[str, Any] = {
    "n_steps": 32,
    "batch_size": 256,
    "n_epochs": 20,
    "learning_rate": falling(1e-3),
    "gamma": 0.98,
    "gae_lambda": 0.8,
    "clip_range": falling(0.2),
    "ent_coef": 0.0,
}


def main() -> None:
    """Print one JSON line per run."""
    th.set_num_threads(1)
    seeds = [int(word) for word in sys.argv[1:]] or [1, 2, 3]
    for name, settings in (("our preset's settings", OURS), ("its zoo's settings", ZOO)):
        for seed in seeds:
            model = PPO("MlpPolicy", make_vec_env("CartPole-v1", 8, seed=seed), seed=seed, device="cpu", **settings)
            started = time.perf_counter()
            model.learn(98_304)
            wall = time.perf_counter() - started
            env = make_vec_env("CartPole-v1", 10, seed=seed + 10_000)
            mean, deviation = evaluate_policy(model, env, 100, deterministic=True)
            row = {"settings": name, "seed": seed, "episode_reward": mean, "std": deviation, "wall_s": round(wall, 1)}
            print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
