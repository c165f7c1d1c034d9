"""RND against its equation."""

from __future__ import annotations

import torch as th

from rllte.conformance.reward import ACTIONS, OBSERVATIONS, environments, rollout
from rllte.xplore.reward import RND

ENVS = environments(OBSERVATIONS["Box1"][0], ACTIONS["Box"])


def flat(samples: dict[str, th.Tensor], name: str) -> th.Tensor:
    return samples[name].flatten(0, 1)


def test_the_reward_is_the_error_at_the_next_observation() -> None:
    reward, samples = RND(ENVS, rwd_norm_type="none", obs_norm_type="none"), rollout(ENVS)
    following = flat(samples, "next_observations")
    expected = (reward.predictor(following) - reward.target(following)).square().mean(1).reshape(6, 2)
    th.testing.assert_close(reward.compute(samples), expected.detach())


def test_the_target_stays_and_defect_16_its_last_layer_is_linear() -> None:
    reward, samples = RND(ENVS), rollout(ENVS)
    before = reward.target(flat(samples, "observations"))
    assert before.min() < 0
    reward.update(samples)
    assert th.equal(before, reward.target(flat(samples, "observations")))


def test_defect_16_sync_reaches_the_statistics_of_observations() -> None:
    reward, samples = RND(ENVS), rollout(ENVS)
    reward.compute(samples, sync=False)
    assert reward.obs_norm.count == reward.rwd_norm.count == 0
    reward.compute(samples)
    assert reward.obs_norm.count == reward.rwd_norm.count == 12
