"""The peer of `python -m evals learning`: Stable-Baselines3 with the same environments, steps and seeds.

Needs an environment of its own:
`pip install torch==2.13.0 stable-baselines3 sb3-contrib minigrid "gymnasium[box2d,mujoco]"`, then
`python evals/peers/sb3_learning.py SAC Pendulum-v1 --steps 10000`. Settings are those of its zoo where it has some (for
DoorKey-6x6 those of DoorKey-5x5); on bit flipping and the memory task, for which it has none, those of our presets, with its
own hindsight replay and 15 bits. The memory task is ours: run it from the folder that holds `rllte`, with `PYTHONPATH=.`.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import sb3_contrib
import stable_baselines3 as sb3
import torch as th
from minigrid.wrappers import FlatObsWrapper
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.envs import BitFlippingEnv
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.vec_env import VecNormalize
from stable_baselines3.her import HerReplayBuffer


def falling(start: float) -> Callable[[float], float]:
    """A schedule that falls to zero linearly."""
    return lambda remaining: start * remaining


OWN: dict[str, str | Callable[[], Any]] = {
    "rllte/BitFlipping-v0": partial(BitFlippingEnv, n_bits=15, continuous=False, max_steps=15),
    "rllte/Memory-v0": "rllte.env:rllte/Memory-v0",
}
WRAPPERS: dict[str, Any] = {"MiniGrid-DoorKey-6x6-v0": FlatObsWrapper}
ZOO: dict[tuple[str, str], dict[str, Any]] = {
    ("DQN", "CartPole-v1"): {
        "learning_rate": 2.3e-3,
        "batch_size": 64,
        "buffer_size": 100_000,
        "learning_starts": 1000,
        "gamma": 0.99,
        "target_update_interval": 10,
        "train_freq": 256,
        "gradient_steps": 128,
        "exploration_fraction": 0.16,
        "exploration_final_eps": 0.04,
        "policy_kwargs": {"net_arch": [256, 256]},
    },
    ("DQN", "Acrobot-v1"): {
        "learning_rate": 6.3e-4,
        "batch_size": 128,
        "buffer_size": 50_000,
        "learning_starts": 0,
        "gamma": 0.99,
        "target_update_interval": 250,
        "train_freq": 4,
        "gradient_steps": -1,
        "exploration_fraction": 0.12,
        "exploration_final_eps": 0.1,
        "policy_kwargs": {"net_arch": [256, 256]},
    },
    ("A2C", "CartPole-v1"): {"ent_coef": 0.0, "num_envs": 8},
    ("PPO", "Acrobot-v1"): {"num_envs": 16, "n_steps": 256, "gae_lambda": 0.94, "n_epochs": 4, "ent_coef": 0.0},
    ("PPO", "Pendulum-v1"): {
        "num_envs": 4,
        "n_steps": 1024,
        "learning_rate": 1e-3,
        "gae_lambda": 0.95,
        "gamma": 0.9,
        "n_epochs": 10,
        "ent_coef": 0.0,
        "clip_range": 0.2,
        "use_sde": True,
        "sde_sample_freq": 4,
    },
    ("SAC", "Pendulum-v1"): {"learning_rate": 1e-3},
    ("TD3", "Pendulum-v1"): {
        "learning_rate": 1e-3,
        "buffer_size": 200_000,
        "gamma": 0.98,
        "gradient_steps": 1,
        "train_freq": 1,
        "policy_kwargs": {"net_arch": [400, 300]},
    },
    ("DDPG", "Pendulum-v1"): {
        "learning_rate": 1e-3,
        "buffer_size": 200_000,
        "gamma": 0.98,
        "gradient_steps": 1,
        "train_freq": 1,
        "policy_kwargs": {"net_arch": [400, 300]},
    },
    ("PPO", "LunarLander-v3"): {
        "num_envs": 16,
        "n_steps": 1024,
        "batch_size": 64,
        "gae_lambda": 0.98,
        "gamma": 0.999,
        "n_epochs": 4,
        "ent_coef": 0.01,
    },
    ("DQN", "LunarLander-v3"): {
        "learning_rate": 6.3e-4,
        "batch_size": 128,
        "buffer_size": 50_000,
        "learning_starts": 0,
        "gamma": 0.99,
        "target_update_interval": 250,
        "train_freq": 4,
        "gradient_steps": -1,
        "exploration_fraction": 0.12,
        "exploration_final_eps": 0.1,
        "policy_kwargs": {"net_arch": [256, 256]},
    },
    ("PPO", "MountainCar-v0"): {
        "num_envs": 16,
        "normalize": True,
        "n_steps": 16,
        "gae_lambda": 0.98,
        "gamma": 0.99,
        "n_epochs": 4,
        "ent_coef": 0.0,
    },
    ("PPO", "MiniGrid-DoorKey-6x6-v0"): {
        "num_envs": 8,
        "normalize": True,
        "n_steps": 128,
        "batch_size": 64,
        "gae_lambda": 0.95,
        "gamma": 0.99,
        "n_epochs": 10,
        "ent_coef": 0.0,
        "learning_rate": 2.5e-4,
        "clip_range": 0.2,
    },
    ("RecurrentPPO", "rllte/Memory-v0"): {
        "policy": "MlpLstmPolicy",
        "num_envs": 16,
        "n_steps": 64,
        "learning_rate": 1e-3,
        "policy_kwargs": {"net_arch": [64], "lstm_hidden_size": 64},
    },
    ("DQN", "rllte/BitFlipping-v0"): {
        "policy": "MultiInputPolicy",
        "replay_buffer_class": HerReplayBuffer,
        "learning_rate": 1e-3,
        "batch_size": 128,
        "buffer_size": 100_000,
        "learning_starts": 1000,
        "gamma": 0.95,
        "tau": 0.02,
        "target_update_interval": 4,
        "train_freq": 4,
        "exploration_fraction": 0.25,
        "exploration_final_eps": 0.05,
        "policy_kwargs": {"net_arch": [256, 256]},
    },
    ("SAC", "HalfCheetah-v5"): {"learning_starts": 10_000},
    ("TD3", "HalfCheetah-v5"): {"learning_starts": 10_000, "learning_rate": 1e-3},
}


def main() -> None:
    """Print one JSON line per seed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("agent")
    parser.add_argument("env_id")
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--episodes", type=int, default=100)
    given = parser.parse_args()
    th.set_num_threads(1)
    settings = dict(ZOO.get((given.agent, given.env_id), {}))
    num_envs, normalize = settings.pop("num_envs", 1), settings.pop("normalize", False)
    policy, made = settings.pop("policy", "MlpPolicy"), OWN.get(given.env_id, given.env_id)
    wrapper = WRAPPERS.get(given.env_id)
    algorithm = getattr(sb3, given.agent, None) or getattr(sb3_contrib, given.agent)
    for seed in given.seeds:
        env: Any = make_vec_env(made, num_envs, seed=seed, wrapper_class=wrapper)
        env = VecNormalize(env, gamma=settings["gamma"]) if normalize else env
        model = algorithm(policy, env, seed=seed, device="cpu", **settings)
        started = time.perf_counter()
        model.learn(given.steps)
        wall = time.perf_counter() - started
        apart: Any = make_vec_env(made, 10, seed=seed + 10_000, wrapper_class=wrapper)
        if normalize:
            apart = VecNormalize(apart, training=False, norm_reward=False)
            apart.obs_rms = env.obs_rms
        mean, deviation = evaluate_policy(model, apart, given.episodes, deterministic=True)
        training = sum(episode["r"] for episode in model.ep_info_buffer) / max(len(model.ep_info_buffer), 1)
        row = {"agent": given.agent, "env_id": given.env_id, "seed": seed, "steps": given.steps}
        found = {"episode_reward": mean, "std": deviation, "training_reward": training, "wall_s": round(wall, 1)}
        print(json.dumps({**row, **found}), flush=True)


if __name__ == "__main__":
    main()
