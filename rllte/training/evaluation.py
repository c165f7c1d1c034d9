"""Evaluation: whole episodes with the likeliest actions."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch as th

from rllte.core.errors import ParameterError
from rllte.env.torch_env import Gymnasium2Torch


def evaluate(policy: Any, env: Gymnasium2Torch, device: th.device, episodes: int) -> dict[str, float]:
    """Mean reward and length of so many episodes.

    Episodes are dealt to the N environments beforehand, so that short ones are not counted more often than long ones.

    Raises:
        ParameterError: `episodes` is less than 1.
    """
    if episodes < 1:
        raise ParameterError(f"num_eval_episodes is {episodes}; expected at least 1.")
    share = np.array([episodes // env.num_envs + (i < episodes % env.num_envs) for i in range(env.num_envs)])
    done = np.zeros(env.num_envs, dtype=int)
    running, lengths = np.zeros(env.num_envs), np.zeros(env.num_envs, dtype=int)
    rewards_of, lengths_of = [], []
    policy.train(False)
    obs, _ = env.reset()
    while (done < share).any():
        with th.inference_mode():
            actions = policy(obs.to(device), training=False)
        obs, rewards, terminateds, truncateds, _ = env.step(actions)
        running += rewards.cpu().numpy()
        lengths += 1
        over = th.maximum(terminateds, truncateds).cpu().numpy().astype(bool)
        for index in np.flatnonzero(over & (done < share)):
            rewards_of.append(float(running[index]))
            lengths_of.append(int(lengths[index]))
        done += over
        running[over] = 0.0
        lengths[over] = 0
    return {
        "episode_reward": float(np.mean(rewards_of)),
        "episode_reward_std": float(np.std(rewards_of)),
        "episode_length": float(np.mean(lengths_of)),
    }
