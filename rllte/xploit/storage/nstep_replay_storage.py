"""The replay of DrQ-v2: returns of n steps, computed when a batch is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

import gymnasium as gym

from rllte.core.registry import Paper, Param, register
from rllte.core.types import NStepReplayBatch, VanillaReplayBatch
from rllte.xploit.storage.memory import ACTIONS, ARRAYS
from rllte.xploit.storage.vanilla_replay_storage import (
    BatchSize,
    Discount,
    FrameStack,
    NStep,
    NumEnvs,
    StorageSize,
    VanillaReplayStorage,
)

NO_EFFECT = "RLLTE's, accepted and without effect: "


@register(
    "storage",
    paper=Paper("Mastering Visual Continuous Control: Improved Data-Augmented Reinforcement Learning", "2107.09645"),
    aliases=("n-step replay", "multi-step replay"),
    observation_spaces=(*ARRAYS, "Dict"),
    action_spaces=ACTIONS,
)
class NStepReplayStorage(VanillaReplayStorage):
    """Experience replay with returns of n steps: fewer where an episode ends before that, of any number of environments.

    `num_workers`, `pin_memory`, `fetch_every` and `save_snapshot` are RLLTE's and have no effect: there are no files
    and no worker processes, and batches for a CUDA device always go through pinned memory.

    Raises:
        SpaceError: a space that it does not take.
        ParameterError: the machine refuses that much memory.
    """

    batch_type: ClassVar[type[VanillaReplayBatch]] = NStepReplayBatch
    kinds: ClassVar[tuple[str, ...]] = (*ARRAYS, "Dict")

    def __init__(
        self,
        observation_space: gym.Space[Any],
        action_space: gym.Space[Any],
        device: Annotated[str, Param("where batches go")] = "cpu",
        storage_size: StorageSize = 1_000_000,
        num_envs: NumEnvs = 1,
        batch_size: BatchSize = 256,
        num_workers: Annotated[int, Param(NO_EFFECT + "there are no worker processes", low=0)] = 4,
        pin_memory: Annotated[bool, Param(NO_EFFECT + "batches for CUDA are always pinned")] = True,
        n_step: NStep = 3,
        discount: Discount = 0.99,
        fetch_every: Annotated[int, Param(NO_EFFECT + "what is added can be drawn at once", low=1)] = 1000,
        save_snapshot: Annotated[bool, Param(NO_EFFECT + "there are no files; see state_dict")] = False,
        frame_stack: FrameStack = 1,
    ) -> None:
        super().__init__(
            observation_space,
            action_space,
            device,
            storage_size,
            batch_size,
            num_envs,
            discount=discount,
            frame_stack=frame_stack,
            n_step=n_step,
        )

    @property
    def replay_iter(self) -> Iterator[NStepReplayBatch]:
        """Batches without end, as RLLTE's scripts draw them: `next(storage.replay_iter)`."""
        while True:
            yield self.sample()
