"""Pseudo-counts within an episode, the episodic part of Never Give Up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import torch as th

from rllte.core.registry import Paper, Param, register
from rllte.core.spaces import ACTION_KINDS, OBSERVATION_KINDS
from rllte.core.trees import tree_map
from rllte.nn.memory import EpisodicMemory, Kernel
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
    paper=Paper("Never Give Up: Learning Directed Exploration Strategies", "2002.06038"),
    aliases=("pseudo-counts", "pseudo counts", "episodic novelty"),
    observation_spaces=OBSERVATION_KINDS,
    action_spaces=ACTION_KINDS,
)
class PseudoCounts(LearnedReward):
    """One over the root of how often a state, or one like it, was visited in its episode; arXiv 2002.06038, equation 2.

    States are compared by an embedding that learns to tell which action led from one to the next, so that what the agent
    cannot control does not count. A state that the episode has seen often enough pays nothing.

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
        obs_norm_type: ObsNorm = "none",
        latent_dim: Annotated[int, Param("size of an embedded state", low=1)] = 32,
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
        update_proportion: Proportion = 1.0,
        encoder_model: EncoderModel = "mnih",
        weight_init: WeightInit = "orthogonal",
        capacity: Annotated[int, Param("states of an episode that are remembered", low=1)] = 5000,
    ) -> None:
        super().__init__(
            envs,
            device,
            beta,
            kappa,
            gamma,
            rwd_norm_type,
            obs_norm_type,
            lr,
            batch_size,
            update_proportion,
        )
        self.k, self.c, self.sm = k, c, sm
        self.encoder = ObservationEncoder(self.observation_space, latent_dim, encoder_model, weight_init)
        self.inverse = InverseDynamics(latent_dim, self.action_space, weight_init)
        self.encoder.to(self.device)
        self.inverse.to(self.device)
        self.memory = EpisodicMemory(self.num_envs, latent_dim, capacity).to(self.device)
        self.kernel = Kernel(kernel_cluster_distance, kernel_epsilon).to(self.device)
        self.learn_by(self.encoder, self.inverse)

    def reset(self, ended: th.Tensor) -> None:
        """Forget the episode's states; see `BaseReward.reset`."""
        self.memory.clear(ended)

    @th.no_grad()
    def compute(self, samples: Mapping[str, Any], sync: bool = True) -> th.Tensor:
        """Rewards (T, N) float32, weighted, of the states that the steps led to.

        Args:
            samples: observations, next_observations, terminateds and truncateds are used; in order of time.
            sync: whether the states are remembered, and running statistics are updated.
        """
        steps = self.check(samples)
        after = self._embed(samples, "next_observations", sync).view(steps, self.num_envs, -1)
        distances = self._walk(samples, after, sync)
        return self.scale(self.pay(self.kernel(distances, sync)), sync)

    def pay(self, likeness: th.Tensor) -> th.Tensor:
        """1 / s, with s = sqrt(sum) + c of likeness (..., k) in [0, 1]; 0 where s is above sm. Shape (...)."""
        root = likeness.sum(-1).sqrt() + self.c
        return th.where(root > self.sm, 0.0, 1.0 / root)

    def loss(self, batch: Mapping[str, Any]) -> th.Tensor:
        """How badly the actions are told from the embedded states before and after them."""
        before, after = self.encoder(batch["observations"]), self.encoder(batch["next_observations"])
        return self.inverse.loss(before, after, batch["actions"]).mean()

    def _walk(self, samples: Mapping[str, Any], after: th.Tensor, sync: bool) -> th.Tensor:
        """Squared distances (T, N, k) from each state to the nearest ones before it, the first of the episode included."""
        ends = self.ends(samples)
        first = th.cat([self.memory.written[None] == 0, ends[:-1]])
        observations = tree_map(lambda leaf: leaf[first.flatten()], self.flat(samples, "observations"))
        begun = after.new_zeros(after.shape)
        if bool(first.any()):
            begun[first] = self.encoder(self.normalize(observations, sync=False))
        before = None if sync else {name: tensor.clone() for name, tensor in self.memory.state_dict().items()}
        out = []
        for start, begin, now, over in zip(first, begun, after, ends, strict=True):
            self.memory.rows[start, 0] = begin[start]
            self.memory.written[start] = 1
            out.append(self.memory.nearest(now, self.k))
            self.memory.append(now)
            self.memory.clear(over)
        if before is not None:
            self.memory.load_state_dict(before)
        return th.stack(out)

    def _embed(self, samples: Mapping[str, Any], name: str, sync: bool) -> th.Tensor:
        latents: th.Tensor = self.encoder(self.normalize(self.flat(samples, name), sync))
        return latents
