"""Kinds of spaces on both sides, and the ends of episodes."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch as th
from gymnasium import spaces

from rllte.core.errors import ParameterError, SpaceError
from rllte.env import Gymnasium2Torch, make_rllte_env

CAMERA = spaces.Box(0, 255, (1, 4, 4), np.uint8)
MIXED = spaces.Dict(
    {
        "camera": CAMERA,
        "joints": spaces.Box(-1, 1, (3,), np.float64),
        "room": spaces.Discrete(4, start=2),
        "doors": spaces.MultiBinary(2),
        "keys": spaces.MultiDiscrete([3, 5], start=[1, 1]),
    }
)


class Counting(gym.Env[Any, Any]):
    """The step count in every entry of the observation; ends after three steps for the given reasons."""

    def __init__(
        self,
        observation_space: gym.Space[Any] = CAMERA,
        action_space: gym.Space[Any] | None = None,
        ends: tuple[bool, bool] = (True, False),
    ) -> None:
        self.observation_space, self.ends, self.count = observation_space, ends, 0
        self.action_space = action_space or spaces.Discrete(2)
        self.actions: list[Any] = []

    def show(self) -> Any:
        def fill(space: Any) -> Any:
            if isinstance(space, spaces.Discrete):
                return np.int64(self.count + space.start)
            return np.full(space.shape, self.count, space.dtype) + getattr(space, "start", 0)

        space = self.observation_space
        return {k: fill(v) for k, v in space.spaces.items()} if isinstance(space, spaces.Dict) else fill(space)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        self.count = 0
        return self.show(), {}

    def step(self, action: Any) -> Any:
        assert self.action_space.contains(action), (action, self.action_space)
        self.actions.append(action)
        self.count += 1
        over = self.count == 3
        return self.show(), 10.0 * over, over and self.ends[0], over and self.ends[1], {}


def counting(num_envs: int = 2, apart: bool = False, **kwargs: Any) -> Gymnasium2Torch:
    return make_rllte_env(lambda: Counting(**kwargs), num_envs=num_envs, asynchronous=apart)


@pytest.mark.parametrize("apart", [False, True])
def test_dict_observations_are_dicts_of_tensors_with_their_last_ones(apart: bool) -> None:
    env = counting(observation_space=MIXED, apart=apart)
    obs, _ = env.reset()
    kinds = {"camera": th.uint8, "joints": th.float32, "room": th.int64, "doors": th.int8, "keys": th.int64}
    assert {key: leaf.dtype for key, leaf in obs.items()} == kinds
    assert obs["camera"].shape == (2, 1, 4, 4)
    assert obs["room"].shape == (2,)
    for count in (1, 2):
        obs, *_, infos = env.step(th.zeros(2, dtype=th.int64))
        assert all(leaf.eq(count).all() for leaf in obs.values())
        assert "final_obs" not in infos
    obs, *_, infos = env.step(th.zeros(2, dtype=th.int64))
    assert all(leaf.eq(0).all() for leaf in obs.values())
    assert all(leaf.eq(3).all() and leaf.shape == obs[key].shape for key, leaf in infos["final_obs"].items())
    assert {key: leaf.dtype for key, leaf in infos["final_obs"].items()} == kinds
    env.close()


@pytest.mark.parametrize(
    ("space", "dtype", "shape"),
    [
        (spaces.Discrete(5, start=-1), th.int64, ()),
        (spaces.MultiDiscrete([4, 5], start=[3, 0]), th.int64, (2,)),
        (spaces.MultiBinary(3), th.int8, (3,)),
        (spaces.Box(0, 9, (2,), np.float64), th.float32, (2,)),
        (spaces.Box(0, 9, (2,), np.uint16), th.int64, (2,)),
    ],
)
def test_observations_count_from_zero_in_dtypes_that_torch_has(space: Any, dtype: th.dtype, shape: Any) -> None:
    env = counting(observation_space=space)
    obs, _ = env.reset()
    assert obs.dtype == dtype
    assert obs.shape == (2, *shape)
    assert obs.eq(0).all()
    assert env.step(th.zeros(2, dtype=th.int64))[0].eq(1).all()
    start = getattr(env.observation_space, "start", 0)
    assert not np.any(start)


def test_only_rows_of_ended_episodes_differ_in_the_last_observations() -> None:
    made = iter(range(2))
    env = make_rllte_env(lambda: gym.wrappers.TimeLimit(Counting(), 2 + next(made)), num_envs=2, asynchronous=False)
    env.reset()
    env.step(th.zeros(2, dtype=th.int64))
    obs, _, terminateds, truncateds, infos = env.step(th.zeros(2, dtype=th.int64))
    assert truncateds.tolist() == [1.0, 0.0]
    assert terminateds.tolist() == [0.0, 0.0]
    assert obs[:, 0, 0, 0].tolist() == [0, 2]
    assert infos["final_obs"][:, 0, 0, 0].tolist() == [2, 2]


@pytest.mark.parametrize(
    ("ends", "expected"), [((True, False), (1, 0)), ((False, True), (0, 1)), ((True, True), (1, 0))]
)
def test_defect_21_the_last_reward_is_kept_and_both_flags_are_a_termination(ends: Any, expected: Any) -> None:
    env = counting(ends=ends)
    env.reset()
    for _ in range(3):
        _, rewards, terminateds, truncateds, _ = env.step(th.zeros(2, dtype=th.int64))
    assert rewards.tolist() == [10.0, 10.0]
    assert (terminateds[0], truncateds[0]) == expected


@pytest.mark.parametrize(
    ("space", "given", "seen"),
    [
        (spaces.Discrete(3, start=4), th.tensor([0, 2]), [4, 6]),
        (spaces.MultiDiscrete([2, 3]), th.tensor([[0, 1], [1, 2]]), [[0, 1], [1, 2]]),
        (spaces.MultiDiscrete([2, 3], start=[5, 0]), th.tensor([[0, 1], [1, 2]]), [[5, 1], [6, 2]]),
        (spaces.MultiBinary(2), th.tensor([[0.0, 1.0], [1.0, 1.0]]), [[0, 1], [1, 1]]),
        (spaces.Box(-1, 1, (1,), np.float64), th.tensor([[-3.0], [0.5]]), [[-1.0], [0.5]]),
    ],
)
def test_actions_reach_the_environment_as_its_space_says(space: Any, given: th.Tensor, seen: Any) -> None:
    env = counting(action_space=space)
    env.reset()
    env.step(given)
    assert [np.asarray(inner.unwrapped.actions[0]).tolist() for inner in env.env.envs] == seen  # type: ignore[attr-defined]  # a sync one
    assert env.action_space.sample() is not None
    assert not np.any(getattr(env.action_space, "start", 0))


def test_an_action_tensor_may_be_written_to_after_the_step() -> None:
    env = counting(action_space=spaces.Box(-1, 1, (1,)))
    env.reset()
    actions = th.zeros(2, 1)
    env.step(actions)
    actions.fill_(1.0)
    assert env.state()["actions"].tolist() == [[0.0], [0.0]]


def test_observations_of_an_earlier_step_stay_as_they_were() -> None:
    env = counting()
    first, _ = env.reset()
    second = env.step(th.zeros(2, dtype=th.int64))[0]
    env.step(th.zeros(2, dtype=th.int64))
    assert first.eq(0).all()
    assert second.eq(1).all()


def test_another_number_of_actions_is_refused() -> None:
    env = counting()
    env.reset()
    with pytest.raises(ParameterError, match="3 actions for 2 environments"):
        env.step(th.zeros(3, dtype=th.int64))


@pytest.mark.parametrize(
    ("space", "advice"),
    [
        (spaces.Tuple([CAMERA, CAMERA]), "FlattenObservation"),
        (spaces.Dict({"camera": CAMERA, "mission": spaces.Text(9)}), r"FilterObservation\(env, \['camera'\]\)"),
        (spaces.Dict({"camera": CAMERA, "more": spaces.Dict({"x": CAMERA})}), "FlattenObservation"),
    ],
)
def test_spaces_whose_elements_are_no_arrays_are_refused_with_advice(space: Any, advice: str) -> None:
    with pytest.raises(SpaceError, match=advice):
        counting(observation_space=space)
    for action_space in (spaces.Tuple([spaces.Discrete(2)]), spaces.Dict({"x": spaces.Discrete(2)})):
        with pytest.raises(SpaceError, match="TransformAction"):
            counting(action_space=action_space)
