"""Probes: environments so small that the right answer is known, each of which one mistake of an agent cannot pass."""

from __future__ import annotations

from typing import Annotated, Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces

from rllte.core.registry import Param, checked
from rllte.env.make import vectorize
from rllte.env.testing.random_envs import APART, COUNT, DEVICE, SEED
from rllte.env.torch_env import Gymnasium2Torch

IDENTITY: dict[str, gym.Space[Any]] = {
    "Discrete": spaces.Discrete(4),
    "Box": spaces.Box(-1.0, 1.0, (2,), np.float32),
    "MultiDiscrete": spaces.MultiDiscrete([2, 3]),
    "MultiBinary": spaces.MultiBinary(2),
}


class IdentityEnv(gym.Env[Any, Any]):
    """Shows an action, and pays for doing it; what it shows next does not depend on what was done.

    The observation is a vector float32: one-hot numbers, or the numbers themselves for Box and MultiBinary. The reward
    is the share of entries that are right, or 1 minus the mean squared distance for Box. Ten steps, then a termination:
    the best return is 10.
    """

    length = 10

    def __init__(self, kind: str) -> None:
        self.action_space = IDENTITY[kind]
        sizes = {"Discrete": (4,), "MultiDiscrete": (2, 3)}.get(kind)
        self._eyes = [np.eye(size, dtype=np.float32) for size in sizes] if sizes else None
        self.observation_space = spaces.Box(-1.0, 1.0, (sum(sizes) if sizes else 2,), np.float32)
        self._kind, self._wanted, self._steps = kind, np.zeros(0), 0

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Begin an episode."""
        super().reset(seed=seed)
        self._steps = 0
        return self._draw(), {}

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Pay for the action that was shown."""
        self._steps += 1
        given = np.atleast_1d(np.asarray(action))
        right = (given == self._wanted).mean()
        reward = float(1.0 - ((given - self._wanted) ** 2).mean() if self._kind == "Box" else right)
        return self._draw(), reward, self._steps == self.length, False, {}

    def _draw(self) -> Any:
        if self._eyes is not None:
            self._wanted = np.array([self.np_random.integers(len(eye)) for eye in self._eyes])
            return np.concatenate([eye[row] for eye, row in zip(self._eyes, self._wanted, strict=True)])
        if self._kind == "Box":
            self._wanted = self.np_random.uniform(-1.0, 1.0, 2).astype(np.float32)
        else:
            self._wanted = self.np_random.integers(0, 2, 2)
        return self._wanted.astype(np.float32)


class InfiniteEnv(gym.Env[Any, Any]):
    """Pays 1 in every step and never ends; it is only cut, every 20 steps. The value of its one state is 1/(1 - discount).

    An agent that takes a cut for an end finds a value below that.
    """

    observation_space = spaces.Box(0.0, 1.0, (1,), np.float32)
    action_space = spaces.Discrete(2)
    limit = 20

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Begin again."""
        super().reset(seed=seed)
        self._steps = 0
        return np.ones(1, np.float32), {}

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Pay 1."""
        self._steps += 1
        return np.ones(1, np.float32), 1.0, False, self._steps == self.limit, {}


class MemoryEnv(gym.Env[Any, Any]):
    """Shows one of two signs in the first observation only, and asks for it in the last: 1 if right, -1 if wrong.

    Observations (3,) float32 are the two signs and whether it is time to answer. Without a memory the mean return is 0.

    Args:
        delay: steps between the sign and the question.
    """

    observation_space = spaces.Box(0.0, 1.0, (3,), np.float32)
    action_space = spaces.Discrete(2)

    @checked
    def __init__(self, delay: Annotated[int, Param("steps between sign and answer", low=1)] = 4) -> None:
        self.delay, self._sign, self._steps = delay, 0, 0

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Show a sign."""
        super().reset(seed=seed)
        self._sign, self._steps = int(self.np_random.integers(2)), 0
        return np.eye(3, dtype=np.float32)[self._sign], {}

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Wait, or answer."""
        over = self._steps == self.delay
        self._steps += 1
        reward = float(over) * (1.0 if int(action) == self._sign else -1.0)
        asks = self._steps == self.delay
        return np.array([0.0, 0.0, asks], np.float32), reward, over, False, {}


class TwoSensesEnv(gym.Env[Any, Any]):
    """A Dict of a picture and a vector, each with one bit of the right action: 2 * (right half is lit) + (vector > 0).

    `image` (1, 36, 36) uint8, `state` (1,) float32, four actions; 1 for the right one, else 0; ten steps. With one
    sense alone half of the rewards can be had, with none a quarter.
    """

    observation_space = spaces.Dict(
        {"image": spaces.Box(0, 255, (1, 36, 36), np.uint8), "state": spaces.Box(-1.0, 1.0, (1,), np.float32)}
    )
    action_space = spaces.Discrete(4)
    length = 10

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Begin an episode."""
        super().reset(seed=seed)
        self._steps = 0
        return self._draw(), {}

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Pay for the right action."""
        self._steps += 1
        reward = float(int(action) == self._wanted)
        return self._draw(), reward, self._steps == self.length, False, {}

    def _draw(self) -> dict[str, Any]:
        self._wanted = int(self.np_random.integers(4))
        image = np.zeros((1, 36, 36), np.uint8)
        half = slice(18, 36) if self._wanted >= 2 else slice(0, 18)
        image[:, :, half] = 255
        return {"image": image, "state": np.array([1.0 if self._wanted % 2 else -1.0], np.float32)}


@checked
def make_identity_env(
    kind: Annotated[str, Param("kind of the action space", choices=tuple(IDENTITY))] = "Discrete",
    num_envs: Annotated[int, COUNT] = 1,
    device: Annotated[str, DEVICE] = "cpu",
    seed: Annotated[int, SEED] = 0,
    asynchronous: Annotated[bool, APART] = False,
) -> Gymnasium2Torch:
    """Do what is shown: any agent that learns at all learns this. See `IdentityEnv`."""
    apart = asynchronous and num_envs > 1
    return vectorize(lambda: IdentityEnv(kind), num_envs, seed=seed, device=device, apart=apart)


@checked
def make_infinite_env(
    num_envs: Annotated[int, COUNT] = 1,
    device: Annotated[str, DEVICE] = "cpu",
    seed: Annotated[int, SEED] = 0,
    asynchronous: Annotated[bool, APART] = False,
) -> Gymnasium2Torch:
    """A reward of 1 for ever: is a cut taken for an end? See `InfiniteEnv`."""
    return vectorize(InfiniteEnv, num_envs, seed=seed, device=device, apart=asynchronous and num_envs > 1)


@checked
def make_memory_env(
    delay: Annotated[int, Param("steps between the sign and the question", low=1)] = 4,
    num_envs: Annotated[int, COUNT] = 1,
    device: Annotated[str, DEVICE] = "cpu",
    seed: Annotated[int, SEED] = 0,
    asynchronous: Annotated[bool, APART] = False,
) -> Gymnasium2Torch:
    """Recall a sign: only an agent with a memory does better than chance. See `MemoryEnv`."""
    apart = asynchronous and num_envs > 1
    return vectorize(lambda: MemoryEnv(delay), num_envs, seed=seed, device=device, apart=apart)


@checked
def make_two_senses_env(
    num_envs: Annotated[int, COUNT] = 1,
    device: Annotated[str, DEVICE] = "cpu",
    seed: Annotated[int, SEED] = 0,
    asynchronous: Annotated[bool, APART] = False,
) -> Gymnasium2Torch:
    """A picture and a vector, both needed: are Dict observations used in full? See `TwoSensesEnv`."""
    return vectorize(TwoSensesEnv, num_envs, seed=seed, device=device, apart=asynchronous and num_envs > 1)
