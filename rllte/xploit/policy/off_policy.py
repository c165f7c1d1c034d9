"""What all off-policy policies share: the encoder and its slow copy, actions in [-1, 1], optimisers, targets."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import gymnasium as gym
import torch as th
from torch import nn

from rllte.core.bases import BaseDistribution, BaseEncoder, BasePolicy
from rllte.core.errors import IncompatibleError
from rllte.nn import soft_update_params, target_of
from rllte.xploit.policy.off_policy_heads import action_range

OBSERVATIONS = ("Box1", "Box3", "Discrete", "MultiDiscrete", "MultiBinary", "Dict")
"""Kinds of observation that there are encoders for."""


class OffPolicyPolicy(BasePolicy):
    """Not a policy yet: the part that the four of them share.

    The critics alone train the encoder; an actor is given its features without gradient (arXiv 1910.01741, section 4).
    Box actions are in [-1, 1] here, in the storage and in the losses; `env_action` stretches them to the bounds of the
    space where they are acted out.

    Args:
        target_encoder: whether the value of next observations is computed with a slow copy of the encoder.
    """

    targets: tuple[str, ...] = ()
    """Names of the modules that have a slow copy, `<name>_target`."""

    def __init__(
        self,
        observation_space: gym.Space[Any],
        action_space: gym.Space[Any],
        feature_dim: int,
        hidden_dim: int,
        opt_class: type[th.optim.Optimizer],
        opt_kwargs: Mapping[str, Any] | None,
        init_fn: str,
        target_encoder: bool = True,
    ) -> None:
        super().__init__(observation_space, action_space, feature_dim, hidden_dim, opt_class, opt_kwargs, init_fn)
        self.encoder: BaseEncoder | None = None
        self.encoder_target: BaseEncoder | None = None
        self.dist: BaseDistribution | None = None
        self.target_encoder = target_encoder
        box = isinstance(action_space, gym.spaces.Box)
        middle, half = action_range(action_space) if box else (th.zeros(()), th.ones(()))
        self.register_buffer("action_middle", middle, persistent=False)
        self.register_buffer("action_half", half, persistent=False)

    def freeze(self, encoder: BaseEncoder, dist: BaseDistribution) -> None:
        """Take the encoder and the distribution, copy the targets, build the optimisers. No weight is changed.

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
        if self.target_encoder and any(True for _ in encoder.parameters()):
            self.encoder_target = target_of(encoder)
        for name in self.targets:
            setattr(self, f"{name}_target", target_of(getattr(self, name)))
        self._optimizers = self.make_optimizers()

    def make_optimizers(self) -> dict[str, th.optim.Optimizer]:
        """By name; called once the encoder is there."""
        raise NotImplementedError

    def optimizer(self, parameters: Iterable[nn.Parameter], **kwargs: Any) -> th.optim.Optimizer:
        """One of `opt_class` with `opt_kwargs`; of no parameters as well, as those of an encoder that learns nothing."""
        return self.opt_class([{"params": list(parameters)}], **{**self.opt_kwargs, **kwargs})

    def compile(self, *args: Any, **kwargs: Any) -> None:
        """Compile acting, and each network that learning calls.

        Args:
            args, kwargs: of `torch.compile`.
        """
        super().compile(*args, **kwargs)
        for _, network in self.named_children():
            network.compile(*args, **kwargs)

    def env_action(self, actions: th.Tensor) -> th.Tensor:
        """Actions (N, A) in [-1, 1] stretched to the bounds of the space; others as they are."""
        if isinstance(self.action_space, gym.spaces.Box):
            return self.action_middle + self.action_half * actions
        return actions

    def random_actions(self, number: int, device: th.device | str = "cpu") -> th.Tensor:
        """(number, ...) actions drawn evenly: Box ones in [-1, 1]."""
        if isinstance(self.action_space, gym.spaces.Box):
            return th.rand(number, *self.action_space.shape, device=device) * 2 - 1
        return super().random_actions(number, device)

    def features(self, obs: Any) -> th.Tensor:
        """(B, feature_dim) of observations (B, *observation_shape)."""
        if self.encoder is None:
            raise IncompatibleError("This policy has no encoder yet: call freeze(encoder, dist) first.")
        features: th.Tensor = self.encoder(obs)
        return features

    def target_features(self, obs: Any) -> th.Tensor:
        """As `features`, of the slow copy of the encoder where there is one."""
        return self.features(obs) if self.encoder_target is None else self.encoder_target(obs)

    def next_features(self, obs: Any) -> tuple[th.Tensor, th.Tensor]:
        """(B, feature_dim) of the encoder, for the actor, and of its slow copy, for the critics' targets."""
        features = self.features(obs)
        return features, features if self.encoder_target is None else self.encoder_target(obs)

    def update_targets(self, tau: float) -> None:
        """Move all targets by `tau` towards the networks that learn."""
        for name in ("encoder", *self.targets):
            slow = getattr(self, f"{name}_target", None)
            if slow is not None:
                soft_update_params(getattr(self, name), slow, tau)

    def step(self, loss: th.Tensor, *names: str, max_grad_norm: float | None = None) -> None:
        """One step down `loss` with these optimisers.

        Args:
            max_grad_norm: gradients are scaled down to this norm first, those of each optimiser by themselves.
        """
        optimizers = [self._optimizers[name] for name in names if self._optimizers[name].param_groups[0]["params"]]
        for optimizer in optimizers:
            optimizer.zero_grad(set_to_none=True)
        loss.backward()
        for optimizer in optimizers:
            if max_grad_norm is not None:
                nn.utils.clip_grad_norm_(optimizer.param_groups[0]["params"], max_grad_norm)
            optimizer.step()

    def _exploring(self) -> BaseDistribution:
        if self.dist is None:
            raise IncompatibleError("This policy has no distribution yet: call freeze(encoder, dist) first.")
        return self.dist


@contextlib.contextmanager
def frozen(module: nn.Module) -> Iterator[None]:
    """No gradients for its weights within: an actor's loss goes through the critics and needs none of theirs."""
    parameters = [parameter for parameter in module.parameters() if parameter.requires_grad]
    for parameter in parameters:
        parameter.requires_grad_(False)
    try:
        yield
    finally:
        for parameter in parameters:
            parameter.requires_grad_(True)
