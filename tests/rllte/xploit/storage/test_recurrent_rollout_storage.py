"""Whole sequences of some environments, with the states and starts that belong to them."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import pytest
import torch as th

from rllte.core.errors import ParameterError
from rllte.xploit.storage import RecurrentRolloutStorage

OBS, ACT = gym.spaces.Box(-100, 100, (1,)), gym.spaces.Discrete(2)
T, N = 4, 6


def filled(batch_size: int, **kwargs: Any) -> RecurrentRolloutStorage:
    """Observation 10 n + t in environment n at step t; environment 2 terminates at step 1, 3 is cut at step 3."""
    storage = RecurrentRolloutStorage(OBS, ACT, "cpu", T, batch_size, N)
    for t in range(T):
        terminateds, truncateds = th.zeros(N), th.zeros(N)
        terminateds[2] = float(t == 1)
        truncateds[3] = float(t == 3)
        obs = (10.0 * th.arange(N) + t).unsqueeze(-1)
        storage.add(
            obs,
            th.arange(N) % 2,
            th.arange(N) + 0.1 * t,
            terminateds,
            truncateds,
            {"final_obs": obs + 1},
            obs + 1,
            log_probs=th.zeros(N),
            values=th.zeros(N),
            states=th.arange(N).float().unsqueeze(-1) + 100 * t,
            **kwargs,
        )
    storage.compute_returns_and_advantages(th.zeros(N))
    return storage


@pytest.mark.parametrize(
    ("batch_size", "sizes"), [(8, [2, 2, 2]), (12, [3, 3]), (1, [1] * 6), (1000, [6]), (17, [3, 3])]
)
def test_batches_are_whole_sequences_and_every_environment_comes_once(batch_size: int, sizes: list[int]) -> None:
    seen = []
    for batch, size in zip(filled(batch_size).sample(), sizes, strict=True):
        assert batch.observations.shape == (T, size, 1)
        envs = batch.states.flatten()
        assert th.equal(batch.observations.squeeze(-1), 10 * envs + th.arange(T).unsqueeze(-1))
        assert th.equal(batch.actions, (envs.long() % 2).expand(T, -1))
        for tensor in (batch.values, batch.returns, batch.log_probs, batch.adv_targ, batch.old_log_probs, batch.starts):
            assert tensor.shape == (T, size)
        seen += envs.tolist()
    assert sorted(seen) == list(range(N))


def test_the_states_are_those_before_the_first_step_and_starts_follow_ends() -> None:
    (batch,) = filled(1000).sample()
    assert sorted(batch.states.flatten().tolist()) == list(range(N))
    starts = {int(env): batch.starts[:, column].tolist() for column, env in enumerate(batch.states.flatten())}
    assert starts.pop(2) == [0, 0, 1, 0]
    assert all(column == [0, 0, 0, 0] for column in starts.values())  # what ends with the rollout begins in the next


def test_the_order_is_random_and_seeded() -> None:
    def order(seed: int) -> list[float]:
        th.manual_seed(seed)
        return [float(x) for batch in filled(4).sample() for x in batch.states.flatten()]

    assert order(1) == order(1)
    assert order(1) != order(2)


def test_a_rollout_without_states_is_refused() -> None:
    storage = RecurrentRolloutStorage(OBS, ACT, "cpu", T, 8, N)
    zeros = th.zeros(N)
    step = (th.zeros(N, 1), zeros.long(), zeros, zeros, zeros, {}, th.zeros(N, 1), zeros, zeros)
    for states in (None, th.zeros(N + 1, 3)):
        with pytest.raises(ParameterError, match=r"states \(6, S\)"):
            storage.add(*step, states=states)
    with pytest.raises(ParameterError, match="empty"):
        next(iter(storage.sample()))


def test_observations_by_key_are_kept() -> None:
    space = gym.spaces.Dict({"a": OBS, "b": gym.spaces.Discrete(3)})
    storage = RecurrentRolloutStorage(space, ACT, "cpu", 1, 8, N)
    obs = {"a": th.zeros(N, 1), "b": th.ones(N, dtype=th.int64)}
    zeros = th.zeros(N)
    storage.add(obs, zeros.long(), zeros, zeros, zeros, {}, obs, zeros, zeros, states=th.zeros(N, 2))
    storage.compute_returns_and_advantages(zeros)
    (batch,) = storage.sample()
    assert batch.observations["b"].shape == (1, N)
    assert batch.observations["b"].dtype == th.int64
