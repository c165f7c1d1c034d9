"""Evaluation: as many episodes as asked, each environment its share, the likeliest actions."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch as th

from rllte.agent import PPO
from rllte.env import make_rllte_env
from rllte.training.evaluation import evaluate


class Long(gym.Env[Any, Any]):
    """Pays 1 per step, so many steps; 0 for ever."""

    observation_space = gym.spaces.Box(-1, 1, (1,))
    action_space = gym.spaces.Discrete(2)

    def __init__(self, length: int) -> None:
        self.length, self.time = length, 0

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        self.time = 0
        return np.zeros(1, np.float32), {}

    def step(self, action: Any) -> Any:
        self.time += 1
        return np.zeros(1, np.float32), 1.0, self.time == self.length, False, {}


class Still:
    """A policy that does nothing."""

    def train(self, mode: bool) -> None:
        assert not mode

    def __call__(self, obs: th.Tensor, training: bool) -> th.Tensor:
        assert not training
        return th.zeros(len(obs), dtype=th.int64)

    def env_action(self, actions: th.Tensor) -> th.Tensor:
        return actions


def environments(*lengths: int) -> Any:
    made = iter(lengths + lengths)  # one more of each may be made to look at the spaces
    return make_rllte_env(lambda: Long(next(made)), num_envs=len(lengths), asynchronous=False)


def test_defect_3_2_another_evaluation_sees_other_episodes() -> None:
    def rewards() -> list[float]:
        env = make_rllte_env("CartPole-v1", num_envs=2, seed=5)
        return [evaluate(Still(), env, th.device("cpu"), 8)["episode_reward"] for _ in range(2)]

    first, second = rewards()
    assert first != second
    assert [first, second] == rewards()  # and yet all are governed by the seed


def test_short_episodes_are_not_counted_more_often() -> None:
    found = evaluate(Still(), environments(2, 10), th.device("cpu"), 4)
    assert found == {"episode_reward": 6.0, "episode_reward_std": 4.0, "episode_length": 6.0}


def test_a_remainder_goes_to_the_first_environments() -> None:
    found = evaluate(Still(), environments(2, 10), th.device("cpu"), 3)
    assert found["episode_reward"] == pytest.approx((2 + 2 + 10) / 3)


def test_episodes_without_end_are_cut_counted_and_told() -> None:
    found = evaluate(Still(), environments(2, 0), th.device("cpu"), 6, longest=30)
    assert found["episodes_cut"] == 1
    assert found["episode_reward"] == pytest.approx((3 * 2 + 30) / 4)


def test_an_episode_of_just_the_longest_length_is_whole() -> None:
    assert "episodes_cut" not in evaluate(Still(), environments(30), th.device("cpu"), 2, longest=30)


def test_the_likeliest_actions_are_taken(tmp_path: Any) -> None:
    agent = PPO(env=environments(5, 5), hidden_dim=8, num_steps=8, log_dir=tmp_path)
    agent.freeze()
    agent.policy.actor[1].bias.data.copy_(th.tensor([0.0, 0.1]))  # nearly even, so a sample would show
    taken: list[th.Tensor] = []
    step = agent.env.step
    agent.env.step = lambda actions: taken.append(actions) or step(actions)
    agent.eval(20)
    assert th.stack(taken).eq(1).all()


def test_defect_3_2_each_evaluation_sees_other_episodes_and_the_same_ones_with_the_same_seed() -> None:
    def first_observations(times: int) -> list[th.Tensor]:
        env = make_rllte_env("CartPole-v1", num_envs=2, seed=3, asynchronous=False)
        reset, seen = env.reset, []

        def spy(*args: Any, **kwargs: Any) -> Any:
            found = reset(*args, **kwargs)
            seen.append(found[0])
            return found

        env.reset = spy  # type: ignore[method-assign]
        for _ in range(times):
            evaluate(Still(), env, th.device("cpu"), 2)
        return seen

    one, another = first_observations(2)
    assert not th.equal(one, another)
    assert th.equal(one, first_observations(1)[0])
