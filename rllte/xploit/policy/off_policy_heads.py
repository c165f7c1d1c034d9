"""The networks of off-policy policies: critics over features and actions, and actors in [-1, 1]."""

from __future__ import annotations

import gymnasium as gym
import torch as th
from torch import nn

from rllte.nn import get_init_fn, head, mlp


def trunk(feature_dim: int, trunk_dim: int | None) -> tuple[nn.Module, int]:
    """Linear layer, LayerNorm and tanh that actor and critics of DrQ-v2 begin with, and its size; None: nothing."""
    if trunk_dim is None:
        return nn.Identity(), feature_dim
    return nn.Sequential(nn.Linear(feature_dim, trunk_dim), nn.LayerNorm(trunk_dim), nn.Tanh()), trunk_dim


class Critics(nn.Module):
    """Critics side by side, each with two hidden layers and ReLU; they share nothing but, where there is one, a trunk.

    Args:
        feature_dim: size of the features.
        action_dim: size of an action; 0 for critics that value each of a finite number of actions.
        hidden_dim: width of the hidden layers.
        init_fn: initialisation of the hidden layers.
        outputs: values per critic.
        number: of critics.
        trunk_dim: size of the trunk over the features, None for none.
        hidden_layers: in each critic.
    """

    def __init__(
        self,
        feature_dim: int,
        action_dim: int,
        hidden_dim: int,
        init_fn: str,
        outputs: int = 1,
        number: int = 2,
        trunk_dim: int | None = None,
        hidden_layers: int = 2,
    ) -> None:
        super().__init__()
        self.trunk, size = trunk(feature_dim, trunk_dim)
        self.trunk.apply(get_init_fn(init_fn))
        widths = (size + action_dim, *(hidden_dim,) * hidden_layers)
        self.heads = nn.ModuleList(
            nn.Sequential(*mlp(widths, nn.ReLU).apply(get_init_fn(init_fn)), head(hidden_dim, outputs, 1.0))
            for _ in range(number)
        )
        self.of_actions = action_dim > 0

    def forward(self, features: th.Tensor, actions: th.Tensor | None = None) -> tuple[th.Tensor, ...]:
        """The values of each critic.

        Args:
            features: (B, feature_dim).
            actions: (B, action_dim), or None for critics that value all actions.

        Returns:
            For each critic (B,), or (B, outputs).
        """
        inputs = self._inputs(features, actions)
        values = [critic(inputs) for critic in self.heads]
        return tuple([value.squeeze(-1) for value in values] if self.of_actions else values)

    def first(self, features: th.Tensor, actions: th.Tensor) -> th.Tensor:
        """(B,) values of the first critic alone."""
        value: th.Tensor = self.heads[0](self._inputs(features, actions))
        return value.squeeze(-1)

    def _inputs(self, features: th.Tensor, actions: th.Tensor | None) -> th.Tensor:
        inputs: th.Tensor = self.trunk(features)
        return inputs if actions is None else th.cat([inputs, actions], dim=-1)


def actor_net(
    feature_dim: int,
    outputs: int,
    hidden_dim: int,
    init_fn: str,
    trunk_dim: int | None = None,
    hidden_layers: int = 2,
) -> nn.Sequential:
    """Hidden layers with ReLU and an output layer that starts near 0, so that no action is preferred at first."""
    first, size = trunk(feature_dim, trunk_dim)
    body = nn.Sequential(first, *mlp((size, *(hidden_dim,) * hidden_layers), nn.ReLU))
    return nn.Sequential(*body.apply(get_init_fn(init_fn)), head(hidden_dim, outputs, 0.01))


def action_range(space: gym.Space[object]) -> tuple[th.Tensor, th.Tensor]:
    """Middle and half width (A,) of each dimension of a Box; 0 and 1 where there is no width that float32 can hold."""
    low, high = (th.as_tensor(bound, dtype=th.float32) for bound in (space.low, space.high))  # type: ignore[attr-defined]
    bounded = (high - low).isfinite()
    middle, half = (low + high) / 2, (high - low) / 2
    return th.where(bounded, middle, 0.0), th.where(bounded, half, 1.0)
