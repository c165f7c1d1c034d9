"""Actor and critic over one encoder, for on-policy agents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import gymnasium as gym
import torch as th
from torch import nn

from rllte.core.bases import BaseDistribution, BaseEncoder
from rllte.core.errors import IncompatibleError
from rllte.core.registry import Param, register
from rllte.core.trees import Tree
from rllte.nn import head
from rllte.nn.init import INIT_FNS
from rllte.xploit.policy.actor_critic import ACTIONS, OBSERVATIONS, ActorCritic


@register("policy", aliases=("shared actor critic",), observation_spaces=OBSERVATIONS, action_spaces=ACTIONS)
class OnPolicySharedActorCritic(ActorCritic):
    """Encoder shared by an actor and a critic.

    Each head has its own hidden layers: two with tanh over vectors, one with ReLU over image features. The actor's last
    layer starts with gain 0.01, so that the first policy is close to uniform; a Box policy has one learned standard
    deviation per dimension, 1 at the start.

    `optimizers["opt"]` trains encoder, actor, critic and, where there is one, the auxiliary critic.
    """

    forward_paths: ClassVar[tuple[str, ...]] = (
        "obs -> encoder -> actor -> distribution -> actions, log_probs",
        "obs -> encoder -> critic -> values",
        "obs -> encoder -> hidden layers of actor -> aux_critic -> auxiliary values, with aux_critic=True",
    )

    def __init__(
        self,
        observation_space: gym.Space[Any],
        action_space: gym.Space[Any],
        feature_dim: Annotated[int, Param("size of the encoder's features", low=1)],
        hidden_dim: Annotated[int, Param("width of the hidden layers", low=1)] = 512,
        opt_class: type[th.optim.Optimizer] = th.optim.Adam,
        opt_kwargs: Mapping[str, Any] | None = None,
        aux_critic: Annotated[bool, Param("second value head on the actor's layers, as PPG needs")] = False,
        init_fn: Annotated[str, Param("initialisation of the heads", choices=INIT_FNS)] = "orthogonal",
    ) -> None:
        super().__init__(observation_space, action_space, feature_dim, hidden_dim, opt_class, opt_kwargs, init_fn)
        self.actor = nn.Sequential(self.hidden(feature_dim), head(hidden_dim, self.num_outputs, 0.01))
        self.critic = nn.Sequential(self.hidden(feature_dim), head(hidden_dim, 1, 1.0))
        self.aux_critic = head(hidden_dim, 1, 1.0) if aux_critic else None
        self.encoder: BaseEncoder | None = None

    def freeze(self, encoder: BaseEncoder, dist: BaseDistribution) -> None:
        """Take the encoder and the distribution and build the optimiser over all parameters.

        Raises:
            IncompatibleError: the encoder's features do not have the size that the heads take.
        """
        self.require(encoder)
        self.encoder = encoder
        self.dist = dist
        self._optimizers = {"opt": self.opt_class(self.parameters(), **self.opt_kwargs)}

    def forward(self, obs: Tree, training: bool = True) -> Any:
        """Act.

        Args:
            obs: (N, *observation_shape), or a dict of such tensors.
            training: sample and report; else take the likeliest action.

        Returns:
            Training: actions (N, ...) and a dict of `values` (N,) and `log_probs` (N,). Else actions alone.
        """
        features = self.features(obs)
        dist = self.get_dist(features)
        if not training:
            return dist.mode
        actions = dist.sample()
        return actions, {"values": self.critic(features).squeeze(-1), "log_probs": dist.log_prob(actions)}

    def features(self, obs: Tree) -> th.Tensor:
        """(B, feature_dim) of observations (B, *observation_shape), or of a dict of them."""
        if self.encoder is None:
            raise IncompatibleError("This policy has no encoder yet: call freeze(encoder, dist) first.")
        features: th.Tensor = self.encoder(obs)
        return features

    def get_dist(self, features: th.Tensor) -> BaseDistribution:
        """The action distribution for features (B, feature_dim)."""
        return self.distribution(self.actor(features))

    def get_policy_outputs(self, obs: Tree) -> th.Tensor:
        """Parameters of the action distribution: logits (B, n), or means and deviations side by side (B, 2 A)."""
        return self.parameters_of(self.actor(self.features(obs)))

    def get_dist_and_aux_value(self, obs: Tree) -> tuple[BaseDistribution, th.Tensor]:
        """Action distribution and auxiliary value (B,); both are of the actor's hidden layers (arXiv 2009.04416).

        Raises:
            IncompatibleError: the policy was made without `aux_critic=True`.
        """
        dist, aux_values, _ = self.evaluate_auxiliary(obs)
        return dist, aux_values

    def evaluate_auxiliary(self, obs: Tree) -> tuple[BaseDistribution, th.Tensor, th.Tensor]:
        """Action distribution, auxiliary values (B,) and values (B,), with one pass through the encoder.

        Raises:
            IncompatibleError: the policy was made without `aux_critic=True`.
        """
        if self.aux_critic is None:
            raise IncompatibleError("This policy has no auxiliary critic: make it with aux_critic=True.")
        features = self.features(obs)
        hidden = self.actor[0](features)
        dist = self.distribution(self.actor[1](hidden))
        return dist, self.aux_critic(hidden).squeeze(-1), self.critic(features).squeeze(-1)

    def get_dist_and_value(self, obs: Tree) -> tuple[BaseDistribution, th.Tensor]:
        """Action distribution and values (B,), with one pass through the encoder."""
        features = self.features(obs)
        return self.get_dist(features), self.critic(features).squeeze(-1)

    def get_value(self, obs: Tree) -> th.Tensor:
        """(B,) values of observations (B, *observation_shape)."""
        return self.critic(self.features(obs)).squeeze(-1)  # type: ignore[no-any-return]

    def evaluate_actions(
        self, obs: Tree, actions: th.Tensor, detach_critic: bool = False
    ) -> tuple[th.Tensor, th.Tensor, th.Tensor]:
        """Values (B,) and log-probabilities (B,) of actions taken at observations, and the mean entropy (a scalar).

        Args:
            detach_critic: the gradient of the values ends at the shared encoder, as in PPG with a single network.
        """
        features = self.features(obs)
        dist = self.get_dist(features)
        values = self.critic(features.detach() if detach_critic else features).squeeze(-1)
        return values, dist.log_prob(actions), dist.entropy().mean()
