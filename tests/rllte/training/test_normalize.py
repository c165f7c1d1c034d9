"""The scale of the environment's rewards."""

from __future__ import annotations

import numpy as np
import torch as th

from rllte.training.normalize import LIMIT, RewardScaler


def test_rewards_are_divided_by_the_deviation_of_discounted_sums_that_begin_anew_with_each_episode() -> None:
    rewards, ended = th.randn(40, 2) * 5 + 1, th.zeros(40, 2)
    ended[11, 0] = ended[25, 1] = 1.0
    sums, now = [], np.zeros(2)
    for reward, over in zip(rewards.numpy(), ended.numpy(), strict=True):
        now = 0.9 * now + reward
        sums.append(now)
        now = now * (1 - over)
    scaler = RewardScaler(0.9, 2)
    found = th.cat([scaler(rewards[:15], ended[:15]), scaler(rewards[15:], ended[15:])])
    th.testing.assert_close(found[15:], rewards[15:] / float(np.std(sums)), rtol=1e-4, atol=1e-5)
    assert th.equal(found.sign(), rewards.sign())
    assert found.abs().max() <= LIMIT


def test_equal_rewards_stay_as_they_are() -> None:
    """Also the very first one of an off-policy run, of which there is no deviation yet."""
    scaler = RewardScaler(0.9, 1)
    for _ in range(3):
        assert scaler(th.full((1, 1), -0.7), th.ones(1, 1)).item() == np.float32(-0.7)
