"""E3B against the inverted matrix."""

from __future__ import annotations

import torch as th

from rllte.conformance.reward import ACTIONS, OBSERVATIONS, environments, rollout
from rllte.xplore.reward import E3B

ENVS = environments(OBSERVATIONS["Box1"][0], ACTIONS["Box"])


def flat(samples: dict[str, th.Tensor], name: str) -> th.Tensor:
    return samples[name].flatten(0, 1)


def test_the_bonus_is_that_of_the_inverted_matrix_and_begins_anew_with_the_episode() -> None:
    reward, samples = E3B(ENVS, rwd_norm_type="none", latent_dim=6, ridge=0.5), rollout(ENVS, 12)
    latents = reward.encoder(flat(samples, "next_observations")).reshape(12, 2, 6).detach()
    found = reward.compute(samples)
    for env in range(2):
        covariance = 0.5 * th.eye(6)
        for t in range(12):
            v = latents[t, env]
            th.testing.assert_close(found[t, env], v @ th.linalg.inv(covariance) @ v, rtol=1e-3, atol=1e-4)
            over = bool(samples["terminateds"][t, env])
            covariance = 0.5 * th.eye(6) if over else covariance + th.outer(v, v)


def test_the_bonus_of_one_state_falls_as_one_over_its_visits() -> None:
    reward, samples = E3B(ENVS, rwd_norm_type="none", ridge=1e-3), rollout(ENVS, 50)
    samples["terminateds"].zero_()
    samples["next_observations"][:] = samples["next_observations"][:1]
    found = reward.compute(samples)
    th.testing.assert_close(found[10:, 0], 1.0 / th.arange(10.0, 50.0), rtol=0.05, atol=0.0)


def test_the_truncated_episode_ends_too() -> None:
    reward, samples = E3B(ENVS, rwd_norm_type="none"), rollout(ENVS, 4)
    samples["next_observations"][:] = samples["next_observations"][:1]
    samples["truncateds"][1, 1] = 1.0
    found = reward.compute(samples)
    th.testing.assert_close(found[2, 1], found[0, 1])
