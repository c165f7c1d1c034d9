"""Episodes that can be played again: each has a seed of its own, and the actions since its beginning are remembered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import gymnasium as gym
import numpy as np
from gymnasium.vector import AsyncVectorEnv, SyncVectorEnv
from gymnasium.vector.utils import concatenate, create_empty_array

State: TypeAlias = dict[str, np.ndarray[Any, Any]]

LONGEST = 100_000
"""Steps of an episode that are remembered; a longer one cannot be played again."""

_WORD = 2**64 - 1


def episode_seed(base: int, number: int) -> int:
    """The seed of an environment's episode: the first has the environment's own, the others 31 bits of a hash of both.

    A counter instead of a generator's state: any episode is known without those before it. The hash is the finaliser of
    SplitMix64 (Steele, Lea and Flood 2014, doi 10.1145/2660193.2660195), which costs less than NumPy's SeedSequence.
    """
    if number == 0:
        return base
    mixed = (base * 0x9E3779B97F4A7C15 + number * 0xD1342543DE82EF95) & _WORD
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _WORD
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _WORD
    return (mixed ^ (mixed >> 31)) >> 33


class Episodic(gym.Wrapper[Any, Any, Any, Any]):
    """Gives every episode of an environment its own seed, so that its seed and its actions determine it.

    A reset with a seed begins episode 0 of that seed; each reset without one begins the next episode.
    """

    def __init__(self, env: gym.Env[Any, Any]) -> None:
        super().__init__(env)
        self.step = env.step  # type: ignore[method-assign]  # one call less in the hot path
        self.base: int | None = None
        self.number = 0
        self.current: Any = None

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Begin an episode."""
        if seed is not None:
            self.base, self.number = seed, 0
        elif self.base is not None:
            self.number += 1
            seed = episode_seed(self.base, self.number)
        return self.env.reset(seed=seed, options=options)

    @property
    def episode(self) -> tuple[int | None, int, Any]:
        """Base seed, number, and the actions since the reset (known only to whoever gave them)."""
        return self.base, self.number, ()

    @episode.setter
    def episode(self, played: tuple[int, int, Any]) -> None:
        """Play an episode again; `current` is its observation after the last action."""
        self.base, self.number, actions = played
        self.current, _ = self.env.reset(seed=episode_seed(self.base, self.number))
        for action in actions:
            self.current = self.env.step(action)[0]


class _Replay:
    """What both kinds of vector environments add: play the episodes of all sub-environments again."""

    def replay(self: Any, seeds: Sequence[int], numbers: Sequence[int], actions: Sequence[Any]) -> Any:
        """Observations (N, ...) after the given actions of each sub-environment's episode."""
        self.set_attr("episode", [(int(a), int(b), list(c)) for a, b, c in zip(seeds, numbers, actions, strict=True)])
        out = create_empty_array(self.single_observation_space, n=self.num_envs, fn=np.zeros)
        return concatenate(self.single_observation_space, self.get_attr("current"), out)


class EpisodicSync(_Replay, SyncVectorEnv):  # type: ignore[type-arg]
    """Sub-environments in this process; each is an `Episodic`."""


class EpisodicAsync(_Replay, AsyncVectorEnv):  # type: ignore[type-arg]
    """A process per sub-environment; each is an `Episodic`."""


class ActionLog:
    """The actions of N environments since each one's last reset, with the seeds and numbers of their episodes.

    Actions are kept as they come, one array (N, ...) per step, and forgotten when no episode under way needs them.
    """

    def __init__(self, num_envs: int) -> None:
        self.seeds: np.ndarray[Any, Any] | None = None
        self.numbers = np.zeros(num_envs, dtype=np.int64)
        self._lost = np.zeros(num_envs, dtype=bool)
        self._begins = np.zeros(num_envs, dtype=np.int64)
        self._steps: list[np.ndarray[Any, Any]] = []
        self._forgotten = 0

    def reset(self, seed: int | None, *, replayable: bool) -> int | None:
        """New episodes in all environments; returns the seed to reset them with."""
        if seed is None and self.seeds is None:
            seed = int(np.random.SeedSequence().generate_state(1)[0])
        if seed is not None:
            self.seeds = seed + np.arange(len(self.numbers), dtype=np.int64)
            self.numbers[:] = -1
        self.numbers += 1
        self._steps, self._forgotten = [], 0
        self._begins[:], self._lost[:] = 0, not replayable
        return seed

    def add(self, actions: np.ndarray[Any, Any]) -> None:
        """One step of all environments, (N, ...); the array is kept."""
        self._steps.append(actions)
        if len(self._steps) > LONGEST:
            self._lost |= self._forgotten + len(self._steps) - self._begins > LONGEST
            self._forget()

    def end(self, ended: np.ndarray[Any, Any]) -> None:
        """Begin the next episode where `ended` (N,)."""
        self.numbers[ended] += 1
        self._begins[ended] = self._forgotten + len(self._steps)
        self._lost[ended] = False
        self._forget()

    def _forget(self) -> None:
        here = self._forgotten + len(self._steps)
        unneeded = int(np.where(self._lost, here, self._begins).min()) - self._forgotten
        if unneeded > len(self._steps) // 2:  # not each time: that would move the rest of the list
            del self._steps[:unneeded]
            self._forgotten += unneeded

    def split(self) -> list[np.ndarray[Any, Any]]:
        """The actions of each environment since its last reset, (L, ...) each; none where they are lost."""
        parts = []
        for index, (begin, lost) in enumerate(zip(self._begins, self._lost, strict=True)):
            steps = [] if lost else self._steps[int(begin) - self._forgotten :]
            parts.append(np.stack([step[index] for step in steps]) if steps else np.zeros(0))
        return parts

    def state(self) -> State:
        """Plain arrays; `actions` holds those of all environments one after the other, `lengths` how many of each."""
        exact = not self._lost.any()
        parts = self.split() if exact else []
        full = [part for part in parts if len(part)]
        return {
            "exact": np.array(exact),
            "seeds": np.array(self.seeds),
            "episodes": self.numbers.copy(),
            "lengths": np.array([len(part) for part in parts], dtype=np.int64),
            "actions": np.concatenate(full) if full else np.zeros(0),
        }

    def restore(self, state: State) -> bool:
        """Go on from a state; returns whether it is exact."""
        self.seeds, self.numbers = state["seeds"].astype(np.int64), state["episodes"].astype(np.int64)
        self._steps, self._forgotten = [], 0
        exact = bool(state["exact"])
        self._begins[:], self._lost[:] = 0, not exact
        lengths, actions = state["lengths"], state["actions"]
        if exact and len(actions):
            table = np.zeros((int(lengths.max()), len(self.seeds), *actions.shape[1:]), dtype=actions.dtype)
            self._begins = len(table) - lengths.astype(np.int64)
            for index, end in enumerate(np.cumsum(lengths)):
                table[self._begins[index] :, index] = actions[end - lengths[index] : end]
            self._steps = list(table)
        return exact
