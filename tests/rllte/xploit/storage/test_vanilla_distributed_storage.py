"""Rollouts that processes share."""

from __future__ import annotations

import queue
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch as th
import torch.multiprocessing as mp

from rllte.core.errors import ParameterError
from rllte.xploit.storage import VanillaDistributedStorage

IMAGE = gym.spaces.Box(0, 255, (1, 4, 4), np.uint8)


def made(space: gym.Space[Any] = IMAGE, **kwargs: Any) -> VanillaDistributedStorage:
    sizes = {"storage_size": 3, "num_storages": 4, "num_envs": 2, "batch_size": 2, **kwargs}
    return VanillaDistributedStorage(space, gym.spaces.Discrete(2), **sizes)


def fill(storage: VanillaDistributedStorage, idx: int) -> None:
    """Row t of rollout i: observation and reward 10 i + t, action t % 2, logits (i, t)."""
    for t in range(storage.storage_size + 1):
        number = float(10 * idx + t)
        env_output = {"observations": th.full((1, 1, 1, 4, 4), int(number), dtype=th.uint8), "rewards": number}
        actor_output = {"actions": th.tensor([[t % 2]]), "policy_outputs": th.tensor([idx, t]), "baselines": 0.5}
        storage.add(idx, t, actor_output, env_output)


def queues(*full: int | None) -> tuple[Any, Any]:
    free_queue: Any = queue.Queue()
    full_queue: Any = queue.Queue()
    for index in full:
        full_queue.put(index)
    return free_queue, full_queue


def test_a_batch_is_the_full_rollouts_side_by_side() -> None:
    storage = made()
    for idx in (0, 2, 3):
        fill(storage, idx)
    free, full = queues(3, 0, 2)
    batch = storage.sample(free, full)
    assert batch is not None
    assert batch["observations"].shape == (4, 2, 1, 4, 4)
    assert batch["observations"].dtype == th.uint8
    assert batch["observations"][:, :, 0, 0, 0].T.tolist() == [[30, 31, 32, 33], [0, 1, 2, 3]]
    assert batch["rewards"].T.tolist() == [[30, 31, 32, 33], [0, 1, 2, 3]]
    assert batch["actions"].T.tolist() == [[0, 1, 0, 1]] * 2
    assert batch["policy_outputs"][2].tolist() == [[3.0, 2.0], [0.0, 2.0]]
    assert [free.get(), free.get()] == [3, 0]
    assert full.get() == 2


def test_a_batch_is_a_copy() -> None:
    storage = made()
    fill(storage, 0)
    fill(storage, 1)
    batch = storage.sample(*queues(0, 1))
    assert batch is not None
    storage.reset()
    assert batch["rewards"].sum() > 0


def test_learners_stop_when_asked_and_pass_it_on() -> None:
    storage = made()
    free, full = queues(None)
    assert storage.sample(free, full) is None
    assert full.get() is None


def test_dict_spaces_several_environments_and_recurrent_states() -> None:
    space = gym.spaces.Dict({"image": IMAGE, "speed": gym.spaces.Box(-1, 1, (2,))})
    storage = made(space, rollout_envs=3, state_shape=(2, 3, 5))
    for idx in (0, 1):
        for t in range(4):
            obs = {"image": th.zeros(3, 1, 4, 4, dtype=th.uint8), "speed": th.full((3, 2), float(t))}
            state = {"initial_states": th.full((2, 3, 5), float(idx))} if t == 0 else {}
            storage.add(idx, t, {"actions": th.tensor([0, 1, 0]), **state}, {"observations": obs})
    batch = storage.sample(*queues(1, 0))
    assert batch is not None
    assert batch["observations"]["speed"].shape == (4, 6, 2)
    assert batch["actions"][0].tolist() == [0, 1, 0, 0, 1, 0]
    assert batch["initial_states"][:, 0, 0, 0].tolist() == [1.0, 0.0]


def test_what_does_not_fit_is_named() -> None:
    with pytest.raises(ParameterError, match="num_storages=4"):
        made(batch_size=5)
    storage = made()
    with pytest.raises(ParameterError, match="rows 0 to 3 of rollouts 0 to 3"):
        storage.add(0, 4, {}, {})
    with pytest.raises(ParameterError, match="logits"):
        storage.add(0, 0, {"logits": th.zeros(2)}, {})
    with pytest.raises(ParameterError, match="policy_outputs has shape"):
        storage.add(0, 0, {"policy_outputs": th.zeros(3)}, {})


def _act(storage: VanillaDistributedStorage, free: Any, full: Any) -> None:
    while (idx := free.get()) is not None:
        fill(storage, idx)
        full.put(idx)


def test_another_process_fills_what_this_one_reads() -> None:
    storage, context = made(), mp.get_context("spawn")
    free, full = context.SimpleQueue(), context.SimpleQueue()
    process = context.Process(target=_act, args=(storage, free, full), daemon=True)
    process.start()
    for idx in (2, 3):
        free.put(idx)
    batch = storage.sample(free, full)
    free.put(None)  # behind the two that sample() handed back, which the actor fills once more
    process.join(20)
    assert batch is not None
    assert sorted(batch["rewards"][1].tolist()) == [21.0, 31.0]
    assert process.exitcode == 0
