"""The wrapper: devices, seeds, actions on their way to the environment, and what it does not wrap."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch as th
from gymnasium.vector import AutoresetMode, SyncVectorEnv

from rllte.agent import PPO
from rllte.core.errors import ParameterError, SpaceError
from rllte.env import Gymnasium2Torch, make_rllte_env


class Echo(gym.Env[Any, Any]):
    """Shows the action it was given."""

    observation_space = gym.spaces.Box(-9, 9, (2,))

    def __init__(self, action_space: gym.Space[Any]) -> None:
        self.action_space = action_space

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        return np.full(2, (options or {}).get("start", 0.0), np.float32), {}

    def step(self, action: Any) -> Any:
        assert self.action_space.contains(action)
        return np.broadcast_to(np.float32(action), 2).copy(), 0.0, False, False, {}


def echo(space: gym.Space[Any]) -> Gymnasium2Torch:
    return make_rllte_env(lambda: Echo(space), num_envs=2, asynchronous=False)


def test_box_actions_are_clipped_to_the_bounds() -> None:
    env = echo(gym.spaces.Box(np.array([-1, 0], np.float32), np.array([1, 0.5], np.float32)))
    env.reset()
    obs = env.step(th.tensor([[-7.0, -7.0], [7.0, 7.0]]))[0]
    assert obs.tolist() == [[-1.0, 0.0], [1.0, 0.5]]


def test_discrete_actions_begin_where_the_space_does(tmp_path: Any) -> None:
    env = echo(gym.spaces.Discrete(3, start=4))
    env.reset()
    assert env.step(th.tensor([0, 2]))[0][:, 0].tolist() == [4.0, 6.0]
    PPO(env=env, hidden_dim=8, num_steps=16, log_dir=tmp_path).train(32)


def test_a_seed_given_once_counts_once() -> None:
    env, other = make_rllte_env("CartPole-v1", seed=1), make_rllte_env("CartPole-v1", seed=2)
    first, second = env.reset(seed=42)[0], env.reset()[0]
    assert th.equal(first, other.reset(seed=42)[0])
    assert th.equal(second, other.reset()[0])
    assert not th.equal(first, second)


def test_options_go_to_the_environment() -> None:
    assert echo(gym.spaces.Discrete(2)).reset(options={"start": 3.0})[0].eq(3.0).all()


@pytest.mark.parametrize("mode", [AutoresetMode.NEXT_STEP, AutoresetMode.DISABLED])
def test_other_autoreset_modes_are_refused(mode: AutoresetMode) -> None:
    env = SyncVectorEnv([lambda: gym.make("CartPole-v1")], autoreset_mode=mode)
    with pytest.raises(ParameterError, match="SAME_STEP"):
        Gymnasium2Torch(env)
    Gymnasium2Torch(SyncVectorEnv([lambda: gym.make("CartPole-v1")], autoreset_mode=AutoresetMode.SAME_STEP))


def test_what_is_no_vector_environment_is_refused() -> None:
    with pytest.raises(ParameterError, match="make_rllte_env"):
        Gymnasium2Torch(gym.make("CartPole-v1"))  # type: ignore[arg-type]  # the point
    same = SyncVectorEnv([lambda: gym.make("CartPole-v1")], autoreset_mode=AutoresetMode.SAME_STEP)
    with pytest.raises(ParameterError, match="EnvPool"):
        Gymnasium2Torch(same, "cpu", True)


@pytest.mark.parametrize("device", ["foo", "npu", "cuda:77", None])
def test_a_device_that_is_not_here_is_a_sentence(device: Any) -> None:
    with pytest.raises(ParameterError, match="device"):
        make_rllte_env("CartPole-v1", device=device)
    with pytest.raises(ParameterError, match="device"):
        PPO(env=make_rllte_env("CartPole-v1"), device=device)


def test_auto_is_a_device() -> None:
    env = make_rllte_env("CartPole-v1", device="auto")
    assert env.reset()[0].device.type == env.device.type != "auto"


def test_an_agent_names_the_maker_when_given_something_else() -> None:
    for env in (gym.make("CartPole-v1"), gym.make_vec("CartPole-v1", num_envs=2)):
        with pytest.raises(ParameterError, match="make_rllte_env"):
            PPO(env=env)  # type: ignore[arg-type]  # the point


def test_environments_to_evaluate_in_have_the_same_spaces() -> None:
    with pytest.raises(SpaceError, match="same id"):
        PPO(env=make_rllte_env("CartPole-v1"), eval_env=make_rllte_env("Acrobot-v1"))
