"""A Gymnasium vector environment with torch tensors on both sides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import gymnasium as gym
import numpy as np
import torch as th
from gymnasium import spaces
from gymnasium.vector import AutoresetMode

from rllte.core.device import resolve_device
from rllte.core.errors import CheckpointError, ParameterError, SpaceError
from rllte.core.trees import Tree, leaves, space_leaves, tree_map
from rllte.env.episodes import ActionLog, State

Step: TypeAlias = tuple[Tree, th.Tensor, th.Tensor, th.Tensor, dict[str, Any]]

LEAVES = (spaces.Box, spaces.Discrete, spaces.MultiDiscrete, spaces.MultiBinary)
"""Spaces whose elements are arrays: what a tensor, or an entry of a dict of tensors, can hold."""


class Gymnasium2Torch:
    """Wraps a vector environment that resets a finished episode within the same step.

    Args:
        env: the vector environment, autoreset mode SAME_STEP.
        device: where observations go; auto, cpu, cuda, cuda:N, npu or mps.
        envpool: RLLTE's third argument; only False, EnvPool is not supported.
        seed: of the first reset; environment i gets seed + i.
        frame_stack: pictures in an observation, oldest first along its first axis; a replay then keeps one a step.

    `reset` and `step` return tensors with N as their first axis: observations in the dtype of their space (float64 and
    float16 become float32), a flat dict of such tensors where the space is a Dict; rewards, terminateds and truncateds
    as float32. An episode that ends for both reasons at once is a termination. Where an episode ended, the observation
    is the first of the next one, and `infos["final_obs"]` (N, *observation_shape; a dict too where the space is a Dict)
    holds the last of the old one; other rows are those of the observations. Discrete and MultiDiscrete observations and
    actions count from 0 on this side, whatever the `start` of the space, and so do `observation_space` and
    `action_space`.

    Attributes:
        uses: how many times somebody has called `reset` or `restore`.
        part: makes some of the environments anew, `part(first, count)`, on the CPU and in the calling process; None if
            they are not from one of the makers.

    Raises:
        ParameterError: not a vector environment, another autoreset mode, EnvPool, or an unknown device.
        SpaceError: a space whose elements are not arrays.
    """

    def __init__(
        self,
        env: gym.vector.VectorEnv[Any, Any, Any],
        device: str | th.device = "cpu",
        envpool: bool = False,
        seed: int | None = 1,
        frame_stack: int = 1,
    ) -> None:
        _check_vector(env, envpool)
        _check_space("observation", env.single_observation_space)
        _check_space("action", env.single_action_space)
        self.env = env
        self.device = resolve_device(device)
        self.seed = seed
        self.frame_stack = frame_stack
        self.uses = 0
        self.part: Callable[[int, int], Gymnasium2Torch] | None = None
        self.num_envs: int = env.num_envs
        self.observation_space = from_zero(env.single_observation_space)
        self.action_space = from_zero(env.single_action_space)
        self._on_cpu = self.device.type == "cpu"
        self._forms = tree_map(_form, space_leaves(env.single_observation_space))
        self._action_start = _start(env.single_action_space)
        self._log = ActionLog(self.num_envs) if hasattr(env, "replay") else None
        self._shown: Any = None
        self._one: Any = None

    def reset(self, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Begin new episodes; the first reset uses the given seed or the maker's, later ones go on from there."""
        chosen = self.seed if seed is None else seed
        self.seed = None
        if self._log is not None:
            chosen = self._log.reset(chosen, replayable=not options)
        self.uses += 1
        observations, infos = self.env.reset(seed=chosen, options=options)
        self._shown = observations
        return self._tensors(observations), infos

    def step(self, actions: th.Tensor) -> Step:
        """Act in all environments; Box actions are clipped to the space's bounds.

        Args:
            actions: (N,) integers, or (N, A) floats, (N, D) integers or (N, D) zeros and ones of any dtype, as the
                action space says.

        Raises:
            ParameterError: another number of actions than environments.
        """
        numpy_actions = self._numpy(actions)
        observations, rewards, terminateds, truncateds, infos = self.env.step(numpy_actions)
        if self._log is not None:
            self._log.add(numpy_actions)  # after the step: an interrupt in its midst leaves `state` as it was before
        truncateds = truncateds & ~terminateds
        obs, self._shown = self._tensors(observations), observations
        if "_final_obs" in infos:
            if self._log is not None:
                self._log.end(getattr(self.env, "begun", infos["_final_obs"]))
            infos = {**infos, "final_obs": self._final(obs, infos)}
        return obs, self._floats(rewards), self._floats(terminateds), self._floats(truncateds), infos

    def state(self) -> State:
        """What `restore` needs to come back to this moment, in an environment that the same maker made anew.

        It holds no pickles: the seeds of the environments, the numbers of their episodes, and the actions since each
        one's last reset. `exact` is False, and there are no actions, if the environments cannot be brought back: they
        are not from one of the makers, have been reset with options, or an episode is too long to be acted out again
        (100 000 steps).

        Raises:
            ParameterError: `reset` has not been called yet.
        """
        if self._shown is None:
            raise ParameterError("The environment has no state before its first reset; call reset() first.")
        return {**(self._log.state() if self._log else {"exact": np.array(False)}), **_named(self._shown)}

    def restore(self, state: State) -> Any:
        """Act out the episodes of a state again; returns the current observations, as `reset` does.

        Returns None where that is impossible, or where it did not lead to the same observations (the environment rests
        on chance that its seed does not govern): call `reset` then. It begins episodes that have not been seen yet.

        Raises:
            CheckpointError: the state is of another number of environments, or of other spaces.
        """
        self.uses += 1
        self.seed = self.seed if self._log is None else None
        if self._log is None or "seeds" not in state:
            return None
        if state["seeds"].shape != (self.num_envs,):
            raise CheckpointError(
                f"The state is of {len(state['seeds'])} environments, and here are {self.num_envs}; "
                f"make as many: make_rllte_env(id, num_envs={len(state['seeds'])})."
            )
        exact = self._log.restore(state)
        replay: Any = self.env.replay  # type: ignore[attr-defined]  # there is a log only where there is a replay
        self._shown = replay(state["seeds"], state["episodes"], self._log.split())
        known = _named(self._shown)
        if any(key not in state or state[key].shape != leaf.shape for key, leaf in known.items()):
            raise CheckpointError(
                f"The state is of another environment; here observations are {self.observation_space}."
            )
        same = all(np.array_equal(state[key], leaf, equal_nan=True) for key, leaf in known.items())
        return self._tensors(self._shown) if exact and same else None

    @property
    def compute_reward(self) -> Callable[..., Any]:
        """The function of a goal environment that hindsight replay asks: goals reached (M, G), goals wanted (M, G), infos.

        Raises:
            ParameterError: the environments have no such function, or are not from one of the makers.
        """
        if (
            self._one is None and self.part is not None and isinstance(self.observation_space, spaces.Dict)
        ):  # with goals
            self._one = self.part(0, 1).env.envs[0].unwrapped  # type: ignore[attr-defined]  # in this process
        found: Callable[..., Any] | None = getattr(self._one, "compute_reward", None)
        if found is None:
            raise ParameterError(
                "The environment has no compute_reward(achieved_goal, desired_goal, infos), which hindsight replay asks "
                "for rewards of other goals; give HerReplayStorage your own function as reward_fn."
            )
        return found

    def close(self) -> None:
        """Release the environments."""
        self.env.close()

    def _numpy(self, actions: th.Tensor) -> Any:
        if len(actions) != self.num_envs:
            raise ParameterError(f"step received {len(actions)} actions for {self.num_envs} environments.")
        array, space = actions.detach().cpu().numpy(), self.action_space
        if isinstance(space, spaces.Box):
            return np.clip(array, space.low, space.high, dtype=space.dtype, casting="unsafe")
        array = array.astype(space.dtype)  # a copy, always: the environment and the log may keep it
        return array if self._action_start is None else array + self._action_start

    def _floats(self, array: Any) -> th.Tensor:
        tensor = th.from_numpy(np.asarray(array).astype(np.float32))
        return tensor if self._on_cpu else tensor.to(self.device)

    def _tensors(self, observations: Any) -> Any:
        return tree_map(self._tensor, observations, self._forms)

    def _tensor(self, array: Any, form: Any) -> th.Tensor:
        """A tensor that shares no memory with the array."""
        dtype, start = form
        array = np.asarray(array).astype(dtype, order="C")
        if start is not None:
            array -= start
        tensor = th.from_numpy(array)
        return tensor if self._on_cpu else tensor.to(self.device)

    def _final(self, obs: Any, infos: dict[str, Any]) -> Any:
        ended = np.flatnonzero(infos["_final_obs"])
        rows = [infos["final_obs"][index] for index in ended]
        where = th.as_tensor(ended, device=self.device)
        last = {key: [row[key] for row in rows] for key in obs} if isinstance(obs, dict) else rows

        def put(leaf: th.Tensor, values: list[Any], form: Any) -> th.Tensor:
            return leaf.index_copy(0, where, self._tensor(np.stack(values), form))

        return tree_map(put, obs, last, self._forms)


def _named(observations: Any) -> State:
    """Copies of the leaves, under names that a file can hold."""
    return {f"observations/{key}": np.array(leaf) for key, leaf in leaves(observations).items()}


def from_zero(space: gym.Space[Any]) -> gym.Space[Any]:
    """The space with elements that count from 0; itself if they do."""
    if isinstance(space, spaces.Dict):
        inner = {key: from_zero(leaf) for key, leaf in space.spaces.items()}
        return space if all(inner[key] is leaf for key, leaf in space.spaces.items()) else spaces.Dict(inner)
    if _start(space) is None:
        return space
    if isinstance(space, spaces.Discrete):
        return spaces.Discrete(space.n)
    return spaces.MultiDiscrete(space.nvec, dtype=space.dtype)  # type: ignore[attr-defined]  # the other with a start


def _form(space: Any) -> tuple[Any, Any]:
    """The dtype of a space's tensors, and what to subtract from its elements."""
    narrow = {"float64": np.float32, "float16": np.float32, "uint16": np.int64, "uint32": np.int64, "uint64": np.int64}
    return narrow.get(space.dtype.name, space.dtype), _start(space)


def _start(space: gym.Space[Any]) -> Any:
    """What to subtract so that elements count from 0, or None."""
    start = getattr(space, "start", 0)
    return start if np.any(start) else None


def _check_space(side: str, space: gym.Space[Any]) -> None:
    inner = list(space.spaces.values()) if isinstance(space, spaces.Dict) and side == "observation" else [space]
    if all(isinstance(leaf, LEAVES) for leaf in inner):
        return
    advice = "Wrap the environment in gymnasium.wrappers.FlattenObservation"
    if isinstance(space, spaces.Dict):
        names = [key for key, leaf in space.spaces.items() if isinstance(leaf, LEAVES)]
        advice += (
            "" if not names else f", or keep some of its keys with gymnasium.wrappers.FilterObservation(env, {names})"
        )
    if side == "action":
        advice = "Wrap the environment in gymnasium.wrappers.TransformAction"
    raise SpaceError(
        f"The {side} space is {space}; expected Box, Discrete, MultiDiscrete or MultiBinary"
        f"{', or a Dict of these' if side == 'observation' else ''}. {advice}."
    )


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
