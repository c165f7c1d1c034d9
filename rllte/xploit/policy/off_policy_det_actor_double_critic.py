"""A deterministic actor and two critics, for agents that explore by adding noise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import gymnasium as gym
import torch as th

from rllte.core.bases import BaseDistribution
from rllte.core.bases.policy import check_optimizer
from rllte.core.errors import SpaceError
from rllte.core.registry import Paper, Param, register
from rllte.core.spaces import policy_outputs
from rllte.nn.init import INIT_FNS
from rllte.xploit.policy.off_policy import OBSERVATIONS, OffPolicyPolicy
from rllte.xploit.policy.off_policy_heads import Critics, actor_net


@register(
    "policy",
    paper=Paper("Continuous control with deep reinforcement learning", "1509.02971"),
    aliases=("deterministic actor, double critic",),
    observation_spaces=OBSERVATIONS,
    action_spaces=("Box",),
)
class OffPolicyDetActorDoubleCritic(OffPolicyPolicy):
    """A deterministic actor with tanh at its end, critics over features and actions, and targets of both.

    DDPG makes it with one critic; DrQv2 with two, a trunk, and no target of actor and encoder.
    """

    forward_paths: ClassVar[tuple[str, ...]] = (
        "acting: obs -> encoder -> actor -> tanh -> noise -> actions; greedily: without noise",
        "learning: features, actions -> critic; next features, actions of actor_target -> critic_target",
    )

    def __init__(
        self,
        observation_space: gym.Space[Any],
        action_space: gym.Space[Any],
        feature_dim: Annotated[int, Param("size of the encoder's features", low=1)] = 64,
        hidden_dim: Annotated[int, Param("width of the hidden layers", low=1)] = 1024,
        opt_class: type[th.optim.Optimizer] = th.optim.Adam,
        opt_kwargs: Mapping[str, Any] | None = None,
        init_fn: Annotated[str, Param("initialisation of the heads", choices=INIT_FNS)] = "orthogonal",
        num_critics: Annotated[int, Param("critics; targets take the smallest of them", low=1)] = 2,
        critic_opt_kwargs: Annotated[
            Mapping[str, Any] | None, Param("arguments of the critics' optimiser, on top of opt_kwargs")
        ] = None,
        trunk_dim: Annotated[int | None, Param("Linear, LayerNorm, tanh of this size first; None: no", low=1)] = None,
        target_actor: Annotated[bool, Param("next actions are of a slow copy of the actor")] = True,
        target_encoder: Annotated[bool, Param("next observations go through a slow copy of the encoder")] = True,
    ) -> None:
        super().__init__(
            observation_space, action_space, feature_dim, hidden_dim, opt_class, opt_kwargs, init_fn, target_encoder
        )
        if not isinstance(action_space, gym.spaces.Box):
            raise SpaceError(f"{type(self).__name__} acts in Box spaces; received {action_space}.")
        size = policy_outputs(action_space)
        self.noise_clip: float | None = None  # of the noise when acting; the agent's to say
        self.critic_opt_kwargs = dict(critic_opt_kwargs or {})
        check_optimizer(opt_class, {**self.opt_kwargs, **self.critic_opt_kwargs}, "opt_kwargs with critic_opt_kwargs")
        self.targets = ("actor", "critic") if target_actor else ("critic",)
        self.actor = actor_net(feature_dim, size, hidden_dim, init_fn, trunk_dim)
        self.critic = Critics(feature_dim, size, hidden_dim, init_fn, number=num_critics, trunk_dim=trunk_dim)

    def make_optimizers(self) -> dict[str, th.optim.Optimizer]:
        """`actor_opt`, `critic_opt` and `encoder_opt`; the last two with `critic_opt_kwargs` on top of `opt_kwargs`."""
        return {
            "encoder_opt": self.optimizer(self.encoder.parameters(), **self.critic_opt_kwargs),
            "actor_opt": self.optimizer(self.actor.parameters()),
            "critic_opt": self.optimizer(self.critic.parameters(), **self.critic_opt_kwargs),
        }

    def forward(self, obs: Any, training: bool = True) -> th.Tensor:
        """Act.

        Args:
            obs: (N, *observation_shape).
            training: with noise.

        Returns:
            Actions (N, A) in [-1, 1].
        """
        actions = self.actions(self.features(obs))
        return self._exploring()(actions).sample(self.noise_clip) if training else actions

    def actions(self, features: th.Tensor) -> th.Tensor:
        """(B, A) of the actor, in [-1, 1], without noise, for features (B, feature_dim)."""
        return self.actor(features).tanh()

    def target_actions(self, features: th.Tensor) -> th.Tensor:
        """As `actions`, of the actor's target where there is one."""
        return getattr(self, "actor_target", self.actor)(features).tanh()

    def get_dist(self, features: th.Tensor) -> BaseDistribution:
        """The noise around the actions for features (B, feature_dim)."""
        return self._exploring()(self.actions(features))
