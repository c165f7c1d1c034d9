"""What on-policy actor-critics share: hidden layers by observation space, a distribution for every action space."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gymnasium as gym
import torch as th
import torch.nn.functional as F
from torch import nn

from rllte.core.bases import BaseDistribution, BaseEncoder, BasePolicy
from rllte.core.errors import IncompatibleError
from rllte.core.spaces import observation_kind, policy_outputs
from rllte.core.trees import leaves, space_leaves
from rllte.nn import get_init_fn, mlp

OBSERVATIONS = ("Box1", "Box3", "Discrete", "MultiDiscrete", "MultiBinary", "Dict")
ACTIONS = ("Discrete", "Box", "MultiDiscrete", "MultiBinary")


class ActorCritic(BasePolicy):
    """Base of the on-policy policies; no policy by itself.

    An actor puts out `policy_outputs(action_space)` numbers: logits for Discrete and MultiBinary actions, the logits of
    all dimensions side by side for MultiDiscrete ones, means for Box ones, whose standard deviations are one learned
    number per dimension, 1 at the start and the same in all states.
    """

    def __init__(
        self,
        observation_space: gym.Space[Any],
        action_space: gym.Space[Any],
        feature_dim: int,
        hidden_dim: int,
        opt_class: type[th.optim.Optimizer],
        opt_kwargs: Mapping[str, Any] | None,
        init_fn: str,
    ) -> None:
        super().__init__(observation_space, action_space, feature_dim, hidden_dim, opt_class, opt_kwargs, init_fn)
        self.num_outputs = policy_outputs(action_space)
        self.num_logits = action_space.nvec.tolist() if isinstance(action_space, gym.spaces.MultiDiscrete) else None
        box = isinstance(action_space, gym.spaces.Box)
        self.log_std = nn.Parameter(th.zeros(self.num_outputs)) if box else None
        self.dist: BaseDistribution | None = None

    def hidden(self, inputs: int) -> nn.Sequential:
        """Hidden layers of a head: two with tanh over vectors, one with ReLU over the features of images."""
        spaces = leaves(space_leaves(self.observation_space)).values()
        images = any(observation_kind(space) == "Box3" for space in spaces)
        widths = (inputs, self.hidden_dim) if images else (inputs, self.hidden_dim, self.hidden_dim)
        return mlp(widths, nn.ReLU if images else nn.Tanh).apply(get_init_fn(self.init_fn))

    def require(self, encoder: BaseEncoder) -> None:
        """Refuse an encoder whose features do not have the size that this policy takes.

        Raises:
            IncompatibleError: they do not.
        """
        if encoder.feature_dim != self.feature_dim:
            raise IncompatibleError(
                f"{type(encoder).__name__} puts out {encoder.feature_dim} features; this policy takes "
                f"{self.feature_dim}. Give both the same feature_dim."
            )

    def distribution(self, outputs: th.Tensor) -> BaseDistribution:
        """The action distribution for the outputs (B, num_outputs) of an actor."""
        dist = self._given()
        if self.log_std is not None:
            return dist(outputs, self.log_std.exp())
        return dist(outputs) if self.num_logits is None else dist(outputs.split(self.num_logits, dim=-1))

    def parameters_of(self, outputs: th.Tensor) -> th.Tensor:
        """All parameters of the distribution in one tensor: the outputs, beside them deviations for Box: (B, 2 A)."""
        if self.log_std is None:
            return outputs
        return th.cat([outputs, self.log_std.exp().expand_as(outputs)], dim=-1)

    def distribution_from(self, parameters: th.Tensor) -> BaseDistribution:
        """The action distribution for what `get_policy_outputs` returned, now or earlier; independent of the weights."""
        if self.log_std is None:
            return self.distribution(parameters)
        return self._given()(*parameters.chunk(2, dim=-1))

    def _given(self) -> BaseDistribution:
        if self.dist is None:
            raise IncompatibleError("This policy has no distribution yet: call freeze(encoder, dist) first.")
        return self.dist


def action_code_size(space: gym.Space[Any]) -> int:
    """How many numbers `action_code` puts out."""
    return policy_outputs(space)


def action_code(space: gym.Space[Any], actions: th.Tensor) -> th.Tensor:
    """Actions (B, ...) as inputs of a network, (B, K) float32: one-hot for labels, as they are for numbers and bits."""
    if isinstance(space, gym.spaces.Discrete):
        return F.one_hot(actions.long(), int(space.n)).float()
    if isinstance(space, gym.spaces.MultiDiscrete):
        columns = zip(actions.long().unbind(-1), space.nvec.tolist(), strict=True)
        return th.cat([F.one_hot(column, size).float() for column, size in columns], dim=-1)
    return actions.float()
