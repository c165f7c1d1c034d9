"""Exploration via elliptical episodic bonuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import torch as th

from rllte.core.registry import Paper, Param, register
from rllte.core.spaces import ACTION_KINDS, OBSERVATION_KINDS
from rllte.nn.memory import Ellipsoid
from rllte.nn.reward_nets import InverseDynamics, ObservationEncoder
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
    paper=Paper("Exploration via Elliptical Episodic Bonuses", "2210.05805"),
    aliases=("elliptical episodic bonus", "elliptical bonus", "exploration via elliptical episodic bonuses"),
    observation_spaces=OBSERVATION_KINDS,
    action_spaces=ACTION_KINDS,
)
class E3B(LearnedReward):
    """How unlike the latents of its episode a latent is: phi(s')^T C^-1 phi(s'), C = ridge * I + the sum of phi phi^T.

    It is the episodic count carried over to vectors; latents are learned by an inverse model as in ICM.
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
        ridge: Annotated[float, Param("the paper's lambda: C begins every episode as ridge * I", low=1e-6)] = 0.1,
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
        self.inverse = InverseDynamics(latent_dim, self.action_space, weight_init).to(self.device)
        self.learn_by(self.encoder, self.inverse)
        self.ellipsoid = Ellipsoid(self.num_envs, latent_dim, ridge).to(self.device)

    def reset(self, ended: th.Tensor) -> None:
        """Begin the ellipsoid anew; see `BaseReward.reset`."""
        self.ellipsoid.clear(ended)

    @th.no_grad()
    def compute(self, samples: Mapping[str, Any], sync: bool = True) -> th.Tensor:
        """The bonuses (T, N); see `BaseReward.compute`. Episodes go on from call to call."""
        steps = self.check(samples)
        following = self.normalize(self.flat(samples, "next_observations"), sync)
        latents = self.encoder(following).reshape(steps, self.num_envs, -1)
        return self.scale(self.ellipsoid.walk(latents, self.ends(samples), sync), sync)

    def loss(self, batch: Mapping[str, Any]) -> th.Tensor:
        """The inverse model's loss, the only one that shapes the latents."""
        latents, following = self.encoder(batch["observations"]), self.encoder(batch["next_observations"])
        return self.inverse.loss(latents, following, batch["actions"]).mean()
