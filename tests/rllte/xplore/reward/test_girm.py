"""GIRM against its equations."""

from __future__ import annotations

import torch as th

from rllte.conformance.reward import ACTIONS, OBSERVATIONS, environments, rollout
from rllte.xplore.reward import GIRM

ENVS = environments(OBSERVATIONS["Box1"][0], ACTIONS["Box"])


def flat(samples: dict[str, th.Tensor], name: str) -> th.Tensor:
    return samples[name].flatten(0, 1)


def test_the_reward_is_the_error_of_what_the_decoder_makes_of_action_and_code() -> None:
    samples = rollout(ENVS)
    for share in (0.0, 0.5, 1.0):
        reward = GIRM(ENVS, rwd_norm_type="none", lambd=share)
        latents, following = (reward.encoder(flat(samples, name)) for name in ("observations", "next_observations"))
        code, _ = reward.encode(latents, following)
        made = reward.decode(latents, share * flat(samples, "actions") + (1.0 - share) * code)
        expected = (made - flat(samples, "next_observations")).square().mean(1).reshape(6, 2)
        th.testing.assert_close(reward.compute(samples), expected.detach())


def test_the_reconstruction_is_a_likelihood_as_the_divergence_is() -> None:
    samples = rollout(ENVS)
    reward = GIRM(ENVS, lambd_action=0.0, kld_loss_beta=0.0)
    batch = {name: flat(samples, name) for name in samples}
    batch |= reward.draw(12, th.Generator().manual_seed(0))
    latents, following = (reward.encoder(batch[name]) for name in ("observations", "next_observations"))
    mean, log_variance = reward.encode(latents, following)
    made = reward.decode(latents, mean + (0.5 * log_variance).exp() * batch["noise"])
    normal, one = th.distributions.Normal, th.ones(())
    constant = normal(one, one).log_prob(one)
    expected = (constant - normal(made, one).log_prob(batch["next_observations"])).sum(1).mean()
    th.testing.assert_close(reward.loss(batch), expected)


def test_the_divergence_is_that_from_the_standard_normal() -> None:
    samples = rollout(ENVS)
    reward = GIRM(ENVS, lambd_recon=0.0, lambd_action=0.0, kld_loss_beta=2.0)
    batch = {name: flat(samples, name) for name in samples}
    batch |= reward.draw(12, th.Generator().manual_seed(0))
    latents, following = (reward.encoder(batch[name]) for name in ("observations", "next_observations"))
    mean, log_variance = reward.encode(latents, following)
    normal = th.distributions.Normal(mean, (0.5 * log_variance).exp())
    expected = th.distributions.kl_divergence(normal, th.distributions.Normal(0.0, 1.0)).sum(1).mean()
    th.testing.assert_close(reward.loss(batch), 2.0 * expected)
