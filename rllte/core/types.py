"""Batches that cross the library's layers. Shapes: T steps, N environments, B samples."""

from __future__ import annotations

from typing import NamedTuple

import torch as th


class VanillaRolloutBatch(NamedTuple):
    """A minibatch of on-policy experience; B samples drawn from T x N. `adv_targ`, `old_log_probs`: RLLTE's names."""

    observations: th.Tensor
    """(B, *observation_shape), dtype of the observation space."""
    actions: th.Tensor
    """(B, *action_shape); int64 for Discrete, float32 for Box."""
    values: th.Tensor
    """(B,) float32, as estimated when acting."""
    returns: th.Tensor
    """(B,) float32, targets of the value function."""
    terminateds: th.Tensor
    """(B,) float32, 1 where the episode ended in a terminal state."""
    truncateds: th.Tensor
    """(B,) float32, 1 where the episode was cut short."""
    log_probs: th.Tensor
    """(B,) float32, of the actions when acting."""
    advantages: th.Tensor
    """(B,) float32, not normalised."""

    @property
    def adv_targ(self) -> th.Tensor:
        """The advantages."""
        return self.advantages

    @property
    def old_log_probs(self) -> th.Tensor:
        """The log-probabilities."""
        return self.log_probs
