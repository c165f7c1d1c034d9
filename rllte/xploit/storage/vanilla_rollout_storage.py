"""The rollout of on-policy agents: T steps of N environments in preallocated tensors, images as uint8."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

import gymnasium as gym
import torch as th

from rllte.core.bases import BaseStorage
from rllte.core.errors import ParameterError
from rllte.core.registry import Param, register
from rllte.core.trees import leaves, space_leaves, to_device, tree_map
from rllte.core.types import VanillaRolloutBatch
from rllte.losses import generalized_advantages
from rllte.xploit.storage.memory import (
    ACTIONS,
    ARRAYS,
    action_dtype,
    check_kind,
    check_step,
    check_tree,
    observation_arrays,
    shape_of,
    torch_dtype,
)


@register("storage", aliases=("rollout storage",), observation_spaces=ARRAYS, action_spaces=ACTIONS)
class VanillaRolloutStorage(BaseStorage):
    """Filled with `add`, closed with `compute_returns_and_advantages`, read with `sample`, emptied with `update`.

    Raises:
        SpaceError: a space that it does not take.
    """

    batch_type: ClassVar[type[VanillaRolloutBatch]] = VanillaRolloutBatch
    kinds: ClassVar[tuple[str, ...]] = ARRAYS

    def __init__(
        self,
        observation_space: gym.Space[Any],
        action_space: gym.Space[Any],
        device: Annotated[str, Param("where the tensors live")] = "cpu",
        storage_size: Annotated[int, Param("steps per environment", low=1)] = 256,
        batch_size: Annotated[int, Param("samples in a minibatch", low=1)] = 64,
        num_envs: Annotated[int, Param("environments side by side", low=1)] = 8,
        discount: Annotated[float, Param("discount factor gamma", low=0, high=1, aliases=("gamma",))] = 0.99,
        gae_lambda: Annotated[float, Param("lambda of generalised advantage estimation", low=0, high=1)] = 0.95,
    ) -> None:
        super().__init__(observation_space, action_space, device, storage_size, batch_size, num_envs)
        check_kind(self, self.kinds)
        self.discount = discount
        self.gae_lambda = gae_lambda
        shape = (storage_size, num_envs)
        self.observations: Any = to_device(observation_arrays(observation_space, shape), self.device)
        act_dtype = torch_dtype(action_dtype(action_space))
        self.actions = th.zeros(*shape, *shape_of(action_space), dtype=act_dtype, device=self.device)
        self.rewards, self.terminateds, self.truncateds = (th.zeros(shape, device=self.device) for _ in range(3))
        self.log_probs, self.values, self.final_values = (th.zeros(shape, device=self.device) for _ in range(3))
        self.returns, self.advantages = (th.zeros(shape, device=self.device) for _ in range(2))
        self.next_observations_at_end: list[tuple[int, th.Tensor, Any]] = []
        self.last_observations: Any = None
        self.step = 0
        self._shapes = tree_map(lambda leaf: (num_envs, *shape_of(leaf)), space_leaves(observation_space))
        names = ("rewards", "terminateds", "truncateds", "log_probs", "values")
        self._fields = [("actions", (num_envs, *shape_of(action_space))), *((name, (num_envs,)) for name in names)]

    def reset(self) -> None:
        """Start a new rollout."""
        self.step = 0
        self.next_observations_at_end = []
        self.last_observations = None

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
    ) -> None:
        """Keep one step of all environments; every argument has N as its first axis.

        Args:
            infos: where episodes ended, `final_obs` (N, *observation_shape) holds their own last observations.
            next_observations: what the next actions will see: the first of a new episode where one ended.
            final_values: (N,) V of `final_obs` where an episode was truncated, 0 elsewhere; None where none was.

        Raises:
            ParameterError: the storage is full, or a tensor is not of N environments.
        """
        if self.step >= self.storage_size:
            raise ParameterError(f"The rollout is full ({self.storage_size} steps): learn from it, then call update().")
        self._check(observations, next_observations, actions, rewards, terminateds, truncateds, log_probs, values)
        t = self.step
        tree_map(lambda data, leaf: data[t].copy_(leaf), self.observations, observations)
        self.actions[t].copy_(actions)
        self.rewards[t].copy_(rewards)
        self.terminateds[t].copy_(terminateds)
        self.truncateds[t].copy_(truncateds)
        self.log_probs[t].copy_(log_probs)
        self.values[t].copy_(values)
        self.final_values[t] = 0.0 if final_values is None else final_values
        ended = (terminateds.bool() | truncateds.bool()).nonzero().flatten()
        if len(ended) and "final_obs" in infos:
            final = tree_map(lambda leaf: leaf[ended].to(self.device, copy=True), infos["final_obs"])
            self.next_observations_at_end.append((t, ended.to(self.device), final))
        self.last_observations = tree_map(lambda leaf: leaf.to(self.device, copy=True), next_observations)
        self.step += 1

    def next_observations(self) -> Any:
        """(T, N, *observation_shape), or by key: what truly followed each step, an episode's own last at its end."""
        if self.last_observations is None:
            raise ParameterError("The rollout is empty.")
        following = tree_map(
            lambda data, last: th.cat([data[1 : self.step], last.unsqueeze(0).to(data.dtype)]),
            self.observations,
            self.last_observations,
        )
        for step, ended, observations in self.next_observations_at_end:
            for key, leaf in leaves(following).items():
                leaf[step, ended] = leaves(observations)[key].to(leaf.dtype)
        return following

    def _check(self, observations: Any, next_observations: Any, actions: th.Tensor, *numbers: th.Tensor) -> None:
        check_tree("observations", observations, self._shapes)
        check_tree("next_observations", next_observations, self._shapes)
        for (name, shape), tensor in zip(self._fields, (actions, *numbers), strict=True):
            check_step(name, tensor, shape)

    def compute_returns_and_advantages(self, last_values: th.Tensor) -> None:
        """Fill `returns` and `advantages` from `rewards`, which may have been changed since.

        Args:
            last_values: (N,) V of the observations after the last step.
        """
        steps = self.step
        values = self.values[:steps]
        following = th.cat([values[1:], last_values.reshape(1, -1).to(values)])
        following = th.where(self.truncateds[:steps].bool(), self.final_values[:steps], following)
        arrays = [
            tensor[:steps].cpu().numpy()
            for tensor in (self.rewards, values, following, self.terminateds, self.truncateds)
        ]
        advantages, returns = generalized_advantages(*arrays, self.discount, self.gae_lambda)
        self.advantages[:steps] = th.from_numpy(advantages).to(self.device)
        self.returns[:steps] = th.from_numpy(returns).to(self.device)

    def sample(self) -> Iterator[VanillaRolloutBatch]:
        """Every sample once, in random order; batches of near-equal size, none larger than `batch_size`.

        A small remainder would be learned from with as much weight as a whole batch, and one sample alone has no
        deviation to be normalised by.
        """
        total = self.step * self.num_envs
        flat = [
            tree_map(lambda leaf: leaf[: self.step].flatten(0, 1), field)
            for field in (
                self.observations,
                self.actions,
                self.values,
                self.returns,
                self.terminateds,
                self.truncateds,
                self.log_probs,
                self.advantages,
            )
        ]
        for indices in th.randperm(total, device=self.device).tensor_split(-(-total // self.batch_size)):
            yield self.batch_type(
                *(tree_map(lambda leaf, at=indices: leaf.index_select(0, at), field) for field in flat)
            )

    def update(self) -> None:
        """Make room for the next rollout."""
        self.reset()
