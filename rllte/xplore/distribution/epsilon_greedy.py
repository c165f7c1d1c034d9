"""Mostly the best action, sometimes any: how agents with a Q-network explore."""

from __future__ import annotations

from typing import Annotated

import torch as th

from rllte.core.bases import BaseDistribution
from rllte.core.errors import ParameterError
from rllte.core.registry import Paper, Param, register
from rllte.core.schedules import parse_schedule, schedule


@register(
    "distribution",
    paper=Paper("Human-level control through deep reinforcement learning", doi="10.1038/nature14236"),
    aliases=("epsilon greedy", "epsilon-greedy", "e-greedy"),
    action_spaces=("Discrete",),
)
class EpsilonGreedy(BaseDistribution):
    """The action of the largest value with probability 1 - epsilon, else any of the n, each alike.

    Called with values (B, n). `at(step)` is the same with epsilon as scheduled for that environment step.
    """

    def __init__(
        self,
        epsilon_schedule: Annotated[
            str,
            Param(
                "epsilon over environment steps: a number or linear(start, end, steps), among others",
                aliases=("epsilon",),
            ),
        ] = "linear(1.0, 0.05, 10000)",
    ) -> None:
        self.epsilon_schedule = epsilon_schedule
        if not all(0 <= value <= 1 for _, value in parse_schedule(epsilon_schedule)):
            raise ParameterError(f"epsilon_schedule is {epsilon_schedule!r}; expected probabilities, from 0 to 1.")
        self.epsilon = schedule(epsilon_schedule, 0)
        self._values: th.Tensor | None = None

    def __call__(self, values: th.Tensor) -> EpsilonGreedy:
        """A new distribution over actions of these values (B, n)."""
        return self._with(self.epsilon, values)

    def at(self, step: int) -> EpsilonGreedy:
        """A new distribution with epsilon as scheduled for an environment step."""
        return self._with(schedule(self.epsilon_schedule, step), self._values)

    def _with(self, epsilon: float, values: th.Tensor | None) -> EpsilonGreedy:
        new = object.__new__(EpsilonGreedy)
        new.epsilon_schedule, new.epsilon, new._values = self.epsilon_schedule, epsilon, values
        return new

    @property
    def values(self) -> th.Tensor:
        """(B, n) of the actions."""
        if self._values is None:
            raise ParameterError(
                "This EpsilonGreedy has no values yet: call it with those of the actions, dist(values)."
            )
        return self._values

    @property
    def probs(self) -> th.Tensor:
        """(B, n) probabilities."""
        best = th.nn.functional.one_hot(self.mode, self.values.shape[-1])
        return self.epsilon / self.values.shape[-1] + (1.0 - self.epsilon) * best

    def sample(self, sample_shape: th.Size = th.Size()) -> th.Tensor:  # noqa: B008 (torch's convention, immutable)
        """(*sample_shape, B) int64 actions."""
        shape = (*sample_shape, *self.values.shape[:-1])
        any_action = th.randint(self.values.shape[-1], shape, device=self.values.device)
        explore = th.rand(shape, device=self.values.device) < self.epsilon
        return th.where(explore, any_action, self.mode.expand(shape))

    def log_prob(self, actions: th.Tensor) -> th.Tensor:
        """(*sample_shape, B) of actions (*sample_shape, B) int64; -inf for those that a greedy agent never takes."""
        probs = self.probs.expand(*actions.shape, self.values.shape[-1])
        return probs.gather(-1, actions.long().unsqueeze(-1)).squeeze(-1).log()

    def entropy(self) -> th.Tensor:
        """(B,) in nats."""
        return th.special.entr(self.probs).sum(-1)

    @property
    def mode(self) -> th.Tensor:
        """(B,) int64, the actions of the largest value."""
        return self.values.argmax(dim=-1)
