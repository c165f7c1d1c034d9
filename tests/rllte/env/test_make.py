import re
from pathlib import Path
from typing import Any

import gymnasium as gym
import pytest
import torch as th

from rllte.agent import A2C
from rllte.core.errors import ParameterError, UnknownNameError
from rllte.env import make_rllte_env
from rllte.env.by_id import make_env


def rollout(seed: int) -> th.Tensor:
    env = make_rllte_env("CartPole-v1", num_envs=3, seed=seed)
    seen = [env.reset()[0]]
    seen += [env.step(th.ones(3, dtype=th.int64))[0] for _ in range(30)]
    env.close()
    return th.stack(seen)


def test_defect_3_2_the_seed_governs_the_environments_and_not_the_actions_alone() -> None:
    first = rollout(1)
    assert th.equal(first, rollout(1))
    assert not th.equal(first, rollout(2))
    assert not th.equal(first[0, 0], first[0, 1])


def test_the_end_of_an_episode_shows_its_own_last_observation() -> None:
    env = make_rllte_env("CartPole-v1", num_envs=1)
    env.reset()
    for _ in range(50):
        obs, rewards, terminateds, _, infos = env.step(th.ones(1, dtype=th.int64))
        if terminateds.any():
            break
    assert rewards.dtype == terminateds.dtype == obs.dtype == th.float32
    assert infos["final_obs"][0, 2].abs() > 0.2
    assert obs[0].abs().max() <= 0.05
    env.close()


def test_an_unknown_id_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="CartPole-v1"):
        make_rllte_env("CartPol-v1")


@pytest.mark.parametrize("maker", [make_rllte_env, make_env])
def test_a_typo_means_no_environment_that_needs_another_framework(maker: Any) -> None:
    with pytest.raises(UnknownNameError, match="'CartPole-v1'") as told:
        maker("CartPol-v1")
    assert "phys2d" not in str(told.value)


@pytest.mark.parametrize(
    ("env_id", "maker"),
    [
        ("Pong-v5", 'make_atari_env("Pong-v5")'),
        ("cartpole_balance", 'make_dmc_env("cartpole_balance")'),
    ],
)
def test_an_id_of_another_suite_names_its_maker(env_id: str, maker: str) -> None:
    with pytest.raises(ParameterError, match=re.escape(maker)):
        make_rllte_env(env_id)


def test_no_environments_is_refused() -> None:
    with pytest.raises(ParameterError, match="num_envs"):
        make_rllte_env("CartPole-v1", num_envs=0)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"num_envs": 1.5}, "whole number"),
        ({"num_envs": True}, "whole number"),
        ({"seed": -1}, "seed is -1"),
        ({"seed": 2**70}, "at most"),
        ({"env_kwargs": {"foo": 1}}, "does not take"),
        ({"env_kwargs": 3}, "env_kwargs is 3, a int; expected a dict of values by name"),
    ],
)
def test_arguments_are_checked(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        make_rllte_env("CartPole-v1", **arguments)


@pytest.mark.parametrize("thing", [5, None, gym.make("CartPole-v1"), gym.make_vec("CartPole-v1", num_envs=2)])
def test_what_is_neither_id_nor_maker_is_refused(thing: Any) -> None:
    with pytest.raises(ParameterError, match="id or a function"):
        make_rllte_env(thing)


def test_images_of_an_id_come_with_their_channels_first(tmp_path: Path) -> None:
    pytest.importorskip("Box2D")
    env = make_rllte_env("CarRacing-v3", num_envs=2)
    obs, _ = env.reset()
    assert env.observation_space.shape == (3, 96, 96)
    assert (obs.shape, obs.dtype) == ((2, 3, 96, 96), th.uint8)
    for _ in range(60):  # it zooms in from black
        obs, *_ = env.step(th.zeros(2, 3))
    grass = obs[0, :, 5, 5].tolist()
    assert grass[1] > max(grass[0], grass[2]), "green is the second channel"
    A2C(env, log_dir=tmp_path).train(num_train_steps=10)
    env.close()
