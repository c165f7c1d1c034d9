"""A Gymnasium vector environment with torch tensors on both sides."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import torch as th


class Gymnasium2Torch:
    """Wraps a vector environment that resets a finished episode within the same step.

    Args:
        env: the vector environment, autoreset mode SAME_STEP.
        device: where observations go.

    `reset` and `step` return tensors with N as their first axis: observations in the dtype of their space (float64
    becomes float32), rewards, terminateds and truncateds as float32. Where an episode ended, the observation is the
    first of the next one, and `infos["final_obs"]` (N, *observation_shape) holds the last of the old one.
    """

    def __init__(
        self, env: gym.vector.VectorEnv[Any, Any, Any], device: str | th.device = "cpu", seed: int = 1
    ) -> None:
        self.env = env
        self.device = th.device(device)
        self.seed = seed
        self.num_envs: int = env.num_envs
        self.observation_space = env.single_observation_space
        self.action_space = env.single_action_space

    def reset(self, seed: int | None = None) -> tuple[th.Tensor, dict[str, Any]]:
        """Begin new episodes; the first reset uses the seed of the maker, later ones go on from there."""
        chosen, self.seed = (seed, self.seed) if seed is not None else (self.seed, None)  # type: ignore[assignment]
        observations, infos = self.env.reset(seed=chosen)
        return self._tensor(observations), infos

    def step(self, actions: th.Tensor) -> tuple[th.Tensor, th.Tensor, th.Tensor, th.Tensor, dict[str, Any]]:
        """Act in all environments; Box actions are clipped to the space's bounds."""
        numpy_actions = actions.detach().cpu().numpy()
        if isinstance(self.action_space, gym.spaces.Box):
            numpy_actions = np.clip(numpy_actions, self.action_space.low, self.action_space.high)
        observations, rewards, terminateds, truncateds, infos = self.env.step(numpy_actions)
        obs = self._tensor(observations)
        if "_final_obs" in infos:
            infos = {**infos, "final_obs": self._final(obs, infos)}
        flags = (th.as_tensor(x, dtype=th.float32, device=self.device) for x in (rewards, terminateds, truncateds))
        reward, terminated, truncated = flags
        return obs, reward, terminated, truncated, infos

    def close(self) -> None:
        """Release the environments."""
        self.env.close()

    def _tensor(self, array: Any) -> th.Tensor:
        tensor = th.as_tensor(np.array(array, copy=True), device=self.device)
        return tensor.float() if tensor.dtype == th.float64 else tensor

    def _final(self, obs: th.Tensor, infos: dict[str, Any]) -> th.Tensor:
        final = obs.clone()
        for index in np.flatnonzero(infos["_final_obs"]):
            final[index] = self._tensor(infos["final_obs"][index]).to(final.dtype)
        return final
