"""Disagreement against its equation."""

from __future__ import annotations

import torch as th

from rllte.conformance.reward import ACTIONS, OBSERVATIONS, environments, rollout
from rllte.xplore.reward import Disagreement

ENVS = environments(OBSERVATIONS["Box1"][0], ACTIONS["Box"])


def flat(samples: dict[str, th.Tensor], name: str) -> th.Tensor:
    return samples[name].flatten(0, 1)


def test_the_reward_is_the_variance_of_the_predictions() -> None:
    reward, samples = Disagreement(ENVS, rwd_norm_type="none", obs_norm_type="none"), rollout(ENVS)
    latents, actions = reward.encoder(flat(samples, "observations")), flat(samples, "actions")
    predictions = th.stack([model(latents, actions) for model in reward.ensemble])
    expected = (predictions - predictions.mean(0)).square().mean(0).mean(1)
    th.testing.assert_close(reward.compute(samples), expected.reshape(6, 2).detach())


def test_models_that_agree_pay_nothing_and_each_learns_from_samples_of_its_own() -> None:
    reward, samples = Disagreement(ENVS, rwd_norm_type="none"), rollout(ENVS, 32)
    for model in reward.ensemble:
        model.load_state_dict(reward.ensemble[0].state_dict())
    assert (reward.compute(samples) == 0).all()
    reward.update(samples)
    assert (reward.compute(samples) > 0).all()
