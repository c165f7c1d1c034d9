"""Returns of n steps against sums by hand."""

from __future__ import annotations

import multiprocessing
import threading
from pathlib import Path
from typing import Any

import gymnasium as gym
import pytest
import torch as th

from rllte.core.registry import parameters
from rllte.xploit.storage import NStepReplayStorage, VanillaReplayStorage

VECTOR = gym.spaces.Box(-1, 1, (1,))


def filled(terminated: bool, num_envs: int = 2, steps: int = 6) -> NStepReplayStorage:
    """Environment e ends after every 2 + 2e steps; reward 10 s + e at step s; observation s."""
    storage = NStepReplayStorage(
        VECTOR, gym.spaces.Discrete(2), num_envs=num_envs, batch_size=1, n_step=3, discount=0.5, storage_size=100
    )
    play(storage, terminated, num_envs, steps)
    return storage


def play(storage: Any, terminated: bool, num_envs: int, steps: int) -> None:
    for step in range(steps):
        over = th.tensor([float((step + 1) % (2 + 2 * env) == 0) for env in range(num_envs)])
        obs, following = th.full((num_envs, 1), float(step)), th.full((num_envs, 1), step + 1.0)
        zeros = th.zeros(num_envs)
        flags = (over, zeros) if terminated else (zeros, over)
        final = following + 0.5
        rewards = 10.0 * step + th.arange(num_envs)
        storage.add(obs, zeros.long(), rewards, *flags, {"final_obs": final}, following)


def drawn(storage: NStepReplayStorage) -> dict[tuple[int, int], tuple[float, float, float]]:
    storage.batch_size = len(storage)
    found = {}
    for _ in range(20):
        batch = storage.sample()
        places = storage.ring.locate(batch.indices.numpy())
        for i, key in enumerate(zip(*(x.tolist() for x in places), strict=True)):
            found[key] = (batch.rewards[i].item(), batch.discounts[i].item(), batch.next_observations[i].item())
    return found


def test_defect_11_nothing_is_bootstrapped_after_a_terminal_state() -> None:
    found = drawn(filled(terminated=True))
    assert found[0, 0] == (0 + 0.5 * 10, 0.0, 2.5)
    assert found[1, 0] == (10.0, 0.0, 2.5)


def test_defect_11_a_truncated_episode_is_bootstrapped_with_its_own_power_of_gamma() -> None:
    found = drawn(filled(terminated=False))
    assert found[0, 0] == (0 + 0.5 * 10, 0.25, 2.5)
    assert found[1, 0] == (10.0, 0.5, 2.5)


def test_defect_11_every_environment_is_kept() -> None:
    found = drawn(filled(terminated=True))
    assert found[0, 1] == (1 + 0.5 * 11 + 0.25 * 21, 0.125, 3.0)
    assert found[1, 1] == (11 + 0.5 * 21 + 0.25 * 31, 0.0, 4.5)
    assert len(found) == 12


def test_defect_11_episodes_shorter_than_n_are_fine() -> None:
    storage = NStepReplayStorage(VECTOR, gym.spaces.Discrete(2), batch_size=4, n_step=5, discount=0.5)
    one, zero = th.ones(1), th.zeros(1)
    for _ in range(4):
        storage.add(th.zeros(1, 1), zero.long(), one, one, zero, {}, th.ones(1, 1))
    batch = storage.sample()
    assert batch.rewards.tolist() == [1.0] * 4
    assert batch.discounts.tolist() == [0.0] * 4


def test_a_return_that_meets_the_newest_step_is_bootstrapped_there() -> None:
    found = drawn(filled(terminated=True, steps=7))
    assert found[6, 0] == (60.0, 0.5, 7.0)
    assert found[5, 1] == (51 + 0.5 * 61, 0.25, 7.0)


def test_one_step_is_the_plain_transition() -> None:
    storage = filled(terminated=True)
    storage.n_step = 1
    found = drawn(storage)
    assert found[0, 0] == (0.0, 0.5, 1.0)
    assert found[1, 0] == (10.0, 0.0, 2.5)


@pytest.mark.parametrize("argument", [{"num_workers": 0}, {"pin_memory": False}, {"fetch_every": 1}])
def test_arguments_without_effect_have_none_and_say_so(argument: dict[str, int]) -> None:
    docs = {row["name"]: row["doc"] for row in parameters(NStepReplayStorage.__init__)}
    assert all("without effect" in docs[name] for name in argument)
    NStepReplayStorage(VECTOR, gym.spaces.Discrete(2), **argument)


def test_effect_of_n_one_step_draws_what_vanilla_replay_draws_bit_for_bit() -> None:
    drawn_by = []
    for storage in (
        VanillaReplayStorage(VECTOR, gym.spaces.Discrete(2), storage_size=100, batch_size=6, num_envs=2, discount=0.5),
        *(filled(terminated=True) for _ in range(2)),
    ):
        if not len(storage):
            play(storage, terminated=True, num_envs=2, steps=6)
        storage.batch_size = 6
        storage.n_step = 3 if len(drawn_by) == 2 else 1
        th.manual_seed(0)
        drawn_by.append([leaf for _ in range(3) for leaf in storage.sample()])
    assert all(th.equal(a, b) for a, b in zip(drawn_by[0], drawn_by[1], strict=True))
    assert not all(th.equal(a, b) for a, b in zip(drawn_by[0], drawn_by[2], strict=True))


def test_defect_3_4_there_are_no_files_and_no_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    before = {thread.ident for thread in threading.enumerate()}
    storage = filled(terminated=True, steps=30)
    storage.sample()
    assert list(tmp_path.iterdir()) == []
    assert multiprocessing.active_children() == []
    assert {thread.ident for thread in threading.enumerate()} == before


def test_rllte_s_iterator_draws_batches_too() -> None:
    storage = filled(terminated=True)
    assert next(storage.replay_iter).rewards.shape == (1,)
