"""Batches on an accelerator are those of the CPU."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch as th

from rllte.core.trees import leaves
from rllte.xploit.storage import (
    DictReplayStorage,
    HerReplayStorage,
    PrioritizedReplayStorage,
    VanillaReplayStorage,
    VanillaRolloutStorage,
)

pytestmark = [pytest.mark.gpu, pytest.mark.skipif(not th.cuda.is_available(), reason="needs CUDA")]
BOX = gym.spaces.Box(-1, 1, (1,))
SPACES: dict[Any, gym.Space[Any]] = {
    VanillaReplayStorage: gym.spaces.Box(0, 255, (2, 4, 4), np.uint8),
    PrioritizedReplayStorage: BOX,
    DictReplayStorage: gym.spaces.Dict({"a": BOX, "b": gym.spaces.Discrete(3)}),
    HerReplayStorage: gym.spaces.Dict({"observation": BOX, "achieved_goal": BOX, "desired_goal": BOX}),
}


@pytest.mark.parametrize("cls", SPACES)
@pytest.mark.parametrize("given", ["cpu", "cuda"])
def test_a_batch_on_cuda_is_the_batch_of_the_cpu(cls: Any, given: str) -> None:
    batches = []
    for device in ("cpu", "cuda"):
        more = {"reward_fn": lambda a, b, infos: -np.abs(a - b)[:, 0]} if cls is HerReplayStorage else {}
        storage = cls(SPACES[cls], gym.spaces.Discrete(2), device, storage_size=20, batch_size=16, **more)
        th.manual_seed(0)
        zero = th.zeros(1, device=given)
        for step in range(33):
            obs, following = (seen(SPACES[cls], x, given) for x in (step, step + 1))
            over = zero + float(step % 5 == 4)
            storage.add(obs, zero.long(), zero + step, zero, over, {"final_obs": following}, following)
        batch = storage.sample()
        storage.update({"indices": batch.indices, "td_errors": batch.rewards})
        batches.append((batch, storage.sample()))
    for one, other in zip(*batches, strict=True):
        for a, b in zip(one, other, strict=True):
            for key, leaf in leaves(b).items():
                assert leaf.device.type == "cuda"
                assert th.equal(leaves(a)[key], leaf.cpu())


def seen(space: gym.Space[Any], number: int, device: str) -> Any:
    if isinstance(space, gym.spaces.Dict):
        return {key: seen(leaf, number, device) for key, leaf in space.items()}
    dtype = th.from_numpy(np.zeros(1, space.dtype)).dtype
    return th.full((1, *(space.shape or ())), number, dtype=dtype, device=device)


def test_a_rollout_lives_on_cuda() -> None:
    storage = VanillaRolloutStorage(BOX, gym.spaces.Discrete(2), "cuda", 4, 4, 2)
    zero = th.zeros(2, device="cuda")
    for _ in range(4):
        storage.add(th.zeros(2, 1), zero.long(), zero + 1, zero, zero, {}, th.zeros(2, 1), zero, zero)
    storage.compute_returns_and_advantages(zero)
    assert all(field.device.type == "cuda" for batch in storage.sample() for field in batch)
