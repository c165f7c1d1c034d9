"""The rollout: nothing dropped, bytes kept, final observations in their place."""

import gymnasium as gym
import numpy as np
import pytest
import torch as th

from rllte.core.errors import ParameterError
from rllte.xploit.storage import VanillaRolloutStorage

OBS = gym.spaces.Box(-1, 1, (2,))


def filled(batch_size: int, steps: int = 4) -> VanillaRolloutStorage:
    storage = VanillaRolloutStorage(OBS, gym.spaces.Discrete(2), "cpu", steps, batch_size, 3, 0.9, 0.8)
    for t in range(steps):
        ended = th.tensor([0.0, float(t == 1), 0.0])
        obs = th.full((3, 2), float(t))
        infos = {"final_obs": th.full((3, 2), 99.0)}
        ones = th.ones(3)
        storage.add(obs, ones.long(), ones, th.zeros(3), ended, infos, obs + 1, ones, ones, final_values=ended * 5)
    storage.compute_returns_and_advantages(th.ones(3))
    return storage


@pytest.mark.parametrize("batch_size", [1, 5, 12, 1000])
def test_every_sample_comes_once_whatever_the_batch_size(batch_size: int) -> None:
    batches = list(filled(batch_size).sample())
    assert sum(len(batch.actions) for batch in batches) == 12
    assert batches


def test_next_observations_are_the_episode_s_own() -> None:
    following = filled(4).next_observations()
    assert following[1, 1].tolist() == [99.0, 99.0]
    assert following[1, 0].tolist() == [2.0, 2.0]
    assert following[3, 2].tolist() == [4.0, 4.0]


def test_a_truncated_step_is_bootstrapped_with_its_final_value() -> None:
    storage = filled(4)
    assert storage.returns[1, 1].item() == pytest.approx(1 + 0.9 * 5)


def test_images_stay_bytes() -> None:
    space = gym.spaces.Box(0, 255, (1, 36, 36), np.uint8)
    assert VanillaRolloutStorage(space, gym.spaces.Discrete(2)).observations.dtype == th.uint8


def test_a_full_rollout_says_what_to_do() -> None:
    storage = filled(4)
    zeros = th.zeros(3)
    with pytest.raises(ParameterError, match="call update"):
        storage.add(th.zeros(3, 2), zeros.long(), zeros, zeros, zeros, {}, th.zeros(3, 2), zeros, zeros)
