"""What is drawn: fields, errors, reproducibility, memory, and saving."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch as th

from rllte.core.errors import IncompatibleError, ParameterError, SpaceError
from rllte.xploit.storage import DictReplayStorage, VanillaReplayStorage

VECTOR = gym.spaces.Box(-1, 1, (2,))
DISCRETE = gym.spaces.Discrete(3)


def count(storage: Any, steps: int, start: int = 0, num_envs: int = 2, ends: int = 0) -> None:
    """Observation s at step s in every environment, reward s, an end every `ends` steps."""
    zeros = th.zeros(num_envs)
    for step in range(start, start + steps):
        obs, following = (th.full((num_envs, 2), float(x)) for x in (step, step + 1))
        over = zeros + float(bool(ends) and (step + 1) % ends == 0)
        storage.add(obs, zeros.long(), zeros + step, over, zeros, {}, following)


def test_a_batch_has_every_field() -> None:
    storage = VanillaReplayStorage(VECTOR, DISCRETE, storage_size=20, batch_size=64, num_envs=2, discount=0.9)
    count(storage, 100, ends=5)
    storage.batch_size = 16
    batch = storage.sample()
    assert len(storage) == 20
    assert (batch.next_observations == batch.observations + 1).all()
    assert (batch.rewards == batch.observations[:, 0]).all()
    assert (batch.discounts == 0.9 * (1 - batch.terminateds)).all()
    assert (batch.weights == 1).all()
    assert batch.rewards.min() >= 90
    assert batch.actions.dtype == batch.indices.dtype == th.int64
    assert {len(field) for field in batch} == {16}


def test_everything_stored_is_drawn_and_nothing_else() -> None:
    storage = VanillaReplayStorage(VECTOR, DISCRETE, storage_size=20, batch_size=20, num_envs=2)
    count(storage, 13)
    seen: dict[float, int] = {}
    for _ in range(200):
        for reward in storage.sample().rewards.tolist():
            seen[reward] = seen.get(reward, 0) + 1
    assert sorted(seen) == list(range(3, 13))
    assert max(seen.values()) < 1.3 * min(seen.values())


def test_a_batch_is_a_copy() -> None:
    storage = VanillaReplayStorage(VECTOR, DISCRETE, storage_size=8, batch_size=8, num_envs=2)
    count(storage, 8)
    batch = storage.sample()
    kept = [field.clone() for field in batch]
    count(storage, 8, start=8)
    storage.sample()
    assert all(th.equal(a, b) for a, b in zip(batch, kept, strict=True))


def test_tensors_given_may_be_changed_afterwards() -> None:
    storage = VanillaReplayStorage(VECTOR, DISCRETE, storage_size=8, batch_size=2, num_envs=2)
    zeros, obs, following = th.zeros(2), th.zeros(2, 2), th.ones(2, 2)
    storage.add(obs, zeros.long(), zeros, zeros, zeros, {}, following)
    for tensor in (obs, following, zeros):
        tensor.fill_(7.0)
    batch = storage.sample()
    assert (batch.observations == 0).all()
    assert (batch.next_observations == 1).all()
    assert (batch.rewards == 0).all()


def test_the_same_seed_draws_the_same_batch() -> None:
    storage = VanillaReplayStorage(VECTOR, DISCRETE, storage_size=50, batch_size=8, num_envs=2)
    count(storage, 40)
    drawn = []
    for seed in (1, 1, 2):
        th.manual_seed(seed)
        drawn.append(storage.sample().indices.tolist())
    assert drawn[0] == drawn[1] != drawn[2]


def test_defect_21b_a_batch_larger_than_what_is_stored_says_so() -> None:
    storage = VanillaReplayStorage(VECTOR, DISCRETE, storage_size=50, batch_size=8, num_envs=2)
    count(storage, 3)
    with pytest.raises(ParameterError, match=r"batch of 8 transitions, but 6 are stored"):
        storage.sample()


@pytest.mark.parametrize(
    ("name", "value"),
    [("observations", th.zeros(3, 2)), ("actions", th.zeros(2, 1)), ("rewards", th.zeros(3)), ("observations", {})],
)
def test_what_does_not_fit_is_named_and_not_kept(name: str, value: Any) -> None:
    storage = VanillaReplayStorage(VECTOR, DISCRETE, storage_size=50, batch_size=1, num_envs=2)
    zeros = th.zeros(2)
    given = {"observations": th.zeros(2, 2), "actions": zeros, "rewards": zeros, name: value}
    with pytest.raises(ParameterError, match=name):
        storage.add(
            **given, terminateds=zeros, truncateds=zeros, infos={}, next_observations=th.zeros(2, 2)
        )  # fmt: skip
    assert len(storage) == 0


def test_other_spaces_are_refused_with_what_fits() -> None:
    spaces = gym.spaces.Dict({"a": VECTOR})
    with pytest.raises(SpaceError, match="Use DictReplayStorage"):
        VanillaReplayStorage(spaces, DISCRETE)
    with pytest.raises(SpaceError, match="Use VanillaReplayStorage"):
        DictReplayStorage(VECTOR, DISCRETE)
    with pytest.raises(SpaceError, match="one level"):
        DictReplayStorage(gym.spaces.Dict({"a": spaces}), DISCRETE)
    with pytest.raises(SpaceError, match="TransformObservation"):
        VanillaReplayStorage(gym.spaces.Tuple([VECTOR]), DISCRETE)
    with pytest.raises(ParameterError, match="storage_size"):
        VanillaReplayStorage(VECTOR, DISCRETE, storage_size=0)


def resident() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads Linux's /proc")
def test_defect_3_4_observations_are_kept_once_and_memory_is_used_as_it_fills() -> None:
    images = gym.spaces.Box(0, 255, (4, 84, 84), np.uint8)
    before = resident()
    storage = VanillaReplayStorage(images, DISCRETE, storage_size=10_000_000, num_envs=8, batch_size=64)
    assert resident() - before < 20e6
    obs, zeros = th.ones(8, 4, 84, 84, dtype=th.uint8), th.zeros(8)
    for _ in range(200):
        storage.add(obs, zeros.long(), zeros, zeros, zeros, {}, obs)
    assert resident() - before < 1.25 * 1600 * 4 * 84 * 84


def test_a_storage_that_cannot_be_had_says_how_large_it_would_be() -> None:
    images = gym.spaces.Box(0, 255, (4, 84, 84), np.uint8)
    with pytest.raises(ParameterError, match=r"GB .* smaller storage_size"):
        VanillaReplayStorage(images, DISCRETE, storage_size=10**14)


def test_one_frame_a_step_draws_the_same_stacks_in_a_quarter_of_the_memory() -> None:
    images = gym.spaces.Box(0, 255, (4, 5, 5), np.uint8)
    storages = [
        VanillaReplayStorage(images, DISCRETE, storage_size=30, batch_size=20, num_envs=1, frame_stack=k, n_step=n)
        for n in (1, 3)
        for k in (1, 4)
    ]
    zeros, obs = th.zeros(1), th.zeros(1, 4, 5, 5, dtype=th.uint8)
    for step in range(100):
        new = th.randint(0, 255, (1, 1, 5, 5), dtype=th.uint8)
        following = th.cat([obs[:, 1:], new], dim=1)
        over = zeros + float(step % 7 == 6)
        infos = {"final_obs": following} if over.any() else {}
        following = new.expand(1, 4, 5, 5) if over.any() else following
        for storage in storages:
            storage.add(obs, zeros.long(), zeros, over, zeros, infos, following)
        obs = following
    batches = []
    for storage in storages:
        th.manual_seed(3)
        batches.append(storage.sample())
    for whole, frames in (batches[:2], batches[2:]):
        assert th.equal(whole.observations, frames.observations)
        assert th.equal(whole.next_observations, frames.next_observations)
    assert storages[1].ring.layout.frames.shape[2] == 1


def test_frames_that_are_not_a_stack_are_refused() -> None:
    images = gym.spaces.Box(0, 255, (4, 5, 5), np.uint8)
    storage = VanillaReplayStorage(images, DISCRETE, storage_size=30, frame_stack=4)
    zeros = th.zeros(1)
    obs = th.arange(4, dtype=th.uint8).reshape(1, 4, 1, 1).expand(1, 4, 5, 5)
    with pytest.raises(IncompatibleError, match="frame_stack=4"):
        storage.add(obs, zeros.long(), zeros, zeros, zeros, {}, obs)
    with pytest.raises(SpaceError, match="multiple"):
        VanillaReplayStorage(images, DISCRETE, storage_size=30, frame_stack=3)
    with pytest.raises(SpaceError, match="multiple"):
        VanillaReplayStorage(gym.spaces.MultiBinary(4), DISCRETE, storage_size=30, frame_stack=2)


@pytest.mark.parametrize("frame_stack", [1, 2])
def test_a_saved_storage_goes_on_as_if_it_had_never_stopped(frame_stack: int) -> None:
    def made() -> VanillaReplayStorage:
        return VanillaReplayStorage(
            VECTOR, DISCRETE, storage_size=20, batch_size=16, num_envs=2, frame_stack=frame_stack, n_step=2
        )

    def feed(storage: VanillaReplayStorage, steps: range) -> None:
        zeros = th.zeros(2)
        for step in steps:
            obs, following = (th.tensor([[x - 1.0, x]] * 2) for x in (step, step + 1))
            over = th.tensor([float(step % 4 == 3), 0.0])
            storage.add(obs, zeros.long(), zeros + step, zeros, over, {"final_obs": following}, following)

    for steps in (5, 33):
        one, other = made(), made()
        feed(one, range(steps + 1, 60))
        one.reset()
        feed(one, range(steps))
        feed(other, range(77))
        other.load_state_dict({key: value.clone() for key, value in one.state_dict().items()})
        for storage in (one, other):
            feed(storage, range(steps, steps + 7))
        drawn = []
        for storage in (one, other):
            th.manual_seed(0)
            drawn.append(storage.sample())
        assert all(th.equal(a, b) for a, b in zip(*drawn, strict=True))


def test_a_saved_storage_of_another_size_is_refused() -> None:
    one, other = (VanillaReplayStorage(VECTOR, DISCRETE, storage_size=size, batch_size=1) for size in (5, 6))
    count(one, 3, num_envs=1)
    with pytest.raises(ParameterError, match="storage_size"):
        other.load_state_dict(one.state_dict())


def test_storage_size_counts_the_transitions_of_all_environments() -> None:
    storage = VanillaReplayStorage(VECTOR, DISCRETE, storage_size=10, batch_size=1, num_envs=4)
    count(storage, 20, num_envs=4)
    assert len(storage) == 12
    storage.reset()
    assert len(storage) == 0


def test_rewards_that_are_changed_in_the_storage_are_drawn() -> None:
    storage = VanillaReplayStorage(VECTOR, DISCRETE, storage_size=20, batch_size=8, num_envs=2)
    count(storage, 10)
    storage.rewards.add_(100.0)
    batch = storage.sample()
    assert th.equal(batch.rewards, batch.observations[:, 0] + 100)
