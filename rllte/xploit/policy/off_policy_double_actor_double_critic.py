"""An actor and its slow copy, two critics and theirs: the policy of TD3."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import gymnasium as gym
import torch as th

from rllte.core.registry import Paper, Param, register
from rllte.nn.init import INIT_FNS
from rllte.xploit.policy.off_policy import OBSERVATIONS
from rllte.xploit.policy.off_policy_det_actor_double_critic import OffPolicyDetActorDoubleCritic


@register(
    "policy",
    paper=Paper("Addressing Function Approximation Error in Actor-Critic Methods", "1802.09477"),
    aliases=("double actor, double critic",),
    observation_spaces=OBSERVATIONS,
    action_spaces=("Box",),
)
class OffPolicyDoubleActorDoubleCritic(OffPolicyDetActorDoubleCritic):
    """`OffPolicyDetActorDoubleCritic` with two critics and targets of encoder, actor and critics, always.

    The actor acts and learns; its target gives the next actions in the critics' targets, and does nothing else.
    """

    forward_paths: ClassVar[tuple[str, ...]] = (
        "acting: obs -> encoder -> actor -> tanh -> noise -> actions; greedily: without noise",
        "critics: features, actions -> critic; next features, noisy actions of actor_target -> critic_target",
        "actor: features -> actor -> tanh -> first critic",
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
    ) -> None:
        super().__init__(observation_space, action_space, feature_dim, hidden_dim, opt_class, opt_kwargs, init_fn)
