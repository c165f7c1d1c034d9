"""The intrinsic curiosity module."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import torch as th

from rllte.core.registry import Paper, Param, register
from rllte.core.spaces import ACTION_KINDS, OBSERVATION_KINDS
from rllte.nn.reward_nets import ForwardDynamics, InverseDynamics, ObservationEncoder
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
    paper=Paper("Curiosity-driven Exploration by Self-supervised Prediction", "1705.05363"),
    aliases=("intrinsic curiosity module", "curiosity", "内在好奇心模块"),
    observation_spaces=OBSERVATION_KINDS,
    action_spaces=ACTION_KINDS,
)
class ICM(LearnedReward):
    """How wrong a model is about the next latent, in latents that an inverse model learns: 1/2 ||phi^ - phi(s')||^2.

    The inverse model tells the action from two latents, so that they hold what the agent can influence.
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
        update_proportion: Proportion = 1.0,
        encoder_model: EncoderModel = "mnih",
        weight_init: WeightInit = "orthogonal",
        forward_coef: Annotated[
            float, Param("the paper's beta: weight of the forward loss, the inverse one has the rest", low=0, high=1)
        ] = 0.2,
    ) -> None:
        super().__init__(
            envs, device, beta, kappa, gamma, rwd_norm_type, obs_norm_type, lr, batch_size, update_proportion
        )
        self.forward_coef = forward_coef
        self.encoder = ObservationEncoder(self.observation_space, latent_dim, encoder_model, weight_init).to(
            self.device
        )
        self.inverse = InverseDynamics(latent_dim, self.action_space, weight_init).to(self.device)
        self.forward_model = ForwardDynamics(latent_dim, self.action_space, weight_init).to(self.device)
        self.learn_by(self.encoder, self.inverse, self.forward_model)

    def errors(self, latents: th.Tensor, actions: th.Tensor, next_latents: th.Tensor) -> th.Tensor:
        """Equation 6 with eta = 1 (`beta` is the weight): half the squared error of the forward model, (B,)."""
        return 0.5 * (self.forward_model(latents, actions) - next_latents).square().sum(1)

    @th.no_grad()
    def compute(self, samples: Mapping[str, Any], sync: bool = True) -> th.Tensor:
        """The errors (T, N); see `BaseReward.compute`."""
        steps = self.check(samples)
        observations, following = self.seen(samples, sync)
        errors = self.errors(self.encoder(observations), self.flat(samples, "actions"), self.encoder(following))
        return self.scale(errors.reshape(steps, self.num_envs), sync)

    def loss(self, batch: Mapping[str, Any]) -> th.Tensor:
        """Equation 7 without the policy: (1 - forward_coef) * inverse loss + forward_coef * forward loss."""
        latents, following = self.encoder(batch["observations"]), self.encoder(batch["next_observations"])
        inverse = self.inverse.loss(latents, following, batch["actions"]).mean()
        forward = self.errors(latents, batch["actions"], following).mean()
        return (1.0 - self.forward_coef) * inverse + self.forward_coef * forward
