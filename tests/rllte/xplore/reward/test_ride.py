"""RIDE against its equation."""

from __future__ import annotations

import torch as th

from rllte.conformance.reward import ACTIONS, OBSERVATIONS, environments, rollout
from rllte.xplore.reward import RIDE

ENVS = environments(OBSERVATIONS["Discrete"][0], ACTIONS["Box"])


def flat(samples: dict[str, th.Tensor], name: str) -> th.Tensor:
    return samples[name].flatten(0, 1)


def impacts(reward: RIDE, samples: dict[str, th.Tensor]) -> th.Tensor:
    latents, following = (reward.encoder(flat(samples, name)) for name in ("observations", "next_observations"))
    return (following - latents).norm(dim=1).reshape(6, 2).detach()


def test_whole_states_are_counted() -> None:
    reward, samples = RIDE(ENVS, rwd_norm_type="none"), rollout(ENVS)
    samples["next_observations"][:] = 4
    visits = th.tensor([[1.0, 1], [2, 2], [3, 3], [4, 4], [1, 5], [2, 6]])  # an episode ends in environment 0
    th.testing.assert_close(reward.compute(samples), impacts(reward, samples) / visits.sqrt())
    again = reward.compute(samples)
    th.testing.assert_close(again[0, 1], impacts(reward, samples)[0, 1] / 7**0.5)


def test_pseudo_counts_of_equal_states_are_counts() -> None:
    reward, samples = RIDE(ENVS, rwd_norm_type="none", count="pseudo", k=3), rollout(ENVS)
    samples["next_observations"][:] = 4
    visits = th.tensor([[1.0, 1], [2, 2], [3, 3], [4, 4], [1, 4], [2, 4]])  # at most k + 1
    th.testing.assert_close(reward.compute(samples), impacts(reward, samples) / (visits.sqrt() + 1e-3))


def test_above_sm_nothing_is_paid() -> None:
    reward, samples = RIDE(ENVS, count="pseudo", sm=1.5, rwd_norm_type="none"), rollout(ENVS)
    samples["next_observations"][:] = 4
    found = reward.compute(samples)
    assert (found[2:4] == 0).all()
    assert (found[0] > 0).all()


def test_the_counts_fit_the_observations() -> None:
    exact = {}
    for kind, spaces in OBSERVATIONS.items():
        exact[kind] = [RIDE(environments(space, ACTIONS["Discrete"]), latent_dim=4).exact for space in spaces]
    assert exact == {
        "Box1": [False],
        "Box3": [True, False],  # a grid world's view; a screen
        "Box": [False],
        "Discrete": [True],
        "MultiDiscrete": [True],
        "MultiBinary": [True],
        "Dict": [False],
    }
