"""The rollout in Dict spaces and with every kind of action."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch as th

from rllte.core.errors import ParameterError, SpaceError
from rllte.core.types import DictRolloutBatch
from rllte.xploit.storage import DictRolloutStorage, VanillaRolloutStorage

IMAGE = gym.spaces.Box(0, 255, (1, 4, 4), np.uint8)
SPACE = gym.spaces.Dict({"image": IMAGE, "speed": gym.spaces.Box(-1, 1, (2,))})


def observed(step: int, space: gym.Space[Any] = SPACE) -> Any:
    tree = {"image": th.full((3, 1, 4, 4), step, dtype=th.uint8), "speed": th.full((3, 2), float(step))}
    return tree if space is SPACE else tree["speed"]


def filled(storage: Any, actions: th.Tensor) -> Any:
    zeros = th.zeros(3)
    for step in range(4):
        ended = th.tensor([0.0, float(step == 1), 0.0])
        space = storage.observation_space
        infos = {"final_obs": observed(99, space)} if ended.any() else {}
        storage.add(
            observed(step, space), actions, zeros + step, zeros, ended, infos, observed(step + 1, space), zeros, zeros,
            final_values=ended * 5,
        )  # fmt: skip
    storage.compute_returns_and_advantages(zeros)
    return storage


def test_defect_22_observations_by_key_keep_their_dtypes_and_final_observations() -> None:
    storage = filled(DictRolloutStorage(SPACE, gym.spaces.Discrete(2), "cpu", 4, 5, 3), th.ones(3).long())
    following = storage.next_observations()
    assert following["image"][1, 1].unique().tolist() == [99]
    assert following["speed"][1, 0].tolist() == [2.0, 2.0]
    batches = list(storage.sample())
    assert all(isinstance(batch, DictRolloutBatch) for batch in batches)
    assert batches[0].observations["image"].dtype == th.uint8
    speeds = th.cat([batch.observations["speed"][:, 0] for batch in batches])
    images = th.cat([batch.observations["image"][:, 0, 0, 0] for batch in batches])
    assert th.equal(speeds, images.float())
    assert sorted(speeds.tolist()) == [0.0] * 3 + [1.0] * 3 + [2.0] * 3 + [3.0] * 3


def test_a_dict_rollout_has_the_returns_of_a_plain_one() -> None:
    ones = th.ones(3).long()
    plain = filled(VanillaRolloutStorage(SPACE["speed"], gym.spaces.Discrete(2), "cpu", 4, 5, 3), ones)
    by_key = filled(DictRolloutStorage(SPACE, gym.spaces.Discrete(2), "cpu", 4, 5, 3), ones)
    assert th.equal(plain.returns, by_key.returns)
    assert th.equal(plain.advantages, by_key.advantages)


@pytest.mark.parametrize(
    ("space", "dtype"),
    [
        (gym.spaces.Discrete(3), th.int64),
        (gym.spaces.MultiDiscrete([2, 300]), th.int64),
        (gym.spaces.MultiBinary(4), th.float32),
        (gym.spaces.Box(-1, 1, (2,)), th.float32),
    ],
    ids=str,
)
def test_actions_of_every_kind_come_back(space: gym.Space[Any], dtype: th.dtype) -> None:
    given = th.as_tensor(np.stack([space.sample() for _ in range(3)])).to(dtype)
    storage = filled(DictRolloutStorage(SPACE, space, "cpu", 4, 50, 3), given)
    (batch,) = storage.sample()
    assert batch.actions.dtype == dtype
    assert {tuple(row.reshape(-1).tolist()) for row in batch.actions} == {tuple(r.reshape(-1).tolist()) for r in given}


@pytest.mark.parametrize(
    ("space", "dtype"),
    [
        (gym.spaces.Discrete(3), th.int64),
        (gym.spaces.MultiDiscrete([2, 300]), th.int64),
        (gym.spaces.MultiBinary(4), th.int8),
        (gym.spaces.Box(-1, 1, (2,), np.float64), th.float32),
        (IMAGE, th.uint8),
    ],
    ids=str,
)
def test_observations_are_kept_in_the_dtype_of_their_space(space: gym.Space[Any], dtype: th.dtype) -> None:
    storage = VanillaRolloutStorage(space, gym.spaces.Discrete(2))
    assert storage.observations.dtype == dtype
    assert storage.observations.shape == (256, 8, *(space.shape or ()))


def test_defect_21_the_reward_of_a_last_step_counts_when_both_flags_are_set() -> None:
    storage = VanillaRolloutStorage(SPACE["speed"], gym.spaces.Discrete(2), "cpu", 4, 4, 1, 0.97, 0.95)
    zeros = th.zeros(1)
    for step in range(4):
        over, obs = zeros + float(step == 3), th.zeros(1, 2)
        storage.add(obs, zeros.long(), 10 * over, over, over, {"final_obs": obs}, obs, zeros, zeros)
    storage.compute_returns_and_advantages(zeros + 77)
    expected = [10 * (0.97 * 0.95) ** (3 - step) for step in range(4)]
    assert storage.returns[:, 0].tolist() == pytest.approx(expected)


def test_defect_21b_a_batch_larger_than_the_rollout_is_the_rollout() -> None:
    storage = filled(DictRolloutStorage(SPACE, gym.spaces.Discrete(2), "cpu", 4, 1000, 3), th.ones(3).long())
    assert [len(batch.actions) for batch in storage.sample()] == [12]


def test_what_does_not_fit_is_named() -> None:
    with pytest.raises(SpaceError, match="Use DictRolloutStorage"):
        VanillaRolloutStorage(SPACE, gym.spaces.Discrete(2))
    with pytest.raises(SpaceError, match="Use VanillaRolloutStorage"):
        DictRolloutStorage(IMAGE, gym.spaces.Discrete(2))
    storage = DictRolloutStorage(SPACE, gym.spaces.Discrete(2), num_envs=3)
    zeros = th.zeros(3)
    with pytest.raises(ParameterError, match="image, speed"):
        storage.add({"image": zeros}, zeros, zeros, zeros, zeros, {}, observed(1), zeros, zeros)
    with pytest.raises(ParameterError, match="num_envs=3"):
        storage.add(observed(0), th.zeros(2), zeros, zeros, zeros, {}, observed(1), zeros, zeros)
