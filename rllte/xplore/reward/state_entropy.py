"""What RE3 and RISE share: a fixed random encoder, a bank of what was visited, and distances to neighbours in it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

import torch as th

from rllte.core.bases import BaseReward
from rllte.nn.knn import Bank, kth, mean_over_neighbours, nearest_others
from rllte.nn.reward_nets import ObservationEncoder


class StateEntropy(BaseReward):
    """A state pays by its distance from the k-th nearest of the states visited lately, which estimates the entropy of them.

    States of all environments are compared with one another: they are visited by the same policy.

    Args:
        envs, device, beta, kappa, gamma, rwd_norm_type, obs_norm_type: as `BaseReward`.
        latent_dim: D, of an encoded state.
        storage_size: how many steps of all environments the bank remembers.
        k: which neighbour.
        average_entropy: the mean over the 1st to the k-th instead of the k-th alone.
        encoder_model, weight_init: of the encoder, which never learns; see `ObservationEncoder`.
    """

    def __init__(
        self,
        envs: Any,
        device: str,
        beta: float,
        kappa: float,
        gamma: float | None,
        rwd_norm_type: str,
        obs_norm_type: str,
        latent_dim: int,
        storage_size: int,
        k: int,
        average_entropy: bool,
        encoder_model: str,
        weight_init: str,
    ) -> None:
        super().__init__(envs, device, beta, kappa, gamma, rwd_norm_type, obs_norm_type)
        self.k = k
        self.average_entropy = average_entropy
        self.encoder = ObservationEncoder(self.observation_space, latent_dim, encoder_model, weight_init)
        self.encoder.to(self.device).requires_grad_(False)
        self.bank = Bank(storage_size * self.num_envs, latent_dim).to(self.device)

    @abstractmethod
    def pay(self, distances: th.Tensor) -> th.Tensor:
        """The reward for a distance, elementwise."""

    @th.no_grad()
    def compute(self, samples: Mapping[str, Any], sync: bool = True) -> th.Tensor:
        """Rewards (T, N) float32, weighted, of the states that the steps led to; 0 for the very first state of all.

        Args:
            samples: `next_observations` (T, N, ...) is used.
            sync: whether the bank remembers the states, and running statistics are updated.
        """
        steps = self.check(samples)
        latents = self.encoder(self.normalize(self.flat(samples, "next_observations"), sync))
        distances = nearest_others(latents, self.bank.held, self.k)
        each = self.pay(distances if self.average_entropy else kth(distances))
        rewards = mean_over_neighbours(each, distances) if self.average_entropy else each
        if sync:
            self.bank.add(latents)
        return self.scale(rewards.view(steps, self.num_envs), sync)

    def update(self, samples: Mapping[str, Any]) -> None:
        """Nothing learns here; the update is counted for the decay of the weight."""
        self.check(samples)
        self.updates += 1
