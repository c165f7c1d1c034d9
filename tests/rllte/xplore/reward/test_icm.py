"""ICM against its equations."""

from __future__ import annotations

import torch as th

from rllte.conformance.reward import ACTIONS, OBSERVATIONS, environments, rollout
from rllte.xplore.reward import ICM

ENVS = environments(OBSERVATIONS["Box1"][0], ACTIONS["Box"])


def flat(samples: dict[str, th.Tensor], name: str) -> th.Tensor:
    return samples[name].flatten(0, 1)


def test_the_reward_is_half_the_squared_error_of_the_forward_model() -> None:
    reward, samples = ICM(ENVS, rwd_norm_type="none"), rollout(ENVS)
    latents, following = (reward.encoder(flat(samples, name)) for name in ("observations", "next_observations"))
    predicted = reward.forward_model(latents, flat(samples, "actions"))
    expected = 0.5 * (predicted - following).norm(dim=1).square()
    th.testing.assert_close(reward.compute(samples), expected.reshape(6, 2).detach())


def test_the_loss_is_the_weighted_sum_of_equation_7() -> None:
    samples = rollout(ENVS)
    batch = {name: flat(samples, name) for name in samples}
    losses = {}
    for share in (0.0, 0.2, 1.0):
        th.manual_seed(0)
        losses[share] = ICM(ENVS, forward_coef=share).loss(batch)
    th.testing.assert_close(losses[0.2], 0.8 * losses[0.0] + 0.2 * losses[1.0])


def test_defect_14_each_dimension_of_a_continuous_action_counts() -> None:
    reward, samples = ICM(ENVS, rwd_norm_type="none"), rollout(ENVS)
    first = reward.compute(samples)
    for dimension in range(3):
        samples["actions"][..., dimension] += 0.5
        assert not th.allclose(first, reward.compute(samples))
