"""Actor and critic with a memory: an LSTM between encoder and heads, for recurrent PPO."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Any, ClassVar

import gymnasium as gym
import torch as th
from torch import nn

from rllte.core.bases import BaseDistribution, BaseEncoder
from rllte.core.errors import IncompatibleError
from rllte.core.registry import Paper, Param, register
from rllte.core.trees import Tree, tree_map
from rllte.nn import head
from rllte.nn.init import INIT_FNS
from rllte.xploit.policy.actor_critic import ACTIONS, OBSERVATIONS, ActorCritic


@register(
    "policy",
    paper=Paper("Long Short-Term Memory", doi="10.1162/neco.1997.9.8.1735"),
    aliases=("recurrent actor critic", "lstm policy"),
    observation_spaces=OBSERVATIONS,
    action_spaces=ACTIONS,
)
class OnPolicyRecurrentActorCritic(ActorCritic):
    """Encoder and LSTM shared by an actor and a critic, so that both know what was seen before.

    A state (N, 2 * lstm_dim) is the LSTM's hidden and cell state side by side; zeros begin an episode.

    `optimizers["opt"]` trains encoder, lstm, actor and critic.
    """

    recurrent = True
    forward_paths: ClassVar[tuple[str, ...]] = (
        "obs -> encoder -> lstm, with its state -> actor -> distribution -> actions, log_probs; new state",
        "obs -> encoder -> lstm, with its state -> critic -> values",
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
        lstm_dim: Annotated[int, Param("width of the LSTM", low=1)] = 256,
    ) -> None:
        super().__init__(observation_space, action_space, feature_dim, hidden_dim, opt_class, opt_kwargs, init_fn)
        self.lstm_dim = lstm_dim
        self.lstm = nn.LSTM(feature_dim, lstm_dim)
        for name, parameter in self.lstm.named_parameters():
            if "weight" in name:
                nn.init.orthogonal_(parameter)
            else:
                nn.init.zeros_(parameter)
        self.actor = nn.Sequential(self.hidden(lstm_dim), head(hidden_dim, self.num_outputs, 0.01))
        self.critic = nn.Sequential(self.hidden(lstm_dim), head(hidden_dim, 1, 1.0))
        self.encoder: BaseEncoder | None = None

    def freeze(self, encoder: BaseEncoder, dist: BaseDistribution) -> None:
        """Take the encoder and the distribution and build the optimiser over all parameters.

        Raises:
            IncompatibleError: the encoder's features do not have the size that the LSTM takes.
        """
        self.require(encoder)
        self.encoder = encoder
        self.dist = dist
        self._optimizers = {"opt": self.opt_class(self.parameters(), **self.opt_kwargs)}

    def initial_state(self, num_envs: int) -> th.Tensor:
        """(num_envs, 2 * lstm_dim) zeros, the state at the start of an episode."""
        return self.lstm.weight_hh_l0.new_zeros(num_envs, 2 * self.lstm_dim)

    def forward(self, obs: Tree, training: bool = True, state: th.Tensor | None = None) -> Any:
        """Act.

        Args:
            obs: (N, *observation_shape), or a dict of such tensors.
            training: sample and report; else take the likeliest action.
            state: (N, 2 * lstm_dim) before this step; None at the start of episodes.

        Returns:
            Training: actions (N, ...), a dict of `values` (N,) and `log_probs` (N,), and the new state. Else actions
            and the new state.
        """
        memory, new_state = self._step(obs, state)
        dist = self.distribution(self.actor(memory))
        if not training:
            return dist.mode, new_state
        actions = dist.sample()
        extras = {"values": self.critic(memory).squeeze(-1), "log_probs": dist.log_prob(actions)}
        return actions, extras, new_state

    def get_value(self, obs: Tree, state: th.Tensor | None = None) -> th.Tensor:
        """(N,) values of observations (N, *observation_shape) seen in a state (N, 2 * lstm_dim)."""
        memory, _ = self._step(obs, state)
        return self.critic(memory).squeeze(-1)  # type: ignore[no-any-return]

    def evaluate_actions(
        self, obs: Tree, actions: th.Tensor, states: th.Tensor, starts: th.Tensor
    ) -> tuple[th.Tensor, th.Tensor, th.Tensor]:
        """Values, log-probabilities and entropies, (T, E) each, of whole sequences of E environments.

        Gradients flow back through time to the start of an episode or of the sequence.

        Args:
            obs: (T, E, *observation_shape), or a dict of such tensors.
            actions: (T, E, *action_shape).
            states: (E, 2 * lstm_dim) before the first step.
            starts: (T, E), 1 where an episode begins: there the state is zero.
        """
        steps, envs = starts.shape
        features = self._encode(tree_map(lambda leaf: leaf.flatten(0, 1), obs)).unflatten(0, (steps, envs))
        memory = self._unroll(features, states, starts.bool()).flatten(0, 1)
        dist, values = self.distribution(self.actor(memory)), self.critic(memory).squeeze(-1)
        rows = values, dist.log_prob(actions.flatten(0, 1)), dist.entropy()
        values, log_probs, entropies = (row.unflatten(0, (steps, envs)) for row in rows)
        return values, log_probs, entropies

    def _encode(self, obs: Tree) -> th.Tensor:
        if self.encoder is None:
            raise IncompatibleError("This policy has no encoder yet: call freeze(encoder, dist) first.")
        features: th.Tensor = self.encoder(obs)
        return features

    def _step(self, obs: Tree, state: th.Tensor | None) -> tuple[th.Tensor, th.Tensor]:
        """What the heads read (N, lstm_dim), and the state after the step."""
        features = self._encode(obs)
        state = self.initial_state(len(features)) if state is None else state
        memory, (hidden, cell) = self.lstm(features.unsqueeze(0), _split(state))
        return memory[0], th.cat([hidden[0], cell[0]], dim=-1)

    def _unroll(self, features: th.Tensor, states: th.Tensor, starts: th.Tensor) -> th.Tensor:
        """(T, E, lstm_dim) of features (T, E, feature_dim): one call of the LSTM from each step with a start to the next."""
        cuts = [0, *(starts[1:].any(dim=1).nonzero().flatten() + 1).tolist(), len(features)]
        hidden, cell = _split(states)
        memory = []
        for begin, end in pairwise(cuts):
            keep = ~starts[begin].unsqueeze(-1)
            part, (hidden, cell) = self.lstm(features[begin:end], (hidden * keep, cell * keep))
            memory.append(part)
        return th.cat(memory)


def _split(state: th.Tensor) -> tuple[th.Tensor, th.Tensor]:
    """Hidden and cell state as the LSTM takes them, (1, N, lstm_dim) each."""
    hidden, cell = state.unsqueeze(0).chunk(2, dim=-1)
    return hidden.contiguous(), cell.contiguous()
