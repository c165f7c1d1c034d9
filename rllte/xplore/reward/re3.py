"""Random encoders for efficient exploration."""

from __future__ import annotations

from typing import Annotated, Any

import torch as th

from rllte.core.registry import Paper, Param, register
from rllte.core.spaces import ACTION_KINDS, OBSERVATION_KINDS
from rllte.xplore.reward.learned import Beta, Device, EncoderModel, Gamma, Kappa, ObsNorm, RewardNorm, WeightInit
from rllte.xplore.reward.state_entropy import StateEntropy


@register(
    "reward",
    paper=Paper("State Entropy Maximization with Random Encoders for Efficient Exploration", "2102.09430"),
    aliases=("random encoders for efficient exploration", "state entropy"),
    observation_spaces=OBSERVATION_KINDS,
    action_spaces=ACTION_KINDS,
)
class RE3(StateEntropy):
    """log(1 + distance to the k-th nearest visited state) under a random encoder; arXiv 2102.09430, equation 2.

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

    def pay(self, distances: th.Tensor) -> th.Tensor:
        """log(1 + d)."""
        return distances.log1p()
