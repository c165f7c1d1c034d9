"""Decoupled advantage actor-critic."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import torch as th

from rllte.agent.on_policy_modules import ACTIONS, DECOUPLED, OBSERVATIONS, assemble, fused
from rllte.agent.updates import Means, gradient_step, normalize
from rllte.common.prototype import OnPolicyAgent
from rllte.core.registry import SEEDS, Paper, Param, register
from rllte.env import Gymnasium2Torch
from rllte.losses import advantage_loss, clipped_value_loss, ppo_policy_loss
from rllte.nn.init import INIT_FNS
from rllte.xploit.policy import OnPolicyDecoupledActorCritic


@register(
    "agent",
    paper=Paper("Decoupling Value and Policy for Generalization in Reinforcement Learning", "2102.10330"),
    aliases=("decoupled advantage actor-critic", "decoupled advantage actor critic"),
    observation_spaces=OBSERVATIONS,
    action_spaces=ACTIONS,
    combines=DECOUPLED,
)
class DAAC(OnPolicyAgent):
    """Decoupled advantage actor-critic: PPO whose actor predicts advantages, and whose critic is another network."""

    def __init__(
        self,
        env: Gymnasium2Torch,
        eval_env: Gymnasium2Torch | None = None,
        tag: Annotated[str, Param("name of the run")] = "default",
        seed: Annotated[int, Param("seed of all generators", **SEEDS)] = 1,
        device: Annotated[str, Param("auto, cpu, cuda, cuda:N, npu or mps")] = "cpu",
        pretraining: Annotated[bool, Param("learn from the intrinsic reward alone")] = False,
        num_steps: Annotated[
            int, Param("steps per environment between updates", low=1, aliases=("rollout length",))
        ] = 256,
        feature_dim: Annotated[int, Param("size of the features of an image or Dict encoder", low=1)] = 512,
        batch_size: Annotated[int, Param("samples in a minibatch", low=1, aliases=("minibatch size",))] = 256,
        lr: Annotated[float, Param("learning rate", low=0, high=1, aliases=("learning rate", "学习率"))] = 5e-4,
        eps: Annotated[float, Param("epsilon of Adam", low=0)] = 1e-5,
        hidden_dim: Annotated[int, Param("width of the heads' hidden layers", low=1, aliases=("hidden size",))] = 256,
        clip_range: Annotated[float, Param("how far the probability ratio may move", above=0, aliases=("clip",))] = 0.2,
        clip_range_vf: Annotated[float | None, Param("how far values may move; None: as they like", above=0)] = None,
        policy_epochs: Annotated[int, Param("passes of the actor over each rollout", low=1)] = 1,
        value_freq: Annotated[int, Param("rollouts between updates of the critic", low=1)] = 1,
        value_epochs: Annotated[int, Param("passes of the critic over a rollout", low=1)] = 9,
        vf_coef: Annotated[float, Param("weight of the value loss", low=0, aliases=("value coefficient",))] = 0.5,
        ent_coef: Annotated[float, Param("weight of the entropy", low=0, aliases=("entropy coefficient",))] = 0.01,
        adv_coef: Annotated[float, Param("weight of the advantage loss", low=0)] = 0.25,
        max_grad_norm: Annotated[float, Param("gradients are scaled down to this norm", above=0)] = 0.5,
        discount: Annotated[
            float, Param("discount factor gamma", low=0, high=1, aliases=("gamma", "discount factor"))
        ] = 0.999,
        init_fn: Annotated[str, Param("initialisation of the networks", choices=INIT_FNS)] = "xavier_uniform",
        gae_lambda: Annotated[
            float, Param("lambda of advantage estimation", low=0, high=1, aliases=("lambda",))
        ] = 0.95,
        log_dir: Annotated[str | Path, Param("parent of the run folders")] = "logs",
    ) -> None:
        super().__init__(env, eval_env, tag, seed, device, pretraining, num_steps, log_dir)
        self.clip_range = clip_range
        self.clip_range_vf = clip_range_vf
        self.policy_epochs = policy_epochs
        self.value_freq = value_freq
        self.value_epochs = value_epochs
        self.vf_coef = vf_coef
        self.ent_coef = ent_coef
        self.adv_coef = adv_coef
        self.max_grad_norm = max_grad_norm
        assemble(
            self,
            feature_dim=feature_dim,
            hidden_dim=hidden_dim,
            batch_size=batch_size,
            discount=discount,
            gae_lambda=gae_lambda,
            opt_class=th.optim.Adam,
            opt_kwargs={"lr": lr, "eps": eps, **fused(self.device)},
            init_fn=init_fn,
            policy_class=OnPolicyDecoupledActorCritic,
        )

    def update(self) -> Mapping[str, Any]:
        """The actor's epochs, then, every `value_freq` rollouts, the critic's; arXiv 2102.10330, algorithm 1.

        Each phase evaluates only the network that it trains.
        """
        means = Means()
        for _ in range(self.policy_epochs):
            for batch in self.storage.sample():
                loss, metrics = self.policy_loss(batch)
                optimizer = self.policy.optimizers["actor_opt"]
                gradient_step(loss, optimizer, self.policy.actor_parameters(), self.max_grad_norm)
                means.add(metrics)
        due = (self.num_updates + 1) % self.value_freq == 0
        for _ in range(self.value_epochs if due else 0):
            for batch in self.storage.sample():
                loss, metrics = self.value_loss(batch)
                optimizer = self.policy.optimizers["critic_opt"]
                gradient_step(loss, optimizer, self.policy.critic_parameters(), self.max_grad_norm)
                means.add(metrics)
        return means.result()

    def policy_loss(self, batch: Any) -> tuple[th.Tensor, dict[str, th.Tensor]]:
        """J_DAAC of a minibatch with its sign turned: clipped surrogate, entropy bonus, advantage loss; and its parts."""
        predicted, log_probs, entropy = self.policy.evaluate_actor(batch.observations, batch.actions)
        advantages = normalize(batch.advantages)
        policy_loss, metrics = ppo_policy_loss(log_probs, batch.log_probs, advantages, self.clip_range)
        adv_loss = advantage_loss(predicted, advantages)
        loss = policy_loss - self.ent_coef * entropy + self.adv_coef * adv_loss
        return loss, metrics | {"policy_loss": policy_loss, "adv_loss": adv_loss, "entropy": entropy}

    def value_loss(self, batch: Any) -> tuple[th.Tensor, dict[str, th.Tensor]]:
        """L_V of a minibatch, weighted, and its parts."""
        values = self.policy.get_value(batch.observations)
        value_loss = clipped_value_loss(values, batch.values, batch.returns, self.clip_range_vf)
        return self.vf_coef * value_loss, {"value_loss": value_loss}
