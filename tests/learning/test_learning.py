from pathlib import Path
from typing import Any

import gymnasium as gym
import pytest
import torch as th

from rllte.agent import A2C, PPO
from rllte.env import make_rllte_env

SMALL = {"feature_dim": 16, "hidden_dim": 16, "num_steps": 16}


class Bandit(gym.Env[Any, Any]):
    """One step; the action that equals the observation is paid."""

    observation_space = gym.spaces.Box(0, 1, (1,))
    action_space = gym.spaces.Discrete(2)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        self.state = int(self.np_random.integers(2))
        return self._obs(), {}

    def step(self, action: Any) -> Any:
        return self._obs(), float(action == self.state), True, False, {}

    def _obs(self) -> Any:
        return self.observation_space.low + self.state


def agent(cls: Any, folder: Path, env_id: Any = "CartPole-v1", seed: int = 1, **kwargs: Any) -> Any:
    env = make_rllte_env(env_id, num_envs=4, seed=seed)
    return cls(env=env, seed=seed, log_dir=folder, **{**SMALL, **kwargs})


def weights(made: Any) -> th.Tensor:
    return th.cat([p.detach().flatten() for p in made.policy.parameters()])


def test_a_batch_larger_than_the_rollout_still_learns(tmp_path: Path) -> None:
    made = agent(PPO, tmp_path, batch_size=10_000)
    made.freeze()
    before = weights(made)
    made.train(64)
    assert not th.equal(before, weights(made))


@pytest.mark.learning
@pytest.mark.parametrize("cls", [PPO, A2C])
def test_a_bandit_is_learned(cls: Any, tmp_path: Path) -> None:
    made = agent(cls, tmp_path, Bandit, lr=1e-2, ent_coef=0.0)
    made.train(8192, log_interval=1000)
    assert made.eval(50)["episode_reward"] == 1.0
