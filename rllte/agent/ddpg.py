"""Deep deterministic policy gradient."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import torch as th

from rllte.agent.off_policy_modules import OBSERVATIONS, STORAGES, adam, assemble
from rllte.common.prototype import OffPolicyAgent
from rllte.core.registry import SEEDS, Paper, Param, register
from rllte.env import Gymnasium2Torch
from rllte.losses import deterministic_policy_loss, squared_td_loss, td_errors, td_targets
from rllte.nn.init import INIT_FNS
from rllte.xploit.encoder import TassaCnnEncoder
from rllte.xploit.policy import OffPolicyDetActorDoubleCritic
from rllte.xploit.policy.off_policy import frozen
from rllte.xplore.distribution import OrnsteinUhlenbeckNoise


@register(
    "agent",
    paper=Paper("Continuous control with deep reinforcement learning", "1509.02971"),
    aliases=("deep deterministic policy gradient", "深度确定性策略梯度"),
    observation_spaces=OBSERVATIONS,
    action_spaces=("Box",),
    combines={
        "policy": ("OffPolicyDetActorDoubleCritic", "OffPolicyDoubleActorDoubleCritic"),
        "storage": STORAGES,
        "distribution": ("OrnsteinUhlenbeckNoise", "NormalNoise", "TruncatedNormalNoise"),
    },
)
class DDPG(OffPolicyAgent):
    """Deep deterministic policy gradient: one critic, an actor that climbs it, slow targets of both, drifting noise.

    A policy with several critics is taken as well; targets are then of the smallest.
    """

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
        batch_size: Annotated[int, Param("transitions in a batch", low=1)] = 64,
        lr: Annotated[float, Param("learning rate of the actor", low=0, high=1, aliases=("learning rate",))] = 1e-4,
        eps: Annotated[float, Param("epsilon of Adam", low=0)] = 1e-8,
        hidden_dim: Annotated[int, Param("width of the hidden layers", low=1, aliases=("hidden size",))] = 400,
        critic_target_tau: Annotated[float, Param("how far targets move", above=0, high=1, aliases=("tau",))] = 0.001,
        update_every_steps: Annotated[int, Param("environment steps per update", low=1)] = 1,
        discount: Annotated[
            float, Param("discount factor gamma", low=0, high=1, aliases=("gamma", "discount factor"))
        ] = 0.99,
        stddev_clip: Annotated[
            float | None, Param("how far noise may move an action when acting; None: as it falls", low=0)
        ] = None,
        init_fn: Annotated[
            str, Param("initialisation of the networks; identity leaves PyTorch's", choices=INIT_FNS)
        ] = "identity",
        critic_lr: Annotated[float, Param("learning rate of the critic", low=0, high=1)] = 1e-3,
        critic_weight_decay: Annotated[float, Param("L2 penalty on the critic's weights", low=0)] = 1e-2,
        log_dir: Annotated[str | Path, Param("parent of the run folders")] = "logs",
    ) -> None:
        super().__init__(env, eval_env, tag, seed, device, pretraining, num_init_steps, update_every_steps, log_dir)
        self.critic_target_tau = critic_target_tau
        self.discount = discount
        self.stddev_clip = stddev_clip
        assemble(
            self,
            images=TassaCnnEncoder,
            feature_dim=feature_dim,
            init_fn=init_fn,
            policy=lambda size: OffPolicyDetActorDoubleCritic(
                self.observation_space,
                self.action_space,
                size,
                hidden_dim,
                th.optim.Adam,
                adam(self, lr, eps),
                init_fn,
                num_critics=1,
                critic_opt_kwargs={"lr": critic_lr, "weight_decay": critic_weight_decay},
            ),
            distribution=OrnsteinUhlenbeckNoise(),
            storage_size=storage_size,
            batch_size=batch_size,
            discount=discount,
        )

    def freeze(self, **kwargs: Any) -> None:
        """As every agent's; the policy learns how far noise may move an action."""
        self.policy.noise_clip = self.stddev_clip
        super().freeze(**kwargs)

    def update(self) -> Mapping[str, Any]:
        """One step of critic, actor and targets; arXiv 1509.02971, algorithm 1."""
        batch = self.storage.sample()
        features = self.policy.features(batch.observations)
        metrics = self.update_critic(features, batch)
        metrics |= self.update_actor(features.detach())
        self.policy.update_targets(self.critic_target_tau)
        return metrics

    def update_critic(self, features: th.Tensor, batch: Any) -> dict[str, th.Tensor]:
        """Towards r + discount Q'(s', mu'(s')); equation 5.

        Args:
            features: (B, feature_dim) of the batch's observations, with gradient.
            batch: of the storage.
        """
        policy = self.policy
        with th.no_grad():
            next_features = policy.target_features(batch.next_observations)
            next_q = policy.critic_target(next_features, policy.target_actions(next_features))
            targets = td_targets(batch.rewards, batch.discounts, th.stack(next_q).amin(0))
        values = policy.critic(features, batch.actions)
        loss = th.stack([squared_td_loss(value, targets, batch.weights) for value in values]).sum()
        policy.step(loss, "encoder_opt", "critic_opt")
        self.learned(batch, td_errors(targets, *values))
        return {"critic_loss": loss.detach(), "q_value": values[0].detach().mean()}

    def update_actor(self, features: th.Tensor) -> dict[str, th.Tensor]:
        """Up the (first) critic; equation 6.

        Args:
            features: (B, feature_dim), without gradient.
        """
        policy = self.policy
        with frozen(policy.critic):
            loss = deterministic_policy_loss(policy.critic.first(features, policy.actions(features)))
        policy.step(loss, "actor_opt")
        return {"actor_loss": loss.detach()}
