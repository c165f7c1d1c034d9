"""Rewarding impact-driven exploration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import gymnasium as gym
import numpy as np
import torch as th

from rllte.core.registry import Paper, Param, register
from rllte.core.spaces import ACTION_KINDS, OBSERVATION_KINDS, observation_kind
from rllte.core.trees import leaves, space_leaves
from rllte.nn.memory import Counter, EpisodicMemory, Kernel
from rllte.nn.reward_nets import SMALLEST_MNIH, ForwardDynamics, InverseDynamics, ObservationEncoder
from rllte.xplore.reward.learned import (
    BatchSize,
    Beta,
    Device,
    EncoderModel,
    Gamma,
    Kappa,
    LearnedReward,
    ObsNorm,
    Proportion,
    Rate,
    RewardNorm,
    WeightInit,
)


@register(
    "reward",
    paper=Paper("RIDE: Rewarding Impact-Driven Exploration for Procedurally-Generated Environments", "2002.12292"),
    aliases=("rewarding impact-driven exploration", "impact-driven exploration"),
    observation_spaces=OBSERVATION_KINDS,
    action_spaces=ACTION_KINDS,
)
class RIDE(LearnedReward):
    """How far a step moves the latent, divided by the root of how often its state has been visited in the episode.

    ||phi(s') - phi(s)|| / sqrt(N(s')), latents learned as in ICM. Where states come in whole numbers (`count`) N is
    counted, as in the paper; elsewhere no state comes twice, and N is 1 + the sum of Never Give Up's kernel over the k
    nearest latents of the episode, which is the count where states are equal.
    """

    def __init__(
        self,
        envs: Any,
        device: Device = "cpu",
        beta: Beta = 1.0,
        kappa: Kappa = 0.0,
        gamma: Gamma = None,
        rwd_norm_type: RewardNorm = "rms",
        obs_norm_type: ObsNorm = "none",
        latent_dim: Annotated[int, Param("size of the latents", low=1, aliases=("embedding size",))] = 128,
        lr: Rate = 1e-3,
        batch_size: BatchSize = 256,
        k: Annotated[int, Param("pseudo-count: neighbours", low=1)] = 10,
        kernel_cluster_distance: Annotated[
            float, Param("pseudo-count: distances up to it count as none", low=0)
        ] = 0.008,
        kernel_epsilon: Annotated[float, Param("pseudo-count: epsilon of the kernel", low=1e-12)] = 1e-4,
        c: Annotated[float, Param("pseudo-count: added to the root", low=0)] = 1e-3,
        sm: Annotated[float, Param("pseudo-count: no reward where the root is above it", low=0)] = 8.0,
        update_proportion: Proportion = 1.0,
        encoder_model: EncoderModel = "mnih",
        weight_init: WeightInit = "orthogonal",
        count: Annotated[
            str,
            Param(
                "exact counts, pseudo-counts, or the one that fits the observations",
                choices=("auto", "exact", "pseudo"),
            ),
        ] = "auto",
        forward_coef: Annotated[float, Param("weight of the forward loss", low=0)] = 10.0,
        inverse_coef: Annotated[float, Param("weight of the inverse loss", low=0)] = 0.1,
    ) -> None:
        super().__init__(
            envs, device, beta, kappa, gamma, rwd_norm_type, obs_norm_type, lr, batch_size, update_proportion
        )
        self.k, self.c, self.sm = k, c, sm
        self.forward_coef, self.inverse_coef = forward_coef, inverse_coef
        self.encoder = ObservationEncoder(self.observation_space, latent_dim, encoder_model, weight_init).to(
            self.device
        )
        self.inverse = InverseDynamics(latent_dim, self.action_space, weight_init).to(self.device)
        self.forward_model = ForwardDynamics(latent_dim, self.action_space, weight_init).to(self.device)
        self.learn_by(self.encoder, self.inverse, self.forward_model)
        self.exact = count == "exact" or (count == "auto" and _countable(self.observation_space))
        if self.exact:
            self.counter = Counter(self.num_envs, self.observation_space).to(self.device)
        else:
            self.memory = EpisodicMemory(self.num_envs, latent_dim).to(self.device)
            self.kernel = Kernel(kernel_cluster_distance, kernel_epsilon).to(self.device)

    def reset(self, ended: th.Tensor) -> None:
        """Forget the episode's visits; see `BaseReward.reset`."""
        (self.counter if self.exact else self.memory).clear(ended)

    @th.no_grad()
    def compute(self, samples: Mapping[str, Any], sync: bool = True) -> th.Tensor:
        """Impact over visits (T, N); see `BaseReward.compute`. Counts go on from call to call within an episode.

        Counted are the states that steps led to: the first state of an episode is none of them, as in the authors' code.
        """
        steps = self.check(samples)
        observations, following = self.seen(samples, sync)
        latents, next_latents = self.encoder(observations), self.encoder(following)
        impact = (next_latents - latents).square().sum(1).sqrt().reshape(steps, self.num_envs)
        ended = self.ends(samples)
        if self.exact:
            visits = self.counter.walk(self.flat(samples, "next_observations"), ended, sync)
            return self.scale(impact / visits.sqrt(), sync)
        root = self.pseudo_counts(next_latents.reshape(steps, self.num_envs, -1), ended, sync)
        return self.scale(th.where(root > self.sm, 0.0, impact / root), sync)

    def pseudo_counts(self, latents: th.Tensor, ended: th.Tensor, sync: bool = True) -> th.Tensor:
        """sqrt(1 + sum of similarities to the k nearest of the episode) + c, (T, N), of latents (T, N, L)."""
        similar = self.kernel(self.memory.walk(latents, ended, self.k, sync), sync)
        return (1.0 + similar.sum(-1)).sqrt() + self.c

    def loss(self, batch: Mapping[str, Any]) -> th.Tensor:
        """The forward and inverse losses of the paper; the forward model's error is in squares, as in ICM."""
        latents, following = self.encoder(batch["observations"]), self.encoder(batch["next_observations"])
        forward = 0.5 * (self.forward_model(latents, batch["actions"]) - following).square().sum(1).mean()
        inverse = self.inverse.loss(latents, following, batch["actions"]).mean()
        return self.forward_coef * forward + self.inverse_coef * inverse


def _countable(space: gym.Space[Any]) -> bool:
    """Whether states come twice: all leaves are whole numbers, and images small (grid worlds, not screens)."""
    for leaf in leaves(space_leaves(space)).values():
        if isinstance(leaf, gym.spaces.Box):
            large = observation_kind(leaf) == "Box3" and min(leaf.shape[1:]) >= SMALLEST_MNIH
            if large or np.issubdtype(leaf.dtype, np.floating):
                return False
    return True
