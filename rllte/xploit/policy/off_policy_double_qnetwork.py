"""A Q-network and its slow copy, for agents that value each of a finite number of actions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import gymnasium as gym
import torch as th

from rllte.core.errors import SpaceError
from rllte.core.registry import Paper, Param, register
from rllte.core.spaces import observation_kind
from rllte.nn.init import INIT_FNS
from rllte.xploit.policy.off_policy import OBSERVATIONS, OffPolicyPolicy
from rllte.xploit.policy.off_policy_heads import Critics


@register(
    "policy",
    paper=Paper("Human-level control through deep reinforcement learning", doi="10.1038/nature14236"),
    aliases=("q-network", "q network", "double q-network"),
    observation_spaces=OBSERVATIONS,
    action_spaces=("Discrete",),
)
class OffPolicyDoubleQNetwork(OffPolicyPolicy):
    """Encoder and Q-network, and a target of both.

    Two hidden layers with ReLU over vectors and Dict observations, one over image features. Acting, the distribution
    is called with the values of all actions.
    """

    targets = ("qnet",)
    forward_paths: ClassVar[tuple[str, ...]] = (
        "acting: obs -> encoder -> qnet -> dist -> actions; greedily: the action of the largest value",
        "learning: obs -> encoder -> qnet, next obs -> encoder_target -> qnet_target",
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
        target_encoder: Annotated[bool, Param("next observations go through a slow copy of the encoder")] = True,
    ) -> None:
        super().__init__(
            observation_space, action_space, feature_dim, hidden_dim, opt_class, opt_kwargs, init_fn, target_encoder
        )
        if not isinstance(action_space, gym.spaces.Discrete):
            raise SpaceError(f"OffPolicyDoubleQNetwork acts in Discrete spaces; received {action_space}.")
        layers = 1 if observation_kind(observation_space) == "Box3" else 2
        self.qnet = Critics(feature_dim, 0, hidden_dim, init_fn, int(action_space.n), 1, hidden_layers=layers)

    def make_optimizers(self) -> dict[str, th.optim.Optimizer]:
        """`opt`, over encoder and Q-network."""
        return {"opt": self.optimizer([*self.encoder.parameters(), *self.qnet.parameters()])}

    def forward(self, obs: Any, training: bool = True) -> th.Tensor:
        """Act.

        Args:
            obs: (N, *observation_shape).
            training: explore; else take the action of the largest value.

        Returns:
            Actions (N,) int64.
        """
        values = self.q_values(obs)
        return self._exploring()(values).sample() if training else values.argmax(dim=-1)

    def q_values(self, obs: Any) -> th.Tensor:
        """(B, n) of observations (B, *observation_shape)."""
        return self.qnet(self.features(obs))[0]

    def target_q_values(self, obs: Any) -> th.Tensor:
        """(B, n) of the targets, without gradient."""
        with th.no_grad():
            return self.qnet_target(self.target_features(obs))[0]
