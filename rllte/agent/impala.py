"""Importance-weighted actor-learner architecture."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import torch as th
from torch import nn

from rllte.agent.on_policy_modules import ACTIONS, DISTRIBUTIONS, OBSERVATIONS
from rllte.common.prototype import DistributedAgent
from rllte.core.registry import SEEDS, Paper, Param, register
from rllte.env import Gymnasium2Torch
from rllte.losses import vtrace
from rllte.nn import get_init_fn
from rllte.nn.init import INIT_FNS
from rllte.training.distributed import even_share
from rllte.xploit.encoder import encoder_for
from rllte.xploit.policy import DistributedActorLearner
from rllte.xploit.storage import VanillaDistributedStorage
from rllte.xplore.distribution import distribution_for


@register(
    "agent",
    paper=Paper(
        "IMPALA: Scalable Distributed Deep-RL with Importance Weighted Actor-Learner Architectures", "1802.01561"
    ),
    aliases=("importance weighted actor-learner", "v-trace", "vtrace"),
    observation_spaces=OBSERVATIONS,
    action_spaces=ACTIONS,
    combines={
        "policy": ("DistributedActorLearner",),
        "storage": ("VanillaDistributedStorage",),
        "distribution": DISTRIBUTIONS,
    },
)
class IMPALA(DistributedAgent):
    """Actors in processes, one learner, and V-trace for the actions of slightly older policies."""

    def __init__(
        self,
        env: Gymnasium2Torch,
        eval_env: Gymnasium2Torch | None = None,
        tag: Annotated[str, Param("name of the run")] = "default",
        seed: Annotated[int, Param("seed of all generators", **SEEDS)] = 1,
        device: Annotated[str, Param("auto, cpu, cuda, cuda:N, npu or mps; actors are on the CPU")] = "cpu",
        num_steps: Annotated[int, Param("steps of a rollout", low=1, aliases=("rollout length",))] = 80,
        num_actors: Annotated[
            int, Param("processes that act; as many as divide the environments evenly", low=1, aliases=("actors",))
        ] = 45,
        num_learners: Annotated[int, Param("accepted for RLLTE's signature; one learner learns", low=1)] = 4,
        num_storages: Annotated[int, Param("rollouts kept at once; at least two per process", low=1)] = 60,
        feature_dim: Annotated[int, Param("size of the features of an image or Dict encoder", low=1)] = 512,
        batch_size: Annotated[int, Param("rollouts in a batch; as many as divide the processes evenly", low=1)] = 4,
        lr: Annotated[float, Param("learning rate", low=0, high=1, aliases=("learning rate", "学习率"))] = 4e-4,
        eps: Annotated[float, Param("epsilon of RMSprop", low=0)] = 0.01,
        hidden_dim: Annotated[int, Param("width of the heads' hidden layers", low=1, aliases=("hidden size",))] = 512,
        use_lstm: Annotated[bool, Param("an LSTM between encoder and heads", aliases=("lstm",))] = False,
        ent_coef: Annotated[float, Param("weight of the entropy", low=0, aliases=("entropy coefficient",))] = 0.01,
        baseline_coef: Annotated[
            float, Param("weight of the value loss", low=0, aliases=("value coefficient", "baseline cost"))
        ] = 0.5,
        max_grad_norm: Annotated[float, Param("gradients are scaled down to this norm", above=0)] = 40.0,
        discount: Annotated[
            float, Param("discount factor gamma", low=0, high=1, aliases=("gamma", "discount factor"))
        ] = 0.99,
        init_fn: Annotated[str, Param("initialisation of the networks", choices=INIT_FNS)] = "orthogonal",
        pretraining: Annotated[bool, Param("learn from the intrinsic reward alone")] = False,
        clip_rho: Annotated[float, Param("bound of the importance ratios of V-trace", above=0)] = 1.0,
        log_dir: Annotated[str | Path, Param("parent of the run folders")] = "logs",
    ) -> None:
        super().__init__(
            env, eval_env, tag, seed, device, num_steps, num_actors, num_learners, num_storages, pretraining, log_dir
        )
        self.ent_coef = ent_coef
        self.baseline_coef = baseline_coef
        self.max_grad_norm = max_grad_norm
        self.discount = discount
        self.clip_rho = clip_rho
        spaces = self.observation_space, self.action_space
        encoder = encoder_for(self.observation_space, feature_dim)
        encoder.apply(get_init_fn(init_fn))
        policy = DistributedActorLearner(
            *spaces,
            encoder.feature_dim,
            hidden_dim,
            th.optim.RMSprop,
            {"lr": lr, "eps": eps, "alpha": 0.99},
            init_fn,
            use_lstm,
        )
        each = env.num_envs // self.num_actors
        storage = VanillaDistributedStorage(
            *spaces,
            str(self.device),
            num_steps,
            self.num_storages,
            env.num_envs,
            even_share(self.num_actors, batch_size),
            rollout_envs=each,
            state_shape=tuple(policy.initial_state(each).shape) if use_lstm else None,
        )
        self.set(encoder=encoder, policy=policy, storage=storage, distribution=distribution_for(self.action_space))

    def update(self, batch: Mapping[str, Any]) -> Mapping[str, Any]:
        """One step on a batch of rollouts; arXiv 1802.01561, section 4.2, losses summed over time and rollouts.

        Args:
            batch: (T + 1, B, ...); what an action led to is in the row after it. Where an episode was cut, `final_values`
                is what its last observation was worth to the actor, whose critic is a round older.
        """
        rewards, terminateds, truncateds, final_values = (
            batch[name][1:] for name in ("rewards", "terminateds", "truncateds", "final_values")
        )
        starts = th.maximum(batch["terminateds"], batch["truncateds"])
        states = batch["initial_states"].flatten(0, 1) if self.policy.recurrent else None
        values, log_probs, entropies = self.policy.evaluate_actions(
            batch["observations"], batch["actions"], states, starts
        )
        log_ratios = (log_probs - batch["log_probs"]).detach()[:-1]
        values, following = values[:-1], values[1:].detach()
        log_probs, entropy = log_probs[:-1], entropies[:-1].sum()  # the last row is the next rollout's first
        target = vtrace(
            log_ratios,
            rewards,
            values.detach(),
            th.where(truncateds.bool(), final_values, following),
            terminateds,
            truncateds,
            self.discount,
            clip_rho=self.clip_rho,
            clip_pg_rho=self.clip_rho,
            clip_c=min(1.0, self.clip_rho),  # the paper's contraction needs c bar <= rho bar
        )
        policy_loss = -(log_probs * target.advantages).sum()
        value_loss = 0.5 * (target.values - values).pow(2).sum()
        loss = policy_loss + self.baseline_coef * value_loss - self.ent_coef * entropy
        optimizer = self.policy.optimizers["opt"]
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.policy.parameters(), self.max_grad_norm)
        optimizer.step()
        sums = {"policy_loss": policy_loss, "value_loss": value_loss, "entropy": entropy}
        means = {name: total / values.numel() for name, total in sums.items()}
        return {name: value.item() for name, value in {**means, "importance_ratio": log_ratios.exp().mean()}.items()}
