"""The generative intrinsic reward module."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import torch as th
from torch import nn

from rllte.core.registry import Paper, Param, register
from rllte.core.spaces import ACTION_KINDS, OBSERVATION_KINDS
from rllte.nn.blocks import mlp
from rllte.nn.reward_nets import (
    HIDDEN,
    ObservationEncoder,
    Reconstruction,
    action_features,
    action_features_size,
    action_loss,
    init_weights,
)
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
    paper=Paper("Intrinsic Reward Driven Imitation Learning via Generative Model", "2006.15061"),
    aliases=("generative intrinsic reward module", "GIRIL", "GIRIL reward"),
    observation_spaces=OBSERVATION_KINDS,
    action_spaces=ACTION_KINDS,
)
class GIRM(LearnedReward):
    """The error of a variational autoencoder of transitions in making the next observation.

    Its encoder says which action (a code z, distributed as a normal) led from s to s'; its decoder learns to make s' from s
    and that code. Paid is its error with a mixture of the code and the real action: what it has not learned to make is new.
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
        batch_size: BatchSize = 64,
        lambd: Annotated[float, Param("share of the real action in the mixture", low=0, high=1)] = 0.5,
        lambd_recon: Annotated[float, Param("weight of the reconstruction loss", low=0)] = 1.0,
        lambd_action: Annotated[float, Param("weight of the action loss", low=0)] = 1.0,
        kld_loss_beta: Annotated[float, Param("weight of the divergence from the prior", low=0)] = 1.0,
        update_proportion: Proportion = 1.0,
        encoder_model: EncoderModel = "mnih",
        weight_init: WeightInit = "orthogonal",
    ) -> None:
        super().__init__(
            envs, device, beta, kappa, gamma, rwd_norm_type, obs_norm_type, lr, batch_size, update_proportion
        )
        self.lambd, self.lambd_recon = lambd, lambd_recon
        self.lambd_action, self.kld_loss_beta = lambd_action, kld_loss_beta
        self.code_dim = action_features_size(self.action_space)
        self.target = Reconstruction(self.observation_space)
        self.encoder = ObservationEncoder(self.observation_space, latent_dim, encoder_model, weight_init)
        self.posterior = mlp((2 * latent_dim, HIDDEN, 2 * self.code_dim), nn.ReLU, last=False)
        self.decoder = mlp((latent_dim + self.code_dim, HIDDEN, self.target.size), nn.ReLU, last=False)
        for network in (self.posterior, self.decoder):
            init_weights(network, weight_init)
        for network in (self.encoder, self.posterior, self.decoder):
            network.to(self.device)
        self.learn_by(self.encoder, self.posterior, self.decoder)

    def encode(self, latents: th.Tensor, next_latents: th.Tensor) -> tuple[th.Tensor, th.Tensor]:
        """Mean and log-variance of the code, (B, A) each; the mean is read as logits or numbers of the action."""
        mean, log_variance = self.posterior(th.cat([latents, next_latents], dim=1)).chunk(2, dim=1)
        return mean, log_variance.clamp(-10.0, 10.0)

    def decode(self, latents: th.Tensor, code: th.Tensor) -> th.Tensor:
        """The next observation, flat (B, S), from latents (B, L) and code (B, A)."""
        made: th.Tensor = self.decoder(th.cat([latents, code], dim=1))
        return made

    @th.no_grad()
    def compute(self, samples: Mapping[str, Any], sync: bool = True) -> th.Tensor:
        """Mean squared error of s' made from `lambd` * action + (1 - lambd) * code, (T, N); see `BaseReward.compute`.

        The code is its mean: nothing is drawn here.
        """
        steps = self.check(samples)
        observations, following = self.seen(samples, sync)
        latents = self.encoder(observations)
        code, _ = self.encode(latents, self.encoder(following))
        actions = action_features(self.action_space, self.flat(samples, "actions"))
        made = self.decode(latents, self.lambd * actions + (1.0 - self.lambd) * code)
        errors = (made - self.target(following)).square().mean(1)
        return self.scale(errors.reshape(steps, self.num_envs), sync)

    def loss(self, batch: Mapping[str, Any]) -> th.Tensor:
        """Reconstruction, divergence of the code from N(0, I), and how far it is from the action."""
        latents, following = self.encoder(batch["observations"]), self.encoder(batch["next_observations"])
        mean, log_variance = self.encode(latents, following)
        code = mean + (0.5 * log_variance).exp() * batch["noise"]
        # of a Gaussian of variance 1, as the divergence is of all of the code: a sum over the dimensions, not their mean
        reconstruction = (
            0.5 * (self.decode(latents, code) - self.target(batch["next_observations"])).square().sum(1).mean()
        )
        divergence = -0.5 * (1.0 + log_variance - mean.square() - log_variance.exp()).sum(1).mean()
        action = action_loss(self.action_space, code, batch["actions"]).mean()
        return self.lambd_recon * reconstruction + self.kld_loss_beta * divergence + self.lambd_action * action

    def draw(self, number: int, generator: th.Generator) -> dict[str, th.Tensor]:
        """The noise of the code, (B, A)."""
        return {"noise": th.randn(number, self.code_dim, generator=generator)}
