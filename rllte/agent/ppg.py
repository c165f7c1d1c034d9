"""Phasic policy gradient."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import gymnasium as gym
import torch as th
from torch import nn

from rllte.agent.on_policy_modules import ACTIONS, COMBINES, OBSERVATIONS, assemble, fused
from rllte.agent.updates import Means, gradient_step, normalize
from rllte.common.prototype import OnPolicyAgent
from rllte.core.errors import IncompatibleError, ParameterError
from rllte.core.registry import SEEDS, Paper, Param, register
from rllte.core.trees import Tree, leaves, space_leaves, tree_map
from rllte.env import Gymnasium2Torch
from rllte.losses import clipped_value_loss, phasic_joint_loss, ppo_policy_loss
from rllte.nn.init import INIT_FNS


@register(
    "agent",
    paper=Paper("Phasic Policy Gradient", "2009.04416"),
    aliases=("phasic policy gradient",),
    observation_spaces=OBSERVATIONS,
    action_spaces=ACTIONS,
    combines=COMBINES,
)
class PPG(OnPolicyAgent):
    """Phasic policy gradient: PPO for many rollouts, then a phase that trains values and features on all of them.

    Over vectors actor and critic are networks of their own; over images they share an encoder, which the value loss
    reaches in the auxiliary phase only, as in the paper's variant with a single network.
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
        ] = 256,
        feature_dim: Annotated[int, Param("size of the features of an image or Dict encoder", low=1)] = 512,
        batch_size: Annotated[int, Param("samples in a minibatch", low=1, aliases=("minibatch size",))] = 256,
        lr: Annotated[float, Param("learning rate", low=0, high=1, aliases=("learning rate", "学习率"))] = 5e-4,
        eps: Annotated[float, Param("epsilon of Adam", low=0)] = 1e-5,
        hidden_dim: Annotated[int, Param("width of the heads' hidden layers", low=1, aliases=("hidden size",))] = 512,
        clip_range: Annotated[float, Param("how far the probability ratio may move", above=0, aliases=("clip",))] = 0.2,
        clip_range_vf: Annotated[float | None, Param("how far values may move; None: as they like", above=0)] = None,
        vf_coef: Annotated[float, Param("weight of the value loss", low=0, aliases=("value coefficient",))] = 0.5,
        ent_coef: Annotated[float, Param("weight of the entropy", low=0, aliases=("entropy coefficient",))] = 0.01,
        max_grad_norm: Annotated[float, Param("gradients are scaled down to this norm", above=0)] = 0.5,
        policy_epochs: Annotated[int, Param("rollouts (policy iterations) between auxiliary phases", low=1)] = 32,
        aux_epochs: Annotated[int, Param("passes of an auxiliary phase over all its rollouts", low=1)] = 6,
        kl_coef: Annotated[float, Param("weight of the divergence from the old policy, beta_clone", low=0)] = 1.0,
        num_aux_mini_batch: Annotated[
            int, Param("size of an auxiliary minibatch, in rollouts of one environment", low=1)
        ] = 4,
        num_aux_grad_accum: Annotated[int, Param("auxiliary minibatches per gradient step", low=1)] = 1,
        discount: Annotated[
            float, Param("discount factor gamma", low=0, high=1, aliases=("gamma", "discount factor"))
        ] = 0.999,
        init_fn: Annotated[str, Param("initialisation of the networks", choices=INIT_FNS)] = "xavier_uniform",
        n_epochs: Annotated[int, Param("passes over each rollout in the policy phase", low=1, aliases=("epochs",))] = 1,
        gae_lambda: Annotated[
            float, Param("lambda of advantage estimation", low=0, high=1, aliases=("lambda",))
        ] = 0.95,
        log_dir: Annotated[str | Path, Param("parent of the run folders")] = "logs",
    ) -> None:
        super().__init__(env, eval_env, tag, seed, device, pretraining, num_steps, log_dir)
        self.clip_range = clip_range
        self.clip_range_vf = clip_range_vf
        self.vf_coef = vf_coef
        self.ent_coef = ent_coef
        self.max_grad_norm = max_grad_norm
        self.policy_epochs = policy_epochs
        self.aux_epochs = aux_epochs
        self.kl_coef = kl_coef
        self.num_aux_mini_batch = num_aux_mini_batch
        self.num_aux_grad_accum = num_aux_grad_accum
        self.n_epochs = n_epochs
        self.remembered: list[tuple[Tree, th.Tensor]] = []
        """Observations (T x N, ...) and returns (T x N,) of each rollout since the last auxiliary phase."""
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
            policy_kwargs={"aux_critic": True},
        )

    def check_fit(self) -> None:
        """As for any agent; and that the policy has an auxiliary critic.

        Raises:
            IncompatibleError: the modules cannot work together; the message says which and what would.
            SpaceError: a module does not support the environment's spaces.
        """
        super().check_fit()
        if hasattr(self, "policy") and self.policy.aux_critic is None:
            raise IncompatibleError(
                "PPG's auxiliary phase trains a value head on the actor's layers; this policy has none. "
                "Make it with OnPolicySharedActorCritic(..., aux_critic=True)."
            )

    def update(self) -> Mapping[str, Any]:
        """A policy phase on each rollout, an auxiliary phase after every `policy_epochs`; arXiv 2009.04416, algorithm 1."""
        means = Means()
        self.policy_phase(means)
        self.remember()
        if len(self.remembered) >= self.policy_epochs:
            self.auxiliary_phase(means)
            self.remembered = []
        return means.result()

    def policy_phase(self, means: Means) -> None:
        """PPO, but the value loss does not reach an encoder that the policy shares."""
        for _ in range(self.n_epochs):
            for batch in self.storage.sample():
                values, log_probs, entropy = self.policy.evaluate_actions(
                    batch.observations, batch.actions, detach_critic=True
                )
                advantages = normalize(batch.advantages)
                policy_loss, metrics = ppo_policy_loss(log_probs, batch.log_probs, advantages, self.clip_range)
                value_loss = clipped_value_loss(values, batch.values, batch.returns, self.clip_range_vf)
                loss = policy_loss - self.ent_coef * entropy + self.vf_coef * value_loss
                gradient_step(loss, self.policy.optimizers["opt"], self.policy.parameters(), self.max_grad_norm)
                means.add(metrics | {"policy_loss": policy_loss, "value_loss": value_loss, "entropy": entropy})

    def remember(self) -> None:
        """Keep observations and value targets of the rollout for the auxiliary phase, images as bytes."""
        steps = self.storage.step
        observations = tree_map(lambda leaf: leaf[:steps].flatten(0, 1).clone(), self.storage.observations)
        self.remembered.append((observations, self.storage.returns[:steps].flatten().clone()))

    def memory(self) -> dict[str, th.Tensor]:
        """What has been remembered for the next auxiliary phase, as tensors by name."""
        tensors = {}
        for number, (observations, returns) in enumerate(self.remembered):
            tensors[f"{number}.returns"] = returns.cpu()
            tensors |= {f"{number}.obs.{key}": leaf.cpu() for key, leaf in leaves(observations).items()}
        return tensors

    def recall(self, memory: Mapping[str, th.Tensor]) -> None:
        """Put back what `memory` gave.

        Raises:
            ParameterError: it is not of rollouts of these observations; what is remembered is as before.
        """
        remembered: list[tuple[Tree, th.Tensor]] = []
        shapes = {key: tuple(space.shape or ()) for key, space in leaves(space_leaves(self.observation_space)).items()}
        while (returns := memory.get(f"{len(remembered)}.returns")) is not None:
            prefix = f"{len(remembered)}.obs."
            keyed = {k.removeprefix(prefix): t.to(self.device) for k, t in memory.items() if k.startswith(prefix)}
            found = {key: tuple(leaf.shape) for key, leaf in keyed.items()}
            expected = {key: (len(returns), *shape) for key, shape in shapes.items()}
            if found != expected:
                raise ParameterError(
                    f"The saved rollout {len(remembered)} has observations {found}; expected {expected}. Load a file "
                    "that PPG saved in such an environment."
                )
            observations = keyed if isinstance(self.observation_space, gym.spaces.Dict) else keyed["observations"]
            remembered.append((observations, returns.to(self.device)))
        self.remembered = remembered

    def auxiliary_phase(self, means: Means) -> None:
        """Minimise L_joint and L_value over all remembered observations; the policy may not move from where it was."""
        observations = tree_map(lambda *leaves: th.cat(leaves), *(obs for obs, _ in self.remembered))
        returns = th.cat([targets for _, targets in self.remembered])
        with th.no_grad():
            parts = th.arange(len(returns), device=returns.device).split(self._auxiliary_size)
            old = th.cat([self.policy.get_policy_outputs(_take(observations, part)) for part in parts])
        optimizer = self.policy.optimizers["opt"]
        for _ in range(self.aux_epochs):
            for group in self._auxiliary_groups(len(returns), returns.device):
                optimizer.zero_grad(set_to_none=True)
                for indices in group:
                    dist, aux_values, values = self.policy.evaluate_auxiliary(_take(observations, indices))
                    targets, old_dist = returns[indices], self.policy.distribution_from(old[indices])
                    joint_loss, metrics = phasic_joint_loss(aux_values, targets, old_dist, dist, self.kl_coef)
                    value_loss = clipped_value_loss(values, values, targets, None)
                    ((joint_loss + value_loss) / len(group)).backward()
                    means.add(metrics | {"aux_phase_value_loss": value_loss})
                nn.utils.clip_grad_norm_(self.policy.parameters(), self.max_grad_norm)
                optimizer.step()

    @property
    def _auxiliary_size(self) -> int:
        return self.num_aux_mini_batch * self.num_steps

    def _auxiliary_groups(self, total: int, device: th.device) -> Iterator[tuple[th.Tensor, ...]]:
        """Indices of all samples in random order: minibatches, in groups that make one gradient step."""
        batches = th.randperm(total, device=device).tensor_split(-(-total // self._auxiliary_size))
        for start in range(0, len(batches), self.num_aux_grad_accum):
            yield batches[start : start + self.num_aux_grad_accum]


def _take(observations: Tree, indices: th.Tensor) -> Tree:
    taken: Tree = tree_map(lambda leaf: leaf[indices], observations)
    return taken
