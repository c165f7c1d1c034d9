"""Data-regularised Q-learning, version 2: continuous control from pixels."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import torch as th

from rllte.agent.off_policy_modules import STORAGES, adam, assemble
from rllte.common.prototype import OffPolicyAgent
from rllte.core.registry import ANY, SEEDS, Paper, Param, register
from rllte.core.spaces import observation_kind
from rllte.env import Gymnasium2Torch
from rllte.losses import clipped_double_q_values, deterministic_policy_loss, squared_td_loss, td_errors, td_targets
from rllte.nn.init import INIT_FNS
from rllte.xploit.encoder import TassaCnnEncoder
from rllte.xploit.policy import OffPolicyDetActorDoubleCritic
from rllte.xploit.policy.off_policy import frozen
from rllte.xploit.storage import NStepReplayStorage
from rllte.xplore.augmentation import RandomShift
from rllte.xplore.distribution import TruncatedNormalNoise


@register(
    "agent",
    paper=Paper("Mastering Visual Continuous Control: Improved Data-Augmented Reinforcement Learning", "2107.09645"),
    aliases=("drq-v2", "drq v2", "data-regularized q", "data-regularised q-learning"),
    observation_spaces=("Box1", "Box3"),
    action_spaces=("Box",),
    combines={
        "policy": ("OffPolicyDetActorDoubleCritic",),
        "storage": STORAGES,
        "distribution": ("TruncatedNormalNoise", "NormalNoise", "OrnsteinUhlenbeckNoise"),
        "augmentation": ANY,
    },
)
class DrQv2(OffPolicyAgent):
    """Deterministic actor-critic from pixels: shifted images, 3-step returns, two critics, noise that fades.

    The encoder has no target, and neither has the actor. Over vectors it works without augmentation.
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
        feature_dim: Annotated[int, Param("size of the trunk of actor and critics", low=1)] = 50,
        batch_size: Annotated[int, Param("transitions in a batch", low=1)] = 256,
        lr: Annotated[float, Param("learning rate", low=0, high=1, aliases=("learning rate", "学习率"))] = 1e-4,
        eps: Annotated[float, Param("epsilon of Adam", low=0)] = 1e-8,
        hidden_dim: Annotated[int, Param("width of the hidden layers", low=1, aliases=("hidden size",))] = 1024,
        critic_target_tau: Annotated[float, Param("how far targets move", above=0, high=1, aliases=("tau",))] = 0.01,
        update_every_steps: Annotated[int, Param("environment steps per update", low=1)] = 2,
        stddev_clip: Annotated[
            float, Param("how far noise may move an action when learning", low=0, aliases=("noise clip",))
        ] = 0.3,
        init_fn: Annotated[str, Param("initialisation of the networks", choices=INIT_FNS)] = "orthogonal",
        discount: Annotated[
            float, Param("discount factor gamma", low=0, high=1, aliases=("gamma", "discount factor"))
        ] = 0.99,
        n_step: Annotated[int, Param("steps of the returns", low=1, aliases=("n-step",))] = 3,
        stddev_schedule: Annotated[
            str, Param("deviation of the noise over environment steps", aliases=("noise schedule",))
        ] = "linear(1.0, 0.1, 100000)",
        log_dir: Annotated[str | Path, Param("parent of the run folders")] = "logs",
    ) -> None:
        super().__init__(env, eval_env, tag, seed, device, pretraining, num_init_steps, update_every_steps, log_dir)
        self.critic_target_tau = critic_target_tau
        self.stddev_clip = stddev_clip
        self.discount = discount
        assemble(
            self,
            images=lambda space, _: TassaCnnEncoder(space, 0),
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
                trunk_dim=feature_dim,
                target_actor=False,
                target_encoder=False,
            ),
            distribution=TruncatedNormalNoise(stddev_schedule=stddev_schedule),
            storage_size=storage_size,
            batch_size=batch_size,
            discount=discount,
            storage=partial(NStepReplayStorage, n_step=n_step),
        )
        if observation_kind(self.observation_space) == "Box3":
            self.set(augmentation=RandomShift(pad=4))

    def update(self) -> Mapping[str, Any]:
        """One step of encoder, critics and actor; section 3.1."""
        batch = self.storage.sample()
        features = self.policy.features(self.augmented(batch.observations))
        metrics = self.update_critic(features, batch)
        metrics |= self.update_actor(features.detach())
        self.policy.update_targets(self.critic_target_tau)
        return metrics

    def augmented(self, obs: th.Tensor) -> th.Tensor:
        """Observations (B, *observation_shape) through the augmentation, if there is one."""
        return obs if self.aug is None else self.aug(obs)

    def update_critic(self, features: th.Tensor, batch: Any) -> dict[str, th.Tensor]:
        """Towards the n-step return and min(Q1', Q2') of a noisy next action; equations 1 and 2.

        Args:
            features: (B, feature_dim) of the batch's augmented observations, with gradient.
            batch: of the storage.
        """
        policy = self.policy
        with th.no_grad():
            next_features = policy.features(self.augmented(batch.next_observations))
            next_actions = policy.get_dist(next_features).sample(clip=self.stddev_clip)
            next_q = clipped_double_q_values(*policy.critic_target(next_features, next_actions))
            targets = td_targets(batch.rewards, batch.discounts, next_q)
        first, second = policy.critic(features, batch.actions)
        loss = squared_td_loss(first, targets, batch.weights) + squared_td_loss(second, targets, batch.weights)
        policy.step(loss, "encoder_opt", "critic_opt")
        self.learned(batch, td_errors(targets, first, second))
        return {"critic_loss": loss.detach(), "q_value": first.detach().mean()}

    def update_actor(self, features: th.Tensor) -> dict[str, th.Tensor]:
        """Up the smaller critic with a noisy action; equation 3.

        Args:
            features: (B, feature_dim), without gradient.
        """
        policy = self.policy
        with frozen(policy.critic):
            actions = policy.get_dist(features).sample(clip=self.stddev_clip)
            loss = deterministic_policy_loss(clipped_double_q_values(*policy.critic(features, actions)))
        policy.step(loss, "actor_opt")
        return {"actor_loss": loss.detach()}
