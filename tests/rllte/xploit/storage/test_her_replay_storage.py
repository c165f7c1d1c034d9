"""Goals that were reached take the place of the wanted one, from the right part of the right episode."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch as th

from rllte.core.errors import ParameterError, SpaceError
from rllte.core.trees import leaves
from rllte.env import make_rllte_env
from rllte.xploit.storage import DictReplayStorage, HerReplayStorage
from rllte.xploit.storage.her_replay_storage import GOALS

GOAL = gym.spaces.Box(-1000, 1000, (1,))
SPACE = gym.spaces.Dict({"observation": GOAL, "achieved_goal": GOAL, "desired_goal": GOAL})
LENGTH = 5


def reached(a: Any, b: Any, infos: Any) -> Any:
    return -(np.abs(a - b).max(axis=-1) > 0.5).astype(np.float32)


def filled(steps: int = 12, **kwargs: Any) -> HerReplayStorage:
    """Environment 0 ends every 5 steps and environment 1 every 10; goal reached at step s: 100 e + s; wanted: -7."""
    arguments = {"batch_size": 200, "num_envs": 2, "reward_fn": reached, **kwargs}
    storage = HerReplayStorage(
        SPACE, gym.spaces.Discrete(2), storage_size=arguments.pop("storage_size", 1000), **arguments
    )
    play(storage, steps)
    return storage


def play(storage: Any, steps: int) -> None:
    for step in range(steps):
        obs, following = (observed(x) for x in (step, step + 1))
        over = th.tensor([float((step + 1) % LENGTH == 0), float((step + 1) % (2 * LENGTH) == 0)])
        zeros = th.zeros(2)
        infos = {"final_obs": observed(step + 1), "speed": np.array([step, step + 0.5]), "other": 3}
        storage.add(obs, zeros.long(), zeros - 1, zeros, over, infos, following)


def observed(step: float) -> dict[str, th.Tensor]:
    place = th.tensor([[float(step)], [100.0 + step]])
    return {"observation": place, "achieved_goal": place.clone(), "desired_goal": th.full((2, 1), -7.0)}


def drawn(storage: HerReplayStorage, draws: int = 20) -> list[tuple[int, int, float, float]]:
    """Step, environment, goal and reward of many samples."""
    rows = []
    storage.batch_size = len(storage)
    for _ in range(draws):
        batch = storage.sample()
        steps, envs = storage.ring.locate(batch.indices.numpy())
        assert th.equal(batch.observations["desired_goal"], batch.next_observations["desired_goal"])
        assert (batch.observations["achieved_goal"][:, 0] == th.from_numpy(steps + 100 * envs)).all()
        goals = batch.observations["desired_goal"][:, 0].tolist()
        rows += list(zip(steps.tolist(), envs.tolist(), goals, batch.rewards.tolist(), strict=True))
    return rows


def span(step: int, env: int, steps: int) -> tuple[int, int]:
    length = LENGTH * (env + 1)
    first = step // length * length
    return first, min(first + length, steps)


@pytest.mark.parametrize("strategy", ["future", "final", "episode"])
def test_goals_come_from_the_right_part_of_the_episode(strategy: str) -> None:
    goals: dict[tuple[int, int], set[float]] = {}
    for step, env, goal, reward in drawn(filled(goal_selection_strategy=strategy), 200):
        assert reward == (0.0 if goal == step + 1 + 100 * env else -1.0)
        if goal != -7.0:
            goals.setdefault((step, env), set()).add(goal - 100 * env)
    for (step, env), found in goals.items():
        first, end = span(step, env, 12)
        expected = {"future": range(step + 1, end + 1), "final": [end], "episode": range(first + 1, end + 1)}[strategy]
        assert found == set(expected)
    assert len(goals) == 24


def test_the_share_of_new_goals_is_that_of_num_goals() -> None:
    for num_goals, share in ((4, 0.8), (1, 0.5)):
        rows = drawn(filled(num_goals=num_goals), 200)
        assert np.mean([goal != -7.0 for _, _, goal, _ in rows]) == pytest.approx(share, abs=0.03)


def test_without_new_goals_everything_is_as_it_was() -> None:
    assert {(goal, reward) for _, _, goal, reward in drawn(filled(num_goals=0))} == {(-7.0, -1.0)}


def test_effect_of_new_goals_none_draws_what_dict_replay_draws_bit_for_bit() -> None:
    drawn_by = {}
    for num_goals in (None, 0, 4):
        storage: Any = DictReplayStorage(SPACE, gym.spaces.Discrete(2), storage_size=1000, batch_size=8, num_envs=2)
        if num_goals is not None:
            storage = filled(num_goals=num_goals, batch_size=8)
        else:
            play(storage, 12)
        th.manual_seed(5)
        batches = [storage.sample() for _ in range(3)]
        drawn_by[num_goals] = [leaf for batch in batches for field in batch for leaf in leaves(field).values()]
    assert all(th.equal(a, b) for a, b in zip(drawn_by[None], drawn_by[0], strict=True))
    assert not all(th.equal(a, b) for a, b in zip(drawn_by[None], drawn_by[4], strict=True))


def test_goals_stay_within_what_is_stored_when_the_ring_goes_round() -> None:
    storage = filled(steps=33, storage_size=14, goal_selection_strategy="episode")
    for step, env, goal, _ in drawn(storage, 100):
        assert step >= 26
        if goal != -7.0:
            first, end = span(step, env, 33)
            assert max(first, 26) + 1 <= goal - 100 * env <= end


def test_relabelling_changes_nothing_that_is_stored() -> None:
    storage = filled()
    before = {key: value.clone() for key, value in storage.state_dict().items()}
    drawn(storage)
    assert all(th.equal(value, before[key]) for key, value in storage.state_dict().items())


def test_infos_reach_the_reward_function_if_they_are_copied() -> None:
    seen: list[Any] = []

    def reward(a: Any, b: Any, infos: Any) -> Any:
        seen.append((a, infos))
        return reached(a, b, infos)

    storage = filled(reward_fn=reward, copy_info_dict=True, batch_size=10)
    storage.sample()
    for place, info in zip(*seen[-1], strict=True):
        assert info == {"speed": place[0] - 1 if place[0] < 100 else place[0] - 100 - 0.5}
    with pytest.raises(ParameterError, match="not saved"):
        storage.state_dict()
    filled(reward_fn=reward, batch_size=10).sample()
    assert seen[-1][1] == {}


class Timed(gym.Env):
    """Reaches its time, and says it in its infos; three steps an episode."""

    def __init__(self) -> None:
        goal = gym.spaces.Box(-10, 10, (1,), np.float32)
        self.observation_space = gym.spaces.Dict({name: goal for name in GOALS})
        self.action_space = gym.spaces.Discrete(2)

    def _seen(self) -> dict[str, Any]:
        return {name: np.array([self.time], np.float32) for name in GOALS}

    def reset(self, **kwargs: Any) -> Any:
        self.time = 0
        return self._seen(), {"time": -1.0}

    def step(self, action: Any) -> Any:
        self.time += 1
        return self._seen(), 0.0, self.time == 3, False, {"time": float(self.time)}


def test_the_info_of_an_episodes_last_step_is_its_own_and_not_the_next_ones() -> None:
    pairs: set[tuple[float, float]] = set()

    def reward(a: Any, b: Any, infos: Any) -> Any:
        pairs.update((float(place[0]), float(info["time"])) for place, info in zip(a, infos, strict=True))
        return reached(a, b, infos)

    env = make_rllte_env(Timed, num_envs=2, asynchronous=False)
    storage = HerReplayStorage(
        env.observation_space, env.action_space, num_envs=2, batch_size=14, reward_fn=reward, copy_info_dict=True
    )
    obs, _ = env.reset()
    for _ in range(7):
        actions = th.zeros(2, dtype=th.int64)
        following, rewards, terminateds, truncateds, infos = env.step(actions)
        storage.add(obs, actions, rewards, terminateds, truncateds, infos, following)
        obs = following
    for _ in range(20):
        storage.sample()
    assert pairs == {(1.0, 1.0), (2.0, 2.0), (3.0, 3.0)}


def test_a_saved_storage_draws_the_same() -> None:
    one, other = filled(steps=12), filled(steps=3)
    other.load_state_dict(one.state_dict())
    rows = []
    for storage in (one, other):
        th.manual_seed(0)
        rows.append(drawn(storage, 3))
    assert rows[0] == rows[1]


def test_what_is_missing_is_said() -> None:
    with pytest.raises(SpaceError, match="achieved_goal, desired_goal is missing"):
        HerReplayStorage(gym.spaces.Dict({"observation": GOAL}), gym.spaces.Discrete(2), reward_fn=reached)
    with pytest.raises(SpaceError, match="DictReplayStorage"):
        HerReplayStorage(GOAL, gym.spaces.Discrete(2), reward_fn=reached)
    with pytest.raises(ParameterError, match="compute_reward"):
        HerReplayStorage(SPACE, gym.spaces.Discrete(2))
    with pytest.raises(ParameterError, match="goal_selection_strategy"):
        HerReplayStorage(SPACE, gym.spaces.Discrete(2), goal_selection_strategy="past", reward_fn=reached)
    storage = filled(reward_fn=lambda a, b, infos: np.abs(a - b).sum(), batch_size=10)
    with pytest.raises(ParameterError, match="all of them at once"):
        storage.sample()


def test_goals_take_the_dtype_of_the_wanted_one() -> None:
    whole = gym.spaces.Box(-1000, 1000, (1,), np.int64)
    space = gym.spaces.Dict({"observation": GOAL, "achieved_goal": whole, "desired_goal": GOAL})
    storage = HerReplayStorage(space, gym.spaces.Discrete(2), batch_size=40, num_envs=2, reward_fn=reached)

    def seen(step: int) -> dict[str, th.Tensor]:
        return {**observed(step), "achieved_goal": th.tensor([[step], [step]])}

    for step in range(30):
        zeros = th.zeros(2)
        storage.add(seen(step), zeros.long(), zeros, zeros, zeros, {}, seen(step + 1))
    goals = storage.sample().observations["desired_goal"]
    assert goals.dtype == th.float32
    assert (goals > 0).any()
