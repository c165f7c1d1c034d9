"""Deep Q-learning, with double Q-learning unless switched off."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import torch as th

from rllte.agent.off_policy_modules import OBSERVATIONS, STORAGES, adam, assemble
from rllte.common.prototype import OffPolicyAgent
from rllte.core.registry import SEEDS, Paper, Param, register
from rllte.env import Gymnasium2Torch
from rllte.losses import double_q_values, huber_td_loss, max_q_values, td_errors, td_targets
from rllte.nn.init import INIT_FNS
from rllte.xploit.encoder import image_encoder_for
from rllte.xploit.policy import OffPolicyDoubleQNetwork
from rllte.xplore.distribution import EpsilonGreedy


@register(
    "agent",
    paper=Paper("Human-level control through deep reinforcement learning", doi="10.1038/nature14236"),
    aliases=("deep q-network", "deep q-learning", "deep q network", "double dqn", "ddqn", "深度Q网络"),
    observation_spaces=OBSERVATIONS,
    action_spaces=("Discrete",),
    combines={
        "policy": ("OffPolicyDoubleQNetwork",),
        "storage": STORAGES,
        "distribution": ("EpsilonGreedy", "Categorical"),
    },
)
class DQN(OffPolicyAgent):
    """Deep Q-learning: epsilon-greedy acting, a replay storage, a target network and the clipped error of the paper.

    `double=True` chooses next actions by the network that learns (double DQN, arXiv 1509.06461).
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
        storage_size: Annotated[int, Param("transitions kept", low=1, aliases=("buffer size",))] = 10_000,
        feature_dim: Annotated[int, Param("size of the features of an image or Dict encoder", low=1)] = 512,
        batch_size: Annotated[int, Param("transitions in a batch", low=1)] = 32,
        lr: Annotated[float, Param("learning rate", low=0, high=1, aliases=("learning rate", "学习率"))] = 1e-3,
        eps: Annotated[float, Param("epsilon of Adam", low=0)] = 1e-8,
        hidden_dim: Annotated[int, Param("width of the hidden layers", low=1, aliases=("hidden size",))] = 1024,
        tau: Annotated[float, Param("how far targets move; 1 copies", above=0, high=1)] = 1.0,
        update_every_steps: Annotated[int, Param("environment steps per update", low=1)] = 4,
        target_update_freq: Annotated[int, Param("environment steps between target updates", low=1)] = 1000,
        discount: Annotated[
            float, Param("discount factor gamma", low=0, high=1, aliases=("gamma", "discount factor"))
        ] = 0.99,
        init_fn: Annotated[
            str, Param("initialisation of the networks; identity leaves PyTorch's", choices=INIT_FNS)
        ] = "identity",
        epsilon_schedule: Annotated[
            str, Param("probability of a random action over environment steps", aliases=("epsilon", "exploration"))
        ] = "linear(1.0, 0.05, 10000)",
        double: Annotated[bool, Param("double Q-learning", aliases=("double dqn",))] = True,
        max_grad_norm: Annotated[float, Param("gradients are scaled down to this norm", above=0)] = 10.0,
        log_dir: Annotated[str | Path, Param("parent of the run folders")] = "logs",
    ) -> None:
        super().__init__(env, eval_env, tag, seed, device, pretraining, num_init_steps, update_every_steps, log_dir)
        self.tau = tau
        self.target_update_freq = target_update_freq
        self.discount = discount
        self.double = double
        self.max_grad_norm = max_grad_norm
        assemble(
            self,
            images=image_encoder_for,
            feature_dim=feature_dim,
            init_fn=init_fn,
            policy=lambda size: OffPolicyDoubleQNetwork(
                self.observation_space,
                self.action_space,
                size,
                hidden_dim,
                th.optim.Adam,
                adam(self, lr, eps),
                init_fn,
            ),
            distribution=EpsilonGreedy(epsilon_schedule),
            storage_size=storage_size,
            batch_size=batch_size,
            discount=discount,
        )

    def update(self) -> Mapping[str, Any]:
        """One step on a batch; 10.1038/nature14236, algorithm 1, with the targets of arXiv 1509.06461 if double."""
        batch = self.storage.sample()
        with th.no_grad():
            next_q = self.policy.target_q_values(batch.next_observations)
            if self.double:
                next_values = double_q_values(next_q, self.policy.q_values(batch.next_observations))
            else:
                next_values = max_q_values(next_q)
            targets = td_targets(batch.rewards, batch.discounts, next_values)
        values = self.policy.q_values(batch.observations).gather(-1, batch.actions.unsqueeze(-1)).squeeze(-1)
        loss = huber_td_loss(values, targets, batch.weights)
        self.policy.step(loss, "opt", max_grad_norm=self.max_grad_norm)
        if self.due(self.target_update_freq):
            self.policy.update_targets(self.tau)
        self.learned(batch, td_errors(targets, values))
        return {"q_loss": loss.detach(), "q_value": values.detach().mean()}
