"""Twin delayed deep deterministic policy gradient."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import torch as th

from rllte.agent.off_policy_modules import OBSERVATIONS, STORAGES, adam, assemble
from rllte.common.prototype import OffPolicyAgent
from rllte.core.registry import SEEDS, Paper, Param, register
from rllte.env import Gymnasium2Torch
from rllte.losses import clipped_double_q_values, deterministic_policy_loss, squared_td_loss, td_errors, td_targets
from rllte.nn.init import INIT_FNS
from rllte.xploit.encoder import TassaCnnEncoder
from rllte.xploit.policy import OffPolicyDoubleActorDoubleCritic
from rllte.xploit.policy.off_policy import frozen
from rllte.xplore.distribution import NormalNoise


@register(
    "agent",
    paper=Paper("Addressing Function Approximation Error in Actor-Critic Methods", "1802.09477"),
    aliases=("twin delayed ddpg", "twin delayed deep deterministic policy gradient", "双延迟深度确定性策略梯度"),
    observation_spaces=OBSERVATIONS,
    action_spaces=("Box",),
    combines={
        "policy": ("OffPolicyDoubleActorDoubleCritic",),
        "storage": STORAGES,
        "distribution": ("NormalNoise", "OrnsteinUhlenbeckNoise", "TruncatedNormalNoise"),
    },
)
class TD3(OffPolicyAgent):
    """DDPG with the smaller of two critics in its targets, noise on the target actions, and an actor that moves later."""

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
        ] = 2000,
        storage_size: Annotated[int, Param("transitions kept", low=1, aliases=("buffer size",))] = 1_000_000,
        feature_dim: Annotated[int, Param("size of the features of an image or Dict encoder", low=1)] = 50,
        batch_size: Annotated[int, Param("transitions in a batch", low=1)] = 100,
        lr: Annotated[float, Param("learning rate", low=0, high=1, aliases=("learning rate", "学习率"))] = 1e-3,
        eps: Annotated[float, Param("epsilon of Adam", low=0)] = 1e-8,
        hidden_dim: Annotated[int, Param("width of the hidden layers", low=1, aliases=("hidden size",))] = 400,
        tau: Annotated[float, Param("how far targets move", above=0, high=1)] = 0.005,
        update_every_steps: Annotated[int, Param("environment steps per update", low=1)] = 1,
        discount: Annotated[
            float, Param("discount factor gamma", low=0, high=1, aliases=("gamma", "discount factor"))
        ] = 0.99,
        stddev_clip: Annotated[
            float, Param("how far noise may move a target action", low=0, aliases=("noise clip",))
        ] = 0.5,
        init_fn: Annotated[
            str, Param("initialisation of the networks; identity leaves PyTorch's", choices=INIT_FNS)
        ] = "identity",
        target_noise: Annotated[
            float, Param("deviation of the noise on target actions", low=0, aliases=("policy noise",))
        ] = 0.2,
        actor_update_freq: Annotated[
            int, Param("updates of the critics per update of actor and targets", low=1, aliases=("policy delay",))
        ] = 2,
        log_dir: Annotated[str | Path, Param("parent of the run folders")] = "logs",
    ) -> None:
        super().__init__(env, eval_env, tag, seed, device, pretraining, num_init_steps, update_every_steps, log_dir)
        self.tau = tau
        self.discount = discount
        self.stddev_clip = stddev_clip
        self.target_noise = target_noise
        self.actor_update_freq = actor_update_freq
        assemble(
            self,
            images=TassaCnnEncoder,
            feature_dim=feature_dim,
            init_fn=init_fn,
            policy=lambda size: OffPolicyDoubleActorDoubleCritic(
                self.observation_space, self.action_space, size, hidden_dim, th.optim.Adam, adam(self, lr, eps), init_fn
            ),
            distribution=NormalNoise(sigma=0.1),
            storage_size=storage_size,
            batch_size=batch_size,
            discount=discount,
        )

    def update(self) -> Mapping[str, Any]:
        """One step of the critics and, each `actor_update_freq` calls, of actor and targets; algorithm 1."""
        batch = self.storage.sample()
        features = self.policy.features(batch.observations)
        metrics = self.update_critic(features, batch)
        if self.turn(self.actor_update_freq):
            metrics |= self.update_actor(features.detach())
            self.policy.update_targets(self.tau)
        return metrics

    def update_critic(self, features: th.Tensor, batch: Any) -> dict[str, th.Tensor]:
        """Towards r + discount min(Q1', Q2')(s', mu'(s') + noise); equations 10 and 14.

        Args:
            features: (B, feature_dim) of the batch's observations, with gradient.
            batch: of the storage.
        """
        policy = self.policy
        with th.no_grad():
            next_features = policy.target_features(batch.next_observations)
            next_actions = self.smoothed(policy.target_actions(next_features))
            next_q = clipped_double_q_values(*policy.critic_target(next_features, next_actions))
            targets = td_targets(batch.rewards, batch.discounts, next_q)
        first, second = policy.critic(features, batch.actions)
        loss = squared_td_loss(first, targets, batch.weights) + squared_td_loss(second, targets, batch.weights)
        policy.step(loss, "encoder_opt", "critic_opt")
        self.learned(batch, td_errors(targets, first, second))
        return {"critic_loss": loss.detach(), "q_value": first.detach().mean()}

    def smoothed(self, actions: th.Tensor) -> th.Tensor:
        """Actions (B, A) with clipped noise, within [-1, 1]; equation 14."""
        noise = (th.randn_like(actions) * self.target_noise).clamp(-self.stddev_clip, self.stddev_clip)
        return (actions + noise).clamp(-1.0, 1.0)

    def update_actor(self, features: th.Tensor) -> dict[str, th.Tensor]:
        """Up the first critic.

        Args:
            features: (B, feature_dim), without gradient.
        """
        policy = self.policy
        with frozen(policy.critic):
            loss = deterministic_policy_loss(policy.critic.first(features, policy.actions(features)))
        policy.step(loss, "actor_opt")
        return {"actor_loss": loss.detach()}
