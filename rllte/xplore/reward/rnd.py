"""Random network distillation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import torch as th
from torch import nn

from rllte.core.registry import Paper, Param, register
from rllte.core.spaces import ACTION_KINDS, OBSERVATION_KINDS
from rllte.nn.blocks import mlp
from rllte.nn.reward_nets import HIDDEN, ObservationEncoder, init_weights
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
    paper=Paper("Exploration by Random Network Distillation", "1810.12894"),
    aliases=("random network distillation", "随机网络蒸馏"),
    observation_spaces=OBSERVATION_KINDS,
    action_spaces=ACTION_KINDS,
)
class RND(LearnedReward):
    """The error of a network that learns to say what a fixed random network says of the next observation.

    What has been seen often is predicted well, so the error is the novelty; it does not depend on the action. As in the
    paper (section 2.4), observations are whitened and errors are divided by the deviation of their discounted sum.
    """

    def __init__(
        self,
        envs: Any,
        device: Device = "cpu",
        beta: Beta = 1.0,
        kappa: Kappa = 0.0,
        gamma: Gamma = 0.99,
        rwd_norm_type: RewardNorm = "rms",
        obs_norm_type: ObsNorm = "rms",
        latent_dim: Annotated[int, Param("size of the latents", low=1, aliases=("embedding size",))] = 128,
        lr: Rate = 1e-4,
        batch_size: BatchSize = 256,
        update_proportion: Proportion = 1.0,
        encoder_model: EncoderModel = "mnih",
        weight_init: WeightInit = "orthogonal",
    ) -> None:
        super().__init__(
            envs, device, beta, kappa, gamma, rwd_norm_type, obs_norm_type, lr, batch_size, update_proportion
        )
        self.target = ObservationEncoder(self.observation_space, latent_dim, encoder_model, weight_init)
        self.target.requires_grad_(False)
        more = mlp((latent_dim, HIDDEN, latent_dim), nn.ReLU, last=False)
        init_weights(more, weight_init)
        encoder = ObservationEncoder(self.observation_space, latent_dim, encoder_model, weight_init)
        self.predictor = nn.Sequential(encoder, nn.ReLU(), more)
        for network in (self.target, self.predictor):
            network.to(self.device)
        self.learn_by(self.predictor)

    def errors(self, observations: Any) -> th.Tensor:
        """Mean squared error over the latent, (B,): the paper's ||f^(x) - f(x)||^2 divided by its size."""
        return (self.predictor(observations) - self.target(observations)).square().mean(1)

    @th.no_grad()
    def compute(self, samples: Mapping[str, Any], sync: bool = True) -> th.Tensor:
        """The errors at the next observations, (T, N); see `BaseReward.compute`."""
        steps = self.check(samples)
        following = self.normalize(self.flat(samples, "next_observations"), sync)
        return self.scale(self.errors(following).reshape(steps, self.num_envs), sync)

    def loss(self, batch: Mapping[str, Any]) -> th.Tensor:
        """The mean error."""
        return self.errors(batch["next_observations"]).mean()
