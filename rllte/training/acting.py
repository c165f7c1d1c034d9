"""Acting with a policy in N environments: what a recurrent policy remembers is carried here, and forgotten at ends."""

from __future__ import annotations

from typing import Any

import torch as th

from rllte.core.trees import Tree


class Actor:
    """A policy with the state of its memory, if it has one.

    A recurrent policy has `recurrent = True`, `initial_state(num_envs)` (N, S), and takes the state as its last argument:
    `policy(obs, training, state)` returns the new state last, `get_value(obs, state)` reads it.

    Args:
        policy: of the agent, frozen.
        num_envs: N.
        device: where the policy is.
    """

    def __init__(self, policy: Any, num_envs: int, device: th.device) -> None:
        self.policy = policy
        self.state: th.Tensor | None = None
        if getattr(policy, "recurrent", False):
            self.state = policy.initial_state(num_envs).to(device)

    def act(self, obs: Tree) -> tuple[th.Tensor, dict[str, th.Tensor]]:
        """Sampled actions (N, ...) for on-policy learning, and what the storage keeps of how they came about."""
        if self.state is None:
            actions, extras = self.policy(obs, training=True)
            return actions, extras
        before = self.state
        actions, extras, self.state = self.policy(obs, True, before)
        return actions, {**extras, "states": before}

    def greedy(self, obs: Tree) -> th.Tensor:
        """The likeliest actions (N, ...)."""
        if self.state is None:
            actions: th.Tensor = self.policy(obs, training=False)
            return actions
        actions, self.state = self.policy(obs, False, self.state)
        return actions

    def values(self, obs: Tree) -> th.Tensor:
        """(N,) values of observations that follow the last ones acted on."""
        values: th.Tensor = self.policy.get_value(obs) if self.state is None else self.policy.get_value(obs, self.state)
        return values

    def ended(self, mask: th.Tensor) -> None:
        """Forget what belongs to episodes that are over; `mask` (N,) is 1 for them."""
        if self.state is not None:
            self.state = self.state * (1.0 - mask.to(self.state)).unsqueeze(-1)
