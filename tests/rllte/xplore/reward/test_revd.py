"""REVD against distances counted by hand, and against the divergence that they estimate."""

import math
from types import SimpleNamespace
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch as th
from torch import nn

from rllte.nn.knn import kth, nearest, nearest_others
from rllte.xplore.reward import REVD


def made(num_envs: int = 1, **kwargs: Any) -> REVD:
    line = gym.spaces.Box(-99.0, 99.0, (1,))
    envs = SimpleNamespace(observation_space=line, action_space=gym.spaces.Discrete(2), num_envs=num_envs)
    reward = REVD(envs, latent_dim=1, **{"rwd_norm_type": "none", **kwargs})
    reward.encoder = nn.Identity()
    return reward


def visits(*steps: Any) -> dict[str, th.Tensor]:
    return {"next_observations": th.tensor(steps, dtype=th.float32).reshape(len(steps), -1, 1)}


# distances within [2, 5]: 3 and 3, to [0, 1] before: 1 and 4; the mean of the former is 3
BY_HAND = [3 * (1 / 3) ** 0.5, 3 * (4 / 3) ** 0.5]


def test_the_ratio_of_distances_to_the_stretch_before_and_in_this_one() -> None:
    reward = made(k=1, episode_length=2)
    assert reward.compute(visits(0, 1)).flatten().tolist() == [0.0, 0.0]
    assert np.allclose(reward.compute(visits(2, 5)).flatten(), BY_HAND)
    assert np.allclose(reward.compute(visits(2, 5)).flatten(), 0.0)


def test_a_long_rollout_is_as_many_stretches() -> None:
    assert np.allclose(made(k=1, episode_length=2).compute(visits(0, 1, 2, 5, 2)).flatten(), [0, 0, *BY_HAND, 0])


def test_a_stretch_may_come_step_by_step() -> None:
    reward = made(k=1, episode_length=2)
    paid = [reward.compute(visits(state)).item() for state in (0, 1, 2, 5, 2, 5)]
    assert np.allclose(paid, [0, 0, 0, BY_HAND[1], 0, 0])  # a state alone in its stretch pays nothing


def test_environments_are_compared_with_themselves() -> None:
    reward = made(num_envs=2, k=1, episode_length=2)
    reward.compute(visits((0, 2), (1, 5)))
    assert np.allclose(reward.compute(visits((2, 2), (5, 5))), [[BY_HAND[0], 0], [BY_HAND[1], 0]])


def test_the_average_over_neighbours_leaves_the_state_itself_out() -> None:
    reward = made(k=2, episode_length=3, average_divergence=True)
    reward.compute(visits(0, 0, 0))
    found = reward.compute(visits(1, 2, 4)).flatten()
    within = [(1, 3), (1, 2), (2, 3)]
    before = [1, 2, 4]
    spread = (1 + 1 + 2) / 3
    expected = [
        spread * sum((b / max(w, spread)) ** 0.5 for w in pair) / 2 for b, pair in zip(before, within, strict=True)
    ]
    assert np.allclose(found, expected)


def test_coming_back_to_a_state_does_not_pay_without_bound() -> None:
    reward = made(k=1, episode_length=4)
    reward.compute(visits(0, 0, 0, 0))
    back = reward.compute(visits(9, 9, 9, 29)).flatten()  # distances within 0, 0, 0, 20, of mean 5
    assert np.allclose(back, [5 * (9 / 5) ** 0.5] * 3 + [5 * (29 / 20) ** 0.5])
    assert reward.compute(visits(50, 50, 50, 50)).flatten().tolist() == [0.0] * 4


def test_the_ratio_estimates_the_renyi_divergence() -> None:
    """Poczos and Schneider 2011, equation 5; the divergence of two normal variables is known: alpha mean^2 / 2."""
    th.manual_seed(0)
    number, k, alpha = 4000, 5, 0.5
    now, then = th.randn(number, 1), th.randn(number, 1) + 1.0
    reward = made(k=k, alpha=alpha)
    ratio = reward.ratio(kth(nearest(now, then, k)), kth(nearest_others(now, then[:0], k)))
    constant = math.gamma(k) ** 2 / (math.gamma(k - alpha + 1) * math.gamma(k + alpha - 1))
    mean = float((1.0 / ratio).mean()) * ((number - 1) / number) ** (1 - alpha) * constant
    assert math.log(mean) / (alpha - 1) == pytest.approx(alpha / 2, abs=0.05)
