"""Soft actor-critic for a finite number of actions."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Any

import torch as th

from rllte.agent.off_policy_modules import OBSERVATIONS, STORAGES, adam, assemble
from rllte.agent.soft import SoftAgent
from rllte.core.registry import SEEDS, Paper, Param, register
from rllte.env import Gymnasium2Torch
from rllte.losses import clipped_double_q_values, discrete_soft_policy_loss, discrete_soft_values
from rllte.nn.init import INIT_FNS
from rllte.xploit.encoder import image_encoder_for
from rllte.xploit.policy import OffPolicyStochActorDoubleCritic
from rllte.xplore.distribution import Categorical


@register(
    "agent",
    paper=Paper("Soft Actor-Critic for Discrete Action Settings", "1910.07207"),
    aliases=("sac discrete", "discrete sac", "sac-discrete", "discrete soft actor-critic", "离散软演员评论家"),
    observation_spaces=OBSERVATIONS,
    action_spaces=("Discrete",),
    combines={
        "policy": ("OffPolicyStochActorDoubleCritic",),
        "storage": STORAGES,
        "distribution": ("Categorical",),
    },
)
class SACDiscrete(SoftAgent):
    """Soft actor-critic for a finite number of actions: expectations over all of them are exact, none is drawn."""

    def __init__(
        self,
        env: Gymnasium2Torch,
        eval_env: Gymnasium2Torch | None = None,
        tag: Annotated[str, Param("name of the run")] = "default",
        seed: Annotated[int, Param("seed of all generators", **SEEDS)] = 1,
        device: Annotated[str, Param("auto, cpu, cuda, cuda:N, npu or mps")] = "cpu",
        pretraining: Annotated[bool, Param("learn from the intrinsic reward alone")] = False,
        num_init_steps: Annotated[
            int, Param("random steps before learning", low=0, aliases=("learning starts", "warm-up"))
        ] = 20_000,
        storage_size: Annotated[int, Param("transitions kept", low=1, aliases=("buffer size",))] = 100_000,
        feature_dim: Annotated[int, Param("size of the features of an image or Dict encoder", low=1)] = 512,
        batch_size: Annotated[int, Param("transitions in a batch", low=1)] = 64,
        lr: Annotated[float, Param("learning rate", low=0, high=1, aliases=("learning rate", "学习率"))] = 3e-4,
        eps: Annotated[float, Param("epsilon of Adam", low=0)] = 1e-8,
        hidden_dim: Annotated[int, Param("width of the hidden layers", low=1, aliases=("hidden size",))] = 256,
        actor_update_freq: Annotated[int, Param("updates of the critics per update of the actor", low=1)] = 1,
        critic_target_tau: Annotated[
            float, Param("how far targets move; 1 copies", above=0, high=1, aliases=("tau",))
        ] = 1.0,
        critic_target_update_freq: Annotated[int, Param("updates between moves of the targets", low=1)] = 2000,
        betas: Annotated[tuple[Any, ...], Param("decay rates of Adam")] = (0.9, 0.999),
        temperature: Annotated[
            float, Param("weight of the entropy at first", low=1e-8, aliases=("alpha", "entropy coefficient"))
        ] = 1.0,
        fixed_temperature: Annotated[bool, Param("the temperature is not learned")] = False,
        target_entropy_ratio: Annotated[
            float, Param("entropy to learn the temperature for, in parts of the largest possible", low=0, high=1)
        ] = 0.98,
        discount: Annotated[
            float, Param("discount factor gamma", low=0, high=1, aliases=("gamma", "discount factor"))
        ] = 0.99,
        init_fn: Annotated[
            str, Param("initialisation of the networks; identity leaves PyTorch's", choices=INIT_FNS)
        ] = "identity",
        update_every_steps: Annotated[int, Param("environment steps per update", low=1)] = 4,
        log_dir: Annotated[str | Path, Param("parent of the run folders")] = "logs",
    ) -> None:
        super().__init__(env, eval_env, tag, seed, device, pretraining, num_init_steps, update_every_steps, log_dir)
        self.actor_update_freq = actor_update_freq
        self.critic_target_tau = critic_target_tau
        self.critic_target_update_freq = critic_target_update_freq
        self.temperature = temperature
        self.fixed_temperature = fixed_temperature
        self.discount = discount
        self.target_entropy = target_entropy_ratio * math.log(self.action_dim)
        assemble(
            self,
            images=image_encoder_for,
            feature_dim=feature_dim,
            init_fn=init_fn,
            policy=lambda size: OffPolicyStochActorDoubleCritic(
                self.observation_space,
                self.action_space,
                size,
                hidden_dim,
                th.optim.Adam,
                adam(self, lr, eps, betas=betas),
                init_fn=init_fn,
            ),
            distribution=Categorical(),
            storage_size=storage_size,
            batch_size=batch_size,
            discount=discount,
        )

    def next_values(self, next_obs: Any) -> th.Tensor:
        """(B,) soft values of next observations, over all actions; equation 10."""
        features, target_features = self.policy.next_features(next_obs)
        next_q = clipped_double_q_values(*self.policy.critic_target(target_features))
        return discrete_soft_values(next_q, self.policy.get_dist(features).logits, self.policy.alpha)

    def taken_values(self, features: th.Tensor, actions: th.Tensor) -> tuple[th.Tensor, ...]:
        """(B,) of each critic, for the actions of a batch."""
        return tuple(q.gather(-1, actions.unsqueeze(-1)).squeeze(-1) for q in self.policy.critic(features))

    def actor_loss(self, features: th.Tensor) -> tuple[th.Tensor, th.Tensor]:
        """The actor's loss, equation 12, and (B,) entropies."""
        policy = self.policy
        dist = policy.get_dist(features)
        with th.no_grad():
            q = clipped_double_q_values(*policy.critic(features))
        return discrete_soft_policy_loss(dist.logits, q, policy.alpha), dist.entropy().detach()
