"""Replay by priority: transitions with large errors are drawn more often, and weighed less."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import gymnasium as gym

from rllte.core.registry import Paper, Param, register
from rllte.core.types import PrioritizedReplayBatch, VanillaReplayBatch
from rllte.xploit.storage.memory import ACTIONS, ARRAYS
from rllte.xploit.storage.samplers import PrioritizedSampler
from rllte.xploit.storage.vanilla_replay_storage import (
    BatchSize,
    Discount,
    FrameStack,
    NStep,
    NumEnvs,
    StorageSize,
    VanillaReplayStorage,
)


@register(
    "storage",
    paper=Paper("Prioritized Experience Replay", "1511.05952"),
    aliases=("PER", "prioritised replay", "prioritized experience replay"),
    observation_spaces=(*ARRAYS, "Dict"),
    action_spaces=ACTIONS,
)
class PrioritizedReplayStorage(VanillaReplayStorage):
    """Experience replay by priority. After each update, `update` takes the errors of the batch: see there.

    Raises:
        SpaceError: a space that it does not take.
        ParameterError: the machine refuses that much memory.
    """

    batch_type: ClassVar[type[VanillaReplayBatch]] = PrioritizedReplayBatch
    kinds: ClassVar[tuple[str, ...]] = (*ARRAYS, "Dict")

    def __init__(
        self,
        observation_space: gym.Space[Any],
        action_space: gym.Space[Any],
        device: Annotated[str, Param("where batches go")] = "cpu",
        storage_size: StorageSize = 1_000_000,
        batch_size: BatchSize = 1024,
        num_envs: NumEnvs = 1,
        alpha: Annotated[float, Param("0 draws uniformly, 1 in proportion to the priorities", low=0, high=1)] = 0.6,
        beta: Annotated[float, Param("exponent of the importance weights at the beginning", low=0, high=1)] = 0.4,
        discount: Discount = 0.99,
        frame_stack: FrameStack = 1,
        n_step: NStep = 1,
        beta_steps: Annotated[
            int | None, Param("transitions added until beta has risen to 1; None: storage_size", low=1)
        ] = None,
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
        self.alpha, self.beta = alpha, beta
        self.sampler: PrioritizedSampler = PrioritizedSampler(self.ring, alpha, beta, beta_steps or storage_size)

    @property
    def annealing_beta(self) -> float:
        """The exponent of the importance weights at present."""
        return self.sampler.annealed_beta

    def update(self, metrics: Any = None) -> None:
        """Give the transitions of the last batch new priorities, |td_error| + 1e-6.

        Args:
            metrics: a dict with `indices` (B,) of the batch and `td_errors` or `priorities` (B,); or a pair of indices
                and priorities.

        Raises:
            ParameterError: they are missing: sampling would stay uniform.
            NotFiniteError: one is infinite or not a number.
        """
        super().update(metrics)
