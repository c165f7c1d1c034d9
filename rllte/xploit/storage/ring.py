"""The ring that all replay storages share: preallocated arrays, one slot a step, no observation kept twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gymnasium as gym
import numpy as np
import torch as th

from rllte.core.errors import ParameterError
from rllte.core.trees import leaves, space_leaves, tree_map
from rllte.xploit.storage.layouts import FrameLayout, WholeLayout
from rllte.xploit.storage.memory import Array, action_dtype, array, check_saved, check_step, check_tree, shape_of, zeros
from rllte.xploit.storage.side_table import SideTable


class Ring:
    """The last `capacity` steps of N environments.

    Step s (counted from the first one ever added) lies in slot s modulo the number of slots, with what was seen before
    acting, the action, reward and flags. What followed is found in the next slot or, where an episode ended, in a side
    table. One slot more than `capacity` holds the newest observations; the slot that is written next is none of those
    that can be sampled.

    Args:
        observation_space: of one environment; Dict spaces are kept by key.
        action_space: of one environment.
        capacity: steps.
        num_envs: N.
        frame_stack: above 1, observations are stacks of that many frames and the newest alone is kept.
        track_episodes: `first_steps` and `last_steps` (slots, N) know the first and last step of each step's episode,
            -1 while it is under way.
        pinned: whether batches of observations go into pinned memory.
    """

    def __init__(
        self,
        observation_space: gym.Space[Any],
        action_space: gym.Space[Any],
        capacity: int,
        num_envs: int,
        frame_stack: int = 1,
        track_episodes: bool = False,
        pinned: bool = False,
    ) -> None:
        self.capacity, self.num_envs = capacity, num_envs
        self.slots = capacity + frame_stack
        self.layout: WholeLayout | FrameLayout = (
            FrameLayout(observation_space, self.slots, num_envs, frame_stack, pinned)
            if frame_stack > 1
            else WholeLayout(observation_space, self.slots, num_envs, pinned)
        )
        lead = (self.slots, num_envs)
        self.actions = zeros((*lead, *shape_of(action_space)), action_dtype(action_space))
        self.rewards, self.terminateds, self.truncateds = (zeros(lead, np.float32) for _ in range(3))
        self.end_rows = zeros(lead, np.int64)
        self.ends = SideTable(self.layout.end_like)
        self.track_episodes = track_episodes
        self.first_steps, self.last_steps = (zeros(lead if track_episodes else (0, 0), np.int64) for _ in range(2))
        self._shapes = tree_map(lambda leaf: (num_envs, *shape_of(leaf)), space_leaves(observation_space))
        names = ("rewards", "terminateds", "truncateds")
        self._fields = [("actions", (num_envs, *shape_of(action_space))), *((name, (num_envs,)) for name in names)]
        self.steps = 0
        self.clear()

    def __len__(self) -> int:
        """Steps that can be sampled, of each environment."""
        return min(self.steps, self.capacity)

    def clear(self) -> None:
        """Forget everything."""
        self.end_rows[: self.steps + 1] = 0
        self.layout.clear(self.steps + 1)
        self.ends.clear()
        self.steps = 0
        self._episode_starts = np.zeros(self.num_envs, np.int64)
        self._seen: dict[str, tuple[th.Tensor, int]] = {}

    def flat(self, steps: Array, envs: Array) -> Array:
        """Places (B,) int64 of steps and environments, in arrays whose first two axes are one."""
        places: Array = steps % self.slots * self.num_envs + envs
        return places

    def locate(self, places: Array) -> tuple[Array, Array]:
        """Steps and environments (B,) of places."""
        slots, envs = np.divmod(places, self.num_envs)
        newest = self.steps - 1
        return newest - (newest - slots) % self.slots, envs

    def add(
        self,
        observations: Any,
        actions: th.Tensor,
        rewards: th.Tensor,
        terminateds: th.Tensor,
        truncateds: th.Tensor,
        final: Any,
        next_observations: Any,
    ) -> None:
        """Keep one step of all environments, each argument (N, ...).

        Args:
            final: where an episode ended, its own last observations; None if those are `next_observations`.

        Raises:
            ParameterError: a tensor of another shape; nothing is kept then.
        """
        known = self._follows(observations)
        self._check(None if known else observations, next_observations, final)
        arrays = [array(value) for value in (actions, rewards, terminateds, truncateds)]
        for (name, shape), value in zip(self._fields, arrays, strict=True):
            check_step(name, value, shape)
        ended = np.logical_or(arrays[2], arrays[3])
        self.layout.check(observations, next_observations, ended)
        if not known:
            self._arrive(observations)
        slot = self.steps % self.slots
        self.actions[slot], self.rewards[slot], self.terminateds[slot], self.truncateds[slot] = arrays
        if self.track_episodes:
            self.first_steps[slot] = self._episode_starts
            self.last_steps[slot] = -1
        head = (self.steps + 1) % self.slots
        if self.steps + 1 >= self.slots:
            self._release(head)
        self.layout.write(head, next_observations)
        if ended.any():
            envs = np.flatnonzero(ended)
            self._end(self.steps, envs, self.layout.tail(next_observations if final is None else final, envs))
            self.layout.begin(head, envs, next_observations)
        self.steps += 1
        following = leaves(next_observations)
        tracked = not any(leaf.is_inference() for leaf in following.values())  # else a change in place goes unnoticed
        self._seen = {key: (leaf, leaf._version) for key, leaf in following.items()} if tracked else {}

    def observations(self, steps: Array, last: Array, envs: Array) -> tuple[Any, Any]:
        """What was seen at `steps` and what followed `last` in `envs`, each (B,); see the layouts."""
        return self.layout.pairs(self, steps, last, envs)

    def _follows(self, observations: Any) -> bool:
        """Whether these are the very tensors that followed the step before, unchanged since: they are stored already."""
        given = leaves(observations)
        return (
            bool(self._seen)
            and given.keys() == self._seen.keys()
            and all(leaf is self._seen[key][0] and leaf._version == self._seen[key][1] for key, leaf in given.items())
        )

    def _arrive(self, observations: Any) -> None:
        """Compare the observations of a step with what is known to have followed the step before.

        Where they are not equal (a reset between two calls of `train`), the step before was the last of its episode as
        far as the storage can know, and keeps what followed it.
        """
        slot, everywhere = self.steps % self.slots, np.arange(self.num_envs)
        if self.steps == 0:
            self.layout.write(slot, observations)
            self.layout.begin(slot, everywhere, observations)
            return
        envs = np.flatnonzero(self.layout.differs(slot, observations))
        if len(envs) == 0:
            return
        before = self.steps - 1
        cut = envs[self.end_rows[before % self.slots, envs] == 0]
        if len(cut):
            self._end(before, cut, self.layout.tail_at(slot, cut))
        self.layout.write(slot, observations)
        self.layout.begin(slot, envs, observations)

    def _end(self, step: int, envs: Array, last_observations: Any) -> None:
        self.end_rows[step % self.slots, envs] = self.ends.put(last_observations) + 1
        if self.track_episodes:
            for env in envs:
                first = max(int(self._episode_starts[env]), step - self.capacity + 1)
                self.last_steps[np.arange(first, step + 1) % self.slots, env] = step
        self._episode_starts[envs] = step + 1

    def _release(self, slot: int) -> None:
        rows = self.end_rows[slot]
        used = rows[rows > 0]
        if len(used):
            self.ends.take_back(used - 1)
            rows[:] = 0
        self.layout.release(slot)

    def _check(self, observations: Any, next_observations: Any, final: Any) -> None:
        if observations is not None:
            check_tree("observations", observations, self._shapes)
        check_tree("next_observations", next_observations, self._shapes)
        if final is not None:
            check_tree("infos['final_obs']", final, self._shapes)

    def state_dict(self) -> dict[str, th.Tensor]:
        """Copies of what is stored; slots never written are left out."""
        used = min(self.steps + 1, self.slots)
        state = {name: th.from_numpy(value[:used].copy()) for name, value in self._saved().items()}
        state |= {"steps": th.tensor(self.steps), "episode_starts": th.from_numpy(self._episode_starts.copy())}
        state["sizes"] = th.tensor([self.slots, self.num_envs])
        return {**state, **self.layout.state_dict(used), **self.ends.state_dict("ends")}

    def check_saved(self, state: Mapping[str, th.Tensor]) -> None:
        """Whether a ring like this one saved this.

        Raises:
            ParameterError: it was of other sizes or spaces, or something is missing.
        """
        check_saved(state, {"sizes": th.zeros(2, dtype=th.int64), "steps": th.tensor(0)}, {"sizes": 2})
        sizes, steps = [self.slots, self.num_envs], int(state["steps"])
        if state["sizes"].tolist() != sizes or steps < 0:
            raise ParameterError(
                f"The saved storage has {state['sizes'].tolist()} slots and environments and {steps} steps, this one "
                f"{sizes}. Make it with the storage_size, num_envs and frame_stack of the saved one."
            )
        by_slot = {name: th.from_numpy(value) for name, value in self._saved().items()} | self.layout.like()
        own = by_slot | self.layout.tables() | self.ends.state_dict("ends")
        own["episode_starts"] = th.from_numpy(self._episode_starts)
        rows = dict.fromkeys(by_slot, min(steps + 1, self.slots))
        check_saved(state, own, {**rows, "episode_starts": self.num_envs})

    def load_state_dict(self, state: Mapping[str, th.Tensor]) -> None:
        """Take what `state_dict` of a ring of the same sizes gave.

        Raises:
            ParameterError: it was of other sizes; the ring is as before.
        """
        self.check_saved(state)
        self.clear()
        self.steps = int(state["steps"])
        self._episode_starts = state["episode_starts"].numpy().copy()
        for name, value in self._saved().items():
            value[: len(state[name])] = state[name].numpy()
        self.layout.load_state_dict(state)
        self.ends.load_state_dict("ends", state)

    def _saved(self) -> dict[str, Array]:
        names = ["actions", "rewards", "terminateds", "truncateds", "end_rows"]
        names += ["first_steps", "last_steps"] if self.track_episodes else []
        return {name: getattr(self, name) for name in names}
