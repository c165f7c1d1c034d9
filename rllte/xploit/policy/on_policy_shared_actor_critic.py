"""Actor and critic over one encoder, for on-policy agents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import gymnasium as gym
import torch as th
from torch import nn

from rllte.core.bases import BaseDistribution, BaseEncoder, BasePolicy
from rllte.core.errors import IncompatibleError
from rllte.core.registry import Param, register
from rllte.core.spaces import observation_kind, policy_outputs
from rllte.nn import get_init_fn, head, mlp
from rllte.nn.init import INIT_FNS


@register(
    "policy",
    aliases=("shared actor critic",),
    observation_spaces=("Box1", "Box3"),
    action_spaces=("Discrete", "Box"),
)
class OnPolicySharedActorCritic(BasePolicy):
    """Encoder shared by an actor and a critic.

    Each head has its own hidden layers: two with tanh over vectors, one with ReLU over image features. The actor's last
    layer starts with gain 0.01, so that the first policy is close to uniform; a Box policy has one learned standard
    deviation per dimension, 1 at the start.
    """

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
        outputs = policy_outputs(action_space)
        images = observation_kind(observation_space) == "Box3"
        widths = (feature_dim, hidden_dim) if images else (feature_dim, hidden_dim, hidden_dim)
        activation = nn.ReLU if images else nn.Tanh
        init = get_init_fn(init_fn)
        self.actor = nn.Sequential(mlp(widths, activation).apply(init), head(hidden_dim, outputs, 0.01))
        self.critic = nn.Sequential(mlp(widths, activation).apply(init), head(hidden_dim, 1, 1.0))
        self.aux_critic = head(hidden_dim, 1, 1.0) if aux_critic else None
        box = isinstance(action_space, gym.spaces.Box)
        self.log_std = nn.Parameter(th.zeros(outputs)) if box else None
        self.encoder: BaseEncoder | None = None
        self.dist: BaseDistribution | None = None

    def freeze(self, encoder: BaseEncoder, dist: BaseDistribution) -> None:
        """Take the encoder and the distribution and build the optimiser over all parameters.

        Raises:
            IncompatibleError: the encoder's features do not have the size that the heads take.
        """
        if encoder.feature_dim != self.feature_dim:
            raise IncompatibleError(
                f"{type(encoder).__name__} puts out {encoder.feature_dim} features; this policy takes "
                f"{self.feature_dim}. Give both the same feature_dim."
            )
        self.encoder = encoder
        self.dist = dist
        self._optimizers = {"opt": self.opt_class(self.parameters(), **self.opt_kwargs)}

    def forward(self, obs: th.Tensor, training: bool = True) -> Any:
        """Act.

        Args:
            obs: (N, *observation_shape).
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

    def features(self, obs: th.Tensor) -> th.Tensor:
        """(B, feature_dim) of observations (B, *observation_shape)."""
        if self.encoder is None:
            raise IncompatibleError("This policy has no encoder yet: call freeze(encoder, dist) first.")
        features: th.Tensor = self.encoder(obs)
        return features

    def get_dist(self, features: th.Tensor) -> BaseDistribution:
        """The action distribution for features (B, feature_dim)."""
        return self._dist(self.actor(features))

    def _dist(self, outputs: th.Tensor) -> BaseDistribution:
        if self.dist is None:
            raise IncompatibleError("This policy has no distribution yet: call freeze(encoder, dist) first.")
        return self.dist(outputs) if self.log_std is None else self.dist(outputs, self.log_std.exp())

    def get_policy_outputs(self, obs: th.Tensor) -> th.Tensor:
        """Parameters of the action distribution: logits (B, n), or means and deviations side by side (B, 2 A)."""
        outputs: th.Tensor = self.actor(self.features(obs))
        return outputs if self.log_std is None else th.cat([outputs, self.log_std.exp().expand_as(outputs)], dim=-1)

    def get_dist_and_aux_value(self, obs: th.Tensor) -> tuple[BaseDistribution, th.Tensor]:
        """Action distribution and auxiliary value (B,); both are of the actor's hidden layers (arXiv 2009.04416).

        Raises:
            IncompatibleError: the policy was made without `aux_critic=True`.
        """
        if self.aux_critic is None:
            raise IncompatibleError("This policy has no auxiliary critic: make it with aux_critic=True.")
        hidden = self.actor[0](self.features(obs))
        return self._dist(self.actor[1](hidden)), self.aux_critic(hidden).squeeze(-1)

    def get_value(self, obs: th.Tensor) -> th.Tensor:
        """(B,) values of observations (B, *observation_shape)."""
        return self.critic(self.features(obs)).squeeze(-1)  # type: ignore[no-any-return]

    def evaluate_actions(self, obs: th.Tensor, actions: th.Tensor) -> tuple[th.Tensor, th.Tensor, th.Tensor]:
        """Values (B,) and log-probabilities (B,) of actions taken at observations, and the mean entropy (a scalar)."""
        features = self.features(obs)
        dist = self.get_dist(features)
        return self.critic(features).squeeze(-1), dist.log_prob(actions), dist.entropy().mean()
