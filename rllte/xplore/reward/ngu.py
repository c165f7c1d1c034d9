"""Never Give Up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import torch as th

from rllte.core.normalization import RunningMeanStd
from rllte.core.registry import Paper, Param, register
from rllte.core.spaces import ACTION_KINDS, OBSERVATION_KINDS
from rllte.xplore.reward.fabric import Fabric
from rllte.xplore.reward.learned import (
    BatchSize,
    Beta,
    Device,
    EncoderModel,
    Gamma,
    Kappa,
    Proportion,
    Rate,
    RewardNorm,
    WeightInit,
)
from rllte.xplore.reward.pseudo_counts import PseudoCounts
from rllte.xplore.reward.rnd import RND


@register(
    "reward",
    paper=Paper("Never Give Up: Learning Directed Exploration Strategies", "2002.06038"),
    aliases=("never give up",),
    observation_spaces=OBSERVATION_KINDS,
    action_spaces=ACTION_KINDS,
)
class NGU(Fabric):
    """What is new in the episode, more so if new in the whole of training; arXiv 2002.06038, equation 1.

    `PseudoCounts` of the episode, times the error of `RND` in deviations above its mean, kept within [1, mrs].

    Raises:
        SpaceError: observations or actions that its networks do not take.
    """

    def __init__(
        self,
        envs: Any,
        device: Device = "cpu",
        beta: Beta = 1.0,
        kappa: Kappa = 0.0,
        gamma: Gamma = None,
        rwd_norm_type: RewardNorm = "rms",
        obs_norm_type: Annotated[str, Param("scale of what RND observes", choices=("rms", "none"))] = "rms",
        latent_dim: Annotated[int, Param("size of a state embedded for the episodic part", low=1)] = 32,
        lr: Rate = 1e-3,
        batch_size: BatchSize = 256,
        k: Annotated[int, Param("how many neighbours are counted", low=1)] = 10,
        kernel_cluster_distance: Annotated[
            float, Param("squared distances up to it, in units of their mean, count as none", low=0)
        ] = 0.008,
        kernel_epsilon: Annotated[
            float, Param("epsilon of the kernel: how fast likeness falls with distance", 0)
        ] = 1e-4,
        c: Annotated[float, Param("added to the root of the count", low=0)] = 1e-3,
        sm: Annotated[float, Param("largest root of the count that is paid for", low=0)] = 8.0,
        mrs: Annotated[float, Param("largest factor of the lifelong part (L of the paper)", low=1)] = 5.0,
        update_proportion: Proportion = 1.0,
        encoder_model: EncoderModel = "mnih",
        weight_init: WeightInit = "default",
        capacity: Annotated[int, Param("states of an episode that are remembered", low=1)] = 5000,
    ) -> None:
        plain = {"device": device, "rwd_norm_type": "none", "lr": lr, "batch_size": batch_size}
        nets = {"update_proportion": update_proportion, "encoder_model": encoder_model, "weight_init": weight_init}
        episodic = PseudoCounts(
            envs,
            latent_dim=latent_dim,
            k=k,
            kernel_cluster_distance=kernel_cluster_distance,
            kernel_epsilon=kernel_epsilon,
            c=c,
            sm=sm,
            capacity=capacity,
            **plain,
            **nets,
        )
        lifelong = RND(envs, obs_norm_type=obs_norm_type, **plain, **nets)
        super().__init__(episodic, lifelong, beta=beta, kappa=kappa, gamma=gamma, rwd_norm_type=rwd_norm_type)
        self.mrs = mrs
        self.errors = RunningMeanStd(()).to(self.device)

    def compute(self, samples: Mapping[str, Any], sync: bool = True) -> th.Tensor:
        """Rewards (T, N) float32, weighted, of the states that the steps led to.

        Args:
            samples: see `BaseReward`; in order of time.
            sync: whether the states are remembered, and running statistics are updated.
        """
        episodic, error = (reward.compute(samples, sync=sync).detach() for reward in self.rewards)
        if sync:
            self.errors.update(error.flatten())
        return self.scale(episodic * self.modulator(error), sync)

    def modulator(self, error: th.Tensor) -> th.Tensor:
        """min(max(alpha, 1), mrs) with alpha = 1 + (error - mean) / deviation, of errors of any shape."""
        return (1.0 + self.errors(error)).clamp(1.0, self.mrs)
