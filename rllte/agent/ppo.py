"""Proximal policy optimisation."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import torch as th

from rllte.agent.on_policy_modules import ACTIONS, COMBINES, OBSERVATIONS, assemble, fused
from rllte.agent.updates import Means, gradient_step, normalize
from rllte.common.prototype import OnPolicyAgent
from rllte.core.registry import SEEDS, Paper, Param, register
from rllte.env import Gymnasium2Torch
from rllte.losses import clipped_value_loss, ppo_policy_loss
from rllte.nn.init import INIT_FNS


@register(
    "agent",
    paper=Paper("Proximal Policy Optimization Algorithms", "1707.06347"),
    aliases=("proximal policy optimization", "proximal policy optimisation", "近端策略优化"),
    observation_spaces=OBSERVATIONS,
    action_spaces=ACTIONS,
    combines=COMBINES,
)
class PPO(OnPolicyAgent):
    """Proximal policy optimisation with the clipped surrogate objective and generalised advantage estimation."""

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
        ] = 128,
        feature_dim: Annotated[int, Param("size of the features of an image or Dict encoder", low=1)] = 512,
        batch_size: Annotated[int, Param("samples in a minibatch", low=1, aliases=("minibatch size",))] = 256,
        lr: Annotated[float, Param("learning rate", low=0, high=1, aliases=("learning rate", "学习率"))] = 2.5e-4,
        eps: Annotated[float, Param("epsilon of Adam", low=0)] = 1e-5,
        hidden_dim: Annotated[int, Param("width of the heads' hidden layers", low=1, aliases=("hidden size",))] = 512,
        clip_range: Annotated[float, Param("how far the probability ratio may move", above=0, aliases=("clip",))] = 0.1,
        clip_range_vf: Annotated[float | None, Param("how far values may move; None: as they like", above=0)] = None,
        n_epochs: Annotated[int, Param("passes over each rollout", low=1, aliases=("epochs",))] = 4,
        vf_coef: Annotated[float, Param("weight of the value loss", low=0, aliases=("value coefficient",))] = 0.5,
        ent_coef: Annotated[float, Param("weight of the entropy", low=0, aliases=("entropy coefficient",))] = 0.01,
        max_grad_norm: Annotated[float, Param("gradients are scaled down to this norm", above=0)] = 0.5,
        discount: Annotated[
            float, Param("discount factor gamma", low=0, high=1, aliases=("gamma", "discount factor"))
        ] = 0.99,
        init_fn: Annotated[str, Param("initialisation of the networks", choices=INIT_FNS)] = "orthogonal",
        gae_lambda: Annotated[
            float, Param("lambda of advantage estimation", low=0, high=1, aliases=("lambda",))
        ] = 0.95,
        log_dir: Annotated[str | Path, Param("parent of the run folders")] = "logs",
    ) -> None:
        super().__init__(env, eval_env, tag, seed, device, pretraining, num_steps, log_dir)
        self.clip_range = clip_range
        self.clip_range_vf = clip_range_vf
        self.n_epochs = n_epochs
        self.vf_coef = vf_coef
        self.ent_coef = ent_coef
        self.max_grad_norm = max_grad_norm
        self.assemble(
            feature_dim=feature_dim,
            hidden_dim=hidden_dim,
            batch_size=batch_size,
            discount=discount,
            gae_lambda=gae_lambda,
            opt_class=th.optim.Adam,
            opt_kwargs={"lr": lr, "eps": eps, **fused(self.device)},
            init_fn=init_fn,
        )

    def assemble(self, **settings: Any) -> None:
        """Build and set the modules; a subclass takes others."""
        assemble(self, **settings)

    def update(self) -> Mapping[str, Any]:
        """Several epochs of the clipped objective over the rollout; arXiv 1707.06347, equation 9."""
        means = Means()
        for _ in range(self.n_epochs):
            for batch in self.storage.sample():
                loss, metrics = self.loss(batch)
                gradient_step(loss, self.policy.optimizers["opt"], self.policy.parameters(), self.max_grad_norm)
                means.add(metrics)
        return means.result()

    def loss(self, batch: Any) -> tuple[th.Tensor, dict[str, th.Tensor]]:
        """The objective of a minibatch with its sign turned, and its parts."""
        values, log_probs, entropy = self.evaluate(batch)
        advantages = normalize(batch.advantages)
        policy_loss, metrics = ppo_policy_loss(log_probs, batch.log_probs, advantages, self.clip_range)
        value_loss = clipped_value_loss(values, batch.values, batch.returns, self.clip_range_vf)
        loss = policy_loss + self.vf_coef * value_loss - self.ent_coef * entropy
        return loss, metrics | {"policy_loss": policy_loss, "value_loss": value_loss, "entropy": entropy}

    def evaluate(self, batch: Any) -> tuple[th.Tensor, th.Tensor, th.Tensor]:
        """Values (B,), log-probabilities (B,) and mean entropy of a minibatch under the policy that learns."""
        return self.policy.evaluate_actions(batch.observations, batch.actions)  # type: ignore[no-any-return]
