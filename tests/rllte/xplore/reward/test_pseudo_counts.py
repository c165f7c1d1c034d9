"""Pseudo-counts against Never Give Up's algorithm written out."""

from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch as th
from torch import nn

from rllte.core.errors import ParameterError
from rllte.xplore.reward import PseudoCounts


def made(num_envs: int = 1, action_space: Any = None, **kwargs: Any) -> PseudoCounts:
    line = gym.spaces.Box(-99.0, 99.0, (1,))
    acts = action_space or gym.spaces.Discrete(2)
    envs = SimpleNamespace(observation_space=line, action_space=acts, num_envs=num_envs)
    reward = PseudoCounts(envs, **{"latent_dim": 1, "rwd_norm_type": "none", **kwargs})
    reward.encoder = nn.Identity()
    return reward


def walk(start: float, *states: float, ends: tuple[int, ...] = ()) -> dict[str, th.Tensor]:
    """One environment that walks from `start`; after the steps in `ends` it begins anew at 0."""
    after = th.tensor(states).reshape(-1, 1, 1)
    flags = th.zeros(len(states), 1)
    flags[list(ends)] = 1.0
    before = th.cat([th.tensor([[[start]]]), after[:-1] * (1 - flags[:-1].unsqueeze(-1))])
    none = th.zeros_like(flags)
    return {
        "observations": before,
        "actions": none.long(),
        "rewards": none,
        "terminateds": flags,
        "truncateds": none,
        "next_observations": after,
    }


def by_hand(states: list[float], k: int = 10) -> list[float]:
    """Algorithm 1 of the paper, the first state in the memory."""
    seen, sums, number, paid = states[:1], 0.0, 0, []
    for state in states[1:]:
        near = sorted((state - other) ** 2 for other in seen)[:k]
        sums, number = sums + sum(near), number + len(near)
        mean = sums / number if sums else 1e-8
        likeness = [1e-4 / (max(d / mean - 0.008, 0.0) + 1e-4) for d in near]
        root = sum(likeness) ** 0.5 + 1e-3
        paid.append(0.0 if root > 8.0 else 1.0 / root)
        seen.append(state)
    return paid


def test_as_the_algorithm_of_the_paper_step_by_step() -> None:
    states = [0.0, 1.0, 1.0, 3.0, 3.01, 0.0, 7.0, 7.0, 7.0, -2.0, 1.5, 1.0, 20.0]
    reward = made(k=3)
    paid = [reward.compute(walk(a, b)).item() for a, b in pairwise(states)]
    assert np.allclose(paid, by_hand(states, k=3), rtol=1e-4)


def test_a_rollout_is_scaled_by_the_mean_after_it_and_counts_only_what_came_before() -> None:
    once, whole = made(), made()
    once.kernel.mean += 5.0 / 3.0
    once.kernel.number += 3
    whole.kernel.load_state_dict(once.kernel.state_dict())
    found = whole.compute(walk(0.0, 1.0, 2.0, 1.0)).flatten()
    distances = [[1.0], [1.0, 4.0], [0.0, 1.0, 1.0]]
    mean = (5 + 1 + 5 + 2) / (3 + 6)
    expected = [1 / (sum(1e-4 / (max(d / mean - 0.008, 0) + 1e-4) for d in row) ** 0.5 + 1e-3) for row in distances]
    assert np.allclose(found, expected, rtol=1e-4)


def test_a_visited_state_pays_about_one_over_the_root_of_the_number_of_visits() -> None:
    states = [0.0, 50.0, *[0.0, 50.0] * 3]
    reward = made(k=10)
    paid = [reward.compute(walk(a, b)).item() for a, b in pairwise(states)]
    assert np.allclose(paid[1:], [1.0, 1.0, 2**-0.5, 2**-0.5, 3**-0.5, 3**-0.5], atol=0.01)
    assert paid[0] > 50.0


def test_the_memory_begins_anew_with_the_episode_and_holds_its_first_state() -> None:
    reward = made()
    reward.compute(walk(0.0, 30.0, 60.0, 30.0))
    familiar = reward.compute(walk(30.0, 30.0, ends=(0,))).item()
    fresh = reward.compute(walk(0.0, 30.0, 0.0)).flatten().tolist()
    assert familiar < 1.0
    assert fresh[0] > 10.0
    assert fresh[1] == pytest.approx(1.0, abs=0.01)  # the state that the episode began in has been visited


def test_ends_within_a_rollout_are_as_ends_between_rollouts() -> None:
    whole, parts = made(k=2), made(k=2)
    for reward in (whole, parts):
        reward.kernel.mean += 1e3  # so large that a few more distances do not change the mean
        reward.kernel.number += 10**12
    found = whole.compute(walk(5.0, 6.0, 80.0, 6.0, 40.0, 6.0, ends=(2,))).flatten()
    first, second = parts.compute(walk(5.0, 6.0, 80.0, 6.0, ends=(2,))), parts.compute(walk(0.0, 40.0, 6.0))
    assert np.allclose(found, th.cat([first, second]).flatten(), rtol=1e-4)


def test_environments_remember_only_themselves() -> None:
    reward = made(num_envs=2)
    one, other = walk(0.0, 30.0, 60.0, 30.0), walk(0.0, 60.0, 90.0, 9.0)
    both = {name: th.cat([one[name], other[name]], dim=1) for name in one}
    paid = reward.compute(both)
    assert paid[2, 0] < 1.1
    assert paid[1, 0] > 10.0 < paid[2, 1]


def test_a_state_seen_often_enough_pays_nothing() -> None:
    reward = made(k=10, sm=2.5)
    paid = [reward.compute(walk(a, b)).item() for a, b in zip([0.0, 9.0] * 9, [9.0, 0.0] * 9, strict=True)]
    assert paid[2] > 0.0
    assert paid[-1] == 0.0  # ten equal neighbours have a root above 3


ACTIONS = {
    "Discrete": gym.spaces.Discrete(3),
    "Box1": gym.spaces.Box(-1.0, 1.0, (1,)),
    "Box": gym.spaces.Box(-1.0, 1.0, (3,)),
    "MultiDiscrete": gym.spaces.MultiDiscrete([3, 2]),
    "MultiBinary": gym.spaces.MultiBinary(4),
}


@pytest.mark.parametrize("kind", ACTIONS)
def test_defect_14_the_embedding_learns_from_actions_of_every_space(kind: str) -> None:
    space = ACTIONS[kind]
    space.seed(0)
    th.manual_seed(0)
    envs = SimpleNamespace(observation_space=gym.spaces.Box(-9.0, 9.0, (4,)), action_space=space, num_envs=2)
    reward = PseudoCounts(envs)
    actions = th.as_tensor(np.stack([[space.sample() for _ in range(2)] for _ in range(64)]))
    numbers = actions.float().reshape(64, 2, -1)
    before = th.randn(64, 2, 4)
    after = before.clone()
    after[..., : numbers.shape[-1]] += numbers  # what was done can be seen
    flags = th.zeros(64, 2)
    samples = {
        "observations": before,
        "actions": actions,
        "rewards": flags,
        "terminateds": flags,
        "truncateds": flags,
        "next_observations": after,
    }
    batch = {name: tensor.flatten(0, 1) for name, tensor in samples.items()}
    assert reward.loss(batch).shape == ()
    start = reward.loss(batch).item()
    for _ in range(60):
        reward.update(samples)
    assert reward.loss(batch).item() < 0.7 * start


def test_arguments_out_of_range() -> None:
    with pytest.raises(ParameterError, match="k is 0"):
        made(k=0)
    with pytest.raises(ParameterError, match="update_proportion"):
        made(update_proportion=1.5)
