"""A stochastic actor, two critics and a temperature: the policy of SAC, for Box and for Discrete actions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import gymnasium as gym
import torch as th
from torch import nn

from rllte.core.bases import BaseDistribution
from rllte.core.errors import ParameterError, SpaceError
from rllte.core.registry import Paper, Param, register
from rllte.core.spaces import observation_kind, policy_outputs
from rllte.nn.init import INIT_FNS
from rllte.xploit.policy.off_policy import OBSERVATIONS, OffPolicyPolicy
from rllte.xploit.policy.off_policy_heads import Critics, actor_net


@register(
    "policy",
    paper=Paper("Soft Actor-Critic Algorithms and Applications", "1812.05905"),
    aliases=("stochastic actor, double critic",),
    observation_spaces=OBSERVATIONS,
    action_spaces=("Discrete", "Box"),
)
class OffPolicyStochActorDoubleCritic(OffPolicyPolicy):
    """A stochastic actor and two critics with a target, and the temperature that weighs the entropy.

    Box: the actor puts out means and log-deviations before the tanh, the critics take features and actions. Discrete:
    it puts out logits, and the critics the values of all actions. One hidden layer for Discrete actions over images,
    else two.
    """

    targets = ("critic",)
    forward_paths: ClassVar[tuple[str, ...]] = (
        "acting: obs -> encoder -> actor -> dist -> actions; greedily: the mode of dist",
        "critics: features, actions -> critic; next features, drawn next actions -> critic_target",
        "actor: features -> actor -> dist -> critic",
    )

    def __init__(
        self,
        observation_space: gym.Space[Any],
        action_space: gym.Space[Any],
        feature_dim: Annotated[int, Param("size of the encoder's features", low=1)] = 64,
        hidden_dim: Annotated[int, Param("width of the hidden layers", low=1)] = 1024,
        opt_class: type[th.optim.Optimizer] = th.optim.Adam,
        opt_kwargs: Mapping[str, Any] | None = None,
        log_std_range: Annotated[
            tuple[Any, ...], Param("log-deviations before the tanh are kept in it; Box actions only")
        ] = (-5, 2),
        init_fn: Annotated[str, Param("initialisation of the heads", choices=INIT_FNS)] = "orthogonal",
        target_encoder: Annotated[bool, Param("next observations go through a slow copy of the encoder")] = True,
    ) -> None:
        super().__init__(
            observation_space, action_space, feature_dim, hidden_dim, opt_class, opt_kwargs, init_fn, target_encoder
        )
        self.log_std_range = checked_range(log_std_range)
        self.box = isinstance(action_space, gym.spaces.Box)
        if not self.box and not isinstance(action_space, gym.spaces.Discrete):
            raise SpaceError(
                f"OffPolicyStochActorDoubleCritic acts in Box or Discrete spaces; received {action_space}."
            )
        size = policy_outputs(action_space)
        images = observation_kind(observation_space) == "Box3"
        layers = 1 if images and not self.box else 2
        inputs, outputs = (size, 1) if self.box else (0, size)
        actor_outputs = 2 * size if self.box else size
        self.actor = actor_net(feature_dim, actor_outputs, hidden_dim, init_fn, hidden_layers=layers)
        self.critic = Critics(feature_dim, inputs, hidden_dim, init_fn, outputs, hidden_layers=layers)
        self.log_alpha = nn.Parameter(th.zeros(()))

    def set_temperature(self, temperature: float, fixed: bool) -> None:
        """The temperature to begin with, before `freeze`.

        Args:
            temperature: alpha, above 0.
            fixed: it is not learned.
        """
        with th.no_grad():
            self.log_alpha.fill_(math.log(temperature))
        self.log_alpha.requires_grad_(not fixed)

    @property
    def alpha(self) -> th.Tensor:
        """The temperature, a scalar without gradient."""
        return self.log_alpha.detach().exp()

    def make_optimizers(self) -> dict[str, th.optim.Optimizer]:
        """`encoder_opt`, `actor_opt`, `critic_opt`, and `alpha_opt` if the temperature is learned."""
        optimizers = {
            "encoder_opt": self.optimizer(self.encoder.parameters()),
            "actor_opt": self.optimizer(self.actor.parameters()),
            "critic_opt": self.optimizer(self.critic.parameters()),
        }
        if self.log_alpha.requires_grad:
            optimizers["alpha_opt"] = self.optimizer([self.log_alpha])
        return optimizers

    def forward(self, obs: Any, training: bool = True) -> th.Tensor:
        """Act.

        Args:
            obs: (N, *observation_shape).
            training: sample; else take the likeliest action.

        Returns:
            Actions (N, A) in [-1, 1], or (N,) int64.
        """
        dist = self.get_dist(self.features(obs))
        return dist.sample() if training else dist.mode

    def get_dist(self, features: th.Tensor) -> BaseDistribution:
        """The action distribution for features (B, feature_dim)."""
        outputs = self.actor(features)
        if not self.box:
            return self._exploring()(outputs)
        mu, log_std = outputs.chunk(2, dim=-1)
        return self._exploring()(mu, log_std.clamp(*self.log_std_range).exp())


def checked_range(values: tuple[float, float]) -> tuple[float, float]:
    """Smaller and larger end.

    Raises:
        ParameterError: not two finite numbers in order.
    """
    try:
        low, high = (float(value) for value in values)
    except (TypeError, ValueError):
        low, high = math.nan, math.nan
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise ParameterError(f"log_std_range is {values!r}; expected two numbers, the smaller one first: (-5, 2).")
    return low, high
