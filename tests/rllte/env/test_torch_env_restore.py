"""A state brings an environment back exactly: the next steps are those that would have followed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch as th
from safetensors.numpy import load_file, save_file

from rllte.core.errors import CheckpointError, ParameterError
from rllte.core.trees import leaves
from rllte.env import Gymnasium2Torch, episodes, make_rllte_env


def actions(env: Gymnasium2Torch, steps: int, seed: int) -> th.Tensor:
    """(T, N, ...) at random."""
    generator = th.Generator().manual_seed(seed)
    if isinstance(env.action_space, gym.spaces.Discrete):
        return th.randint(int(env.action_space.n), (steps, env.num_envs), generator=generator)
    return th.rand(steps, env.num_envs, *env.action_space.shape, generator=generator) * 4 - 2


def play(env: Gymnasium2Torch, chosen: th.Tensor) -> list[th.Tensor]:
    seen = []
    for action in chosen:
        obs, *rest, infos = env.step(action)
        final = infos.get("final_obs", obs)
        seen += [*leaves(obs).values(), *leaves(final).values(), *rest]
    return seen


def check(make: Callable[[], Gymnasium2Torch], before: int, after: int = 200) -> None:
    first, second = make(), make()
    first.reset()
    play(first, actions(first, before, seed=1))
    state = first.state()
    assert all(isinstance(value, np.ndarray) and value.dtype != object for value in state.values())
    current = second.restore(state)
    assert current is not None
    assert all(
        np.array_equal(state[f"observations/{key}"].astype(leaf.numpy().dtype), leaf)
        for key, leaf in leaves(current).items()
    )
    again = second.state()
    assert all(np.array_equal(state[key], again[key]) for key in state)
    then = actions(first, after, seed=2)
    assert all(th.equal(a, b) for a, b in zip(play(first, then), play(second, then), strict=True))
    first.close()
    second.close()


@pytest.mark.parametrize("before", [0, 7, 333])
@pytest.mark.parametrize("env_id", ["CartPole-v1", "Acrobot-v1", "Pendulum-v1", "FrozenLake-v1"])
def test_a_restored_environment_goes_on_bit_for_bit(env_id: str, before: int) -> None:
    check(lambda: make_rllte_env(env_id, num_envs=3, seed=5), before)


def test_environments_in_their_own_processes_are_restored_too() -> None:
    check(lambda: make_rllte_env("Ant-v5", num_envs=2), 40, 30)


def test_a_state_survives_a_file_without_pickles(tmp_path: Any) -> None:
    env, other = (make_rllte_env("Pendulum-v1", num_envs=2) for _ in range(2))
    env.reset()
    play(env, actions(env, 5, seed=1))
    save_file(env.state(), tmp_path / "env.safetensors")
    assert other.restore(load_file(tmp_path / "env.safetensors")) is not None


def test_a_restored_environment_can_be_restored_from() -> None:
    first, second = (make_rllte_env("CartPole-v1", num_envs=2) for _ in range(2))
    first.reset()
    for turn in range(5):
        chosen = actions(first, 13, seed=turn)
        play(first, chosen)
        assert second.restore(first.state()) is not None
        first, second = second, first
    assert first.state()["episodes"].sum() > 2


def test_the_next_episodes_are_other_ones_for_every_environment() -> None:
    env = make_rllte_env("CartPole-v1", num_envs=2)
    starts = th.cat([env.reset()[0] for _ in range(4)])
    assert len(starts.unique(dim=0)) == 8


def test_the_first_episode_has_the_seed_itself() -> None:
    env = make_rllte_env("CartPole-v1", num_envs=2, seed=3)
    plain = gym.make("CartPole-v1")
    assert th.equal(env.reset()[0], th.tensor(np.stack([plain.reset(seed=seed)[0] for seed in (3, 4)])))
    assert th.equal(env.reset(seed=9)[0], th.tensor(np.stack([plain.reset(seed=seed)[0] for seed in (9, 10)])))


def test_uses_count_the_resets() -> None:
    env = make_rllte_env("CartPole-v1")
    assert env.uses == 0
    env.reset()
    env.reset()
    assert env.uses == 2
    env.restore(env.state())
    assert env.uses == 3


def test_an_episode_too_long_is_not_restored_and_the_next_ones_are_new(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(episodes, "LONGEST", 20)
    env, other = (make_rllte_env("Pendulum-v1", num_envs=2, seed=1) for _ in range(2))
    first = env.reset()[0]
    chosen = actions(env, 50, seed=1)
    play(env, chosen[:20])
    assert env.state()["exact"]
    play(env, chosen[20:])
    state = env.state()
    assert not state["exact"]
    assert state["actions"].size == 0
    assert other.restore(state) is None
    assert not th.equal(other.reset()[0], first)
    play(env, actions(env, 155, seed=2))  # Pendulum ends after 200 steps
    assert env.state()["exact"]
    assert other.restore(env.state()) is not None


def test_a_log_forgets_what_no_episode_needs() -> None:
    log = episodes.ActionLog(2)
    log.reset(1, replayable=True)
    for step in range(1000):
        log.add(np.full(2, step))
        log.end(np.array([step % 10 == 9, step % 15 == 14]))
    assert len(log._steps) < 40
    assert [part.tolist() for part in log.split()] == [[], list(range(990, 1000))]


class Restless(gym.Env[Any, Any]):
    """Shows numbers that no seed governs."""

    observation_space = gym.spaces.Box(0, 1, (1,))
    action_space = gym.spaces.Discrete(2)

    def __init__(self) -> None:
        self.chance = np.random.default_rng()

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        return self.chance.random(1, np.float32), {}

    def step(self, action: Any) -> Any:
        return self.chance.random(1, np.float32), 0.0, False, False, {}


def test_chance_without_a_seed_is_noticed() -> None:
    env, other = make_rllte_env(Restless, num_envs=2), make_rllte_env(Restless, num_envs=2)
    env.reset()
    assert other.restore(env.state()) is None
    assert other.reset()[0].shape == (2, 1)


def test_options_of_a_reset_cannot_be_kept() -> None:
    env = make_rllte_env("CartPole-v1")
    env.reset(options={"low": -0.01, "high": 0.01})
    assert not env.state()["exact"]


def test_a_vector_environment_of_ones_own_has_a_state_that_is_not_exact() -> None:
    same = gym.make_vec("CartPole-v1", 2, vectorization_mode="sync", vector_kwargs={"autoreset_mode": "SameStep"})
    env = Gymnasium2Torch(same)
    env.reset()
    state = env.state()
    assert not state["exact"]
    assert env.restore(state) is None
    assert make_rllte_env("CartPole-v1", num_envs=2).restore(state) is None


def test_what_does_not_fit_is_said() -> None:
    env = make_rllte_env("CartPole-v1", num_envs=2)
    with pytest.raises(ParameterError, match="before its first reset"):
        env.state()
    env.reset()
    with pytest.raises(CheckpointError, match="of 2 environments, and here are 3"):
        make_rllte_env("CartPole-v1", num_envs=3).restore(env.state())
    with pytest.raises(CheckpointError, match="another environment"):
        make_rllte_env("Pendulum-v1", num_envs=2).restore(env.state())


class Breaks(gym.Env[Any, Any]):
    """Counts its steps; interrupted in the midst of the eleventh."""

    observation_space, action_space = gym.spaces.Box(0, 100, (1,)), gym.spaces.Discrete(2)
    interrupts = False

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        self.time = 0
        return np.zeros(1, np.float32), {}

    def step(self, action: Any) -> Any:
        self.time += 1
        if self.time == 11 and self.interrupts:
            raise KeyboardInterrupt
        return np.full(1, self.time, np.float32), 1.0, False, False, {}


def test_an_interrupt_in_the_midst_of_a_step_leaves_the_state_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (make_rllte_env(Breaks, num_envs=2, asynchronous=False) for _ in range(2))
    first.reset()
    monkeypatch.setattr(Breaks, "interrupts", True)
    with pytest.raises(KeyboardInterrupt):
        play(first, th.zeros(20, 2, dtype=th.int64))
    found = second.restore(first.state())
    assert found is not None and found.tolist() == [[10.0], [10.0]]
