"""What intrinsic rewards are given: weights that decay, scales, checked arguments."""

from collections.abc import Mapping
from typing import Any

import pytest
import torch as th

from rllte.common.prototype import BaseReward
from rllte.core.errors import ParameterError
from rllte.env import make_rllte_env


class Plain(BaseReward):
    """The environment's own."""

    def compute(self, samples: Mapping[str, th.Tensor], sync: bool = True) -> th.Tensor:
        return self.scale(samples["rewards"])

    def update(self, samples: Mapping[str, th.Tensor]) -> None:
        self.updates += 1


def reward(**kwargs: Any) -> Plain:
    return Plain(make_rllte_env("CartPole-v1", num_envs=2), **kwargs)


def test_the_weight_decays_with_each_update() -> None:
    made = reward(beta=2.0, kappa=0.5, rwd_norm_type="none")
    assert made.scale(th.ones(3, 2)).eq(2.0).all()
    made.update({})
    assert made.scale(th.ones(3, 2)).eq(1.0).all()


def test_rewards_are_divided_by_their_deviation_or_range() -> None:
    rewards = th.randn(50, 2) * 7
    th.testing.assert_close(reward().scale(rewards), rewards / rewards.std(correction=0))
    assert reward(rwd_norm_type="minmax").scale(rewards).max() == pytest.approx(1.0)
    assert reward(gamma=0.99).scale(rewards).std() < reward().scale(rewards).std()


def test_a_range_of_single_steps_is_that_of_all_so_far() -> None:
    """Off-policy loops give one step at a time: of one environment its own range would be nothing, and so its rewards."""
    made = Plain(make_rllte_env("CartPole-v1"), rwd_norm_type="minmax")
    paid = [made.compute({"rewards": th.tensor([[value]])}).item() for value in (2.0, 6.0, 3.0)]
    assert paid == pytest.approx([0.0, 1.0, 0.25])


def test_observations_are_normalised_and_statistics_kept_only_if_asked() -> None:
    made, obs = reward(), th.randn(50, 2, 4) * 9 + 3
    made.normalize(obs, sync=False)
    assert made.obs_norm.count == 0
    scaled = made.normalize(obs)
    assert scaled.mean().abs() < 1e-4
    assert made.normalize(obs * 1e6, sync=False).abs().max() == 5.0
    assert th.equal(reward(obs_norm_type="none").normalize(obs), obs)


@pytest.mark.parametrize("kwargs", [{"kappa": 2}, {"beta": "1"}, {"rwd_norm_type": "max"}, {"obs_norm_type": "minmax"}])
def test_arguments_are_checked(kwargs: dict[str, Any]) -> None:
    with pytest.raises(ParameterError):
        reward(**kwargs)
