"""Flip bits until all are one (Andrychowicz et al. 2017, arXiv 1707.01495, section 3.1): what hindsight is for."""

from __future__ import annotations

from typing import Annotated, Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces

from rllte.core.errors import ParameterError, UnknownNameError
from rllte.core.registry import Param, checked
from rllte.env.make import vectorize
from rllte.env.testing.random_envs import APART, COUNT, DEVICE, SEED
from rllte.env.torch_env import Gymnasium2Torch

SIDE = 36


class BitFlippingEnv(gym.Env[Any, Any]):
    """A row of random bits; an action flips one (or, continuous, those above 0); the reward is 0 at the goal, else -1.

    Observations are a Dict of `observation`, `achieved_goal` and `desired_goal`, all in the same space: MultiBinary,
    one number, or a picture whose first pixels are the bits. The goal is all ones; reaching it is a termination.

    Args:
        n_bits: number of bits.
        continuous: Box actions instead of Discrete ones.
        max_steps: the episode is truncated then; None: as many as bits.
        discrete_obs_space: bits as one number, at most 30 of them.
        image_obs_space: bits as pixels 0 or 255 of a picture of 36 by 36.
        channel_first: (1, 36, 36) instead of (36, 36, 1).
    """

    @checked
    def __init__(
        self,
        n_bits: Annotated[int, Param("bits", low=1)] = 10,
        continuous: Annotated[bool, Param("Box actions")] = False,
        max_steps: Annotated[int | None, Param("steps of an episode; None: as many as bits", low=1)] = None,
        discrete_obs_space: Annotated[bool, Param("bits as one number")] = False,
        image_obs_space: Annotated[bool, Param("bits as pixels")] = False,
        channel_first: Annotated[bool, Param("colours before height and width")] = True,
    ) -> None:
        most = 30 if discrete_obs_space else SIDE**2
        if n_bits > most:
            raise ParameterError(f"n_bits is {n_bits}; expected 1 to {most}.")
        self.n_bits, self.continuous, self.max_steps = n_bits, continuous, max_steps or n_bits
        self.form = "number" if discrete_obs_space else "image" if image_obs_space else "bits"
        self.image_shape = (1, SIDE, SIDE) if channel_first else (SIDE, SIDE, 1)
        shown: dict[str, gym.Space[Any]] = {
            "number": spaces.Discrete(2**n_bits),
            "image": spaces.Box(0, 255, self.image_shape, np.uint8),
            "bits": spaces.MultiBinary(n_bits),
        }
        names = ("observation", "achieved_goal", "desired_goal")
        self.observation_space = spaces.Dict({name: shown[self.form] for name in names})
        self.action_space = spaces.Box(-1, 1, (n_bits,), np.float32) if continuous else spaces.Discrete(n_bits)
        self.bits, self._steps = np.zeros(n_bits, dtype=np.int8), 0

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Draw bits that are not the goal yet."""
        super().reset(seed=seed)
        self.bits = self.np_random.integers(0, 2, self.n_bits, dtype=np.int8)
        while self.bits.all():
            self.bits = self.np_random.integers(0, 2, self.n_bits, dtype=np.int8)
        self._steps = 0
        return self._observe(), {}

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Flip."""
        flipped = np.asarray(action) > 0 if self.continuous else int(action)
        self.bits[flipped] = 1 - self.bits[flipped]
        self._steps += 1
        seen = self._observe()
        reward = float(self.compute_reward(seen["achieved_goal"], seen["desired_goal"]))
        terminated = reward == 0.0
        late = self._steps >= self.max_steps and not terminated
        return seen, reward, terminated, late, {"is_success": terminated}

    def compute_reward(self, achieved_goal: Any, desired_goal: Any, _info: Any = None) -> Any:
        """0.0 where the goals are equal, else -1.0; one goal or a batch (B, ...), then (B,) float32."""
        achieved, desired = np.asarray(achieved_goal), np.asarray(desired_goal)
        inner = {"number": 0, "image": 3, "bits": 1}[self.form]
        differs = (achieved != desired).reshape(*achieved.shape[: achieved.ndim - inner], -1).any(axis=-1)
        return -differs.astype(np.float32)

    def _observe(self) -> dict[str, Any]:
        state, goal = self._show(self.bits), self._show(np.ones_like(self.bits))
        return {"observation": state, "achieved_goal": self._show(self.bits), "desired_goal": goal}

    def _show(self, bits: Any) -> Any:
        if self.form == "number":
            return np.int64(bits @ (1 << np.arange(self.n_bits, dtype=np.int64)))
        if self.form == "image":
            image = np.zeros(SIDE**2, dtype=np.uint8)
            image[: self.n_bits] = np.where(bits, 255, 0)
            return image.reshape(self.image_shape)
        return bits.copy()


@checked
def make_bitflipping_env(
    env_id: Annotated[str, Param("BitFlippingEnv-v0")] = "BitFlippingEnv-v0",
    num_envs: Annotated[int, COUNT] = 1,
    device: Annotated[str, DEVICE] = "cpu",
    seed: Annotated[int, SEED] = 0,
    asynchronous: Annotated[bool, APART] = True,
    n_bits: Annotated[int, Param("number of bits", low=1)] = 15,
    continuous: Annotated[bool, Param("Box actions: bits above 0 are flipped")] = False,
    max_steps: Annotated[int | None, Param("truncated after so many steps; None: as many as bits", low=1)] = 15,
    discrete_obs_space: Annotated[bool, Param("bits as one number")] = False,
    image_obs_space: Annotated[bool, Param("bits as pixels")] = False,
    channel_first: Annotated[bool, Param("pictures (1, 36, 36) instead of (36, 36, 1)")] = True,
) -> Gymnasium2Torch:
    """Bits to flip, observed with goals as `HerReplayStorage` wants them.

    Raises:
        UnknownNameError: another id.
        ParameterError: an argument outside its range.
    """
    if env_id != "BitFlippingEnv-v0":
        raise UnknownNameError("environment for testing", env_id, ["BitFlippingEnv-v0"])
    settings = (n_bits, continuous, max_steps, discrete_obs_space, image_obs_space, channel_first)
    apart = asynchronous and num_envs > 1
    return vectorize(lambda: BitFlippingEnv(*settings), num_envs, seed=seed, device=device, apart=apart)
