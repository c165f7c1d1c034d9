"""Rényi state entropy."""

from __future__ import annotations

from typing import Annotated, Any

import torch as th

from rllte.core.registry import Paper, Param, register
from rllte.core.spaces import ACTION_KINDS, OBSERVATION_KINDS
from rllte.xplore.reward.learned import Beta, Device, EncoderModel, Gamma, Kappa, ObsNorm, RewardNorm, WeightInit
from rllte.xplore.reward.state_entropy import StateEntropy


@register(
    "reward",
    paper=Paper("Rényi State Entropy for Exploration Acceleration in Reinforcement Learning", "2203.04297"),
    aliases=("rényi state entropy", "renyi state entropy"),
    observation_spaces=OBSERVATION_KINDS,
    action_spaces=ACTION_KINDS,
)
class RISE(StateEntropy):
    """The distance to the k-th nearest visited state to the power 1 - alpha; arXiv 2203.04297.

    The mean of that, up to factors and a logarithm, estimates the Rényi entropy of order alpha of the visited states.

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
        storage_size: Annotated[int, Param("steps of all environments that are remembered", low=1)] = 1000,
        alpha: Annotated[float, Param("order of the entropy; at 1 all states would pay alike", 0.01, 0.99)] = 0.5,
        k: Annotated[int, Param("which neighbour", low=1)] = 5,
        average_entropy: Annotated[bool, Param("the mean over the 1st to k-th neighbour, not the k-th alone")] = False,
        encoder_model: EncoderModel = "mnih",
        weight_init: WeightInit = "orthogonal",
    ) -> None:
        super().__init__(
            envs,
            device,
            beta,
            kappa,
            gamma,
            rwd_norm_type,
            obs_norm_type,
            latent_dim,
            storage_size,
            k,
            average_entropy,
            encoder_model,
            weight_init,
        )
        self.alpha = alpha

    def pay(self, distances: th.Tensor) -> th.Tensor:
        """d^(1 - alpha)."""
        return distances.pow(1.0 - self.alpha)
