"""Soft actor-critic."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import torch as th

from rllte.agent.off_policy_modules import OBSERVATIONS, STORAGES, adam, assemble
from rllte.agent.soft import SoftAgent
from rllte.core.registry import SEEDS, Paper, Param, register
from rllte.env import Gymnasium2Torch
from rllte.losses import clipped_double_q_values, soft_policy_loss, soft_values
from rllte.nn.init import INIT_FNS
from rllte.xploit.encoder import TassaCnnEncoder
from rllte.xploit.policy import OffPolicyStochActorDoubleCritic
from rllte.xploit.policy.off_policy import frozen
from rllte.xplore.distribution import SquashedNormal


@register(
    "agent",
    paper=Paper("Soft Actor-Critic Algorithms and Applications", "1812.05905"),
    aliases=("soft actor-critic", "soft actor critic", "软演员评论家"),
    observation_spaces=OBSERVATIONS,
    action_spaces=("Box",),
    combines={
        "policy": ("OffPolicyStochActorDoubleCritic",),
        "storage": STORAGES,
        "distribution": ("SquashedNormal",),
    },
)
class SAC(SoftAgent):
    """Soft actor-critic: two critics, a stochastic actor, and a temperature that keeps its entropy near a target."""

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
        ] = 5000,
        storage_size: Annotated[int, Param("transitions kept", low=1, aliases=("buffer size",))] = 1_000_000,
        feature_dim: Annotated[int, Param("size of the features of an image or Dict encoder", low=1)] = 50,
        batch_size: Annotated[int, Param("transitions in a batch", low=1)] = 256,
        lr: Annotated[float, Param("learning rate", low=0, high=1, aliases=("learning rate", "学习率"))] = 3e-4,
        eps: Annotated[float, Param("epsilon of Adam", low=0)] = 1e-8,
        hidden_dim: Annotated[int, Param("width of the hidden layers", low=1, aliases=("hidden size",))] = 256,
        actor_update_freq: Annotated[int, Param("updates of the critics per update of the actor", low=1)] = 1,
        critic_target_tau: Annotated[float, Param("how far targets move", above=0, high=1, aliases=("tau",))] = 0.005,
        critic_target_update_freq: Annotated[int, Param("updates between moves of the targets", low=1)] = 1,
        log_std_range: Annotated[
            tuple[Any, ...], Param("log-deviations of the actor before the tanh are kept in it")
        ] = (-5.0, 2),
        betas: Annotated[tuple[Any, ...], Param("decay rates of Adam")] = (0.9, 0.999),
        temperature: Annotated[
            float, Param("weight of the entropy at first", low=1e-8, aliases=("alpha", "entropy coefficient"))
        ] = 1.0,
        fixed_temperature: Annotated[bool, Param("the temperature is not learned")] = False,
        discount: Annotated[
            float, Param("discount factor gamma", low=0, high=1, aliases=("gamma", "discount factor"))
        ] = 0.99,
        init_fn: Annotated[
            str, Param("initialisation of the networks; identity leaves PyTorch's", choices=INIT_FNS)
        ] = "identity",
        target_entropy: Annotated[
            float | None, Param("entropy in nats to learn the temperature for; None: minus the action's dimensions")
        ] = None,
        update_every_steps: Annotated[int, Param("environment steps per update", low=1)] = 1,
        log_dir: Annotated[str | Path, Param("parent of the run folders")] = "logs",
    ) -> None:
        super().__init__(env, eval_env, tag, seed, device, pretraining, num_init_steps, update_every_steps, log_dir)
        self.actor_update_freq = actor_update_freq
        self.critic_target_tau = critic_target_tau
        self.critic_target_update_freq = critic_target_update_freq
        self.temperature = temperature
        self.fixed_temperature = fixed_temperature
        self.discount = discount
        self.target_entropy = -float(self.action_dim) if target_entropy is None else target_entropy
        assemble(
            self,
            images=TassaCnnEncoder,
            feature_dim=feature_dim,
            init_fn=init_fn,
            policy=lambda size: OffPolicyStochActorDoubleCritic(
                self.observation_space,
                self.action_space,
                size,
                hidden_dim,
                th.optim.Adam,
                adam(self, lr, eps, betas=betas),
                log_std_range,
                init_fn,
            ),
            distribution=SquashedNormal(),
            storage_size=storage_size,
            batch_size=batch_size,
            discount=discount,
        )

    def next_values(self, next_obs: Any) -> th.Tensor:
        """(B,) soft values of next observations, one action drawn for each; equation 3."""
        features, target_features = self.policy.next_features(next_obs)
        dist = self.policy.get_dist(features)
        actions = dist.sample()
        next_q = clipped_double_q_values(*self.policy.critic_target(target_features, actions))
        return soft_values(next_q, dist.log_prob(actions), self.policy.alpha)

    def taken_values(self, features: th.Tensor, actions: th.Tensor) -> tuple[th.Tensor, ...]:
        """(B,) of each critic, for the actions of a batch."""
        return self.policy.critic(features, actions)

    def actor_loss(self, features: th.Tensor) -> tuple[th.Tensor, th.Tensor]:
        """The actor's loss, equation 7, and (B,) minus the log-probabilities of the drawn actions."""
        policy = self.policy
        with frozen(policy.critic):
            dist = policy.get_dist(features)
            actions = dist.rsample()
            log_probs = dist.log_prob(actions)
            q = clipped_double_q_values(*policy.critic(features, actions))
        return soft_policy_loss(log_probs, q, policy.alpha), -log_probs.detach()
