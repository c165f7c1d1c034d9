"""Batches that cross the library's layers. Shapes: T steps, N environments, B samples."""

from __future__ import annotations

from typing import NamedTuple

import torch as th

from rllte.core.trees import Tree


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


class DistributedBatch(NamedTuple):
    """Rollouts that an older policy has made, time first: T steps, B rollouts of one environment each."""

    observations: Tree
    """(T + 1, B, *observation_shape), dtype of the observation space; by key in Dict spaces."""
    actions: th.Tensor
    """(T, B, *action_shape)."""
    rewards: th.Tensor
    """(T, B) float32."""
    terminateds: th.Tensor
    """(T, B) float32, 1 where a terminal state was reached."""
    truncateds: th.Tensor
    """(T, B) float32, 1 where the episode was cut short."""
    log_probs: th.Tensor
    """(T, B) float32, of the actions under the policy that acted."""
    final_values: th.Tensor
    """(T, B) float32, V of an episode's own last observation where it was truncated, by the policy that acted."""
    starts: th.Tensor
    """(T + 1, B) float32, 1 where an observation begins an episode."""
    states: th.Tensor | None
    """(B, S) float32, the memory of a recurrent policy before the first step, or None."""
