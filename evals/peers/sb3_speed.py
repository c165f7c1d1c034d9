"""The peer of `python -m evals speed`: Stable-Baselines3 with the same settings, called by it.

Needs an environment of its own: `pip install torch==2.13.0 stable-baselines3`.
"""

from __future__ import annotations

import sys
import time
from typing import Any

import stable_baselines3 as sb3
import torch as th
from stable_baselines3.common.env_util import make_vec_env

CASES: dict[str, tuple[int, dict[str, Any]]] = {
    "PPO CartPole-v1": (8, {"n_steps": 128, "batch_size": 256, "n_epochs": 4, "learning_rate": 1e-3}),
    "A2C CartPole-v1": (8, {"n_steps": 16, "learning_rate": 7e-4}),
    "DQN CartPole-v1": (
        1,
        {
            "batch_size": 64,
            "learning_rate": 1e-3,
            "train_freq": 1,
            "learning_starts": 500,
            "buffer_size": 10_000,
            "policy_kwargs": {"net_arch": [256, 256]},
        },
    ),
    "SAC Pendulum-v1": (1, {"batch_size": 256, "learning_rate": 3e-4, "learning_starts": 500}),
}


def main() -> None:
    """Print steps per second."""
    th.set_num_threads(1)
    name, steps = sys.argv[1], int(sys.argv[2])
    agent, env_id = name.split()
    num_envs, settings = CASES[name]
    model = getattr(sb3, agent)("MlpPolicy", make_vec_env(env_id, num_envs, seed=1), seed=1, device="cpu", **settings)
    started = time.perf_counter()
    model.learn(steps)
    print(round(steps / (time.perf_counter() - started)))


if __name__ == "__main__":
    main()
