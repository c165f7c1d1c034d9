"""Recurrent proximal policy optimisation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import torch as th

from rllte.agent.on_policy_modules import ACTIONS, OBSERVATIONS, RECURRENT, assemble
from rllte.agent.ppo import PPO
from rllte.core.registry import SEEDS, Paper, Param, register
from rllte.env import Gymnasium2Torch
from rllte.nn.init import INIT_FNS
from rllte.xploit.policy import OnPolicyRecurrentActorCritic
from rllte.xploit.storage import RecurrentRolloutStorage


@register(
    "agent",
    paper=Paper("Proximal Policy Optimization Algorithms", "1707.06347"),
    aliases=("recurrent ppo", "ppo lstm", "ppo-lstm", "recurrent proximal policy optimization"),
    observation_spaces=OBSERVATIONS,
    action_spaces=ACTIONS,
    combines=RECURRENT,
)
class PPOLSTM(PPO):
    """PPO with a memory: an LSTM between encoder and heads, trained through time on whole sequences.

    For tasks whose observations do not say all that matters. A minibatch is the whole rollout of some of the
    environments, so there have to be several environments for several minibatches.
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
        ] = 128,
        feature_dim: Annotated[int, Param("size of the features of an image or Dict encoder", low=1)] = 512,
        batch_size: Annotated[
            int, Param("samples in a minibatch, as whole sequences", low=1, aliases=("minibatch size",))
        ] = 256,
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
        lstm_dim: Annotated[int, Param("width of the LSTM", low=1, aliases=("lstm size",))] = 256,
        log_dir: Annotated[str | Path, Param("parent of the run folders")] = "logs",
    ) -> None:
        self.lstm_dim = lstm_dim
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

    def assemble(self, **settings: Any) -> None:
        """Build and set the modules, those with a memory."""
        assemble(
            self,
            **settings,
            policy_class=OnPolicyRecurrentActorCritic,
            policy_kwargs={"lstm_dim": self.lstm_dim},
            storage_class=RecurrentRolloutStorage,
        )

    def evaluate(self, batch: Any) -> tuple[th.Tensor, th.Tensor, th.Tensor]:
        """Values (T, E), log-probabilities (T, E) and mean entropy of whole sequences."""
        values, log_probs, entropies = self.policy.evaluate_actions(
            batch.observations, batch.actions, batch.states, batch.starts
        )
        return values, log_probs, entropies.mean()
