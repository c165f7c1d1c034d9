"""RISE against distances counted by hand, and against the entropy that they estimate."""

import math
from types import SimpleNamespace
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch as th
from torch import nn

from rllte.core.errors import ParameterError
from rllte.nn.knn import kth, nearest_others
from rllte.xplore.reward import RISE


def made(**kwargs: Any) -> RISE:
    line = gym.spaces.Box(-99.0, 99.0, (1,))
    envs = SimpleNamespace(observation_space=line, action_space=gym.spaces.Discrete(2), num_envs=1)
    reward = RISE(envs, latent_dim=1, **{"rwd_norm_type": "none", **kwargs})
    reward.encoder = nn.Identity()
    return reward


def visits(*states: float) -> dict[str, th.Tensor]:
    return {"next_observations": th.tensor(states).reshape(-1, 1, 1)}


@pytest.mark.parametrize("alpha", [0.5, 0.25])
def test_the_distance_to_the_kth_neighbour_to_the_power_of_one_minus_alpha(alpha: float) -> None:
    found = made(k=2, alpha=alpha).compute(visits(0.0, 1.0, 3.0, 7.0)).flatten()
    assert np.allclose(found, np.array([3.0, 2.0, 3.0, 6.0]) ** (1 - alpha))


def test_the_average_over_neighbours() -> None:
    found = made(k=2, average_entropy=True).compute(visits(0.0, 1.0, 3.0, 7.0)).flatten()
    assert np.allclose(found, [(a**0.5 + b**0.5) / 2 for a, b in ((1, 3), (1, 2), (2, 3), (4, 6))])


def test_what_is_paid_estimates_the_renyi_entropy_of_the_states() -> None:
    """Leonenko, Pronzato and Savani 2008, equation 2.5; the entropy of a normal variable is known."""
    th.manual_seed(0)
    number, k, alpha = 4000, 5, 0.5
    paid = made(k=k, alpha=alpha).pay(kth(nearest_others(th.randn(number, 1), th.empty(0, 1), k)))
    constant = (math.gamma(k) / math.gamma(k + 1 - alpha)) ** (1 / (1 - alpha))
    estimate = math.log(float(paid.mean()) * ((number - 1) * 2 * constant) ** (1 - alpha)) / (1 - alpha)
    known = 0.5 * math.log(2 * math.pi) + 0.5 * math.log(alpha) / (alpha - 1)
    assert estimate == pytest.approx(known, abs=0.05)


def test_the_same_state_again_pays_nothing_and_the_first_neither() -> None:
    reward = made(k=1)
    assert reward.compute(visits(4.0)).item() == 0.0
    assert reward.compute(visits(4.0)).item() == 0.0
    assert reward.compute(visits(8.0)).item() == 2.0


@pytest.mark.parametrize("alpha", [0.0, 1.0, -1.0])
def test_an_order_that_would_pay_all_states_alike_or_the_old_ones_more_is_refused(alpha: float) -> None:
    with pytest.raises(ParameterError, match="alpha"):
        made(alpha=alpha)
