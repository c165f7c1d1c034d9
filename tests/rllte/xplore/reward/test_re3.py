"""RE3 against distances counted by hand."""

from types import SimpleNamespace
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch as th
from torch import nn

from rllte.core.errors import ParameterError
from rllte.xplore.reward import RE3

LINE = gym.spaces.Box(-99.0, 99.0, (1,))


def made(num_envs: int = 1, **kwargs: Any) -> RE3:
    envs = SimpleNamespace(observation_space=LINE, action_space=gym.spaces.Discrete(2), num_envs=num_envs)
    reward = RE3(envs, **{"latent_dim": 1, "rwd_norm_type": "none", **kwargs})
    reward.encoder = nn.Identity()
    return reward


def visits(*steps: Any) -> dict[str, th.Tensor]:
    """Samples whose steps lead to these numbers, one per environment."""
    states = th.tensor(steps, dtype=th.float32).reshape(len(steps), -1)
    flags = th.zeros_like(states)
    return {
        "observations": states.unsqueeze(-1),
        "actions": flags.long(),
        "rewards": flags,
        "terminateds": flags,
        "truncateds": flags,
        "next_observations": states.unsqueeze(-1),
    }


def test_the_logarithm_of_one_plus_the_distance_to_the_kth_neighbour() -> None:
    expected = np.log1p([3.0, 2.0, 3.0, 6.0])
    assert np.allclose(made(k=2).compute(visits(0, 1, 3, 7)).flatten(), expected)


def test_the_average_is_of_logarithms_over_the_first_to_the_kth() -> None:
    found = made(k=2, average_entropy=True).compute(visits(0, 1, 3, 7)).flatten()
    expected = [(np.log1p(a) + np.log1p(b)) / 2 for a, b in ((1, 3), (1, 2), (2, 3), (4, 6))]
    assert np.allclose(found, expected)


def test_the_bank_remembers_rollouts_of_before_and_forgets_the_oldest() -> None:
    reward = made(k=1, storage_size=3)
    assert reward.compute(visits(0, 1, 3)).shape == (3, 1)
    assert np.allclose(reward.compute(visits(4)), np.log1p(1.0))
    assert np.allclose(reward.compute(visits(0)), np.log1p(1.0))  # the bank holds 1, 3, 4 now


def test_environments_share_the_bank() -> None:
    reward = made(num_envs=2, k=1)
    assert np.allclose(reward.compute(visits((0, 10), (2, 10))), np.log1p([[2.0, 0.0], [2.0, 0.0]]))
    assert np.allclose(reward.compute(visits((10.5, 1))), np.log1p([[0.5, 1.0]]))


def test_defect_2_the_very_first_step_has_fewer_neighbours_than_k() -> None:
    reward = made(k=5)
    assert reward.compute(visits(3)).tolist() == [[0.0]]
    assert np.allclose(reward.compute(visits(5)), np.log1p(2.0))
    assert np.allclose(reward.compute(visits(9)), np.log1p(6.0))  # the furthest of the two there are


def test_a_state_pays_less_the_more_often_it_is_visited() -> None:
    reward = made(k=3)
    paid = [float(reward.compute(visits(0))) for _ in range(2)] + [float(reward.compute(visits(8))) for _ in range(6)]
    assert paid[2] > paid[5] == 0.0


def test_the_order_of_minmax_and_the_weight() -> None:
    reward = made(k=1, rwd_norm_type="minmax", beta=0.5, kappa=0.5)
    assert float(reward.compute(visits(0, 1, 3, 7)).max()) == 0.5
    reward.update(visits(0))
    assert float(reward.compute(visits(0, 1, 3, 70)).max()) == pytest.approx(0.25)


@pytest.mark.parametrize("wrong", [{"k": 0}, {"storage_size": 0}, {"latent_dim": 0}, {"encoder_model": "resnet"}])
def test_arguments_out_of_range(wrong: dict[str, Any]) -> None:
    with pytest.raises(ParameterError):
        made(**wrong)
