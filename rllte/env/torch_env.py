"""A Gymnasium vector environment with torch tensors on both sides."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import torch as th
from gymnasium.vector import AutoresetMode

from rllte.core.device import resolve_device
from rllte.core.errors import ParameterError


class Gymnasium2Torch:
    """Wraps a vector environment that resets a finished episode within the same step.

    Args:
        env: the vector environment, autoreset mode SAME_STEP.
        device: where observations go; auto, cpu, cuda, cuda:N, npu or mps.
        envpool: RLLTE's third argument; only False, EnvPool is not supported.
        seed: of the first reset; environment i gets seed + i.

    `reset` and `step` return tensors with N as their first axis: observations in the dtype of their space (float64
    becomes float32), rewards, terminateds and truncateds as float32. Where an episode ended, the observation is the
    first of the next one, and `infos["final_obs"]` (N, *observation_shape) holds the last of the old one. Discrete
    actions count from 0 on this side, whatever the `start` of the space.

    Raises:
        ParameterError: not a vector environment, another autoreset mode, EnvPool, or an unknown device.
    """

    def __init__(
        self,
        env: gym.vector.VectorEnv[Any, Any, Any],
        device: str | th.device = "cpu",
        envpool: bool = False,
        seed: int | None = 1,
    ) -> None:
        _check_vector(env, envpool)
        self.env = env
        self.device = resolve_device(device)
        self.seed = seed
        self.num_envs: int = env.num_envs
        self.observation_space = env.single_observation_space
        self.action_space = env.single_action_space

    def reset(self, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[th.Tensor, dict[str, Any]]:
        """Begin new episodes; the first reset uses the given seed or the maker's, later ones go on from there."""
        chosen = self.seed if seed is None else seed
        self.seed = None
        observations, infos = self.env.reset(seed=chosen, options=options)
        return self._tensor(observations), infos

    def step(self, actions: th.Tensor) -> tuple[th.Tensor, th.Tensor, th.Tensor, th.Tensor, dict[str, Any]]:
        """Act in all environments; Box actions are clipped to the space's bounds."""
        numpy_actions = actions.detach().cpu().numpy()
        if isinstance(self.action_space, gym.spaces.Box):
            numpy_actions = np.clip(numpy_actions, self.action_space.low, self.action_space.high)
        elif isinstance(self.action_space, gym.spaces.Discrete):
            numpy_actions = numpy_actions + self.action_space.start
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


def _check_vector(env: Any, envpool: bool) -> None:
    if envpool:
        raise ParameterError("EnvPool environments are not supported; make them with make_rllte_env(id, num_envs=8).")
    if not isinstance(env, gym.vector.VectorEnv):
        raise ParameterError(
            f"Gymnasium2Torch wraps a vector environment; received a {type(env).__name__}. "
            "Make it with make_rllte_env(id, num_envs=8)."
        )
    mode = env.metadata.get("autoreset_mode")
    if mode != AutoresetMode.SAME_STEP:
        raise ParameterError(
            f"Gymnasium2Torch wraps environments that reset within the step; received {mode}. Make them with "
            "make_rllte_env(id, num_envs=8), or with gymnasium.make_vec(id, num_envs=8, "
            "vector_kwargs={'autoreset_mode': gymnasium.vector.AutoresetMode.SAME_STEP})."
        )
