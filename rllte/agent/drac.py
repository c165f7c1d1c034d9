"""Data-regularised actor-critic."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import torch as th

from rllte.agent.on_policy_modules import ACTIONS, AUGMENTABLE, AUGMENTED, COMBINES, augmentation_for
from rllte.agent.ppo import PPO
from rllte.core.registry import SEEDS, Paper, Param, register
from rllte.env import Gymnasium2Torch
from rllte.losses import policy_consistency, value_consistency
from rllte.nn.init import INIT_FNS


@register(
    "agent",
    paper=Paper("Automatic Data Augmentation for Generalization in Deep Reinforcement Learning", "2006.12862"),
    aliases=("data-regularized actor-critic", "data-regularised actor-critic", "data regularized actor critic"),
    observation_spaces=AUGMENTABLE,
    action_spaces=ACTIONS,
    combines=COMBINES | AUGMENTED,
)
class DrAC(PPO):
    """PPO with two regularisers: policy and value of an augmented observation are held to those of the observation."""

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
        feature_dim: Annotated[int, Param("size of the features of an image encoder", low=1)] = 512,
        batch_size: Annotated[int, Param("samples in a minibatch", low=1, aliases=("minibatch size",))] = 256,
        lr: Annotated[float, Param("learning rate", low=0, high=1, aliases=("learning rate", "学习率"))] = 5e-4,
        eps: Annotated[float, Param("epsilon of Adam", low=0)] = 1e-5,
        hidden_dim: Annotated[int, Param("width of the heads' hidden layers", low=1, aliases=("hidden size",))] = 512,
        clip_range: Annotated[float, Param("how far the probability ratio may move", above=0, aliases=("clip",))] = 0.2,
        clip_range_vf: Annotated[float | None, Param("how far values may move; None: as they like", above=0)] = None,
        n_epochs: Annotated[int, Param("passes over each rollout", low=1, aliases=("epochs",))] = 3,
        vf_coef: Annotated[float, Param("weight of the value loss", low=0, aliases=("value coefficient",))] = 0.5,
        ent_coef: Annotated[float, Param("weight of the entropy", low=0, aliases=("entropy coefficient",))] = 0.01,
        aug_coef: Annotated[float, Param("weight of the regularisers; 0 makes no augmentations", low=0)] = 0.1,
        max_grad_norm: Annotated[float, Param("gradients are scaled down to this norm", above=0)] = 0.5,
        discount: Annotated[
            float, Param("discount factor gamma", low=0, high=1, aliases=("gamma", "discount factor"))
        ] = 0.999,
        init_fn: Annotated[str, Param("initialisation of the networks", choices=INIT_FNS)] = "orthogonal",
        gae_lambda: Annotated[
            float, Param("lambda of advantage estimation", low=0, high=1, aliases=("lambda",))
        ] = 0.95,
        log_dir: Annotated[str | Path, Param("parent of the run folders")] = "logs",
    ) -> None:
        super().__init__(
            env=env,
            eval_env=eval_env,
            tag=tag,
            seed=seed,
            device=device,
            pretraining=pretraining,
            num_steps=num_steps,
            feature_dim=feature_dim,
            batch_size=batch_size,
            lr=lr,
            eps=eps,
            hidden_dim=hidden_dim,
            clip_range=clip_range,
            clip_range_vf=clip_range_vf,
            n_epochs=n_epochs,
            vf_coef=vf_coef,
            ent_coef=ent_coef,
            max_grad_norm=max_grad_norm,
            discount=discount,
            init_fn=init_fn,
            gae_lambda=gae_lambda,
            log_dir=log_dir,
        )
        self.aug_coef = aug_coef
        self.set(augmentation=augmentation_for(self.observation_space))

    def loss(self, batch: Any) -> tuple[th.Tensor, dict[str, th.Tensor]]:
        """J_DrAC = J_PPO - aug_coef (G_pi + G_V) of a minibatch with its sign turned; arXiv 2006.12862, algorithm 1."""
        loss, metrics = super().loss(batch)
        if self.aug_coef == 0 or self.aug is None:
            return loss, metrics
        with th.no_grad():  # policy and value of the observation itself are targets, held fixed
            dist, values = self.policy.get_dist_and_value(batch.observations)
        aug_dist, aug_values = self.policy.get_dist_and_value(self.aug(batch.observations))
        aug_policy_loss = policy_consistency(dist, aug_dist)
        aug_value_loss = value_consistency(values, aug_values)
        metrics |= {"aug_policy_loss": aug_policy_loss, "aug_value_loss": aug_value_loss}
        return loss + self.aug_coef * (aug_policy_loss + aug_value_loss), metrics
