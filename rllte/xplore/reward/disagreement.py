"""Exploration by disagreement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import torch as th
from torch import nn

from rllte.core.registry import Paper, Param, register
from rllte.core.spaces import ACTION_KINDS, OBSERVATION_KINDS
from rllte.nn.reward_nets import ForwardDynamics, ObservationEncoder
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
    paper=Paper("Self-Supervised Exploration via Disagreement", "1906.04161"),
    aliases=("self-supervised exploration via disagreement", "ensemble disagreement"),
    observation_spaces=OBSERVATION_KINDS,
    action_spaces=ACTION_KINDS,
)
class Disagreement(LearnedReward):
    """The variance of what several models say of the next latent; the latents are those of a fixed random network.

    Noise that no model can predict is agreed upon in time (all say its mean), so it stops to pay, unlike with ICM.
    """

    def __init__(
        self,
        envs: Any,
        device: Device = "cpu",
        beta: Beta = 1.0,
        kappa: Kappa = 0.0,
        gamma: Gamma = None,
        rwd_norm_type: RewardNorm = "rms",
        obs_norm_type: ObsNorm = "rms",
        ensemble_size: Annotated[int, Param("number of forward models", low=2)] = 4,
        latent_dim: Annotated[int, Param("size of the latents", low=1, aliases=("embedding size",))] = 128,
        lr: Rate = 1e-3,
        batch_size: BatchSize = 256,
        update_proportion: Proportion = 1.0,
        encoder_model: EncoderModel = "mnih",
        weight_init: WeightInit = "orthogonal",
    ) -> None:
        super().__init__(
            envs, device, beta, kappa, gamma, rwd_norm_type, obs_norm_type, lr, batch_size, update_proportion
        )
        self.encoder = ObservationEncoder(self.observation_space, latent_dim, encoder_model, weight_init).to(
            self.device
        )
        self.encoder.requires_grad_(False)
        self.ensemble = nn.ModuleList(
            ForwardDynamics(latent_dim, self.action_space, weight_init) for _ in range(ensemble_size)
        ).to(self.device)
        self.learn_by(self.ensemble)

    def predictions(self, latents: th.Tensor, actions: th.Tensor) -> th.Tensor:
        """What each model says of the next latent, (models, B, L)."""
        return th.stack([model(latents, actions) for model in self.ensemble])

    @th.no_grad()
    def compute(self, samples: Mapping[str, Any], sync: bool = True) -> th.Tensor:
        """Equation 1: the variance over models, mean over the latent, (T, N); see `BaseReward.compute`."""
        steps = self.check(samples)
        observations, _ = self.seen(samples, sync)
        predictions = self.predictions(self.encoder(observations), self.flat(samples, "actions"))
        variance = predictions.var(0, correction=0).mean(1)
        return self.scale(variance.reshape(steps, self.num_envs), sync)

    def loss(self, batch: Mapping[str, Any]) -> th.Tensor:
        """The mean squared error of each model over its own half of the batch, drawn anew: it keeps them different."""
        latents, following = self.encoder(batch["observations"]), self.encoder(batch["next_observations"])
        errors = (self.predictions(latents, batch["actions"]) - following).square().mean(2)
        own = batch["own"].T
        return ((errors * own).sum(1) / own.sum(1).clamp(min=1.0)).sum()

    def draw(self, number: int, generator: th.Generator) -> dict[str, th.Tensor]:
        """Which samples each model learns from: (B, models) 0 or 1."""
        return {"own": th.rand(number, len(self.ensemble), generator=generator).lt(0.5).float()}
