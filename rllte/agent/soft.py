"""What SAC for Box and for Discrete actions have in common: the temperature, and the order of an update."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

import torch as th

from rllte.common.prototype import OffPolicyAgent
from rllte.losses import squared_td_loss, td_errors, td_targets, temperature_loss


class SoftAgent(OffPolicyAgent):
    """Not an agent yet: subclasses say what the value of a state and the loss of the actor are."""

    actor_update_freq: int
    critic_target_tau: float
    critic_target_update_freq: int
    temperature: float
    fixed_temperature: bool
    discount: float
    target_entropy: float

    @property
    def alpha(self) -> th.Tensor:
        """The temperature, a scalar."""
        return self.policy.alpha

    def freeze(self, **kwargs: Any) -> None:
        """As every agent's; the policy gets the temperature to begin with."""
        if not self._frozen:
            self.policy.set_temperature(self.temperature, self.fixed_temperature)
        super().freeze(**kwargs)

    @abstractmethod
    def next_values(self, next_obs: Any) -> th.Tensor:
        """(B,) soft values of next observations, of the targets."""

    @abstractmethod
    def taken_values(self, features: th.Tensor, actions: th.Tensor) -> tuple[th.Tensor, ...]:
        """(B,) of each critic, for the actions of a batch."""

    @abstractmethod
    def actor_loss(self, features: th.Tensor) -> tuple[th.Tensor, th.Tensor]:
        """The actor's loss, a scalar, and entropies (B,) without gradient; `features` have none."""

    def update(self) -> Mapping[str, Any]:
        """One step of critics, actor, temperature and targets; arXiv 1812.05905, algorithm 1."""
        batch = self.storage.sample()
        features = self.policy.features(batch.observations)
        metrics = self.update_critic(features, batch)
        if self.turn(self.actor_update_freq):
            metrics |= self.update_actor_and_alpha(features.detach())
        if self.turn(self.critic_target_update_freq):
            self.policy.update_targets(self.critic_target_tau)
        return metrics

    def update_critic(self, features: th.Tensor, batch: Any) -> dict[str, th.Tensor]:
        """Towards r + discount V(s'); arXiv 1812.05905, equation 5.

        Args:
            features: (B, feature_dim) of the batch's observations, with gradient.
            batch: of the storage.
        """
        with th.no_grad():
            targets = td_targets(batch.rewards, batch.discounts, self.next_values(batch.next_observations))
        first, second = self.taken_values(features, batch.actions)
        loss = squared_td_loss(first, targets, batch.weights) + squared_td_loss(second, targets, batch.weights)
        self.policy.step(loss, "encoder_opt", "critic_opt")
        self.learned(batch, td_errors(targets, first, second))
        return {"critic_loss": loss.detach(), "q_value": first.detach().mean()}

    def update_actor_and_alpha(self, features: th.Tensor) -> dict[str, th.Tensor]:
        """The actor up the soft value, then the temperature towards the target entropy.

        Args:
            features: (B, feature_dim), without gradient.
        """
        policy = self.policy
        loss, entropies = self.actor_loss(features)
        policy.step(loss, "actor_opt")
        if "alpha_opt" in policy.optimizers:
            policy.step(temperature_loss(policy.log_alpha, entropies, self.target_entropy), "alpha_opt")
        return {"actor_loss": loss.detach(), "entropy": entropies.mean(), "alpha": policy.alpha}
