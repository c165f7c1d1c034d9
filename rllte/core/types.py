"""Batches that cross the library's layers. Shapes: T steps, N environments, B samples."""

from __future__ import annotations

from typing import NamedTuple

import torch as th

from rllte.core.trees import Tree


class VanillaRolloutBatch(NamedTuple):
    """A minibatch of on-policy experience; B samples drawn from T x N. `adv_targ`, `old_log_probs`: RLLTE's names."""

    observations: Tree
    """(B, *observation_shape), dtype of the observation space; by key in Dict spaces."""
    actions: th.Tensor
    """(B, *action_shape); int64 for Discrete and MultiDiscrete, float32 for Box and MultiBinary."""
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


class DictRolloutBatch(VanillaRolloutBatch):
    """A minibatch of on-policy experience in a Dict space; `observations` are tensors by key."""

    __slots__ = ()


class VanillaReplayBatch(NamedTuple):
    """A batch of off-policy experience, B transitions; all replay batches have these fields.

    A target of Q-learning is `rewards + discounts * Q(next_observations)`, and losses are weighted by `weights`.
    """

    observations: Tree
    """(B, *observation_shape), dtype of the observation space; by key in Dict spaces."""
    actions: th.Tensor
    """(B, *action_shape); int64 for Discrete and MultiDiscrete, float32 for Box and MultiBinary."""
    rewards: th.Tensor
    """(B,) float32; the discounted sum of the next n rewards with returns of n steps."""
    terminateds: th.Tensor
    """(B,) float32, 1 where the (last of the n) steps reached a terminal state."""
    truncateds: th.Tensor
    """(B,) float32, 1 where the (last of the n) steps was cut short."""
    next_observations: Tree
    """As `observations`: what followed, an episode's own last observation at its end."""
    discounts: th.Tensor
    """(B,) float32, gamma^k after k steps, 0 where terminated."""
    weights: th.Tensor
    """(B,) float32, importance weights, 1 where sampling is uniform."""
    indices: th.Tensor
    """(B,) int64, places in the storage, for `storage.update`."""


class DictReplayBatch(VanillaReplayBatch):
    """A batch of off-policy experience in a Dict space; observations are tensors by key."""

    __slots__ = ()


class NStepReplayBatch(VanillaReplayBatch):
    """A batch of off-policy experience with returns of n steps."""

    __slots__ = ()


class PrioritizedReplayBatch(VanillaReplayBatch):
    """A batch of off-policy experience drawn by priority."""

    __slots__ = ()


class RecurrentRolloutBatch(NamedTuple):
    """Whole sequences of E of the N environments, T steps each."""

    observations: Tree
    """(T, E, *observation_shape), dtype of the observation space; by key in Dict spaces."""
    actions: th.Tensor
    """(T, E, *action_shape); int64 for Discrete and MultiDiscrete, float32 for Box and MultiBinary."""
    values: th.Tensor
    """(T, E) float32, as estimated when acting."""
    returns: th.Tensor
    """(T, E) float32, targets of the value function."""
    terminateds: th.Tensor
    """(T, E) float32, 1 where the episode ended in a terminal state."""
    truncateds: th.Tensor
    """(T, E) float32, 1 where the episode was cut short."""
    log_probs: th.Tensor
    """(T, E) float32, of the actions when acting."""
    advantages: th.Tensor
    """(T, E) float32, not normalised."""
    states: th.Tensor
    """(E, S) float32, of the policy before the first step."""
    starts: th.Tensor
    """(T, E) float32, 1 where an episode begins after the first step: the state before it is zero."""

    @property
    def adv_targ(self) -> th.Tensor:
        """The advantages."""
        return self.advantages

    @property
    def old_log_probs(self) -> th.Tensor:
        """The log-probabilities."""
        return self.log_probs
