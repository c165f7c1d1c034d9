"""Evaluation: whole episodes with the likeliest actions."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch as th

from rllte.core.trees import to_device
from rllte.env.torch_env import Gymnasium2Torch
from rllte.training.acting import Actor

LONGEST = 100_000
"""Steps after which an episode is cut: without a limit an agent that walks in circles would never be evaluated."""


def evaluate(
    policy: Any, env: Gymnasium2Torch, device: th.device, episodes: int, longest: int = LONGEST
) -> dict[str, float]:
    """Mean reward and length of so many episodes.

    Episodes are dealt to the N environments beforehand, so that short ones are not counted more often than long ones.
    An episode of `longest` steps is cut and counted with its reward so far; its environment is not asked again.

    Returns:
        episode_reward, episode_reward_std, episode_length; and episodes_cut where some were.
    """
    share = np.array([episodes // env.num_envs + (i < episodes % env.num_envs) for i in range(env.num_envs)])
    done = np.zeros(env.num_envs, dtype=int)
    running, lengths = np.zeros(env.num_envs), np.zeros(env.num_envs, dtype=int)
    rewards_of, lengths_of, cut = [], [], 0
    policy.train(False)
    actor = Actor(policy, env.num_envs, device)
    obs, _ = env.reset()
    while (done < share).any():
        with th.no_grad():
            actions = actor.greedy(to_device(obs, device))
        obs, rewards, terminateds, truncateds, _ = env.step(policy.env_action(actions))
        actor.ended(th.maximum(terminateds, truncateds))
        running += rewards.cpu().numpy()
        lengths += 1
        over = th.maximum(terminateds, truncateds).cpu().numpy().astype(bool)
        endless = ~over & (lengths >= longest) & (done < share)
        for index in np.flatnonzero((over | endless) & (done < share)):
            rewards_of.append(float(running[index]))
            lengths_of.append(int(lengths[index]))
        cut += int(endless.sum())
        done = np.where(endless, share, done + over)
        running[over] = 0.0
        lengths[over] = 0
    return {
        "episode_reward": float(np.mean(rewards_of)),
        "episode_reward_std": float(np.std(rewards_of)),
        "episode_length": float(np.mean(lengths_of)),
        **({"episodes_cut": cut} if cut else {}),
    }
