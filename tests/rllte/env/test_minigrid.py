"""MiniGrid: the forms of its observations, ends, names, and restoring."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import pytest
import torch as th

from rllte.core.errors import ParameterError, UnknownNameError
from rllte.env import make_minigrid_env
from rllte.env.minigrid import LARGEST

pytest.importorskip("minigrid")


def make(env_id: str = "MiniGrid-DoorKey-5x5-v0", num_envs: int = 2, **kwargs: Any) -> Any:
    return make_minigrid_env(env_id, num_envs=num_envs, asynchronous=False, **kwargs)


def test_the_whole_grid_is_an_image_channels_first() -> None:
    env = make()
    obs, _ = env.reset()
    assert obs.shape == (2, 3, 5, 5)
    assert obs.dtype == th.uint8
    assert env.observation_space == gym.spaces.Box(0, 10, (3, 5, 5), "uint8")
    assert obs[:, 0, 0, :].eq(2).all()  # walls
    assert obs[:, 0].eq(10).sum() == 2  # one agent each
    assert make(frame_stack=3).reset()[0].shape == (2, 9, 5, 5)


def test_other_forms_of_observation() -> None:
    flat, _ = make(fully_observable=False).reset()
    view, _ = make(fully_observable=False, flat=False).reset()
    assert view.shape[1:] == (3, 7, 7) and view.dtype == th.uint8 and view.max() <= 10
    assert flat.shape == (2, 2835)
    for whole, side in ((True, 5), (False, 7)):
        obs, _ = make(fully_observable=whole, fully_numerical=True).reset()
        shapes = {key: tuple(leaf.shape) for key, leaf in obs.items()}
        assert shapes == {"image": (2, 3, side, side), "direction": (2,), "mission": (2, 50)}
    with pytest.raises(ParameterError, match="not stacked"):
        make(fully_numerical=True, frame_stack=2)


def test_running_out_of_steps_is_a_truncation() -> None:
    env = make("MiniGrid-Empty-5x5-v0", num_envs=1)
    env.reset()
    for _ in range(100):
        _, rewards, terminateds, truncateds, _ = env.step(th.zeros(1, dtype=th.int64))
    assert (terminateds.item(), truncateds.item(), rewards.item()) == (0.0, 1.0, 0.0)


def test_reaching_the_goal_is_a_termination_with_its_reward() -> None:
    env = make("MiniGrid-Empty-5x5-v0", num_envs=1)
    env.reset()
    for action in (2, 2, 1, 2, 2):
        _, rewards, terminateds, truncateds, _ = env.step(th.tensor([action]))
    assert (terminateds.item(), truncateds.item()) == (1.0, 0.0)
    assert rewards.item() > 0.9


def test_worlds_are_restored_and_seeds_seed() -> None:
    env, other = make(seed=1), make(seed=1)
    first, _ = env.reset()
    assert not th.equal(first[0], first[1])
    actions = th.randint(7, (300, 2), generator=th.Generator().manual_seed(0))
    for action in actions:
        obs = env.step(action)[0]
    assert th.equal(other.restore(env.state()), obs)


def test_an_unknown_id_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="MiniGrid-DoorKey-5x5-v0"):
        make_minigrid_env("MiniGrid-DoorKey-5x5")


def test_the_bound_of_a_cell_is_that_of_the_package() -> None:
    constants = pytest.importorskip("minigrid.core.constants")
    assert max(*constants.OBJECT_TO_IDX.values(), *constants.COLOR_TO_IDX.values(), 3) == LARGEST  # 3: a direction


def as_minigrid_makes_it(seed: int) -> bytes:
    """The whole grid after a reset with this seed."""
    gym, wrappers = pytest.importorskip("gymnasium"), pytest.importorskip("minigrid.wrappers")
    image = wrappers.FullyObsWrapper(gym.make("MiniGrid-DoorKey-6x6-v0")).reset(seed=seed)[0]["image"]
    return bytes(image.transpose(2, 0, 1).copy().tobytes())


def test_layouts_are_the_same_for_every_seed_and_as_many_as_wanted() -> None:
    def seen(layouts: int, seed: int) -> set[bytes]:
        env = make("MiniGrid-DoorKey-6x6-v0", num_envs=20, seed=seed, layouts=layouts)
        return {obs.numpy().tobytes() for _ in range(3) for obs in env.reset()[0]}

    assert seen(1, seed=1) == {as_minigrid_makes_it(1)}
    assert seen(3, seed=1) == seen(3, seed=77) > seen(1, seed=5)
    assert len(seen(3, seed=1)) == 3
    assert len(seen(0, seed=1)) > 30
    with pytest.raises(ParameterError, match="layouts is -1"):
        make(layouts=-1)
