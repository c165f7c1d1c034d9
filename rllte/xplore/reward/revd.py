"""Rewarding episodic visitation discrepancy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import torch as th
from torch import nn

from rllte.core.bases import BaseReward
from rllte.core.registry import Paper, Param, register
from rllte.core.spaces import ACTION_KINDS, OBSERVATION_KINDS
from rllte.nn.knn import kth, mean_over_neighbours, nearest, nearest_others
from rllte.nn.reward_nets import ObservationEncoder
from rllte.xplore.reward.learned import Beta, Device, EncoderModel, Gamma, Kappa, ObsNorm, RewardNorm, WeightInit

FLOOR = 1e-8
"""What a distance within a stretch counts as at least, where all states of the stretch are equal."""


class Segments(nn.Module):
    """Two stretches of encoded states of N environments: a full one, and the one after it, under way.

    Args:
        num_envs: N.
        length: L, of a full one.
        dim: D, of an encoded state.
    """

    previous: th.Tensor
    current: th.Tensor
    filled: th.Tensor
    full: th.Tensor

    def __init__(self, num_envs: int, length: int, dim: int) -> None:
        super().__init__()
        self.register_buffer("previous", th.zeros(num_envs, length, dim))
        self.register_buffer("current", th.zeros(num_envs, length, dim))
        self.register_buffer("filled", th.zeros((), dtype=th.int64))
        self.register_buffer("full", th.zeros((), dtype=th.int64))


@register(
    "reward",
    paper=Paper("Rewarding Episodic Visitation Discrepancy for Exploration in Reinforcement Learning", "2209.08842"),
    aliases=("episodic visitation discrepancy",),
    observation_spaces=OBSERVATION_KINDS,
    action_spaces=ACTION_KINDS,
)
class REVD(BaseReward):
    """A state pays the more, the further it is from what its environment visited in the stretch of steps before.

    The Rényi divergence of order alpha between the states of consecutive stretches, estimated from nearest neighbours
    under a fixed random encoder; arXiv 2209.08842. Stretches have `episode_length` steps, whatever the length of rollouts.

    Raises:
        SpaceError: observations that `ObservationEncoder` does not look at.
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
        latent_dim: Annotated[int, Param("size of an encoded state", low=1)] = 128,
        alpha: Annotated[float, Param("order of the divergence; at 1 all states would pay alike", 0.01, 0.99)] = 0.5,
        k: Annotated[int, Param("which neighbour", low=1)] = 5,
        average_divergence: Annotated[
            bool, Param("the mean over the 1st to k-th neighbour, not the k-th alone")
        ] = False,
        encoder_model: EncoderModel = "mnih",
        weight_init: WeightInit = "orthogonal",
        episode_length: Annotated[int, Param("steps compared with as many before them", low=2)] = 128,
    ) -> None:
        super().__init__(envs, device, beta, kappa, gamma, rwd_norm_type, obs_norm_type)
        self.alpha = alpha
        self.k = k
        self.average_divergence = average_divergence
        self.episode_length = episode_length
        self.encoder = ObservationEncoder(self.observation_space, latent_dim, encoder_model, weight_init)
        self.encoder.to(self.device).requires_grad_(False)
        self.segments = Segments(self.num_envs, episode_length, latent_dim).to(self.device)

    @th.no_grad()
    def compute(self, samples: Mapping[str, Any], sync: bool = True) -> th.Tensor:
        """Rewards (T, N) float32, weighted, of the states that the steps led to; 0 in the very first stretch.

        Args:
            samples: `next_observations` (T, N, ...) is used.
            sync: whether the states are remembered, and running statistics are updated.
        """
        steps = self.check(samples)
        latents = self.encoder(self.normalize(self.flat(samples, "next_observations"), sync))
        return self.scale(self._walk(latents.view(steps, self.num_envs, -1).transpose(0, 1), sync), sync)

    def _walk(self, latents: th.Tensor, sync: bool) -> th.Tensor:
        """Rewards (T, N) of encoded states (N, T, D): stretch by stretch, the first of them begun before."""
        kept, steps = self.segments, latents.shape[1]
        previous, current = kept.previous.clone(), kept.current.clone()
        filled, full, done, paid = int(kept.filled), bool(kept.full), 0, []
        while done < steps:
            number = min(steps - done, self.episode_length - filled)
            part = latents[:, done : done + number]
            paid.append(
                self.discrepancy(part, current[:, :filled], previous) if full else part.new_zeros(part.shape[:2])
            )
            current[:, filled : filled + number] = part
            done, filled = done + number, filled + number
            if filled == self.episode_length:
                previous, current, filled, full = current, previous, 0, True
        if sync:
            kept.previous.copy_(previous)
            kept.current.copy_(current)
            kept.filled.fill_(filled)
            kept.full.fill_(int(full))
        return th.cat(paid, 1).T.contiguous()

    def discrepancy(self, states: th.Tensor, others: th.Tensor, previous: th.Tensor) -> th.Tensor:
        """c (nu / rho)^(1 - alpha), with nu and rho the distances to the k-th neighbour in the stretch before and in this.

        Args:
            states: (N, T, D) of this stretch.
            others: (N, P, D), earlier ones of this stretch.
            previous: (N, L, D), the stretch before.

        Returns:
            (N, T). c is the mean distance of the states to their nearest neighbour in this stretch, so that one which
            stays in a place pays little; rho counts as at least c, so that coming back to a state does not pay without
            bound. 0 for a state that is alone.
        """
        within, before = nearest_others(states, others, self.k), nearest(states, previous, self.k)
        missing = within.isinf() | before.isinf()
        within, before = within.masked_fill(missing, th.inf), before.masked_fill(missing, th.inf)
        spread = kth(within[..., :1]).mean(1, keepdim=True)
        if self.average_divergence:
            ratios = self.ratio(before, th.maximum(within, spread.unsqueeze(-1)))
            return spread * mean_over_neighbours(ratios, within)
        return spread * self.ratio(kth(before), th.maximum(kth(within), spread))

    def ratio(self, before: th.Tensor, within: th.Tensor) -> th.Tensor:
        """(before / within)^(1 - alpha), elementwise."""
        return (before / within.clamp(min=FLOOR)).pow(1.0 - self.alpha)

    def update(self, samples: Mapping[str, Any]) -> None:
        """Nothing learns here; the update is counted for the decay of the weight."""
        self.check(samples)
        self.updates += 1
