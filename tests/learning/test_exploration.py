"""Intrinsic rewards lead PPO through a room that a random walk does not cross."""

from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch as th

from rllte.agent import PPO
from rllte.env import make_rllte_env
from rllte.xplore import reward as rewards

SIZE = 40


class Room(gym.Env[Any, Any]):
    """A walk of 160 steps over 40 x 40 fields from a corner, with no reward but in the corner across."""

    observation_space = gym.spaces.Box(0.0, 1.0, (2,))
    action_space = gym.spaces.Discrete(4)
    seen: set[tuple[int, ...]]

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        self.where, self.time = np.zeros(2, int), 0
        return (self.where / (SIZE - 1)).astype(np.float32), {}

    def step(self, action: Any) -> Any:
        self.where = np.clip(self.where + [(1, 0), (-1, 0), (0, 1), (0, -1)][action], 0, SIZE - 1)
        self.time += 1
        Room.seen.add(tuple(self.where.tolist()))
        found = bool((self.where == SIZE - 1).all())
        return (self.where / (SIZE - 1)).astype(np.float32), float(found), found, self.time == 160, {}


def fields(folder: Path, name: str, beta: float) -> int:
    """How many fields PPO sees in 16384 steps of pre-training."""
    th.manual_seed(1)
    Room.seen = set()
    env = make_rllte_env(Room, num_envs=8, seed=1, asynchronous=False)
    agent = PPO(env=env, log_dir=folder, hidden_dim=64, num_steps=64, batch_size=128, lr=1e-3, pretraining=True)
    agent.set(reward=getattr(rewards, name)(env, beta=beta))
    agent.train(num_train_steps=16_384, log_interval=1000)
    return len(Room.seen)


@pytest.mark.learning
@pytest.mark.parametrize("name", ["RE3", "RISE", "REVD", "PseudoCounts", "NGU"])
def test_pretraining_sees_more_fields_than_without_a_reward(name: str, tmp_path: Path) -> None:
    assert fields(tmp_path, name, beta=1.0) > 1.2 * fields(tmp_path, name, beta=0.0)
