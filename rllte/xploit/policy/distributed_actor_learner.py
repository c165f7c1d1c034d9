"""Actor-critic that acts in many processes and learns in one, with a memory if asked for; for IMPALA."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import gymnasium as gym
import torch as th
from torch import nn

from rllte.core.registry import Paper, Param, register
from rllte.core.trees import Tree
from rllte.nn.init import INIT_FNS
from rllte.xploit.policy.actor_critic import ACTIONS, OBSERVATIONS
from rllte.xploit.policy.on_policy_recurrent_actor_critic import OnPolicyRecurrentActorCritic


@register(
    "policy",
    paper=Paper(
        "IMPALA: Scalable Distributed Deep-RL with Importance Weighted Actor-Learner Architectures", "1802.01561"
    ),
    aliases=("distributed actor learner",),
    observation_spaces=OBSERVATIONS,
    action_spaces=ACTIONS,
)
class DistributedActorLearner(OnPolicyRecurrentActorCritic):
    """One network that learns, and copies of it that act.

    The LSTM sees the encoder's features; the paper's sees the last action and reward as well.

    Structure:  encoder, lstm (if use_lstm; both shared by actor and critic), actor, critic
    Forward:    obs -> encoder -> [lstm] -> actor -> distribution -> actions, log_probs
                obs -> encoder -> [lstm] -> critic -> values
    Optimisers: optimizers["opt"] -> encoder, lstm, actor, critic
    """

    forward_paths: ClassVar[tuple[str, ...]] = (
        "obs -> encoder -> lstm, if there is one, with its state -> actor -> distribution -> actions, log_probs; new state",
        "obs -> encoder -> lstm, if there is one, with its state -> critic -> values",
    )

    def __init__(
        self,
        observation_space: gym.Space[Any],
        action_space: gym.Space[Any],
        feature_dim: Annotated[int, Param("size of the encoder's features", low=1)],
        hidden_dim: Annotated[int, Param("width of the heads' hidden layers", low=1)] = 512,
        opt_class: type[th.optim.Optimizer] = th.optim.Adam,
        opt_kwargs: Mapping[str, Any] | None = None,
        init_fn: Annotated[str, Param("initialisation of the heads", choices=INIT_FNS)] = "orthogonal",
        use_lstm: Annotated[bool, Param("an LSTM between encoder and heads", aliases=("lstm", "recurrent"))] = False,
        lstm_dim: Annotated[int, Param("width of the LSTM", low=1)] = 256,
    ) -> None:
        width = lstm_dim if use_lstm else feature_dim
        super().__init__(
            observation_space, action_space, feature_dim, hidden_dim, opt_class, opt_kwargs, init_fn, width
        )
        self.recurrent = use_lstm
        if not use_lstm:
            del self.lstm

    def behaviour(self) -> DistributedActorLearner:
        """A copy that acts: on the CPU, in memory that processes share, without gradients."""
        acting = copy.deepcopy(self).cpu().requires_grad_(False)
        acting._optimizers = {}
        acting.share_memory()
        return acting

    def initial_state(self, num_envs: int) -> th.Tensor:
        """(num_envs, 2 * lstm_dim) zeros, or (num_envs, 0) without an LSTM."""
        width = 2 * self.lstm_dim if self.recurrent else 0
        return next(self.parameters()).new_zeros(num_envs, width)

    def forward(self, obs: Tree, training: bool = True, state: th.Tensor | None = None) -> Any:
        """Act; see `OnPolicyRecurrentActorCritic.forward`. Without an LSTM no state is returned."""
        answer = super().forward(obs, training, state)
        if self.recurrent:
            return answer
        return answer[:2] if training else answer[0]

    def _step(self, obs: Tree, state: th.Tensor | None) -> tuple[th.Tensor, th.Tensor]:
        if self.recurrent:
            return super()._step(obs, state)
        features = self._encode(obs)
        return features, features.new_zeros(len(features), 0)

    def _unroll(self, features: th.Tensor, states: th.Tensor, starts: th.Tensor) -> th.Tensor:
        return super()._unroll(features, states, starts) if self.recurrent else features

    def publish(self, acting: nn.Module) -> None:
        """Copy the weights to a copy that acts."""
        acting.load_state_dict(self.state_dict())
