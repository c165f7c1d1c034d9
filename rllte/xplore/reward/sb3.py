"""Intrinsic rewards in Stable-Baselines3: `IntrinsicRewardCallback`, for its on-policy and off-policy algorithms.

    from rllte.xplore.reward.sb3 import IntrinsicRewardCallback

    model.learn(100_000, callback=IntrinsicRewardCallback(lambda envs: RE3(envs, beta=0.1)))

Stable-Baselines3 is loaded when the class is first asked for, not before: the library does without it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import gymnasium as gym
import numpy as np
import torch as th

from rllte.core.bases import BaseReward
from rllte.core.errors import IncompatibleError, ParameterError, SpaceError
from rllte.core.registry import Param, checked
from rllte.core.trees import Tree, tree_map

if TYPE_CHECKING:
    IntrinsicRewardCallback: Any

__all__ = ["IntrinsicRewardCallback"]

Step = dict[str, Tree]
NAMES = ("observations", "actions", "rewards", "terminateds", "truncateds", "next_observations")


class _Bonus:
    """The callback without its base.

    Args:
        reward: the intrinsic reward, or a function that makes it from the model's own vectorised environment; that one
            has the images with their channels first, as Stable-Baselines3 hands them to the policy.
        update_every: with off-policy algorithms, after how many transitions the reward learns; with on-policy ones it
            learns after every rollout.
        verbose: as of any callback.

    With on-policy algorithms the rewards of a whole rollout are added to its buffer when it is full, and returns and
    advantages are computed anew from the sums. With off-policy algorithms the bonus of a step is added before the
    transition is stored, once the reward has seen enough to be scaled. Rewards logged by `Monitor` stay those of the
    environment; the mean bonus is logged as `rollout/intrinsic_reward`.

    Raises:
        ParameterError: neither a reward nor a function.
        SpaceError: when learning begins: the reward was made for other spaces or another number of environments.
        IncompatibleError: likewise, for hindsight replay, which computes rewards anew without any bonus.
    """

    model: Any
    locals: dict[str, Any]
    logger: Any
    training_env: Any

    @checked
    def __init__(
        self,
        reward: BaseReward | Callable[[Any], BaseReward],
        update_every: Annotated[int, Param("transitions between updates, off-policy", low=1)] = 1000,
        verbose: int = 0,
    ) -> None:
        super().__init__(verbose)  # type: ignore[call-arg]  # of the base that `_callback` adds
        if not isinstance(reward, BaseReward) and not callable(reward):
            raise ParameterError(
                f"reward is a {type(reward).__name__}; expected an intrinsic reward, or a function that makes one from "
                "the environments, for example lambda envs: RE3(envs)."
            )
        self._given = reward
        self.reward: Any = reward if isinstance(reward, BaseReward) else None  # else made when learning begins
        self.update_every = update_every
        self._steps: list[Step] = []

    def _on_training_start(self) -> None:
        if self.reward is None:
            with th.random.fork_rng(devices=[]):  # so that a weight of 0 is as no reward, bit for bit
                self.reward = self._given(self.training_env)  # type: ignore[operator]
        _check(self.model, self.reward)
        self._steps = []
        if self.locals.get("reset_num_timesteps", True) or self.model.num_timesteps == 0:
            self.reward.reset(th.ones(self.reward.num_envs))

    def _on_step(self) -> bool:
        step = _step(self.model, self.locals, self.reward.device)
        self.reward.watch(*(tree_map(th.clone, step[name]) for name in NAMES))
        self._steps.append(step)
        if not _on_policy(self.model):
            bonus = self.reward.compute(_stack([step])).detach()[0].cpu().numpy()
            if not self.reward.ready:  # what is stored stays, and the first few would be divided by next to nothing
                bonus = np.zeros_like(bonus)
            for rewards in _stored(self.model, self.locals["rewards"]):
                rewards += bonus.astype(rewards.dtype)
            self.logger.record_mean("rollout/intrinsic_reward", float(bonus.mean()))
            if len(self._steps) * len(bonus) >= self.update_every:
                self._learn()
        return True

    def _on_rollout_end(self) -> None:
        if not _on_policy(self.model):
            return
        bonus = self.reward.compute(_stack(self._steps)).detach().cpu().numpy()
        buffer = self.model.rollout_buffer
        buffer.rewards += bonus.astype(buffer.rewards.dtype)
        buffer.compute_returns_and_advantage(last_values=self.locals["values"], dones=self.locals["dones"])
        self.logger.record("rollout/intrinsic_reward", float(bonus.mean()))
        self._learn()

    def _learn(self) -> None:
        self.reward.update(_stack(self._steps))
        self._steps = []


def __getattr__(name: str) -> Any:
    if name == "IntrinsicRewardCallback":
        return _callback()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@functools.cache
def _callback() -> type[Any]:
    """The class, once Stable-Baselines3 can be loaded.

    Raises:
        ParameterError: it is not installed.
    """
    try:
        from stable_baselines3.common.callbacks import BaseCallback
    except ImportError as error:
        raise ParameterError(
            "IntrinsicRewardCallback needs the package stable-baselines3, which is not installed: "
            "pip install stable-baselines3."
        ) from error
    names = {"__module__": __name__, "__qualname__": "IntrinsicRewardCallback", "__doc__": _Bonus.__doc__}
    return type("IntrinsicRewardCallback", (_Bonus, BaseCallback), names)


def _on_policy(model: Any) -> bool:
    return hasattr(model, "rollout_buffer")


def _check(model: Any, reward: BaseReward) -> None:
    if not isinstance(reward, BaseReward):
        raise ParameterError(f"The function given as reward made a {type(reward).__name__}, not an intrinsic reward.")
    mine = (reward.observation_space, reward.action_space, reward.num_envs)
    theirs = (model.observation_space, model.action_space, model.n_envs)
    if mine != theirs:
        raise SpaceError(
            f"{type(reward).__name__} was made for {mine[0]}, {mine[1]} and {mine[2]} environments; the model has "
            f"{theirs[0]}, {theirs[1]} and {theirs[2]}. Give the callback a function, for example "
            f"lambda envs: {type(reward).__name__}(envs): it is called with the model's own environments."
        )
    if "Her" in type(getattr(model, "replay_buffer", None)).__name__:
        raise IncompatibleError(
            "Hindsight replay computes rewards anew when it samples, without any bonus. Use another replay buffer."
        )


def _step(model: Any, found: dict[str, Any], device: th.device) -> Step:
    """One step of all environments as tensors (N, ...) of their own, from the variables of the loop.

    Where an episode ended, the next observation is its last one, not the first of the following.
    """
    dones, infos = np.asarray(found["dones"]), found["infos"]
    cut = np.array([bool(info.get("TimeLimit.truncated", False)) for info in infos]) & dones
    following = _tensors(found["new_obs"], device)
    for index in np.flatnonzero(dones):
        if infos[index].get("terminal_observation") is not None:
            last = _tensors(infos[index]["terminal_observation"], device)
            tree_map(functools.partial(_put, index), following, last)
    return {
        "observations": _tensors(model._last_obs, device),
        "actions": _actions(model.action_space, found.get("clipped_actions", found["actions"]), device),
        "rewards": th.tensor(found["rewards"], dtype=th.float32, device=device),
        "terminateds": th.tensor(dones & ~cut, dtype=th.float32, device=device),
        "truncateds": th.tensor(cut, dtype=th.float32, device=device),
        "next_observations": following,
    }


def _put(index: int, leaf: th.Tensor, last: th.Tensor) -> None:
    leaf[index] = last.to(leaf.dtype)


def _tensors(arrays: Any, device: th.device) -> Tree:
    def one(array: Any) -> th.Tensor:
        tensor = th.as_tensor(np.array(array, copy=True), device=device)
        return tensor.float() if tensor.dtype == th.float64 else tensor

    tree: Tree = tree_map(one, arrays)
    return tree


def _actions(space: gym.Space[Any], actions: Any, device: th.device) -> th.Tensor:
    if isinstance(space, gym.spaces.Discrete):
        return th.as_tensor(np.asarray(actions).reshape(-1) - space.start, dtype=th.int64, device=device)
    dtype = th.int64 if isinstance(space, gym.spaces.MultiDiscrete) else th.float32
    return th.tensor(np.asarray(actions), dtype=dtype, device=device)


def _stack(steps: list[Step]) -> Step:
    """The steps as one rollout, (T, N, ...) each."""
    return {name: tree_map(lambda *leaves: th.stack(leaves), *(step[name] for step in steps)) for name in NAMES}


def _stored(model: Any, rewards: np.ndarray[Any, Any]) -> list[np.ndarray[Any, Any]]:
    """The arrays to add a bonus to; `VecNormalize` keeps the one that is stored for itself."""
    normalizer = model.get_vec_normalize_env()
    if normalizer is None or normalizer.old_reward is rewards:
        return [rewards]
    return [rewards, normalizer.old_reward]
