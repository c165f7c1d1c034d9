"""Actor and critic that share nothing, and an actor that also predicts advantages, for DAAC and DrDAAC."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import gymnasium as gym
import torch as th
from torch import nn

from rllte.core.bases import BaseDistribution, BaseEncoder
from rllte.core.errors import IncompatibleError
from rllte.core.registry import Paper, Param, register
from rllte.core.trees import Tree
from rllte.nn import get_init_fn, head, mlp
from rllte.nn.init import INIT_FNS
from rllte.xploit.policy.actor_critic import ACTIONS, OBSERVATIONS, ActorCritic, action_code, action_code_size


@register(
    "policy",
    paper=Paper("Decoupling Value and Policy for Generalization in Reinforcement Learning", "2102.10330"),
    aliases=("decoupled actor critic",),
    observation_spaces=OBSERVATIONS,
    action_spaces=ACTIONS,
)
class OnPolicyDecoupledActorCritic(ActorCritic):
    """An actor and a critic, each with its own copy of the encoder; the actor also predicts advantages.

    The advantage head reads the actor's hidden layers beside the action (one-hot for labels) and has a hidden layer of
    its own: a linear one could not say that an action is good in one state and bad in another.

    `optimizers["actor_opt"]` trains actor_encoder, actor and advantage; `optimizers["critic_opt"]` critic_encoder and
    critic.
    """

    forward_paths: ClassVar[tuple[str, ...]] = (
        "obs -> actor_encoder -> actor -> distribution -> actions, log_probs",
        "obs -> actor_encoder -> hidden layers of actor, beside actions -> advantage -> advantages",
        "obs -> critic_encoder -> critic -> values",
    )

    def __init__(
        self,
        observation_space: gym.Space[Any],
        action_space: gym.Space[Any],
        feature_dim: Annotated[int, Param("size of the encoder's features", low=1)],
        hidden_dim: Annotated[int, Param("width of the hidden layers", low=1)] = 512,
        opt_class: type[th.optim.Optimizer] = th.optim.Adam,
        opt_kwargs: Mapping[str, Any] | None = None,
        init_fn: Annotated[str, Param("initialisation of the heads", choices=INIT_FNS)] = "orthogonal",
    ) -> None:
        super().__init__(observation_space, action_space, feature_dim, hidden_dim, opt_class, opt_kwargs, init_fn)
        self.actor = nn.Sequential(self.hidden(feature_dim), head(hidden_dim, self.num_outputs, 0.01))
        inputs = hidden_dim + action_code_size(action_space)
        self.advantage = nn.Sequential(
            mlp((inputs, hidden_dim), nn.ReLU).apply(get_init_fn(init_fn)), head(hidden_dim, 1, 1.0)
        )
        self.critic = nn.Sequential(self.hidden(feature_dim), head(hidden_dim, 1, 1.0))
        self.actor_encoder: BaseEncoder | None = None
        self.critic_encoder: BaseEncoder | None = None

    def freeze(self, encoder: BaseEncoder, dist: BaseDistribution) -> None:
        """Take the encoder for the actor and a copy of it, weights as they are, for the critic; build both optimisers.

        Raises:
            IncompatibleError: the encoder's features do not have the size that the heads take.
        """
        self.require(encoder)
        self.actor_encoder = encoder
        self.critic_encoder = copy.deepcopy(encoder)
        self.dist = dist
        self._optimizers = {
            "actor_opt": self.opt_class(self.actor_parameters(), **self.opt_kwargs),
            "critic_opt": self.opt_class(self.critic_parameters(), **self.opt_kwargs),
        }

    def actor_parameters(self) -> list[nn.Parameter]:
        """All that `actor_opt` trains."""
        own = [] if self.log_std is None else [self.log_std]
        return [*own, *(p for m in (self._actor_encoder, self.actor, self.advantage) for p in m.parameters())]

    def critic_parameters(self) -> list[nn.Parameter]:
        """All that `critic_opt` trains."""
        return [p for m in (self._critic_encoder, self.critic) for p in m.parameters()]

    def forward(self, obs: Tree, training: bool = True) -> Any:
        """Act.

        Args:
            obs: (N, *observation_shape), or a dict of such tensors.
            training: sample and report; else take the likeliest action.

        Returns:
            Training: actions (N, ...) and a dict of `values` (N,) and `log_probs` (N,). Else actions alone.
        """
        dist = self.get_dist(obs)
        if not training:
            return dist.mode
        actions = dist.sample()
        return actions, {"values": self.get_value(obs), "log_probs": dist.log_prob(actions)}

    def get_dist(self, obs: Tree) -> BaseDistribution:
        """The action distribution at observations (B, *observation_shape)."""
        return self.distribution(self.actor(self._actor_encoder(obs)))

    def get_policy_outputs(self, obs: Tree) -> th.Tensor:
        """Parameters of the action distribution: logits (B, n), or means and deviations side by side (B, 2 A)."""
        return self.parameters_of(self.actor(self._actor_encoder(obs)))

    def get_value(self, obs: Tree) -> th.Tensor:
        """(B,) values of observations (B, *observation_shape); the actor is not evaluated."""
        return self.critic(self._critic_encoder(obs)).squeeze(-1)  # type: ignore[no-any-return]

    def evaluate_actor(self, obs: Tree, actions: th.Tensor) -> tuple[th.Tensor, th.Tensor, th.Tensor]:
        """Predicted advantages (B,) and log-probabilities (B,) of actions, and the mean entropy; without the critic."""
        hidden = self.actor[0](self._actor_encoder(obs))
        dist = self.distribution(self.actor[1](hidden))
        code = action_code(self.action_space, actions)
        advantages = self.advantage(th.cat([hidden, code], dim=-1)).squeeze(-1)
        return advantages, dist.log_prob(actions), dist.entropy().mean()

    def evaluate_actions(self, obs: Tree, actions: th.Tensor) -> tuple[th.Tensor, th.Tensor, th.Tensor, th.Tensor]:
        """Predicted advantages (B,), values (B,), log-probabilities (B,) and the mean entropy, of both networks."""
        advantages, log_probs, entropy = self.evaluate_actor(obs, actions)
        return advantages, self.get_value(obs), log_probs, entropy

    @property
    def _actor_encoder(self) -> BaseEncoder:
        return _required(self.actor_encoder)

    @property
    def _critic_encoder(self) -> BaseEncoder:
        return _required(self.critic_encoder)


def _required(encoder: BaseEncoder | None) -> BaseEncoder:
    if encoder is None:
        raise IncompatibleError("This policy has no encoder yet: call freeze(encoder, dist) first.")
    return encoder
