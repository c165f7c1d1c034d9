"""Advantage actor-critic, the synchronous form of A3C."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import torch as th

from rllte.agent.on_policy_modules import ACTIONS, COMBINES, OBSERVATIONS, assemble
from rllte.agent.updates import Means, gradient_step
from rllte.common.prototype import OnPolicyAgent
from rllte.core.registry import SEEDS, Paper, Param, register
from rllte.env import Gymnasium2Torch
from rllte.losses import a2c_policy_loss, clipped_value_loss
from rllte.nn.init import INIT_FNS


@register(
    "agent",
    paper=Paper("Asynchronous Methods for Deep Reinforcement Learning", "1602.01783"),
    aliases=("advantage actor-critic", "advantage actor critic", "优势演员评论家"),
    observation_spaces=OBSERVATIONS,
    action_spaces=ACTIONS,
    combines=COMBINES,
)
class A2C(OnPolicyAgent):
    """Advantage actor-critic: one gradient step on each short rollout, with RMSprop.

    `n_epochs` and `batch_size` exist for RLLTE's signature; one epoch over one whole batch is the paper's algorithm.
    """

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
        ] = 5,
        feature_dim: Annotated[int, Param("size of the features of an image or Dict encoder", low=1)] = 512,
        batch_size: Annotated[int | None, Param("samples per gradient step; None: the whole rollout", low=1)] = None,
        lr: Annotated[float, Param("learning rate", low=0, high=1, aliases=("learning rate", "学习率"))] = 7e-4,
        eps: Annotated[float, Param("epsilon of RMSprop", low=0)] = 1e-5,
        hidden_dim: Annotated[int, Param("width of the heads' hidden layers", low=1, aliases=("hidden size",))] = 512,
        n_epochs: Annotated[int, Param("passes over each rollout", low=1, aliases=("epochs",))] = 1,
        vf_coef: Annotated[float, Param("weight of the value loss", low=0, aliases=("value coefficient",))] = 0.5,
        ent_coef: Annotated[float, Param("weight of the entropy", low=0, aliases=("entropy coefficient",))] = 0.01,
        max_grad_norm: Annotated[float, Param("gradients are scaled down to this norm", above=0)] = 0.5,
        discount: Annotated[
            float, Param("discount factor gamma", low=0, high=1, aliases=("gamma", "discount factor"))
        ] = 0.99,
        init_fn: Annotated[str, Param("initialisation of the networks", choices=INIT_FNS)] = "orthogonal",
        gae_lambda: Annotated[float, Param("lambda of advantage estimation", low=0, high=1, aliases=("lambda",))] = 1.0,
        log_dir: Annotated[str | Path, Param("parent of the run folders")] = "logs",
    ) -> None:
        super().__init__(env, eval_env, tag, seed, device, pretraining, num_steps, log_dir)
        self.n_epochs = n_epochs
        self.vf_coef = vf_coef
        self.ent_coef = ent_coef
        self.max_grad_norm = max_grad_norm
        assemble(
            self,
            feature_dim=feature_dim,
            hidden_dim=hidden_dim,
            batch_size=num_steps * env.num_envs if batch_size is None else batch_size,
            discount=discount,
            gae_lambda=gae_lambda,
            opt_class=th.optim.RMSprop,
            opt_kwargs={"lr": lr, "eps": eps, "alpha": 0.99},
            init_fn=init_fn,
        )

    def update(self) -> Mapping[str, Any]:
        """One step along the policy gradient; arXiv 1602.01783, algorithm S3, all environments at once."""
        means = Means()
        for _ in range(self.n_epochs):
            for batch in self.storage.sample():
                values, log_probs, entropy = self.policy.evaluate_actions(batch.observations, batch.actions)
                policy_loss = a2c_policy_loss(log_probs, batch.advantages)
                value_loss = clipped_value_loss(values, batch.values, batch.returns, None)
                loss = policy_loss + self.vf_coef * value_loss - self.ent_coef * entropy
                gradient_step(loss, self.policy.optimizers["opt"], self.policy.parameters(), self.max_grad_norm)
                means.add({"policy_loss": policy_loss, "value_loss": value_loss, "entropy": entropy})
        return means.result()
