"""The rollout of recurrent agents: minibatches are whole sequences of some of the environments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import torch as th

from rllte.core.errors import ParameterError
from rllte.core.registry import register
from rllte.core.trees import tree_map
from rllte.core.types import RecurrentRolloutBatch
from rllte.xploit.storage.memory import ACTIONS, ARRAYS
from rllte.xploit.storage.vanilla_rollout_storage import VanillaRolloutStorage


@register("storage", aliases=("lstm rollout",), observation_spaces=(*ARRAYS, "Dict"), action_spaces=ACTIONS)
class RecurrentRolloutStorage(VanillaRolloutStorage):
    """As `VanillaRolloutStorage`, but with the policy's state, and batches of whole sequences in their order.

    A batch has so many environments that it holds about `batch_size` samples, and at least one: a sequence is not cut.

    Raises:
        SpaceError: a space that it does not take.
    """

    kinds: ClassVar[tuple[str, ...]] = (*ARRAYS, "Dict")
    states: th.Tensor | None = None

    def reset(self) -> None:
        """Start a new rollout."""
        super().reset()
        self.states = None

    def add(
        self,
        observations: Any,
        actions: th.Tensor,
        rewards: th.Tensor,
        terminateds: th.Tensor,
        truncateds: th.Tensor,
        infos: Mapping[str, Any],
        next_observations: Any,
        log_probs: th.Tensor,
        values: th.Tensor,
        final_values: th.Tensor | None = None,
        states: th.Tensor | None = None,
    ) -> None:
        """Keep one step of all environments; every argument has N as its first axis.

        Args:
            infos: where episodes ended, `final_obs` (N, *observation_shape) holds their own last observations.
            next_observations: what the next actions will see: the first of a new episode where one ended.
            final_values: (N,) V of `final_obs` where an episode was truncated, 0 elsewhere; None where none was.
            states: (N, S) of the policy before the step, zero where an episode begins. Those of the rollout's first
                step are kept, all others follow from them.

        Raises:
            ParameterError: the storage is full, a tensor is not of N environments, or the first states are missing.
        """
        if self.step == 0:
            if states is None or states.shape[:1] != (self.num_envs,):
                raise ParameterError(
                    f"The first step of a rollout comes with the policy's states ({self.num_envs}, S); received "
                    f"{None if states is None else tuple(states.shape)}. A policy without a memory needs no "
                    "RecurrentRolloutStorage: take VanillaRolloutStorage."
                )
            self.states = states.detach().to(self.device, copy=True)
        super().add(
            observations,
            actions,
            rewards,
            terminateds,
            truncateds,
            infos,
            next_observations,
            log_probs,
            values,
            final_values,
        )

    def sample(self) -> Iterator[RecurrentRolloutBatch]:  # type: ignore[override]  # sequences, not samples
        """Every environment once, in random order, each with its whole sequence; batches of near-equal size."""
        if self.states is None:
            raise ParameterError("The rollout is empty.")
        steps, states = self.step, self.states
        ended = th.maximum(self.terminateds, self.truncateds)[: steps - 1]
        starts = th.cat([th.zeros_like(self.terminateds[:1]), ended])  # the first states are zero where they have to be
        fields = (
            self.observations,
            self.actions,
            self.values,
            self.returns,
            self.terminateds,
            self.truncateds,
            self.log_probs,
            self.advantages,
        )
        together = max(1, self.batch_size // steps)
        for envs in th.randperm(self.num_envs, device=self.device).tensor_split(-(-self.num_envs // together)):
            chosen = (tree_map(lambda leaf, at=envs: leaf[:steps, at], field) for field in fields)
            yield RecurrentRolloutBatch(*chosen, states=states[envs], starts=starts[:, envs])
