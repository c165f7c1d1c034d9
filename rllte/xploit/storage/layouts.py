"""How the observations of a ring lie in memory: whole, or one frame a step where the environment stacks frames."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import gymnasium as gym
import numpy as np
import torch as th

from rllte.core.errors import IncompatibleError, SpaceError
from rllte.core.trees import leaves, tree_map
from rllte.xploit.storage.memory import Array, array, observation_arrays, observation_dtype, shape_of, zeros
from rllte.xploit.storage.side_table import SideTable


class Places(Protocol):
    """What a layout needs to know of its ring."""

    end_rows: Array
    ends: SideTable

    def flat(self, steps: Array, envs: Array) -> Array: ...


def take(rows: th.Tensor, index: Array, pinned: bool) -> th.Tensor:
    """Rows (M, ...) at an index (M,), copied; into pinned memory if they go on to a CUDA device."""
    out = th.empty((len(index), *rows.shape[1:]), dtype=rows.dtype, pin_memory=pinned)
    return th.index_select(rows, 0, th.from_numpy(index), out=out)


class WholeLayout:
    """Observations as they come: an array (slots, N, *observation_shape), or one by key in Dict spaces.

    Args:
        space: of observations.
        slots: of the ring.
        num_envs: environments side by side.
        pinned: whether batches go into pinned memory.
    """

    def __init__(self, space: gym.Space[Any], slots: int, num_envs: int, pinned: bool = False) -> None:
        self.data = observation_arrays(space, (slots, num_envs))
        self._arrays = tree_map(lambda leaf: leaf.numpy(), self.data)
        self.flat = tree_map(lambda leaf: leaf.flatten(0, 1), self.data)
        self.pinned = pinned
        self.end_like = tree_map(lambda leaf: leaf[0], self.flat)

    def write(self, slot: int, observations: Any) -> None:
        """Keep the observations (N, ...) of a step."""
        if isinstance(self._arrays, dict):
            for key, target in self._arrays.items():
                target[slot] = array(observations[key])
        else:
            self._arrays[slot] = array(observations)

    def check(self, observations: Any, next_observations: Any, ended: Array) -> None:
        """Any observation may follow another."""

    def begin(self, slot: int, envs: Array, observations: Any) -> None:
        """Episodes begin in this slot in `envs`; `observations` are of all environments."""

    def release(self, slot: int) -> None:
        """What this slot holds is not needed any more."""

    def clear(self, slots: int) -> None:
        """Forget what the first slots hold."""

    def differs(self, slot: int, observations: Any) -> Array:
        """(N,) bool: where a slot holds something else than `observations`."""
        unequal = tree_map(
            lambda data, leaf: (data[slot] != leaf.to(data)).reshape(len(leaf), -1).any(1), self.data, observations
        )
        return np.logical_or.reduce([leaf.numpy() for leaf in leaves(unequal).values()])

    def tail(self, observations: Any, envs: Array) -> Any:
        """What is kept at the end of an episode of the last observations (N, ...) in `envs`."""
        index = th.from_numpy(envs)
        return tree_map(lambda leaf: leaf[index.to(leaf.device)], observations)

    def tail_at(self, slot: int, envs: Array) -> Any:
        """The same of the observations in a slot."""
        return tree_map(lambda data: data[slot][th.from_numpy(envs)], self.data)

    def pairs(self, places: Places, steps: Array, last: Array, envs: Array) -> tuple[Any, Any]:
        """The observations (B, ...) of `steps`, and those that followed the steps `last`, in `envs`, each (B,)."""
        index = places.flat(steps, envs)
        observations = tree_map(lambda leaf: take(leaf, index, self.pinned), self.flat)
        return observations, self.following(places, last, envs)

    def following(self, places: Places, last: Array, envs: Array, key: str | None = None) -> Any:
        """What followed the steps `last` in `envs`, each (B,); of one key of a Dict space if it is given."""
        flat, ends = (tree if key is None else tree[key] for tree in (self.flat, places.ends.rows))
        index = places.flat(last + 1, envs)
        rows = places.end_rows.reshape(-1)[places.flat(last, envs)]
        at_end = np.flatnonzero(rows)
        found = tree_map(lambda leaf: take(leaf, index, self.pinned), flat)
        if len(at_end):
            where, which = th.from_numpy(at_end), th.from_numpy(rows[at_end] - 1)
            tree_map(lambda leaf, end: leaf.index_copy_(0, where, end.index_select(0, which)), found, ends)
        return found

    def like(self) -> dict[str, th.Tensor]:
        """What has a row for each slot, by the name under which it is saved; no copies."""
        return {f"layout.{key}": leaf for key, leaf in leaves(self.data).items()}

    def tables(self) -> dict[str, th.Tensor]:
        """What is saved besides: nothing."""
        return {}

    def state_dict(self, slots: int) -> dict[str, th.Tensor]:
        """Copies of the first slots."""
        return {name: rows[:slots].clone() for name, rows in self.like().items()}

    def load_state_dict(self, state: Mapping[str, th.Tensor]) -> None:
        """Take what `state_dict` gave."""
        for name, rows in self.like().items():
            rows[: len(state[name])].copy_(state[name])


class FrameLayout:
    """The newest frame of each stack alone, (slots, N, channels, ...); stacks are put together again when sampling.

    The older frames of an episode's first stack, whatever the environment fills them with, are kept in a side table.

    Args:
        space: of stacks, oldest frame first along the first axis.
        slots: of the ring.
        num_envs: environments side by side.
        frame_stack: k, frames in a stack.
        pinned: whether batches go into pinned memory.

    Raises:
        SpaceError: not a Box whose first axis is a multiple of k.
    """

    def __init__(
        self, space: gym.Space[Any], slots: int, num_envs: int, frame_stack: int, pinned: bool = False
    ) -> None:
        shape = shape_of(space)
        if not isinstance(space, gym.spaces.Box) or not shape or shape[0] % frame_stack:
            raise SpaceError(
                f"frame_stack={frame_stack} needs Box observations whose first axis is a multiple of it, with the "
                f"oldest frame first; received {space}. Leave frame_stack at 1 to keep whole observations."
            )
        self.stack, self.channels, self.shape = frame_stack, shape[0] // frame_stack, shape
        frame = gym.spaces.Box(0, 1, (self.channels, *shape[1:]), observation_dtype(space))  # type: ignore[arg-type]
        self.frames = observation_arrays(frame, (slots, num_envs))
        self._array = self.frames.numpy()
        self.flat = self.frames.flatten(0, 1)
        self.starts = SideTable(self.flat.new_zeros((frame_stack - 1, *self.frames.shape[2:])))
        self.start_rows = zeros((slots, num_envs), np.int64)
        self.end_like = self.flat[0]
        self.pinned = pinned
        self._to_check = 32

    def write(self, slot: int, observations: th.Tensor) -> None:
        """Keep the newest frames of the stacks (N, ...) of a step."""
        self._array[slot] = array(observations)[:, -self.channels :]

    def begin(self, slot: int, envs: Array, observations: th.Tensor) -> None:
        """Episodes begin in this slot in `envs`; `observations` are the stacks of all environments."""
        self._release(self.start_rows[slot], envs)
        stacks = observations[th.from_numpy(envs).to(observations.device)]
        older = stacks.reshape(len(envs), self.stack, *self.frames.shape[2:])[:, :-1]
        self.start_rows[slot, envs] = self.starts.put(older) + 1

    def release(self, slot: int) -> None:
        """What this slot holds is not needed any more."""
        rows = self.start_rows[slot]
        if rows.any():
            self._release(rows, np.flatnonzero(rows))

    def clear(self, slots: int) -> None:
        """Forget what the first slots hold."""
        self.starts.clear()
        self.start_rows[:slots] = 0

    def _release(self, rows: Array, envs: Array) -> None:
        used = envs[rows[envs] > 0]
        self.starts.take_back(rows[used] - 1)
        rows[used] = 0

    def check(self, observations: th.Tensor, next_observations: th.Tensor, ended: Array) -> None:
        """See in the first steps that a stack is the one before moved on by one frame.

        Raises:
            IncompatibleError: it is not.
        """
        if self._to_check == 0:
            return
        self._to_check -= 1
        moved = observations[:, self.channels :].eq(next_observations[:, : -self.channels])
        if not bool(moved.flatten(1).all(1).cpu().numpy()[~ended].all()):
            raise IncompatibleError(
                f"frame_stack={self.stack}, but the next observation does not go on with the frames of the one before "
                "it. Leave frame_stack at 1, or stack frames last: oldest first along the first axis."
            )

    def differs(self, slot: int, observations: th.Tensor) -> Array:
        """(N,) bool: where a slot holds another frame than the newest of `observations`."""
        unequal = self.frames[slot] != observations[:, -self.channels :].to(self.frames)
        found: Array = unequal.flatten(1).any(1).numpy()
        return found

    def tail(self, observations: th.Tensor, envs: Array) -> th.Tensor:
        """The newest frames of an episode's last stacks; the others are those of the step."""
        return observations[th.from_numpy(envs).to(observations.device), -self.channels :]

    def tail_at(self, slot: int, envs: Array) -> th.Tensor:
        """The same of the observations in a slot."""
        return self.frames[slot][th.from_numpy(envs)]

    def pairs(self, places: Places, steps: Array, last: Array, envs: Array) -> tuple[th.Tensor, th.Tensor]:
        """The stacks (B, ...) of `steps` and those that followed the steps `last`, in `envs`, each (B,).

        With returns of one step both share memory: k + 1 frames are gathered for the two.
        """
        count, stack = len(steps), self.stack
        windows = [(0, *self._window(places, steps, envs))]
        if last is not steps:
            windows.append((stack - 1, *self._window(places, last, envs)))
        columns = [windows[0][1], *(window[:, 1:] for _, window, *_ in windows[1:])]
        index = np.concatenate([*columns, places.flat(last + 1, envs)[:, None]], axis=1)
        frames = take(self.flat, index.reshape(-1), self.pinned).reshape(count, index.shape[1], *self.flat.shape[1:])
        for offset, _, ages, starts in windows:
            self._fill_starts(frames, offset, ages, starts)
        rows = places.end_rows.reshape(-1)[places.flat(last, envs)]
        at_end = np.flatnonzero(rows)
        if len(at_end):
            newest = places.ends.rows.index_select(0, th.from_numpy(rows[at_end] - 1))
            frames[:, -1].index_copy_(0, th.from_numpy(at_end), newest)
        return frames[:, :stack].flatten(1, 2), frames[:, -stack:].flatten(1, 2)

    def _window(self, places: Places, steps: Array, envs: Array) -> tuple[Array, Array, Array]:
        """Of the stacks of `steps`: places of their frames (B, k), ages (B,) up to k - 1, rows of first stacks (B,)."""
        ends = places.end_rows.reshape(-1)
        index = [places.flat(steps, envs)]
        ages = np.zeros(len(steps), np.int64)
        inside = np.ones(len(steps), bool)
        for back in range(1, self.stack):
            place = places.flat(steps - back, envs)
            inside &= (ends[place] == 0) & (steps >= back)
            ages += inside
            index.append(place)
        starts = self.start_rows.reshape(-1)[places.flat(steps - ages, envs)]
        return np.stack(index[::-1], axis=1), ages, starts

    def _fill_starts(self, frames: th.Tensor, offset: int, ages: Array, starts: Array) -> None:
        """Where a stack reaches behind its episode's start, put the older frames of the first stack."""
        columns = np.arange(1 if offset else 0, self.stack - 1)
        missing = (ages[:, None] < self.stack - 1 - columns) & (starts[:, None] > 0)
        samples, which = np.nonzero(missing)
        if len(samples):
            columns = columns[which]
            places = samples * frames.shape[1] + offset + columns
            sources = (starts[samples] - 1) * (self.stack - 1) + columns + ages[samples]
            older = self.starts.rows.flatten(0, 1).index_select(0, th.from_numpy(sources))
            frames.flatten(0, 1).index_copy_(0, th.from_numpy(places), older)

    def like(self) -> dict[str, th.Tensor]:
        """What has a row for each slot, by the name under which it is saved; no copies."""
        return {"layout.frames": self.frames, "layout.start_rows": th.from_numpy(self.start_rows)}

    def tables(self) -> dict[str, th.Tensor]:
        """What is saved besides: copies of the first stacks."""
        return self.starts.state_dict("layout.starts")

    def state_dict(self, slots: int) -> dict[str, th.Tensor]:
        """Copies of the first slots and of the first stacks."""
        return {**{name: rows[:slots].clone() for name, rows in self.like().items()}, **self.tables()}

    def load_state_dict(self, state: Mapping[str, th.Tensor]) -> None:
        """Take what `state_dict` gave."""
        for name, rows in self.like().items():
            rows[: len(state[name])].copy_(state[name])
        self.starts.load_state_dict("layout.starts", state)
