"""The rollouts of distributed agents: memory that acting processes write and learners read."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import gymnasium as gym
import numpy as np
import torch as th

from rllte.core.bases import BaseStorage
from rllte.core.errors import ParameterError
from rllte.core.registry import Paper, Param, register
from rllte.core.trees import leaves, space_leaves, tree_map
from rllte.xploit.storage.memory import (
    ACTIONS,
    ARRAYS,
    action_dtype,
    check_kind,
    observation_dtype,
    shape_of,
    torch_dtype,
)

_LOCK = threading.Lock()


@register(
    "storage",
    paper=Paper(
        "IMPALA: Scalable Distributed Deep-RL with Importance Weighted Actor-Learner Architectures", "1802.01561"
    ),
    aliases=("distributed storage", "actor-learner storage"),
    observation_spaces=(*ARRAYS, "Dict"),
    action_spaces=ACTIONS,
)
class VanillaDistributedStorage(BaseStorage):
    """Rollouts of T + 1 rows each in shared memory: actors fill them with `add`, a learner reads with `sample`.

    Row t holds what the environment said at step t (`observations`, and `rewards`, `terminateds`, `truncateds`,
    `last_actions`, `episode_returns`, `episode_steps` of the step that led there) and what the actor answered
    (`actions`, `policy_outputs`, `log_probs`, `baselines`). Row T of a rollout is row 0 of the actor's next one.
    `final_values` is there for the values of an episode's own last observations. `storages` has these fields as
    tensors (num_storages, T + 1, rollout_envs, ...); what nobody writes stays 0.

    Raises:
        SpaceError: a space that it does not take.
        ParameterError: a batch of more rollouts than there are, or too little shared memory.
    """

    kinds: ClassVar[tuple[str, ...]] = (*ARRAYS, "Dict")

    def __init__(
        self,
        observation_space: gym.Space[Any],
        action_space: gym.Space[Any],
        device: Annotated[str, Param("where batches go")] = "cpu",
        storage_size: Annotated[int, Param("T, steps in a rollout", low=1)] = 100,
        num_storages: Annotated[int, Param("rollouts", low=1)] = 80,
        num_envs: Annotated[int, Param("environments that are acted in", low=1)] = 45,
        batch_size: Annotated[int, Param("rollouts in a batch", low=1)] = 32,
        num_outputs: Annotated[
            int | None, Param("numbers in a policy's output; None: logits, or means of a Box", low=1)
        ] = None,
        rollout_envs: Annotated[int, Param("environments in each acting process", low=1)] = 1,
        state_shape: Annotated[
            tuple[int, ...] | None, Param("shape of a recurrent policy's state; None: it has none")
        ] = None,
    ) -> None:
        super().__init__(observation_space, action_space, device, storage_size, batch_size, num_envs)
        check_kind(self, self.kinds)
        if batch_size > num_storages:
            raise ParameterError(
                f"A batch of {batch_size} rollouts never fills: there are num_storages={num_storages}. Lower "
                "batch_size, or raise num_storages above it by the number of actors."
            )
        if state_shape is not None and not _is_shape(state_shape):
            raise ParameterError(
                f"state_shape is {state_shape!r}; expected whole numbers of at least 0, the shape of "
                "policy.initial_state(rollout_envs), or None for a policy without a memory."
            )
        self.num_storages, self.rollout_envs, self.state_shape = num_storages, rollout_envs, state_shape
        outputs = num_outputs or outputs_of(action_space)
        act_shape, act_dtype = shape_of(action_space), torch_dtype(action_dtype(action_space))
        numbers = ("rewards", "terminateds", "truncateds", "episode_returns", "baselines", "log_probs", "final_values")
        specs: dict[str, Any] = {name: ((), th.float32) for name in numbers}
        specs |= {"episode_steps": ((), th.int64), "policy_outputs": ((outputs,), th.float32)}
        specs |= {"actions": (act_shape, act_dtype), "last_actions": (act_shape, act_dtype)}
        lead = (num_storages, storage_size + 1, rollout_envs)
        self.storages: dict[str, Any] = {
            "observations": tree_map(
                lambda leaf: _shared((*lead, *shape_of(leaf)), torch_dtype(observation_dtype(leaf))),
                space_leaves(observation_space),
            ),
            **{name: _shared((*lead, *shape), dtype) for name, (shape, dtype) in specs.items()},
        }
        if state_shape is not None:
            self.storages["initial_states"] = _shared((num_storages, *state_shape), th.float32)

    def reset(self) -> None:
        """Put zeros everywhere."""
        for field in self.storages.values():
            tree_map(lambda leaf: leaf.zero_(), field)

    def add(self, idx: int, timestep: int, actor_output: Mapping[str, Any], env_output: Mapping[str, Any]) -> None:
        """Write one row of a rollout; of each value the leading axes of size 1 may be there or not.

        Args:
            idx: number of the rollout.
            timestep: of the row, 0 to T.
            actor_output: fields of the actor; in row 0, `initial_states` is the state that it began with.
            env_output: fields of the environment.

        Raises:
            ParameterError: an unknown field, a value of another size, or a row that is not there.
        """
        if not (0 <= idx < self.num_storages and 0 <= timestep <= self.storage_size):
            raise ParameterError(
                f"Row {timestep} of rollout {idx}; there are rows 0 to {self.storage_size} of rollouts 0 to "
                f"{self.num_storages - 1}."
            )
        for name, value in (*env_output.items(), *actor_output.items()):
            if name not in self.storages:
                raise ParameterError(f"There is no field {name!r}; known: {', '.join(self.storages)}.")
            field = self.storages[name]
            if name == "initial_states":
                _write(name, field[idx], value)
                continue
            for key, leaf in leaves(field).items():
                _write(name, leaf[idx, timestep], leaves(value)[key])

    def sample(self, free_queue: Any, full_queue: Any, lock: Any = _LOCK) -> dict[str, Any] | None:
        """Wait for `batch_size` full rollouts, copy them and hand them back to the actors.

        Args:
            free_queue: numbers of rollouts that actors may write; those of the batch are put there.
            full_queue: numbers of rollouts that are full; a None there asks learners to stop.
            lock: held while numbers are taken, so that each learner gets whole batches.

        Returns:
            Fields (T + 1, B, ...) on `device`, B = batch_size x rollout_envs, and `initial_states` (batch_size,
            *state_shape) if there are any; None if asked to stop.
        """
        taken: list[int] = []
        with lock:
            while len(taken) < self.batch_size:
                index = full_queue.get()
                if index is None:
                    full_queue.put(None)  # for the other learners
                    return None
                taken.append(int(index))
        batch = {
            name: th.stack([field[i] for i in taken])
            if name == "initial_states"
            else tree_map(lambda leaf: th.cat([leaf[i] for i in taken], dim=1), field)
            for name, field in self.storages.items()
        }
        for index in taken:
            free_queue.put(index)
        return {name: tree_map(self._move, field) for name, field in batch.items()}

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Nothing is due after learning."""

    def _move(self, tensor: th.Tensor) -> th.Tensor:
        if self.device.type == "cuda":
            return tensor.pin_memory().to(self.device, non_blocking=True)
        return tensor.to(self.device)


def outputs_of(space: gym.Space[Any]) -> int:
    """Numbers in a policy's output: logits of Discrete, MultiDiscrete and MultiBinary actions, means of a Box."""
    if isinstance(space, gym.spaces.Discrete):
        return int(space.n)
    if isinstance(space, gym.spaces.MultiDiscrete):
        return int(np.sum(space.nvec))
    return int(np.prod(shape_of(space)))


def _is_shape(value: Any) -> bool:
    return isinstance(value, tuple | list) and all(isinstance(size, int) and size >= 0 for size in value)


def _shared(shape: tuple[int, ...], dtype: th.dtype) -> th.Tensor:
    """Zeros that processes share.

    Raises:
        ParameterError: the system has too little shared memory.
    """
    size = int(np.prod(shape)) * dtype.itemsize
    if os.path.isdir("/dev/shm"):
        room = os.statvfs("/dev/shm")
        if size > room.f_bavail * room.f_frsize:
            raise ParameterError(
                f"A field of the rollouts needs {size / 1e6:,.0f} MB of shared memory; /dev/shm has "
                f"{room.f_bavail * room.f_frsize / 1e6:,.0f}. Lower num_storages or storage_size, or enlarge /dev/shm."
            )
    return th.zeros(shape, dtype=dtype).share_memory_()


def _write(name: str, row: th.Tensor, value: Any) -> None:
    value = th.as_tensor(value).detach()
    if value.numel() != row.numel():
        raise ParameterError(f"{name} has shape {tuple(value.shape)}; expected {tuple(row.shape)}.")
    row.copy_(value.reshape(row.shape))
